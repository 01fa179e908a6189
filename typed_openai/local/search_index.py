"""The full-text index behind vector stores: SQLite's FTS5, in memory, one for each server.

Words are compared by their stems (`porter`), so that "returns" finds "return"; a chunk is found when it has any word
of the query. Its score says how much of the query it has, from 0 to 1: the share of the query's words that stand in
it, a word that few chunks of the searched stores have weighing more than one that many have. SQLite's bm25 decides
between equals, then the order in which things came.

Rules: the same stores and queries give the same scores, on every machine; several queries count as the best of them.

Weak spots: stems are those of English; meaning is not understood ("car" does not find "automobile"), which the real
service's embeddings do; languages without spaces are found by whole runs of characters only.
"""

from __future__ import annotations

import contextlib
import math
import re
import sqlite3
import threading
import weakref
from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
_MOST_WORDS = 200
_SCHEMA = "CREATE VIRTUAL TABLE chunks USING fts5(text, store UNINDEXED, file UNINDEXED, tokenize='porter unicode61')"
_IDLE_WORDS = """a about an and are as at be by can do does for from has have how i in is it me my of on or tell that
the this to was were what when where which who why will with you your"""
_IDLE = frozenset(_IDLE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Hit:
    """One chunk that was found."""

    store: str
    file: str
    text: str
    score: float


class SearchIndex:
    """The chunks of all vector stores of one server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database = sqlite3.connect(":memory:", check_same_thread=False)
        self._database.execute(_SCHEMA)
        weakref.finalize(self, self._database.close)

    @contextlib.contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        """The database, for one thread at a time."""
        with self._lock, self._database:
            yield self._database

    def put(self, store: str, file: str, texts: Sequence[str]) -> None:
        """Make the chunks of a file searchable, in place of those it had."""
        with self._open() as database:
            database.execute("DELETE FROM chunks WHERE store = ? AND file = ?", (store, file))
            database.executemany("INSERT INTO chunks VALUES (?, ?, ?)", [(text, store, file) for text in texts])

    def remove(self, store: str, file: str) -> None:
        """Forget the chunks of a file."""
        self.put(store, file, ())

    def find(self, files: Collection[tuple[str, str]], queries: Sequence[str]) -> list[Hit]:
        """The chunks of these files, each as (store, file), that have a word of any query; the best first."""
        best: dict[int, tuple[float, float, Hit]] = {}
        for query in queries:
            for row, ranked in self._ranked(files, query).items():
                best[row] = min(best.get(row, ranked), ranked, key=lambda each: each[:2])
        return [best[row][2] for row in sorted(best, key=lambda row: (*best[row][:2], row))]

    def _ranked(self, files: Collection[tuple[str, str]], query: str) -> dict[int, tuple[float, float, Hit]]:
        """Chunk → its score (negative: the best is the least), SQLite's rank, and what it is."""
        words = list(dict.fromkeys(_WORD.findall(rewritten(query).lower())))[:_MOST_WORDS]
        if not words:
            return {}
        with self._open() as database:
            having = {word: self._rows(database, files, f'"{word}"') for word in words}
            total = sum(
                database.execute("SELECT count(*) FROM chunks WHERE store = ? AND file = ?", each).fetchone()[0]
                for each in files
            )
            found = self._rows(database, files, " OR ".join(f'"{word}"' for word in words))
        weights = {word: math.log(1 + (total + 1) / (len(rows) + 0.5)) for word, rows in having.items()}
        whole = sum(weights.values())
        ranked: dict[int, tuple[float, float, Hit]] = {}
        for row, (store, file, text, rank) in found.items():
            score = round(sum(weight for word, weight in weights.items() if row in having[word]) / whole, 6)
            ranked[row] = (-score, rank, Hit(store, file, text, score))
        return ranked

    def _rows(
        self, database: sqlite3.Connection, files: Collection[tuple[str, str]], match: str
    ) -> dict[int, tuple[str, str, str, float]]:
        rows = database.execute("SELECT rowid, store, file, text, rank FROM chunks WHERE chunks MATCH ?", (match,))
        return {row: (store, file, text, rank) for row, store, file, text, rank in rows if (store, file) in files}


def rewritten(query: str) -> str:
    """A question as the words that matter in it; the query itself when none would be left."""
    words = [word for word in _WORD.findall(query) if word.lower() not in _IDLE]
    return " ".join(words) or query
