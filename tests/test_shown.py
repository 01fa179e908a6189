"""What people see of results: reprs, Markdown, tables, pictures, sound, errors. The kernel is in `test_notebook.py`."""

from __future__ import annotations

import base64
import importlib
import json
import math
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import typed_openai.models
from tests.canned import HELLO, Connect, Wire, completion, done
from typed_openai import MapResult, OpenAI, RequestValidationError
from typed_openai.bulk.batches import BatchResults
from typed_openai.core.answer.meta import Meta
from typed_openai.core.answer.pages import SyncCursorPage, envelope_model
from typed_openai.core.answer.raw import Binary
from typed_openai.models.base import Params, Result
from typed_openai.models.chat.completions import ChatCompletion
from typed_openai.models.chat.params import ChatCompletionCreateParams
from typed_openai.models.completions import Completion
from typed_openai.models.embeddings import CreateEmbeddingResponse
from typed_openai.models.files import FileObject
from typed_openai.models.images.images import Image, ImagesResponse
from typed_openai.models.responses.results import Response
from typed_openai.models.webhooks.webhook_endpoints import WebhookEndpointWithSecret
from typed_openai.shown.hooks import Shown
from typed_openai.shown.markup import inline_code, markdown, plain

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
USAGE = {"prompt_tokens": 9, "completion_tokens": 12, "total_tokens": 21}


def chat(message: dict[str, Any], **more: Any) -> ChatCompletion:
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **message}}
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "gpt-4o", "choices": [choice]}
    return ChatCompletion.model_validate_json(json.dumps({**body, "usage": USAGE, **more}))


def built(kind: type[Any], names: set[str] | None = None, /, **fields: Any) -> Any:
    """A model of anything, unchecked."""
    return kind.model_construct(names, **fields)


# -- reprs ------------------------------------------------------------------------------------------------------------


def test_an_answer_shows_its_text_first_then_usage_and_ids() -> None:
    assert repr(chat({"content": "Hello!"})) == (
        "ChatCompletion(text='Hello!', usage=CompletionUsage(completion_tokens=12, prompt_tokens=9, total_tokens=21), "
        "id='chatcmpl-1', model='gpt-4o', created=1, choices=[1 item])"
    )


def test_calls_of_an_answer_without_text_are_shown() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
    assert "weather" in repr(chat({"content": None, "tool_calls": [call]}))


def test_vectors_and_long_lists_are_cut_and_tell_their_length() -> None:
    data = [{"object": "embedding", "index": number, "embedding": [0.25] * 1536} for number in range(40)]
    shown = repr(CreateEmbeddingResponse.model_validate({"object": "list", "model": "m", "data": data, "usage": USAGE}))
    assert "[0.25, 0.25, 0.25, … 1,536 numbers]" in shown
    assert "… 40 items" in shown
    assert len(shown) < 800


def test_long_texts_are_cut_and_tell_their_length() -> None:
    shown = repr(chat({"content": "many words " * 1000}))
    assert "… (11,000 characters)" in shown
    assert len(shown) < 600
    assert len(repr(Image(b64_json="A" * 1_000_000))) < 120


def test_no_repr_is_longer_than_a_few_lines() -> None:
    extra = {f"field_{number}": "x" * 90 for number in range(100)}
    shown = repr(chat({"content": "Hello!"}, **extra))
    assert len(shown) < 1800
    assert shown.endswith("…)")


@pytest.mark.parametrize(
    "name", ["signing_secret", "client_secret", "api_key", "Authorization", "access_token", "password"]
)
def test_no_repr_shows_a_secret(name: str) -> None:
    hidden = [
        chat({"content": "Hello!"}, **{name: "hunter2"}),
        chat({"content": "Hello!"}, nested={"headers": {name: "Bearer hunter2"}}),
        chat({"content": "Hello!", "deeper": [{name: "hunter2"}]}),
    ]
    for result in hidden:
        rich: Any = result  # the terminal's way of asking
        for text in (repr(result), str(result), f"{result}", str(result._mime_()), str([*rich.__rich_repr__()])):
            assert "hunter2" not in text
        assert "hunter2" in json.dumps(result.model_dump())
    assert "prompt_tokens=9" in repr(hidden[0])


def test_params_are_shown_in_short_too() -> None:
    params = ChatCompletionCreateParams.model_validate(
        {"model": "m", "messages": [{"role": "user", "content": "a " * 500}]}
    )
    assert repr(params).startswith("ChatCompletionCreateParams(messages=[UserMessage(content='a a ")
    assert "(1,000 characters)" in repr(params)


def test_a_made_secret_is_not_shown() -> None:
    assert "signing_secret='whsec" not in repr(built(WebhookEndpointWithSecret, signing_secret="whsec_hunter2"))


