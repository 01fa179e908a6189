"""What fails in other words: success statuses whose answer is none."""
