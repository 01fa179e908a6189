"""Declarations: an operation is one line; what users call, its signature and its docs follow from it. Nothing is
imported here."""
