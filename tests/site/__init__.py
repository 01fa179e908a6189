"""The documentation site: how it is laid out (every run of the tests), and how it was built (make docs)."""
