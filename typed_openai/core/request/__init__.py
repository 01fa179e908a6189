"""From what a caller gave to bytes: checked parameters, what is wrong with them, where, and in which words. Nothing is
imported here."""
