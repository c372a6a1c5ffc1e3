"""RTP and RTCP without I/O: packets, statistics, repair, ordering in time."""
