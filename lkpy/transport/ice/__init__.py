"""ICE (RFC 8445): finds a path for datagrams to the peer and keeps watching it.

`agent` and `lite` are sans-IO; `transport.IceTransport` drives one of them over the sockets of `udp`, `mux`,
`tcp` and `turn`. Import from the modules themselves: `candidate` and `parameters` are light.
"""
