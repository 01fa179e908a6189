"""From the official package by `python -m typed_openai.migrate`."""
