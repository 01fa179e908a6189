"""An authority made for a test, what it issued to a client, and how a server speaks TLS that wants to see that."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization

PASSWORD = "correct-horse-battery"
"""Of the key that is locked."""


@dataclass(frozen=True)
class Files:
    """What is on the disk of a client: the authority of the server, certificates with and without their keys."""

    authority: Path
    both: Path
    certificate: Path
    key: Path
    locked_key: Path
    other: Path
    """Certificate and key of somebody else, from the same authority."""
    stranger: Path
    """Certificate and key from an authority that the server does not know."""


def issue(folder: Path) -> tuple[Files, ssl.SSLContext]:
    """The files of a client, and the context of a server that speaks with nobody who shows no certificate."""
    authority = trustme.CA()
    files = Files(*(folder / f"{name}.pem" for name in Files.__annotations__))
    authority.cert_pem.write_to_path(files.authority)
    mine = authority.issue_cert("me@example.com")
    mine.private_key_and_cert_chain_pem.write_to_path(files.both)
    mine.cert_chain_pems[0].write_to_path(files.certificate)
    mine.private_key_pem.write_to_path(files.key)
    key = serialization.load_pem_private_key(mine.private_key_pem.bytes(), None)
    locked = serialization.BestAvailableEncryption(PASSWORD.encode())
    as_pkcs8 = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    files.locked_key.write_bytes(key.private_bytes(*as_pkcs8))
    authority.issue_cert("other@example.com").private_key_and_cert_chain_pem.write_to_path(files.other)
    trustme.CA().issue_cert("stranger@example.com").private_key_and_cert_chain_pem.write_to_path(files.stranger)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return files, context
