"""Tool loops: `run_tools` of chat and of responses, in both colours."""
