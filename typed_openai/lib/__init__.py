"""Paths of the official package's `openai.lib`, for programs that import from there. Nothing is defined only here."""
