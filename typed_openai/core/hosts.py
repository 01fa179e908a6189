"""Whose a server is, by its name alone."""

from __future__ import annotations


def is_openai(host: str) -> bool:
    """Whether a host is one of OpenAI's own."""
    return host == "openai.com" or host.endswith(".openai.com")
