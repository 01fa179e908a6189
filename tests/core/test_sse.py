"""The event stream machine: each rule of the specification by name, then its end, its bounds and its cost.

The same bytes cut in every way, and compared with a slow reading of the specification: `test_sse_streams.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.decoded import BOM, at_border, read
from typed_openai.core.answer.sse import DONE, SSEDecoder, SSEEvent, SSEOverflowError

# --- the rules, one by one ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_lf_cr_and_crlf_each_end_a_line(end: bytes) -> None:
    assert SSEDecoder().feed(b"data: a" + end + b"data: b" + end + end) == [b"a\nb"]


def test_line_ends_may_be_mixed_in_one_event() -> None:
    assert SSEDecoder().feed(b"data: a\rdata: b\r\ndata: c\n\r\n") == [b"a\nb\nc"]


def test_cr_lf_is_one_line_end_and_lf_cr_is_two() -> None:
    assert SSEDecoder().feed(b"data: a\r\ndata: b\n\r") == [b"a\nb"]


def test_a_crlf_cut_in_two_is_still_one_line_end() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"data: a\r") == []
    assert decoder.feed(b"") == []
    assert decoder.feed(b"\ndata: b\r") == []
    assert decoder.feed(b"\n\r") == [b"a\nb"]
    assert decoder.feed(b"\ndata: c\r\n\r\n") == [b"c"]


def test_a_blank_line_that_ends_in_cr_dispatches_without_waiting_for_an_lf() -> None:
    assert SSEDecoder().feed(b"data: a\r\r") == [b"a"]


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\0"])
def test_other_line_ends_of_unicode_are_content(char: str) -> None:
    data = f'{{"text":"a{char}b"}}'.encode()
    stream = b"data: " + data + b"\n\n"
    assert SSEDecoder().feed(stream) == at_border().feed(stream) == [data]


def test_a_bare_byte_0x85_is_content_too() -> None:
    assert SSEDecoder().feed(b"data: a\x85b\n\n") == [b"a\x85b"]


@pytest.mark.parametrize("cut", range(6))
def test_one_byte_order_mark_at_the_start_is_skipped(cut: int) -> None:
    stream = BOM + b"data: a\n\n"
    assert read([stream[:cut], b"", stream[cut:]]) == [b"a"]


def test_a_byte_order_mark_elsewhere_is_part_of_its_line() -> None:
    assert SSEDecoder().feed(BOM + BOM + b"data: a\n\ndata: b\n\n") == [b"b"]
    assert read([b"data: a\n\n", BOM + b"data: b\n\n"]) == [b"a"]
    assert read([b"data: a\n\n", b"data: a\n\n", BOM + b"data: b\n\n"]) == [b"a", b"a"]


def test_half_a_byte_order_mark_is_an_unknown_field() -> None:
    assert SSEDecoder().feed(b"\xef\xbbdata: a\n\ndata: b\n\n") == [b"b"]
    assert read([b"\xef", b"\xbb"]) == []


def test_comments_are_counted_and_are_no_events() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b": ping\n\n:\n\n:data: a\n\n") == []
    assert decoder.comments == 3
    assert decoder.feed(b"data: a\n: ping\ndata: b\n\n") == [b"a\nb"]
    assert decoder.comments == 4


def test_only_one_space_after_the_colon_is_dropped() -> None:
    assert SSEDecoder().feed(b"data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n") == [b"a", b"a", b" a", b"\ta"]
    assert at_border().feed(b"data: a\n\ndata:  a \n\n") == [b"a", b" a "]


def test_data_lines_are_joined_by_lf() -> None:
    assert SSEDecoder().feed(b"data: {\ndata:   1\ndata\ndata: }\n\n") == [b"{\n  1\n\n}"]


@pytest.mark.parametrize("line", [b"data", b"data:", b"data: "])
def test_an_empty_data_line_is_data(line: bytes) -> None:
    assert at_border().feed(line + b"\n\n") == [b""]
    assert at_border().feed(line + b"\n" + line + b"\n\n") == [b"\n"]


def test_an_event_without_a_data_line_is_not_dispatched_and_its_name_is_dropped() -> None:
    assert at_border().feed(b"event: ping\n\ndata: a\n\n") == [b"a"]


@pytest.mark.parametrize("stream", [b"\n\n\n", b"\r\n\r\n", b"id: 1\n\n", b"retry: 5\n\n", b"\n\ndata\r"])
def test_blank_lines_alone_make_no_event(stream: bytes) -> None:
    assert at_border().feed(stream) == []


def test_the_last_of_two_names_counts() -> None:
    assert at_border().feed(b"event: a\nevent: b\ndata: 1\n\n") == [SSEEvent("b", b"1")]


def test_a_name_may_follow_its_data_and_lasts_for_one_event() -> None:
    assert SSEDecoder().feed(b"data: 1\nevent: a\n\ndata: 2\n\n") == [SSEEvent("a", b"1"), b"2"]


@pytest.mark.parametrize("line", [b"event", b"event:", b"event: ", b"event: message", b"event:message"])
def test_no_name_and_the_default_name_are_the_same(line: bytes) -> None:
    assert at_border().feed(line + b"\ndata: 1\n\n") == [b"1"]
    assert at_border().feed(line + b"\ndata: 1\n\n" + line + b"\ndata: 2\n\n") == [b"1", b"2"]


def test_a_name_that_is_not_utf8_is_decoded_with_replacement() -> None:
    assert at_border().feed(b"event: a\xff\ndata: \xff\n\n") == [SSEEvent("a\ufffd", b"\xff")]
    assert SSEDecoder().feed("event: é\ndata: 1\n\n".encode()) == [SSEEvent("é", b"1")]


def test_unknown_fields_are_ignored() -> None:
    stream = b"foo: 1\nData: 2\n data: 3\ndatas: 4\nfoo\ndata : 5\ndata: a\n\n"
    assert SSEDecoder().feed(stream) == [b"a"]


def test_an_id_lasts_until_the_next_one() -> None:
    decoder = SSEDecoder()
    items = decoder.feed(b"event: e\ndata: 0\n\nid: 1\nevent: e\ndata: 1\n\n")
    items += decoder.feed(b"event: e\ndata: 2\n\n")
    items += decoder.feed(b"event: e\ndata: 3\n\nevent: e\ndata: 4\n\n")
    items += decoder.feed(b"event: e\ndata: 5\nid\n\n")
    assert [item.id for item in items if isinstance(item, SSEEvent)] == [None, "1", "1", "1", "1", ""]


def test_an_id_counts_once_its_block_is_complete_with_data_or_without() -> None:
    decoder = SSEDecoder()
    decoder.feed(b"id: 7\n")
    assert decoder.last_event_id is None
    decoder.feed(b"\n")
    assert decoder.last_event_id == "7"


def test_an_id_with_nul_is_ignored() -> None:
    assert SSEDecoder().feed(b"id: 1\nid: 2\x00\nevent: e\ndata: a\n\n") == [SSEEvent("e", b"a", "1")]


def test_an_id_leaves_an_unnamed_event_bare() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"id: 1\ndata: a\n\n") == [b"a"]
    assert decoder.last_event_id == "1"


def test_retry_belongs_to_its_event_and_to_the_stream() -> None:
    decoder = SSEDecoder()
    assert decoder.feed(b"retry: 1500\nevent: e\ndata: a\n\nevent: e\ndata: b\n\n") == [
        SSEEvent("e", b"a", None, 1500),
        SSEEvent("e", b"b", None, None),
    ]
    assert decoder.retry == 1500


@pytest.mark.parametrize("value", ["", "-1", "1.5", "1s", "+1", "1 ", "٣", "9" * 5000])
def test_a_retry_that_is_not_a_sensible_number_of_digits_is_ignored(value: str) -> None:
    decoder = SSEDecoder()
    assert decoder.feed(f"retry: {value}\ndata: a\n\n".encode()) == [b"a"]
    assert decoder.retry is None


def test_done_is_data_like_any_other() -> None:
    assert at_border().feed(b"data: 1\n\ndata: [DONE]\n\n") == [b"1", DONE]
    assert at_border().feed(b"data: [DONE]!\n\n") != [DONE]


# --- the end -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [b"data: a", b"data: a\n", b"data: a\r", b"data: a\r\n"])
def test_the_last_event_may_lack_its_blank_line(stream: bytes) -> None:
    decoder = SSEDecoder()
    assert decoder.feed(stream) == []
    assert decoder.end() == [b"a"]
    assert decoder.pending == b""
    assert decoder.end() == []


def test_the_last_event_keeps_its_name() -> None:
    assert read([b"data: a\nid: 3\nevent: e"]) == [SSEEvent("e", b"a", "3")]


@pytest.mark.parametrize("stream", [b"event: e", b"data", b"data:", b"data: ", b"dat", b"id: 1\n", b": c", b""])
def test_an_unfinished_event_without_content_is_discarded(stream: bytes) -> None:
    assert read([stream]) == []


def test_pending_is_what_was_received_and_not_dispatched() -> None:
    decoder = SSEDecoder()
    decoder.feed(b"data: a\n\nevent: e\r\n: comment\r\ndata: b\r\ndata: c\r\nda")
    assert decoder.pending == b"event: e\ndata: b\ndata: c\nda"
    decoder.feed(b"ta: d\n\n")
    assert decoder.pending == b""


def test_a_body_that_is_no_event_stream_can_be_shown_after_the_end() -> None:
    body = b'{\n  "error": {"message": "no such model"}\n}'
    decoder = SSEDecoder()
    assert decoder.feed(body) == []
    assert decoder.end() == []
    assert decoder.pending.strip() == body


# --- size and time -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece", [b"x", b"data: xxxx\n", b"junk: xxxx\n", b"id: xxxx\n"], ids=["one line", "data lines", "junk", "ids"]
)
def test_an_event_that_never_ends_is_refused(piece: bytes) -> None:
    decoder = SSEDecoder(max_pending=1000)
    with pytest.raises(SSEOverflowError, match="at most 1000 bytes") as caught:
        read([piece] * 1001, decoder)
    assert len(decoder.pending) < 2500
    assert isinstance(caught.value, ValueError)
    assert repr(piece[:4])[2:-1] in str(caught.value)


def test_an_event_of_just_the_permitted_size_is_accepted() -> None:
    decoder = SSEDecoder(max_pending=1000)
    assert read([b"data: ", b"x" * 994], decoder) == [b"x" * 994]
    with pytest.raises(SSEOverflowError):
        read([b"data: ", b"x" * 995], SSEDecoder(max_pending=1000))


def test_comments_do_not_fill_the_decoder() -> None:
    decoder = SSEDecoder(max_pending=100)
    assert decoder.feed(b"data: a\n") == []
    for _ in range(1000):
        assert decoder.feed(b": keep-alive\n") == []
    assert decoder.feed(b"\n") == [b"a"]


def test_an_event_that_arrives_whole_is_never_too_large() -> None:
    assert SSEDecoder(max_pending=10).feed(b"data: " + b"x" * 100 + b"\n\n") == [b"x" * 100]


def test_events_that_came_with_the_excess_are_not_lost() -> None:
    decoder = SSEDecoder(max_pending=10)
    assert decoder.feed(b"data: a\n\ndata: " + b"x" * 100) == [b"a"]
    with pytest.raises(SSEOverflowError):
        decoder.feed(b"x")


def in_bytes(size: int) -> list[bytes]:
    return [b"data: ", *[b"x"] * (size // 100), b"\n\n"]


def in_pieces_of_one_line(size: int) -> list[bytes]:
    return [b"data: ", *[b"x" * 512] * (size // 512), b"\n\n"]


def in_lines_of_one_event(size: int) -> list[bytes]:
    return [*[b"data: " + b"x" * 505 + b"\n"] * (size // 512), b"\n"]


def in_one_chunk(size: int) -> list[bytes]:
    return [b"data: x\n" * (size // 32), b"\n"]


@pytest.mark.parametrize("shape", [in_bytes, in_pieces_of_one_line, in_lines_of_one_event, in_one_chunk])
def test_time_grows_with_the_bytes_and_not_with_their_square(shape: Callable[[int], list[bytes]]) -> None:
    def cost(size: int) -> float:
        chunks = shape(size)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            assert len(read(chunks)) == 1
            best = min(best, time.process_time() - start)
        return best

    # 16 times the bytes: about 16 if linear, 256 if quadratic.
    assert cost(4_000_000) < 80 * cost(250_000)
