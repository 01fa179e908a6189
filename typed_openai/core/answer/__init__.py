"""From bytes to typed results: what came, how it is read when it deviates, and what a server says went wrong. Nothing
is imported here."""
