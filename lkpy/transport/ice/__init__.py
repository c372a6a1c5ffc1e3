"""ICE (RFC 8445): finds a path for datagrams to the peer and keeps watching it.

`agent` is sans-IO; `transport.IceTransport` drives one over what `gather`, `mux`, `tcp` and `turn` open.
Import from the modules themselves: `candidate` and `parameters` are light.
"""
