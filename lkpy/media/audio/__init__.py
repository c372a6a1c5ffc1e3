"""Audio between PCM and RTP, 10 ms at a time."""
