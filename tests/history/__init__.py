"""Conversations that are kept and cut on this side of the wire."""
