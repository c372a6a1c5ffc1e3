"""TURN (RFC 8656): addresses on a server that relay to us.

`client` is sans-IO, made of `requests` (transactions and credentials) and `channels`; `frames` cuts streams.
`relay` drives a client over UDP, TCP or TLS.
"""
