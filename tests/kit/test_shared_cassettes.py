"""Cassettes with a name: found by it, recorded by several tests, and what a recording run says of its tokens."""

from __future__ import annotations

import pytest

from tests.kit.test_plugin import Run, run

__all__ = ["run"]
pytest_plugins = ["pytester"]

SHARING = """
    import pytest

    @pytest.mark.openai_cassette("shared")
    @pytest.mark.parametrize("text", ["one", "two", "one"])
    def test_it(openai_client, text):
        said = openai_client.responses.create(model="m", input=text).output_text
        assert text in said
    """


def test_a_cassette_may_be_named_by_name(run: Run, pytester: pytest.Pytester) -> None:
    run(
        """
        import pytest

        @pytest.mark.openai_cassette(name="hello")
        def test_it(openai_client):
            openai_client.models.list()
        """,
        "--openai-record",
    ).assert_outcomes(passed=1)
    assert (pytester.path / "cassettes" / "hello.jsonl").exists()


@pytest.mark.parametrize("wanted", ["missing", "all"])
def test_tests_that_share_a_cassette_record_all_of_it(run: Run, wanted: str) -> None:
    for _ in range(2):  # the second time there is one already
        run(SHARING, f"--openai-record={wanted}").assert_outcomes(passed=3)
    result = run(SHARING)
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*3 replayed*"])


def test_workers_do_not_record_one_cassette_at_the_same_time(run: Run) -> None:
    result = run(SHARING, "--openai-record", "-n", "2")
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(["*shared.jsonl is shared with *record it without -n"])


def test_a_recording_run_counts_tokens_as_a_replaying_one_does(run: Run) -> None:
    told = [
        next(line for line in run(SHARING, *options).outlines if line.startswith("openai:"))
        for options in (["--openai-record"], [])
    ]
    assert told[0].split(", 3 ")[0] == told[1].split(", 3 ")[0]
    assert " 0 tokens" not in told[0]


def test_a_session_is_for_one_test(run: Run) -> None:
    result = run(
        """
        import pytest

        @pytest.mark.openai_cassette("shared")
        @pytest.mark.parametrize("number", [1, 2])
        def test_it(openai_client, number):
            with openai_client.realtime.connect(model="gpt-realtime") as connection:
                connection.recv()
        """,
        "--openai-record",
    )
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*shared.jsonl: sessions over sockets are for one test*"])


@pytest.mark.parametrize("option", ["--openai-record", "--openai-block"])
def test_an_option_that_took_the_name_of_a_test_says_how_to_write_it(run: Run, option: str) -> None:
    result = run("def test_it(): pass", option, "test_it.py")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*'test_it.py' is none of them; tests that are named stand before {option}, or*"])
    run("def test_it(): pass", "test_it.py", option).assert_outcomes(passed=1)
