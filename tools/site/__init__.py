"""The documentation site of `make docs`, up to what zensical reads: pages, the API reference's sources, texts for models."""
