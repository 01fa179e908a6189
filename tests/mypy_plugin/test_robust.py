"""The plugin never brings mypy down: bad calls, odd syntax, code that mypy has not finished or will not look at; and
what it says is the same in a second run, from the cache, and from the daemon."""

from __future__ import annotations

import contextlib
import random
import re

import pytest
from mypy.dmypy_server import Server, process_start_options

from tests.mypy_plugin.checking import BEGINNING, arguments, faults, folder, run

pytestmark = pytest.mark.once  # what mypy says does not depend on the Python that it runs on

CREATE = "client.chat.completions.create"
WRONG = f"{CREATE}(model='m', messages=[{{'role': 'usr', 'content': 'Hi'}}])"
ODD = [
    f"{CREATE}()",
    f"{CREATE}([{{'role': 'usr'}}])",
    f"{CREATE}(messages=[{{'role': 'usr'}}])",
    f"{CREATE}(*[1], **{{'messages': [{{}}]}})",
    f"{CREATE}(model='m', messages=[{{}}])",
    f"{CREATE}(model='m', messages=[[]])",
    f"{CREATE}(model='m', messages=[None, ..., lambda: 0, {{1: 2}}, {{None: {{}}}}])",
    f"{CREATE}(model='m', messages={{'role': 'user'}})",
    f"{CREATE}(model='m', messages={{*()}})",
    f"{CREATE}(model='m', messages=[{{'role': 'user', 'content': lambda x: x}}])",
    f"{CREATE}(model='m', messages=[{{'role': (r := 'user'), 'content': r}}])",
    f"{CREATE}(model='m', messages=[{{'role': unknown, 'content': unknown.more()}}])",
    f"{CREATE}(model='m', messages=[{{'role': 'user', 'content': {CREATE}(messages=[{{'role': 'usr'}}]).nothing}}])",
    f"{CREATE}(model='m', messages=[{{'role': 'user', 'content': [[[[{{}}]]]]}}])",
    f"{CREATE}(model='m', messages=[{{'role': 'user'}} | {{'content': 'Hi'}}])",
    f"{CREATE}(model='m', messages=[x for x in [{{'role': 'usr'}}]], tools={{}} or [] and ())",
    f"{CREATE}(model='m', messages=[{{'role': 'user', 'content': y}} for x in [[1]] for y in x if (z := y)])",
    f"{CREATE}(model='m', messages=dict(), tools=[dict(1, 2), dict([], type='function'), dict(**{{}})])",
    f"{CREATE}(model='m', messages=[dict])",
    f"{CREATE}(model='m', model='m', messages=[{{}}], messages=[{{}}])",
    f"{CREATE}.create(messages=[{{'role': 'usr'}}])",
    "client.nothing.create(messages=[{'role': 'usr'}])",
    "client.chat.completions.create.__call__(messages=[{'role': 'usr'}])",
    "OpenAI.chat.completions.create(messages=[{'role': 'usr'}])",
    "type(client.chat.completions).create(client.chat.completions, model='m', messages=[{'role': 'usr'}])",
    "(client if hello else async_client).chat.completions.create(model='m', messages=[{'role': 'usr'}])",
    "client.vector_stores.search('v', query='x', filters={'type': 'and', 'filters': [{'type': 'or', 'filters': {}}]})",
]


@pytest.mark.filterwarnings("ignore")
def test_odd_calls_are_answered_with_errors_at_most() -> None:
    lines = [line for each in ODD for line in ("try:", f"    {each}", "except ValueError: ...")]
    repeated = [line for line in lines if "model='m', model='m'" not in line or "messages=[{}], messages" not in line]
    said = run("\n".join([BEGINNING, *(line if line.strip() else "pass" for line in repeated), ""]))
    assert said
    assert not any("INTERNAL ERROR" in line for line in said)


@pytest.mark.parametrize(
    "broken", [f"{CREATE}(messages=[{{'role': }}])", f"{CREATE}(messages=[{{", f"{CREATE}(a=1, a=2)"]
)
def test_what_is_not_python_yet_is_a_syntax_error(broken: str) -> None:
    (said,) = run(f"{BEGINNING}{broken}\n")
    assert said.endswith("[syntax]")


