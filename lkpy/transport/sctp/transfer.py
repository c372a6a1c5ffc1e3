"""Data in both directions of an association, and the streams that it travels on (RFC 9260 section 6)."""

from __future__ import annotations

from lkpy.transport.sctp import chunks
from lkpy.transport.sctp.chunks import SACK, U32, SackChunk, build_chunk
from lkpy.transport.sctp.cookie import StateCookie
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.data_channels import DataChannels
from lkpy.transport.sctp.events import SctpEvent
from lkpy.transport.sctp.gate import ReceiveGate
from lkpy.transport.sctp.inbound import MAX_STREAMS, InboundData
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.packets import PacketWriter
from lkpy.transport.sctp.reconfig import OwnReset, StreamReconfiguration
from lkpy.transport.sctp.sender import OutboundData


class Transfer:
    """Both halves of the data, stream resets, and the channels above them.

    Args:
        initial_tsn: our first TSN, as on the wire.
        is_client: our DTLS role, None if it is not known yet.
        packet_size: bytes of a full packet.
        max_message_size: bytes of the largest message accepted from the peer.
        writer: takes the chunks that are to be sent.
        events: takes what happens.
        counters: filled in.

    Attributes:
        outbound: queue and flight.
        inbound: what arrives, while there is a peer.
        reconfig: resets of streams.
        gate: where messages wait while receiving is paused.
        channels: the data channels.
    """

    __slots__ = (
        "_counters",
        "_max_message_size",
        "_writer",
        "channels",
        "gate",
        "inbound",
        "outbound",
        "reconfig",
    )

    def __init__(
        self,
        *,
        initial_tsn: int,
        is_client: bool | None,
        packet_size: int,
        max_message_size: int,
        writer: PacketWriter,
        events: list[SctpEvent],
        counters: SctpCounters,
    ) -> None:
        self.outbound = OutboundData(initial_tsn, packet_size, counters)
        self.inbound: InboundData | None = None
        self.reconfig = StreamReconfiguration(initial_tsn)
        self.gate = ReceiveGate(counters)
        self.channels = DataChannels(
            self.outbound.queue, self.gate, events, counters, is_client=is_client, max_streams=MAX_STREAMS
        )
        self._max_message_size = max_message_size
        self._writer = writer
        self._counters = counters

    # -- the life of the association -------------------------------------------------------------------------

    @property
    def untouched(self) -> bool:
        """No data went either way: a cookie of another INIT is a late collision, not a restart."""
        return self.outbound.untouched and (self.inbound is None or self.inbound.untouched)

    def meet(self, peer: StateCookie) -> None:
        """Take the peer's side of the association from its INIT, INIT ACK or cookie."""
        flight = self.outbound.flight
        flight.peer_rwnd = peer.peer_rwnd
        flight.partial_reliability = peer.forward_tsn
        self.channels.max_streams = peer.outbound_streams
        self.inbound = InboundData(peer.peer_tsn, self.gate, self._max_message_size, self._counters)
        self.reconfig.meet(peer.peer_tsn, supported=peer.reconfig)

    def stop(self) -> None:
        """The association is over."""
        self.outbound.stop()
        self.inbound = None
        self.reconfig.stop()
        self.channels.terminate()

    # -- chunks in -------------------------------------------------------------------------------------------

    def deliver(self) -> None:
        """Hand complete messages to their channels."""
        inbound = self.inbound
        if inbound is not None and inbound.reassembly.messages:
            self.channels.receive(inbound.reassembly.take_messages())

    def packet_done(self, now: float) -> None:
        """A packet was read to its end."""
        inbound = self.inbound
        if inbound is None or not inbound.touched:
            return
        if inbound.reassembly.messages:
            self.channels.receive(inbound.reassembly.take_messages())
        inbound.packet_done(now)
        answer = self.reconfig.arrived(inbound.tsns.cumulative & U32)
        if answer is not None:
            self._writer.answer(answer)
            self._settle_resets()

    # The table lets these chunks through only while there is a peer.

    def forward(self, value: bytes) -> None:
        """FORWARD-TSN (RFC 3758 section 3.6)."""
        assert self.inbound is not None
        self.inbound.forward(chunks.ForwardTsnChunk.parse(value))
        self.deliver()

    def reset(self, value: bytes) -> None:
        """RE-CONFIG (RFC 6525 section 5.2). Messages before it in the packet belong to the old streams."""
        self.deliver()
        assert self.inbound is not None
        for answer in self.reconfig.receive(value, self.inbound.tsns.cumulative & U32):
            self._writer.answer(answer)
        self._settle_resets()

    def acknowledge(self, sack: SackChunk, now: float) -> None:
        """SACK, or the acknowledgement that SHUTDOWN holds."""
        if not self.outbound.acknowledge(sack, now):
            self._counters.unexpected += 1

    # -- calls -----------------------------------------------------------------------------------------------

    def close_stream(self, stream: OutboundStream) -> None:
        """Reset an outgoing stream as soon as everything queued on it is acknowledged (RFC 6525)."""
        self.reconfig.close(stream)
        self._settle_resets()

    def _settle_resets(self) -> None:
        outcomes = self.reconfig.outcomes
        while outcomes:
            outcome = outcomes.popleft()
            if isinstance(outcome, OwnReset):
                self.channels.own_reset(outcome.streams)
                continue
            assert self.inbound is not None
            self.inbound.reassembly.reset(outcome.stream_ids)
            for stream in self.channels.peer_reset(outcome.stream_ids):
                self.reconfig.close(stream)

    # -- time and chunks out ---------------------------------------------------------------------------------

    @property
    def deadline(self) -> float:
        """When something is due, or infinity."""
        deadline = min(self.outbound.deadline, self.reconfig.deadline)
        return deadline if self.inbound is None else min(deadline, self.inbound.sack_at)

    def handle_timeout(self, now: float) -> str | None:
        """Act on deadlines that have passed. Returns why the association is lost, if it is."""
        if self.inbound is not None and self.inbound.sack_at <= now:
            self.inbound.sack_due = True
        if self.outbound.deadline <= now and self.outbound.timed_out(now):
            return "the peer does not acknowledge data"
        if self.reconfig.deadline <= now:
            if self.outbound.count_error():
                return "the peer does not answer stream resets"
            self._writer.add(self.reconfig.repeat(now, self.outbound.rtt.rto))
        return None

    def path_restored(self, now: float) -> None:
        """The path works again: what was doubled while it did not says nothing any more."""
        self.outbound.path_restored(now)
        self.reconfig.path_restored(now)

    def acknowledge_if_due(self) -> None:
        """Write the SACK that is due, if one is."""
        if self.inbound is not None and self.inbound.sack_due:
            self._writer.add(build_chunk(SACK, self.inbound.take_sack().serialize()))

    def write(self, now: float) -> None:
        """Write requests for resets, and data as far as the windows allow."""
        outbound = self.outbound
        request = self.reconfig.request(outbound.flight.cumulative, now, outbound.rtt.rto)
        if request is not None:
            self._writer.add(request)
        outbound.write(self._writer, now)
