"""UDP for ICE: sockets that are read in batches, and one port shared by many agents."""

from __future__ import annotations

from lkpy.transport.ice.mux import MuxCounters, UdpMux
from lkpy.transport.ice.sockets import UdpEndpoint, open_udp

__all__ = ["MuxCounters", "UdpEndpoint", "UdpMux", "open_udp"]
