"""The Responses API: models, streams and what they add up to, the local server."""
