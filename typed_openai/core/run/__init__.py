"""What runs a call: flows and the effects that they yield, the drivers, the transport, clocks, retries, waiting.
Nothing is imported here."""