class Raising:
    """An object of somebody else, whose repr is broken."""

    def __repr__(self) -> str:
        raise RuntimeError("no repr")


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = {"a": [value]}
    return value


ODD: list[Any] = [
    *(None, True, 0, -1, 10**5000, math.nan, "", "\ud800", "x" * 10_000, b"\xff", [], {}, [None], [[]], {"": None}),
    *([1, "a", None], [[1.0] * 20] * 20, nested(400), [{"type": 1}], [{"message": []}], {"content": 3}, Raising()),
    *([{"type": "message", "content": "text"}], [{"message": {"content": {"a": 1}, "tool_calls": {"b": 2}}}], object()),
    *([{"message": {"tool_calls": [None, 3, {"function": 4}]}, "finish_reason": {}}], "data:;base64,?", {1: 2}),
]


def kinds(base: type[Any]) -> Iterator[type[Any]]:
    for module in pkgutil.walk_packages(typed_openai.models.__path__, "typed_openai.models."):
        importlib.import_module(module.name)
    waiting = [base]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


@pytest.mark.parametrize("base", [Result, Params])
def test_nothing_that_is_shown_raises_whatever_the_data(base: type[BaseModel]) -> None:
    found = [kind for kind in kinds(base) if kind.__module__.startswith("typed_openai.")]
    assert len(found) > 150  # what goes both ways counts among the results
    for position, kind in enumerate(found):
        for offset in range(len(ODD)) if "_repr" in str(kind) or kind in (ChatCompletion, Response) else range(3):
            value = ODD[(position + offset) % len(ODD)]
            made = built(kind, set(kind.model_fields), **dict.fromkeys(kind.model_fields, value))
            assert len(repr(made)) < 3000
            str(made)
            for view in ("_repr_markdown_", "_repr_html_", "_repr_png_", "_repr_mimebundle_", "_mime_"):
                if isinstance(made, Shown):
                    getattr(made, view)()


@pytest.mark.parametrize("kind", [ChatCompletion, Response, Completion, Image, ImagesResponse])
def test_no_field_of_an_answer_can_break_what_is_shown(kind: type[Result]) -> None:
    for name in kind.model_fields:
        for value in ODD:
            made = built(kind, {name}, **{name: value})
            assert repr(made)
            assert made._mime_()


def test_a_result_that_was_never_filled_is_shown() -> None:
    assert repr(ChatCompletion.__new__(ChatCompletion)) == "ChatCompletion()"


def test_the_rest_of_a_result_is_as_it_was() -> None:
    result = chat({"content": "Hello!"}, more=[1] * 100)
    assert result.model_dump()["more"] == [1] * 100
    assert ChatCompletion.model_validate_json(result.model_dump_json()) == result


def test_nothing_is_loaded_for_it_before_something_is_shown() -> None:
    code = (
        "import sys\nfrom typed_openai.models.chat.completions import ChatCompletion\n"
        "before = [name for name in sys.modules if name.startswith('typed_openai.shown.')]\n"
        "repr(ChatCompletion.model_construct(id='a'))\n"
        "print(before, 'typed_openai.shown.compact' in sys.modules, 'typed_openai.shown.answers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['typed_openai.shown.hooks'] True False"


# -- Markdown ---------------------------------------------------------------------------------------------------------

SCRIPT = "<script>alert(1)</script>"


def test_an_answer_is_its_text_then_model_usage_and_id() -> None:
    text = chat({"content": "# Title\n\n*Hello!*"})._repr_markdown_()
    assert text == "# Title\n\n*Hello!*\n\n*gpt-4o · 9 &#43; 12 tokens · chatcmpl-1*"


def test_calls_refusals_and_odd_ends_are_told() -> None:
    call = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Paris"}'}}
    assert "weather" in str(chat({"content": None, "tool_calls": [call]})._repr_markdown_())
    assert "*refused:* I cannot" in str(chat({"content": None, "refusal": "I cannot"})._repr_markdown_())
    cut = chat({"content": "Hel"})
    cut.choices[0].finish_reason = "length"
    assert "*ended: length*" in str(cut._repr_markdown_())


def test_a_response_shows_what_is_said_thought_and_called() -> None:
    body = {
        "id": "resp_1",
        "object": "response",
        "model": "gpt-5",
        "status": "incomplete",
        "incomplete_details": {"reason": "max_output_tokens"},
        "usage": {"input_tokens": 3, "output_tokens": 4, "total_tokens": 7},
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Let me *see*"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "**Hi**", "annotations": []}]},
            {"type": "function_call", "call_id": "c", "name": "weather", "arguments": "{}"},
            {"type": "web_search_call", "id": "ws_1", "status": "completed"},
        ],
    }
    text = str(built(Response, **body)._repr_markdown_())
    for part in ("> Let me &#42;see&#42;", "**Hi**", "weather", "web&#95;search&#95;call", "max&#95;output&#95;tokens"):
        assert part in text
    assert text.endswith("*gpt-5 · 3 &#43; 4 tokens · resp&#95;1*")


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(text: str) -> Seen:
    parser = Seen()
    parser.feed(text)
    return parser


