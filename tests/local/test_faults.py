"""Faults: the server does wrong exactly what it was told to, then right again."""

from __future__ import annotations

import http.client
import threading
import time

import pytest

from tests.local.api import Api
from typed_openai.local import Fault, LocalServer


def test_a_status_replaces_as_many_answers_as_ordered(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(status=429, headers={"Retry-After": "1"}), times=2)
    answers = [api.get("/models") for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    assert answers[0].headers["retry-after"] == "1"
    assert "told to" in answers[0].error["message"]


def test_a_request_that_fails_is_not_carried_out(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(status=500))
    assert api.chat(store=True).error["type"] == "server_error"
    assert api.get("/chat/completions").json["data"] == []


def test_html_with_200_comes_as_ordered(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(body="<html>Sign in</html>", content_type="text/html"))
    answer = api.get("/models")
    assert (answer.status, answer.headers["content-type"], answer.raw) == (200, "text/html", b"<html>Sign in</html>")


def test_a_body_may_be_any_json_and_the_content_type_missing(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(status=404, body={"detail": "gone"}, content_type=""))
    answer = api.get("/models")
    assert answer.json == {"detail": "gone"}
    assert "content-type" not in answer.headers


def test_a_status_without_content_has_none(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(status=204))
    assert (api.get("/models").status, api.get("/models").status) == (204, 200)


def test_a_fault_waits_for_its_path(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(status=503, path="/chat/completions"))
    assert api.get("/models").status == 200
    assert api.chat().status == 503
    assert api.chat().status == 200


def test_faults_may_be_given_at_the_start() -> None:
    with LocalServer(faults=[Fault(status=500), Fault(status=502)]) as server, Api(server.base_url) as api:
        assert [api.get("/models").status for _ in range(3)] == [500, 502, 200]


def test_waiting_faults_can_be_forgotten(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(status=500), times=9)
    server.forget()
    assert api.get("/models").status == 200


def test_a_delay_comes_before_the_answer(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(delay=0.03))
    begun = time.perf_counter()
    assert api.get("/models").status == 200
    assert time.perf_counter() - begun >= 0.03


def test_a_dropped_request_gets_no_answer(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(drop=True))
    with pytest.raises(http.client.RemoteDisconnected):
        api.get("/models")


def test_a_cut_stream_stops_after_so_many_events_and_hangs_up(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(cut_after=2))
    with pytest.raises(http.client.IncompleteRead) as caught:
        api.chat(stream=True)
    assert caught.value.partial.count(b"data: ") == 2


def test_a_clean_cut_ends_the_stream_as_http_wants_it_but_without_done(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(cut_after=3, clean=True))
    raw = api.chat(stream=True).raw
    assert raw.count(b"data: ") == 3
    assert b"[DONE]" not in raw
    assert api.get("/models").status == 200


def test_a_cut_after_the_last_event_takes_only_done_away(server: LocalServer, api: Api) -> None:
    number = len(api.chat(stream=True).events)
    server.fail_next(Fault(cut_after=number, clean=True))
    raw = api.chat(stream=True).raw
    assert raw.count(b"data: ") == number
    assert b'"finish_reason":"stop"' in raw


def test_a_cut_stream_can_say_a_last_word(server: LocalServer, api: Api) -> None:
    parting = b'data: {"error": {"message": "overloaded"}}\n\n'
    server.fail_next(Fault(cut_after=1, parting=parting, clean=True))
    assert api.chat(stream=True).raw.endswith(b"}]}\n\n" + parting)


def test_a_cut_plain_answer_is_shorter_than_it_said(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(cut_after=10))
    with pytest.raises(http.client.IncompleteRead) as caught:
        api.chat()
    assert len(caught.value.partial) == 10


def test_a_stalled_stream_goes_on_after_its_time_and_keeps_alive_by_comments(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(stall_after=1, stall=0.02, keepalive=0.005))
    raw = api.chat(stream=True).raw
    assert raw.count(b": keepalive\n\n") >= 3
    assert raw.endswith(b"data: [DONE]\n\n")


def test_stopping_does_not_wait_for_a_stalled_stream(server: LocalServer, api: Api) -> None:
    server.fail_next(Fault(stall_after=0, stall=60))
    failed: list[type[BaseException]] = []

    def read() -> None:
        try:
            api.chat(stream=True)
        except (http.client.HTTPException, ConnectionError) as fault:
            failed.append(type(fault))

    reader = threading.Thread(target=read)
    reader.start()
    while not server.requests:
        time.sleep(0.001)
    begun = time.perf_counter()
    server.stop()
    reader.join()
    assert time.perf_counter() - begun < 4


def test_a_stream_can_be_slowed_down() -> None:
    with LocalServer(chunk_delay=0.002) as server, Api(server.base_url) as api:
        begun = time.perf_counter()
        events = api.chat(stream=True).events
    assert time.perf_counter() - begun >= 0.002 * len(events)
