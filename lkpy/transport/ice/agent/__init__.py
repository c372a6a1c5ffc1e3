"""An ICE agent, sans-IO, made of named parts: `ice_agent` is the whole, `parts` puts together what all have.

`generations` (credentials), `local_paths`, `proven` addresses, `liveness` (route and state), `role`,
`selection`, `responder` and `reflexive` are in every agent. A `full` one has more: `pairing`, `checks`,
`nomination`, `consent` and `active_tcp`. A `lite` one only listens.
"""
