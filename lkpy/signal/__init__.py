"""Signalling: the websocket to the server. Only `client`, `handshake` and `websocket` do I/O."""
