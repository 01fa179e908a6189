"""Turn texts into vectors: JSON lines, or a `.npy` file for numpy.

typed-openai embed "a red apple" "tax law"
typed-openai embed -f texts.txt --output vectors.npy
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from typed_openai.cli.session import Command, Session

if TYPE_CHECKING:
    from typed_openai.bulk.vectors import Vectors


@click.command(cls=Command)
@click.argument("texts", nargs=-1)
@click.option("-f", "--file", "files", multiple=True, metavar="FILE", help="A file with a text on each line.")
@click.option("-m", "--model", default="text-embedding-3-small", show_default=True, metavar="NAME", help="Which model.")
@click.option("--dimensions", type=int, metavar="N", help="How many numbers a vector has.")
def command(session: Session, texts: Sequence[str], files: Sequence[str], model: str, dimensions: int | None) -> None:
    """Turn each of TEXTS (or each line of what is piped in) into a vector.

    Writes JSON lines, or with --output vectors.npy an array of 32-bit floats, one row each, for numpy.
    """
    from typed_openai.cli.progress import waiting

    wanted = [*texts, *(line for name in files for line in _lines(name))]
    if not wanted:
        wanted = session.piped().splitlines()
    if not wanted:
        raise click.UsageError('nothing to embed: typed-openai embed "…", -f FILE, or pipe lines in')
    into = session.output.path
    with waiting(session.terminal, f"{model}: {len(wanted):,} texts"):
        params: dict[str, Any] = {"dimensions": dimensions}
        vectors = session.client.embeddings.create_many(wanted, model=model, **params)
    if into is not None and into.endswith(".npy"):
        session.output.terminal.write_bytes(npy(vectors))
        session.output.note(f"Saved {into}: {len(vectors)} rows of {vectors.dimensions}")
        return
    session.output.items(_rows(wanted, vectors), 0)


def _rows(texts: Sequence[str], vectors: Vectors) -> Iterator[dict[str, Any]]:
    for index, (text, vector) in enumerate(zip(texts, vectors, strict=True)):
        yield {"index": index, "text": text, "embedding": list(vector)}


def _lines(name: str) -> list[str]:
    from typed_openai.cli.values import decoded

    try:
        return decoded(Path(name).read_bytes(), name).splitlines()
    except OSError as error:
        raise click.BadParameter(f"cannot read {name!r}: {error.strerror}") from None


def npy(vectors: Vectors) -> bytes:
    """Vectors as numpy keeps an array (`.npy`, version 1.0): 32-bit floats in the order of this machine, row by row."""
    from sys import byteorder

    kind = "<f4" if byteorder == "little" else ">f4"
    head = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({len(vectors)}, {vectors.dimensions}), }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"  # the data begins at a multiple of 64
    return b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + bytes(vectors.data)
