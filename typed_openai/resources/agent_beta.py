"""The header that all operations of agents send."""

BETA = {"OpenAI-Beta": "agents=v1"}
