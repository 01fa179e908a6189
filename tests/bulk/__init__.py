"""`client.bulk`: one file in, one file out, whichever engine."""
