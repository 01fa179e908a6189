"""Batches end to end."""
