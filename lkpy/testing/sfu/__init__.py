"""The fake SFU: HTTP front, signalling, rooms, negotiation, forwarding. Its door: `lkpy.testing.FakeSfu`."""
