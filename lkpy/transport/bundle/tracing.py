"""The packets of one transport for whoever watches: decrypted, both ways."""

from __future__ import annotations

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind

RECEIVED = TraceDirection.RECEIVED
SENT = TraceDirection.SENT


class PacketTrace:
    """Tells a trace what a transport carries.

    Args:
        runtime: its trace is told, its clock dates.
        name: whose transport it is: `where` of the events is the name, a slash, and `rtp`, `rtcp`, `dtls` or
            `sctp`.
    """

    __slots__ = ("_name", "_now", "_trace")

    def __init__(self, runtime: Runtime, name: str) -> None:
        self._trace = runtime.trace
        self._now = runtime.clock.now
        self._name = name

    @classmethod
    def of(cls, runtime: Runtime, name: str) -> PacketTrace | None:
        """None while nobody watches: one comparison is all that it costs then."""
        return None if runtime.trace is None else cls(runtime, name)

    def __call__(self, direction: TraceDirection, protocol: str, content: bytes, size: int) -> None:
        """One packet.

        Args:
            direction: which way it goes.
            protocol: of its content.
            content: the packet, decrypted where we can.
            size: bytes on the wire; of SCTP, before DTLS.
        """
        assert self._trace is not None
        where = f"{self._name}/{protocol}"
        self._trace(TraceEvent(self._now(), TraceKind.PACKET, direction, where, content, size))
