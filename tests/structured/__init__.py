"""Structured output: types as strict schemas, and values of them from answers."""
