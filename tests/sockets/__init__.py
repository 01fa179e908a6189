"""Sockets, against a real server on this machine, in both colours."""
