"""Signalling: the websocket to the server. Everything but `client` is pure."""
