"""Interop: the client against servers that speak the OpenAI protocol and that nobody here wrote (`scripts/interop`)."""
