"""The same calls through the official package and through ours, and the HTTP of both side by side (`make parity`)."""
