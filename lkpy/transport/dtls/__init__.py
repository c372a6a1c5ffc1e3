"""DTLS-SRTP (RFC 9147, RFC 5764): certificate, handshake, keys."""
