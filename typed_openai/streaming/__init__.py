"""Streams: raw typed chunks, typed events above them, and the accumulators that put them together again."""
