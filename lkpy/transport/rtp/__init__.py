"""RTP on a bundle: senders, receivers, demultiplexing and RTCP (RFC 3550)."""
