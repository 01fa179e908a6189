"""Everything that proves the package; a package itself so that test modules may import one another by name."""
