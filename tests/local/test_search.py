"""Searching in the local server: what is read in files, how it is cut, found, scored and filtered."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.local.api import Api
from typed_openai.local.attribute_filters import read_filter
from typed_openai.local.errors import ApiError
from typed_openai.local.search_index import SearchIndex, rewritten
from typed_openai.local.texts import Unreadable, chunks, text_of

PAGE = b"""<!doctype html><html><head><title>Returns</title><style>p {color: red}</style>
<script>track("visit")</script></head><body><h1>Return &amp; refund</h1><p>Within <b>30</b> days,
by mail.</p><ul><li>one<li>two</ul></body></html>"""

# --- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.txt", "naïve 😀\n".encode(), "naïve 😀\n"),
        ("a.md", b"# Title\n\nText", "# Title\n\nText"),
        ("a.json", b'{"a": [1, "two"]}', '{"a": [1, "two"]}'),
        ("README", b"no suffix", "no suffix"),
        ("a.txt", b"\xef\xbb\xbfmark", "mark"),
        ("a.txt", "wide".encode("utf-16"), "wide"),
        ("a.txt", b"caf\xe9", "caf\ufffd"),
        ("a.HTML", PAGE, "Returns\nReturn & refund\nWithin 30 days, by mail.\none\ntwo"),
        ("a.pdf", b"%PDF-1.7\x00\x01\xff\xfe(Hello World)\x00ab\x00", "%PDF-1.7\n(Hello World)"),
        ("a.bin", b"\x00\x01some words\x02\x03", "some words"),
    ],
)
def test_what_is_read_in_a_file(name: str, content: bytes, text: str) -> None:
    assert text_of(name, content) == text


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.png", b"\x89PNG some text", "unsupported_file"),
        ("a.txt", b" \n\t", "invalid_file"),
        ("a.html", b"<script>only()</script>", "invalid_file"),
        ("a.pdf", b"\x00\x01\x02", "invalid_file"),
    ],
)
def test_what_cannot_be_read_has_its_reason(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        text_of(name, content)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("size", "overlap", "pieces"),
    [
        (10, 0, ["one two three four five"]),
        (2, 0, ["one two", "three four", "five"]),
        (2, 1, ["one two", "two three", "three four", "four five"]),
        (3, 1, ["one two three", "three four five"]),
        (5, 2, ["one two three four five"]),
    ],
)
def test_chunks_overlap_and_lose_nothing(size: int, overlap: int, pieces: list[str]) -> None:
    assert chunks("one two three four five", size, overlap) == pieces


def test_a_long_text_is_cut_to_the_size() -> None:
    pieces = chunks("word " * 1000, 100, 50)
    assert len(pieces) == 19
    assert all(len(piece.split()) == 100 for piece in pieces)


# --- finding ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def index() -> SearchIndex:
    made = SearchIndex()
    made.put("vs", "a", ["You may return a product within 30 days.", "A refund takes one week."])
    made.put("vs", "b", ["Our products are made in Norway.", "We are open on weekdays."])
    made.put("other", "a", ["Return to sender."])
    return made


BOTH = {("vs", "a"), ("vs", "b")}


def found(index: SearchIndex, *queries: str) -> list[tuple[str, float]]:
    return [(hit.text, hit.score) for hit in index.find(BOTH, queries)]


def test_a_chunk_with_all_words_that_matter_scores_one(index: SearchIndex) -> None:
    best, second = index.find(BOTH, ["What about returning the products?"])
    assert (best.file, best.score) == ("a", 1.0)
    assert second.file == "b"
    assert 0 < second.score < 1


def test_a_rare_word_weighs_more_than_a_common_one(index: SearchIndex) -> None:
    index.put("vs", "c", ["product one", "product two", "product three", "guarantee"])
    hits = index.find({*BOTH, ("vs", "c")}, ["guarantee product"])
    assert hits[0].text == "guarantee"
    assert hits[0].score > hits[1].score


def test_several_queries_count_as_the_best_of_them(index: SearchIndex) -> None:
    assert found(index, "Norway", "refund") == [
        ("A refund takes one week.", 1.0),
        ("Our products are made in Norway.", 1.0),
    ]


def test_other_stores_and_other_files_are_not_looked_at(index: SearchIndex) -> None:
    assert [hit.store for hit in index.find({("other", "a")}, ["return product"])] == ["other"]
    assert index.find(set(), ["return"]) == []


def test_what_was_removed_or_replaced_is_not_found(index: SearchIndex) -> None:
    index.put("vs", "a", ["Nothing can be returned."])
    assert found(index, "return") == [("Nothing can be returned.", 1.0)]
    index.remove("vs", "a")
    assert found(index, "return") == []
    index.remove("vs", "b")
    assert found(index, "Norway") == []
    assert index.find({("other", "a")}, ["return"])


@pytest.mark.parametrize(
    "query", ["", "???", '"', "__", 'return" OR "x', "NEAR(a b)", "*", "return*", "-return", "text:return", "AND", "😀"]
)
def test_no_query_is_taken_for_syntax(index: SearchIndex, query: str) -> None:
    assert all(0 <= score <= 1 for _, score in found(index, query))


def test_the_same_search_gives_the_same_scores() -> None:
    def search() -> list[tuple[str, float]]:
        made = SearchIndex()
        for number in range(20):
            made.put("vs", str(number), [f"word{number} shared", f"shared text {number}"])
        hits = made.find({("vs", str(number)) for number in range(20)}, ["shared word7 text"])
        return [(hit.text, hit.score) for hit in hits]

    assert search() == search()
    assert len(search()) == 40


def test_threads_may_write_and_search_at_once(index: SearchIndex) -> None:
    def work(number: int) -> int:
        for round_number in range(5):
            index.put("vs", f"t{number}", [f"text {round_number} of thread{number}"])
        return len(index.find({("vs", f"t{number}")}, [f"thread{number}"]))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(work, range(8))) == [1] * 8


def test_a_question_is_rewritten_to_the_words_that_matter() -> None:
    assert rewritten("What is the return policy?") == "return policy"
    assert rewritten("What is it?") == "What is it?"


# --- filters ---------------------------------------------------------------------------------------------------------

ATTRIBUTES: dict[str, Any] = {"language": "en", "year": 2024, "share": 0.5, "draft": False}


@pytest.mark.parametrize(
    ("kind", "key", "value", "fulfilled"),
    [
        ("eq", "language", "en", True),
        ("eq", "year", 2024.0, True),
        ("eq", "draft", 0, False),
        ("eq", "missing", "en", False),
        ("ne", "language", "en", False),
        ("ne", "draft", 0, True),
        ("ne", "missing", "en", True),
        ("gt", "year", 2023, True),
        ("gt", "year", 2024, False),
        ("gte", "year", 2024, True),
        ("lt", "share", 1, True),
        ("lte", "share", 0.4, False),
        ("gt", "language", "de", True),
        ("gt", "language", 1, False),
        ("lt", "draft", True, False),
        ("gt", "missing", 0, False),
        ("in", "language", ["de", "en"], True),
        ("in", "year", ["2024"], False),
        ("in", "missing", ["en"], False),
        ("nin", "language", ["de"], True),
        ("nin", "missing", ["en"], True),
    ],
)
def test_a_comparison(kind: str, key: str, value: Any, fulfilled: bool) -> None:
    assert read_filter({"type": kind, "key": key, "value": value})(ATTRIBUTES) is fulfilled


def test_filters_nest_and_no_filter_lets_everything_pass() -> None:
    yes: Any = {"type": "eq", "key": "language", "value": "en"}
    no: Any = {"type": "ne", "key": "language", "value": "en"}
    either: Any = {"type": "or", "filters": [no, yes]}
    assert read_filter({"type": "and", "filters": [yes, either]})(ATTRIBUTES) is True
    assert read_filter({"type": "and", "filters": [no, either]})(ATTRIBUTES) is False
    assert read_filter({"type": "and", "filters": []})(ATTRIBUTES) is True
    assert read_filter(None)({}) is True


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"type": "like", "key": "k", "value": 1}, "filters.type"),
        ({"type": "eq", "value": 1}, "filters.key"),
        ({"type": "eq", "key": "k"}, "filters.value"),
        ({"type": "eq", "key": "k", "value": [1]}, "filters.value"),
        ({"type": "in", "key": "k", "value": 1}, "filters.value"),
        ({"type": "or"}, "filters.filters"),
        ({"type": "or", "filters": [{"type": "eq", "key": 1, "value": 1}]}, "filters.filters[0].key"),
    ],
)
def test_a_wrong_filter_is_refused_by_its_place(api: Api, wrong: Any, param: str) -> None:
    store = api.post("/vector_stores", {}).json["id"]
    answer = api.post(f"/vector_stores/{store}/search", {"query": "q", "filters": wrong})
    assert (answer.status, answer.error["param"]) == (400, param)


def test_a_filter_without_an_end_is_refused() -> None:
    deep: Any = {"type": "eq", "key": "k", "value": 1}
    for _ in range(60):
        deep = {"type": "and", "filters": [deep]}
    with pytest.raises(ApiError, match="50 levels"):
        read_filter(deep)


@pytest.mark.parametrize(
    "wrong", [{"a": None}, {"a": [1]}, {"a" * 65: 1}, {"a": "x" * 513}, {str(number): 1 for number in range(17)}]
)
def test_wrong_attributes_are_refused(api: Api, wrong: Any) -> None:
    store = api.post("/vector_stores", {}).json["id"]
    answer = api.post(f"/vector_stores/{store}/files", {"file_id": "file-x", "attributes": wrong})
    assert answer.status == 400
    assert answer.error["param"].startswith("attributes")
