"""What travels on data channels: packets, and the reliability above SCTP. Pure."""
