"""The official package's own tests, run with our clients in place of theirs (`make official`)."""
