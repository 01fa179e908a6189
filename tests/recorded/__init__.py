"""Recorded HTTP, replayed: what real servers said, kept as cassettes."""
