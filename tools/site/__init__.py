"""The documentation site of `make docs`, up to what zensical reads: pages, a reference, texts for models."""
