"""The mypy plugin (`typed_openai.mypy`), run in this process on what people write."""
