"""The test kit that users get: `typed_openai.testing` and its pytest plugin."""
