"""The pytest plugin as a project sees it: each test here runs a little project of its own."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable

import pytest

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester) -> Run:
    """Run the tests in a text, with these options."""
    pytester.makeini(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\naddopts = --strict-markers\n"
    )

    def run(tests: str, *options: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=textwrap.dedent(tests))
        return pytester.runpytest_inprocess("-p", "no:cacheprovider", *options)

    return run


def test_any_client_of_any_library_asks_the_server(run: Run) -> None:
    run(
        """
        import json, os, urllib.request
        import openai, typed_openai

        def test_it(openai_server):
            openai_server.answer("Good day", times=3)
            asked = dict(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])
            for package in (openai, typed_openai):
                client = package.OpenAI()
                assert client.chat.completions.create(**asked).choices[0].message.content == "Good day"
            request = urllib.request.Request(
                os.environ["OPENAI_BASE_URL"] + "/chat/completions", json.dumps(asked).encode()
            )
            assert b"Good day" in urllib.request.urlopen(request).read()
            assert [request.params for request in openai_server.requests] == [asked] * 3

        def test_the_environment_is_as_it_was():
            assert "OPENAI_BASE_URL" not in os.environ
        """
    ).assert_outcomes(passed=2)


def test_clients_of_both_colours_are_there(run: Run) -> None:
    run(
        """
        def test_sync(openai_server, openai_client):
            openai_server.answer("Good day")
            assert openai_client.responses.create(model="gpt-4o", input="hi").output_text == "Good day"

        async def test_async(openai_server, async_openai_client):
            openai_server.answer("Good day")
            stream = await async_openai_client.responses.create(model="gpt-4o", input="hi", stream=True)
            assert "".join([e.delta async for e in stream if e.type == "response.output_text.delta"]) == "Good day"
        """,
        "-W",
        "error",
    ).assert_outcomes(passed=2)


def test_markers_bring_the_server_and_hold_from_top_to_bottom(run: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import os, pytest

        @pytest.fixture(autouse=True)
        def nothing_from_outside(monkeypatch):
            for name in list(os.environ):
                if name.startswith("OPENAI_"):
                    monkeypatch.delenv(name)

        @pytest.fixture
        def client():
            import openai
            return openai.OpenAI(max_retries=0)
        """
    )
    run(
        """
        import openai, pytest

        pytestmark = [pytest.mark.openai_answer("first")]

        @pytest.mark.openai_answer("second")
        @pytest.mark.openai_answer("third", when="third")
        @pytest.mark.openai_fault(status=429, headers={"x-why": "order"}, times=2)
        @pytest.mark.openai_fault(status=503)
        def test_it(client):
            def say(text):
                return client.responses.create(model="gpt-4o", input=text).output_text

            for status in (429, 429, 503):
                with pytest.raises(openai.APIStatusError) as caught:
                    say("hi")
                assert caught.value.status_code == status
            assert [say("hi"), say("the third"), say("hi")] == ["first", "third", "second"]
        """
    ).assert_outcomes(passed=1)