ATTACKS = [
    SCRIPT,
    f"`{SCRIPT}`",
    f"```html\n{SCRIPT}\n```",
    f"```html\n{SCRIPT}",
    f"~~~\n</code></pre>{SCRIPT}\n~~~",
    f'[a]: b "\n```\n" \n{SCRIPT}\n```\n```',
    f"- ```\n{SCRIPT}",
    f"``` `\n{SCRIPT}",
    "&lt;img src=x onerror=alert(1)&gt;",
    "<img src=x onerror=alert(1)>",
    "</td></table><script>alert(1)</script>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_html_of_a_server_is_html_in_a_notebook(attack: str) -> None:
    for field in ({"content": attack}, {"content": None, "refusal": attack}, {"content": None, "reasoning": attack}):
        shown = str(chat(field, id=attack, model=attack)._repr_markdown_())
        assert set(seen(shown).tags) <= {"pre", "code"}
        assert seen(shown).attributes == []
    call = {"id": "c", "type": "function", "function": {"name": attack, "arguments": attack}}
    assert set(seen(str(chat({"content": None, "tool_calls": [call]})._repr_markdown_())).tags) <= {"pre", "code"}


@settings(max_examples=200)
@given(st.text(alphabet="<>&`~\"'\n\\ ab[]()!:#*-$\u2028\x00", max_size=60))
def test_markdown_of_any_text_has_no_tag_but_code(text: str) -> None:
    for shown in (markdown(text), plain(text), inline_code(text)):
        assert not re.search(r"<(?!/?(?:pre|code)>)", shown)
    assert "<" not in plain(text)


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x]( JaVaScRiPt:alert(1))",
        "[x](javascript\\:alert(1))",
        "[x](java&#115;cript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x][y]\n\n[y]: javascript:alert(1)",
        "[x](\x01javascript:alert(1))",
        "[x](vbscript:a)",
    ],
)
def test_links_go_to_the_web_or_nowhere(link: str) -> None:
    assert re.search(r"(\]\(|\]:)\s*#", markdown(link))
    assert "](https://a.b/c?d=1)" in markdown("[x](https://a.b/c?d=1)")
    assert "](mailto:a@b.c)" in markdown("[x](mailto:a@b.c)")


def test_pictures_in_a_text_are_not_loaded_and_formulas_make_no_links() -> None:
    assert markdown("![x](https://spy/?q=1)") == "&#33;[x](https://spy/?q=1)"
    assert markdown(r"$\href{javascript:alert(1)}{x} + \frac{1}{2}$") == r"$href{javascript:alert(1)}{x} + \frac{1}{2}$"


def test_code_is_shown_as_it_was_written() -> None:
    shown = markdown("Look:\n\n```python\nif a < b and c:\n\n    print('&amp;')\n```\nand `x[1] <b>*2*`")
    assert seen(shown).text.replace("\u200b", "") == (
        "Look:\n\n\nif a < b and c:\n\n    print('&amp;')\n\nand x[1] <b>*2*"
    )


# -- pictures and sound -----------------------------------------------------------------------------------------------


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_a_picture_is_shown_as_what_it_is() -> None:
    image = Image(b64_json=encoded(PNG))
    assert image._repr_png_() == PNG
    assert image._mime_() == ("image/png", f"data:image/png;base64,{encoded(PNG)}")
    assert built(ImagesResponse, data=[image])._repr_png_() == PNG
    jpeg = Image(b64_json=encoded(b"\xff\xd8\xff\xe0"))
    assert jpeg._repr_mimebundle_() == {"image/jpeg": encoded(b"\xff\xd8\xff\xe0")}


def test_several_pictures_stand_side_by_side() -> None:
    both = built(ImagesResponse, data=[Image(b64_json=encoded(PNG)), Image(b64_json=encoded(b"GIF89a"))])
    assert seen(str(both._repr_html_())).tags == ["img", "img"]


def test_a_drawing_that_could_hold_script_runs_none() -> None:
    svg = Image(b64_json=encoded(b"<svg onload='alert(1)'><script>alert(1)</script></svg>"))
    assert "image/svg+xml" not in svg._repr_mimebundle_()
    found = seen(str(svg._repr_html_()))
    assert found.tags == ["img"]
    assert [name for name, _ in found.attributes] == ["src"]


