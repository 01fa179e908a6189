"""Bodies: whole, cut, packed and endless ones, and what is read from them; lists; what the fuzz harness promises."""
