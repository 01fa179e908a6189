"""The local server, asked over a real socket with nothing but the standard library."""
