"""Assistants over responses: the calls of the API that was closed, on the local server and on a script."""
