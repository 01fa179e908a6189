"""What people type becomes the value that the parameter takes; what fits nothing stays the text it is."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import click
import pytest

from typed_openai.cli.selecting import selected
from typed_openai.cli.values import Typed, shape_of, value_of
from typed_openai.models.base import NULL, Null

OBJECT = Mapping[str, object]
CASES: list[tuple[Any, list[str], object]] = [
    (str, ["Hello"], "Hello"),
    (str, ["0.5"], "0.5"),
    (str, ["true"], "true"),
    (str, ["{not json"], "{not json"),
    (str, ["@@x"], "@x"),
    (str | None, ["null"], "null"),
    (str | Null | None, ["null"], NULL),
    (int, ["3"], 3),
    (float, ["3"], 3),
    (float, ["0.5"], 0.5),
    (float, ["1e-3"], 0.001),
    (int, ["three"], "three"),
    (int, ["true"], "true"),
    (bool | str, ["true"], True),
    (Literal["auto"] | int, ["auto"], "auto"),
    (Literal["auto"] | int, ["3"], 3),
    (Literal["1", "2"], ["1"], "1"),
    (Sequence[str], ["a"], ["a"]),
    (Sequence[str], ["a", "b"], ["a", "b"]),
    (Sequence[str], ['["a", "b"]'], ["a", "b"]),
    (Sequence[str], ["3"], ["3"]),
    (Sequence[int], ["1", "2"], [1, 2]),
    (str | Sequence[str], ["a"], "a"),
    (str | Sequence[str], ["a", "b"], ["a", "b"]),
    (str | Sequence[str], ["[not json"], "[not json"),
    (Sequence[OBJECT], ["{a: 1}"], [{"a": 1}]),
    (Sequence[OBJECT], ["{a: 1}", '[{"a": 2}, {"a": 3}]'], [{"a": 1}, {"a": 2}, {"a": 3}]),
    (Sequence[OBJECT], ["a=1"], [{"a": 1}]),
    (OBJECT, ['{"a": {"b": null}}'], {"a": {"b": None}}),
    (OBJECT, ["a.b=1", "a.c=x", "d=true"], {"a": {"b": 1, "c": "x"}, "d": True}),
    (OBJECT, ['{"a": {"b": 1}}', "a.c=2"], {"a": {"b": 1, "c": 2}}),
    (OBJECT, ["a={x"], {"a": "{x"}),
    (OBJECT, ["{day: 2026-11-29, word: yes}"], {"day": "2026-11-29", "word": "yes"}),
    (OBJECT, ["nothing"], "nothing"),
    (Mapping[str, str], ["a=1", "b=x=y"], {"a": "1", "b": "x=y"}),
    (Literal["auto"] | OBJECT, ["auto"], "auto"),
    (Literal["auto"] | OBJECT, ["type=static"], {"type": "static"}),
    (str | OBJECT, ["a=b"], "a=b"),
    (str | OBJECT, ['{"a": 1}'], {"a": 1}),
]


@pytest.mark.parametrize(("annotation", "texts", "value"), CASES, ids=lambda case: None)
def test_a_typed_text_becomes_the_value_that_the_parameter_takes(
    annotation: Any, texts: list[str], value: object
) -> None:
    found = value_of(texts, shape_of(annotation), "--x", Typed(io.BytesIO()))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize("text", ["{", "[1,", "{a: b: c}"])
def test_what_begins_like_json_and_is_none_is_an_error_that_says_where(text: str) -> None:
    with pytest.raises(click.BadParameter, match="--x is not JSON, nor YAML"):
        value_of([text], shape_of(OBJECT), "--x", Typed(io.BytesIO()))


def test_a_file_and_standard_input_are_read_as_what_is_wanted(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n", "utf-8-sig")
    (tmp_path / "a.txt").write_text('{"a": 1}')
    assert value_of([f"@{tmp_path}/a.yaml"], shape_of(OBJECT), "--x", Typed()) == {"a": 1}
    assert value_of([f"@{tmp_path}/a.txt"], shape_of(str), "--x", Typed()) == '{"a": 1}'
    assert value_of([f"@{tmp_path}/a.yaml"], shape_of(str), "--x", Typed()) == "a: 1\n"
    assert value_of(["-"], shape_of(OBJECT), "--x", Typed(io.BytesIO(b"b: [2]"))) == {"b": [2]}
    assert value_of(["-"], shape_of(bytes), "--x", Typed(io.BytesIO(b"\0\xff"))) == b"\0\xff"
    assert value_of(["@voice.mp3"], shape_of(str | bytes), "--x", Typed()) == "voice.mp3"


def test_a_file_that_is_not_there_says_how_to_type_a_text_that_begins_like_that() -> None:
    with pytest.raises(click.BadParameter, match="type @@nobody"):
        value_of(["@nobody"], shape_of(str), "--x", Typed())


def test_what_is_no_text_is_an_error_that_says_where(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"ab\xff")
    with pytest.raises(click.BadParameter, match=r"UTF-8 \(byte 2\)"):
        value_of([f"@{tmp_path}/a.json"], shape_of(OBJECT), "--x", Typed())


def test_standard_input_is_read_once_and_the_second_who_wants_it_is_told() -> None:
    stdin = Typed(io.BytesIO(b"one"))
    assert value_of(["-"], shape_of(str), "--x", stdin) == "one"
    assert value_of(["-"], shape_of(str), "--x", stdin) == "one"
    with pytest.raises(click.UsageError, match="--y and --x both want standard input"):
        value_of(["-"], shape_of(str), "--y", stdin)


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("/data/0/id", "a"),
        ("/data/1", {"id": "b/c"}),
        ("/od~1d/~0", 1),
        ("data[].id", ["a", "b/c"]),
        ("nothing.there", None),
        ("length(data)", 2),
    ],
)
def test_a_part_of_a_value_is_found_by_pointer_or_jmespath(expression: str, found: object) -> None:
    assert selected({"data": [{"id": "a"}, {"id": "b/c"}], "od/d": {"~": 1}}, expression) == found


@pytest.mark.parametrize("expression", ["/data/2", "/dat", "data[", "/data/0/id/x"])
def test_a_part_that_is_not_there_or_makes_no_sense_is_an_error_of_usage(expression: str) -> None:
    with pytest.raises(click.BadParameter, match="--select"):
        selected({"data": [{"id": "a"}, {"id": "b"}]}, expression)
