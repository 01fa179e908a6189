"""Paths of the official package's `openai.lib.streaming`."""
