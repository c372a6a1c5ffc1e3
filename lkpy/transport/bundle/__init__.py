"""One BUNDLE group: ICE, DTLS-SRTP and SCTP over one path (RFC 9143)."""
