"""Scenarios of `beta.chatkit`: sessions and threads."""

from __future__ import annotations

from typing import Any

from tests.interop.scenario import scenario

PAGE: dict[str, Any] = {"after": "a", "before": "b", "limit": 2, "order": "asc"}
CHATKIT = [
    scenario("beta.chatkit.sessions.create", "for a user", user="user-1", workflow={"id": "wf_1"}),
    scenario(
        "beta.chatkit.sessions.create",
        "with everything",
        user="user-1",
        workflow={
            "id": "wf_1",
            "version": "2",
            "state_variables": {"city": "Rome", "share": 0.5, "open": True},  # a whole number is two things to steady
            "tracing": {"enabled": False},
        },
        chatkit_configuration={
            "automatic_thread_titling": {"enabled": False},
            "file_upload": {"enabled": True, "max_file_size": 512, "max_files": 3},
            "history": {"enabled": True, "recent_threads": 10},
        },
        expires_after={"anchor": "created_at", "seconds": 600},
        rate_limits={"max_requests_per_1_minute": 20},
    ),
    scenario("beta.chatkit.sessions.cancel", "by id", "cksess_1"),
    scenario("beta.chatkit.threads.retrieve", "by id", "cthr_1"),
    scenario("beta.chatkit.threads.list", "all of them"),
    scenario("beta.chatkit.threads.list", "a page of one user", user="user-1", **PAGE),
    scenario("beta.chatkit.threads.delete", "by id", "cthr_1"),
    scenario("beta.chatkit.threads.list_items", "all of them", "cthr_1"),
    scenario("beta.chatkit.threads.list_items", "a page", "cthr_1", **PAGE),
]
