"""Conformance: the declarations and models held against the API description (`openapi.json`, `operations.json`)."""
