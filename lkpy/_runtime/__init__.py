"""What a room or a server runs on: the clock, the network, and the trace. Handed down, never looked up."""
