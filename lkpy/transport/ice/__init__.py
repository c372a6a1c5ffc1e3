"""ICE (RFC 8445): finds a path for datagrams to the peer and keeps watching it.

An `agent` is sans-IO and made of named parts: `generations` (credentials), `local_paths`, `proven` addresses,
`liveness` (route and state), `role`, `selection`, `responder`, `reflexive`. A `full` one has more of them:
`pairing`, `checks`, `nomination`, `consent`, `active_tcp`; a `lite` one only listens. `IceTransport` drives
an agent over what `gather`, `mux`, `tcp` and `turn` open. Import from the modules themselves: `candidate` and
`parameters` are light.
"""