def test_a_picture_elsewhere_is_not_fetched_and_its_address_is_escaped() -> None:
    shown = str(Image(url='https://a.b/c?sig=1"><script>')._repr_html_())
    assert seen(shown).tags == ["a"]
    assert Image(url="javascript:alert(1)")._repr_html_() is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"ID3", "audio/mpeg"),
        (b"RIFF\0\0\0\0WAVE", "audio/wav"),
        (b"OggS", "audio/ogg"),
        (b"fLaC", "audio/flac"),
        (b"\xff\xf1", "audio/aac"),
    ],
)
def test_sound_can_be_played(head: bytes, kind: str) -> None:
    shown = str(Binary(Meta(), head + b"\0" * 10)._repr_html_())
    assert seen(shown).tags == ["audio"]
    assert f"data:{kind};base64," in shown


def test_other_bytes_have_a_repr_only() -> None:
    for content in (b"", b"%PDF", b"<html><script>alert(1)</script>", SCRIPT.encode()):
        assert Binary(Meta(), content)._repr_mimebundle_() == {}
        assert Binary(Meta(), content)._mime_()[0] == "text/plain"


# -- tables -----------------------------------------------------------------------------------------------------------


def file_object(number: int, name: str = "a.jsonl") -> dict[str, Any]:
    return {
        "id": f"file-{number}",
        "object": "file",
        "bytes": 12,
        "created_at": 1700000000,
        "filename": name,
        "purpose": "batch",
        "status": "processed",
    }


def a_page(*items: dict[str, Any]) -> SyncCursorPage[FileObject]:
    envelope = envelope_model(FileObject).model_validate({"data": items, "has_more": True})
    return SyncCursorPage(envelope, lambda _: None)


def test_a_page_is_a_table() -> None:
    shown = seen(str(a_page(file_object(1), file_object(2, SCRIPT))._repr_html_()))
    assert shown.tags.count("tr") == 3
    assert set(shown.tags) == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    for text in ("file-1", "2023-11-14 22:13:20", SCRIPT, "2 items, and more pages"):
        assert text in shown.text


def test_a_long_page_is_cut_and_says_so() -> None:
    shown = seen(str(a_page(*map(file_object, range(80)))._repr_html_()))
    assert shown.tags.count("tr") == 51
    assert "the first 50 of 80" in shown.text


def test_a_page_of_anything_is_shown() -> None:
    for value in ODD:
        envelope = envelope_model(FileObject).model_construct(data=value)
        page: SyncCursorPage[Any] = SyncCursorPage(envelope, lambda _: None)
        assert str(page._repr_html_()).startswith("<table>")
        assert repr(page)


def test_what_map_gave_is_a_table_with_value_or_error() -> None:
    params = ChatCompletionCreateParams.model_validate(
        {"model": "m", "messages": [{"role": "user", "content": SCRIPT}]}
    )
    value = seen(str(MapResult(0, params, chat({"content": SCRIPT}))._repr_html_()))
    error = seen(str(MapResult(1, params, error=ValueError(SCRIPT))._repr_html_()))
    assert "script" not in value.tags + error.tags
    assert SCRIPT in value.text
    assert "ValueError" in error.text


def test_results_of_batches_are_a_table() -> None:
    results = BatchResults([], [], asked=["a", SCRIPT])
    shown = seen(str(results._repr_html_()))
    assert "script" not in shown.tags
    assert "missing" in shown.text
    assert "<BatchResults" in repr(results)


# -- errors -----------------------------------------------------------------------------------------------------------


def asked_wrongly() -> RequestValidationError:
    with pytest.raises(RequestValidationError) as caught:
        OpenAI(api_key="sk-1").chat.completions.create(model="m", messages=[], temprature=1)  # type: ignore[call-overload,unused-ignore]  # on purpose
    return caught.value


def test_an_error_in_a_notebook_is_where_it_happened_and_what_is_wrong() -> None:
    lines = asked_wrongly()._render_traceback_()
    assert 3 <= len(lines) <= 6
    assert lines[0].startswith(f"{__file__}, line ")
    assert ".create(" in lines[0]
    assert lines[1].startswith("RequestValidationError: chat.completions.create: 2 faults")
    assert any("did you mean 'temperature'?" in line for line in lines)


async def test_an_answer_of_either_colour_is_shown(connect: Connect) -> None:
    client = connect(Wire(completion("Hello!")))
    answer = await done(client.chat.completions.create(**HELLO))
    assert str(answer._repr_markdown_()).startswith("Hello!")
    assert repr(answer).startswith("ChatCompletion(text='Hello!'")