def test_code_that_nobody_reaches_or_checks_is_passed_over() -> None:
    text = f"""
def unchecked(client):  # type: ignore[no-untyped-def]  # that is what is tried
    {WRONG}

def unreachable() -> None:
    return
    {WRONG}

def later() -> None:
    for _ in range(2):
        said = made()
        {CREATE}(model="m", messages=[{{"role": "user", "content": said}}, {{"role": value, "content": value}}])

def made() -> Any:
    return value

value = [made() for _ in ()][0]
"""
    assert run(BEGINNING + text) == []


def test_random_calls_never_crash() -> None:
    rng = random.Random(8)
    words = ["role", "user", "content", "type", "text", "function", "tools", "x", "name", "image_url"]

    def value(depth: int) -> str:
        kinds = ["text", "number", "name", "none"] + (
            ["dict", "list", "star", "if", "for", "or", "call", "walrus"] if depth else []
        )
        match rng.choice(kinds):
            case "text":
                return repr(rng.choice(words))
            case "number":
                return rng.choice(["1", "2.5", "True", "b''", "1j", "..."])
            case "name":
                return rng.choice(["hello", "client", "print", "undefined_name", "Any", "BEGINNING"])
            case "dict":
                items = [
                    f"{rng.choice([repr(rng.choice(words)), value(depth - 1)])}: {value(depth - 1)}"
                    for _ in range(rng.randrange(4))
                ]
                return "{" + ", ".join([*items, *rng.choice([[], [f"**{value(depth - 1)}"]])]) + "}"
            case "list":
                return "[" + ", ".join(value(depth - 1) for _ in range(rng.randrange(3))) + "]"
            case "star":
                return f"[*{value(depth - 1)}, {value(depth - 1)}]"
            case "if":
                return f"({value(depth - 1)} if {value(depth - 1)} else {value(depth - 1)})"
            case "for":
                return f"[{value(depth - 1)} for x in {value(depth - 1)}]"
            case "or":
                return f"({value(depth - 1)} {rng.choice(['or', 'and', '+', '|', '*'])} {value(depth - 1)})"
            case "call":
                return f"{CREATE}(model='m', messages={value(depth - 1)})"
            case "walrus":
                return f"(w := {value(depth - 1)})"
        return "None"

    calls = []
    for number in range(150):
        written = rng.choice([CREATE, "async_client.responses.create", "client.beta.threads.create"])
        named = rng.choice(["messages", "tools", "input", "response_format", "reasoning", "tool_choice"])
        calls.append(f"def f{number}() -> None:\n    {written}({named}={value(4)}, model='m')\n")
    said = run(BEGINNING + "\n".join(calls))
    assert len(said) > 120
    assert not any("INTERNAL ERROR" in line for line in said)


def test_a_second_run_from_the_cache_says_the_same() -> None:
    first = run(f"{BEGINNING}{WRONG}\n", name="kept")
    assert "did you mean" in first[0]
    assert run(f"{BEGINNING}{WRONG}\n", name="kept") == first
    assert run(f"{BEGINNING}{WRONG.replace('usr', 'user')}\n", name="kept") == []


def test_nested_calls_are_told_once_each() -> None:
    inner = WRONG.replace("'Hi'", "'a'")
    text = f"{CREATE}(model='m', messages=[{{'role': 'user', 'conten': {inner}.text}}])\n"
    found = faults(BEGINNING + text)
    assert len([each for said in found.values() for each in said if "typed-openai" in each]) == 2


def test_the_daemon_says_the_same_after_each_change() -> None:
    place = folder() / "served.py"
    place.write_text(f"{BEGINNING}{WRONG}\n")
    options = process_start_options(arguments(), allow_sources=False)
    server = Server(options, str(folder() / "status"), None)

    def checked() -> str:
        with contextlib.chdir(folder()):
            answer = server.cmd_check([str(place)], is_tty=False, terminal_width=80, export_types=False)
        return re.sub(r"^.*served\.py:", "", str(answer["out"]))

    first = checked()
    assert "did you mean" in first
    place.write_text(f"{BEGINNING}{WRONG.replace('usr', 'user')}\n")
    assert checked().startswith("Success")
    place.write_text(f"{BEGINNING}{WRONG}\n")
    assert checked() == first
