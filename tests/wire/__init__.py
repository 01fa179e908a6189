"""Wrong servers and streams, over a real loopback socket."""