def test_what_a_marker_says_wrong_is_told(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.openai_fault(statsu=429)
        def test_it():
            pass
        """
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*openai_fault of test_it.py::test_it*statsu*"])


def test_the_run_ends_with_requests_and_tokens(run: Run) -> None:
    tests = """
        import pytest

        @pytest.mark.parametrize("stream", [False, True])
        def test_it(openai_server, openai_client, stream):
            openai_server.answer("one two three")
            answer = openai_client.responses.create(model="gpt-4o", input="hi", stream=stream)
            assert list(answer)

        def test_nothing():
            pass
        """
    run(tests).stdout.fnmatch_lines(["openai: 2 requests, 20 tokens (14 in, 6 out)"])
    run(tests, "-n", "2").stdout.fnmatch_lines(["openai: 2 requests, 20 tokens (14 in, 6 out)"])
    run("def test_nothing(): pass").stdout.no_fnmatch_line("openai:*")


def test_nothing_of_the_package_is_imported_before_a_fixture_is_asked_for(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytester.makepyfile(
        """
        import sys

        def test_it():
            loaded = {name for name in sys.modules if name.split(".")[0] in ("typed_openai", "pydantic", "httpx")}
            assert loaded <= {"typed_openai", "typed_openai.testing", "typed_openai.testing.plugin"}
        """
    )
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # others may load what they like
    result = pytester.run(sys.executable, "-m", "pytest", "-p", "typed_openai.testing.plugin")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "marker", "fixture", "refused"),
    [
        ((), "", "openai_server", True),
        ((), "", "tmp_path", False),
        (("--openai-block",), "", "tmp_path", True),
        (("--openai-block=none",), "", "openai_server", False),
        ((), '@pytest.mark.openai_allow_hosts("192.0.2.1")', "openai_server", False),
    ],
    ids=["fixtures", "others", "all", "none", "allowed"],
)
def test_a_test_asks_this_machine_only(
    run: Run, options: tuple[str, ...], marker: str, fixture: str, refused: bool
) -> None:
    result = run(
        f"""
        import pytest, socket

        {marker}
        def test_it({fixture}):
            with socket.socket() as sock:
                sock.settimeout(0.01)
                sock.connect(("192.0.2.1", 80))  # an address that nobody has (RFC 5737)
        """,
        *options,
    )
    result.assert_outcomes(failed=1)
    if refused:
        result.stdout.fnmatch_lines(["*this machine only, not '192.0.2.1'*openai_allow_hosts*--openai-block=none*"])
        result.stdout.fnmatch_lines(["openai: blocked: 192.0.2.1 (1)"])
    else:
        result.stdout.no_fnmatch_line("*this machine only*")


def test_a_cassette_is_recorded_once_and_replayed(run: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pytest

        @pytest.mark.openai_cassette
        @pytest.mark.parametrize("text", ["a/b c", "d"])
        def test_it(openai_client, text):
            said = openai_client.responses.create(model="gpt-4o", input=text).output_text
            streamed = openai_client.responses.stream(model="gpt-4o", input=text)
            with streamed as stream:
                assert "".join(stream.text()) == said

        class TestOthers:
            @pytest.mark.openai_cassette("by_name", timing=False)
            def test_it(self, openai_client):
                assert openai_client.models.list().data
        """
    missing = run(tests)
    missing.assert_outcomes(errors=3)
    missing.stdout.fnmatch_lines(["*test_it-a-b-c.jsonl: cannot be read*record it with pytest --openai-record"])
    recorded = run(tests, "--openai-record")
    recorded.assert_outcomes(passed=3)
    recorded.stdout.fnmatch_lines(["openai: 5 requests*, 5 recorded from 127.0.0.1"])
    names = sorted(str(path.relative_to(pytester.path)) for path in pytester.path.rglob("*.jsonl"))
    assert names == [
        "cassettes/by_name.jsonl",
        "cassettes/test_it/test_it-a-b-c.jsonl",
        "cassettes/test_it/test_it-d.jsonl",
    ]
    before = [(pytester.path / name).read_text() for name in names]
    for options in ((), ("--openai-record",)):
        replayed = run(tests, *options)
        replayed.assert_outcomes(passed=3)
        replayed.stdout.fnmatch_lines(["openai: 5 requests*, 5 replayed"])
    assert before == [(pytester.path / name).read_text() for name in names]
    run(tests, "--openai-record=all").stdout.fnmatch_lines(["openai: 5 requests*, 5 recorded from 127.0.0.1"])


def test_what_was_not_recorded_fails_even_when_the_error_is_swallowed(run: Run) -> None:
    tests = """
        import contextlib, openai, pytest

        @pytest.mark.openai_cassette
        def test_it():
            with openai.OpenAI() as client, contextlib.suppress(openai.BadRequestError):
                client.responses.create(model="gpt-4o", input="{}")
        """
    run(tests.format("hi"), "--openai-record").assert_outcomes(passed=1)
    result = run(tests.format("ho"))
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*test_it.jsonl: POST /v1/responses was not recorded*body.input 'ho' is not 'hi'*"])


def test_a_test_that_fails_records_nothing(run: Run, pytester: pytest.Pytester) -> None:
    tests = """
        import pytest

        @pytest.mark.openai_cassette
        def test_it(openai_client):
            openai_client.models.list()
            assert 0
        """
    run(tests, "--openai-record").assert_outcomes(failed=1)
    assert list(pytester.path.rglob("*.jsonl")) == []


def test_recorded_is_from_where_the_environment_points(
    run: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typed_openai.local import LocalServer

    pytester.makeconftest(
        """
        import pytest

        @pytest.fixture(autouse=True)
        def nothing_from_outside(monkeypatch):
            monkeypatch.delenv("OPENAI_API_KEY", raising=False)
        """
    )
    with LocalServer(api_key="sk-real-Abcdef123456") as real:
        real.answer("My key is sk-real-Abcdef123456, I am org-AbC12345.")
        monkeypatch.setenv("OPENAI_BASE_URL", real.base_url)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-real-Abcdef123456")
        monkeypatch.setenv("OPENAI_ORG_ID", "org-AbC12345")
        run(
            """
            import openai, pytest

            @pytest.mark.openai_cassette
            def test_it():
                with openai.OpenAI() as client:
                    assert "My key is" in client.responses.create(model="gpt-4o", input="hi").output_text
            """,
            "--openai-record",
        ).assert_outcomes(passed=1)
        [request] = real.requests
        assert request.path == "/v1/responses"
    text = (pytester.path / "cassettes/test_it/test_it.jsonl").read_text()
    assert "My key is REDACTED, I am REDACTED." in text
    for secret in ("sk-real", "Abcdef123456", "org-AbC", str(real._wanted_port or "127.0.0.1")):
        assert secret not in text
