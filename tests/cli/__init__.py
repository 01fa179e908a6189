"""The command line: through click's runner, in processes of its own, and through a real pseudo-terminal."""
