"""One SCTP association with its data channels (RFC 9260, RFC 8261, RFC 8831): no I/O.

Inputs change state and return events. `write` puts what became due into packets: control chunks first, DATA
bundled behind them. Call it once after a batch of received packets, and one SACK acknowledges the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.transport.sctp import chunks
from lkpy.transport.sctp.channel import Channel
from lkpy.transport.sctp.chunks import (
    COMMON_HEADER_SIZE,
    DATA,
    DATA_HEADER_SIZE,
    SACK,
    InitChunk,
    SackChunk,
    build_chunk,
    chunk_bounds,
)
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.events import BufferedAmountLow, ChannelClosed, MessageReceived, SctpEvent
from lkpy.transport.sctp.handshake import Handshake
from lkpy.transport.sctp.lifecycle import Lifecycle, Occasion
from lkpy.transport.sctp.packets import PacketReader, PacketWriter
from lkpy.transport.sctp.rto import NEVER
from lkpy.transport.sctp.setup import Setup
from lkpy.transport.sctp.states import SENDING, AssociationState, Input, SctpState
from lkpy.transport.sctp.transfer import Transfer

PACKET_SIZE: Final = 1152
"""Bytes of a full SCTP packet: with DTLS, UDP and IPv6 headers it stays under the 1280 that every path
carries."""
PORT: Final = 5000
"""The SCTP port of `a=sctp-port` (RFC 8841); everybody uses this one, and it means nothing above DTLS."""

# The two highest bits of an unknown chunk type say what to do with it (RFC 9260 section 3.2).
_UNKNOWN_SKIP = 0x80
_UNKNOWN_REPORT = 0x40

_ESTABLISHED = AssociationState.ESTABLISHED
_TERMINATED = AssociationState.TERMINATED


class Association:
    """An association, put together of its parts.

    Args:
        is_client: our DTLS role, which gives us the even stream ids (RFC 8832 section 6); None until `start`.
        entropy: `ENTROPY_SIZE` random bytes.
        max_message_size: bytes of the largest message accepted from the peer.
        packet_size: bytes of the largest packet sent.

    Attributes:
        counters: what happened, in numbers.
        handshake: what we say about ourselves.
        lifecycle: where the association is.
        transfer: data and streams.
        channels: the data channels.
    """

    def __init__(
        self,
        *,
        is_client: bool | None,
        entropy: bytes,
        max_message_size: int,
        packet_size: int = PACKET_SIZE,
    ) -> None:
        self.counters = counters = SctpCounters()
        self.handshake = Handshake(entropy, PORT, PORT)
        self._events: list[SctpEvent] = []
        self._reader = PacketReader(self.handshake.prefix, counters)
        self._writer = PacketWriter(PORT, PORT, packet_size)
        self._setup = Setup(self.handshake, self._writer)
        self.transfer = Transfer(
            initial_tsn=self.handshake.tsn,
            is_client=is_client,
            packet_size=packet_size,
            max_message_size=max_message_size,
            writer=self._writer,
            events=self._events,
            counters=counters,
        )
        self.channels = self.transfer.channels
        self.lifecycle = Lifecycle(self._setup, self.transfer, self._events, counters)
        self._handlers: dict[int, Callable[[bytes, float], object]] = {
            chunks.INIT_ACK: self._on_init_ack,
            SACK: self._on_sack,
            chunks.HEARTBEAT: self._on_heartbeat,
            chunks.HEARTBEAT_ACK: self._on_heartbeat_ack,
            chunks.ABORT: self._on_abort,
            chunks.SHUTDOWN: self._on_shutdown,
            chunks.SHUTDOWN_ACK: lambda value, now: self._take(Input.SHUTDOWN_ACK, now),
            chunks.ERROR: self._on_error,
            chunks.COOKIE_ECHO: self._on_cookie_echo,
            chunks.COOKIE_ACK: lambda value, now: self._take(Input.COOKIE_ACK, now),
            chunks.SHUTDOWN_COMPLETE: lambda value, now: self._take(Input.SHUTDOWN_COMPLETE, now),
            chunks.RECONFIG: self._on_reconfig,
            chunks.FORWARD_TSN: self._on_forward_tsn,
        }

    @property
    def state(self) -> SctpState:
        """Where the association is, as users see it."""
        return self.lifecycle.public

    @property
    def failure(self) -> str | None:
        """Why the state is FAILED."""
        return self.lifecycle.failure

    @property
    def rtt(self) -> float | None:
        """Smoothed round-trip time, seconds."""
        return self.transfer.outbound.rtt.srtt

    # -- calls -----------------------------------------------------------------------------------------------

    def start(self, now: float, is_client: bool | None = None) -> Sequence[SctpEvent]:
        """Begin: send INIT. Both ends may; an association that stands or is over stays as it is.

        Args:
            now: seconds.
            is_client: our DTLS role, if it was not given before.
        Raises:
            InvalidStateError: the DTLS role is not known, or there are more channels than stream ids.
        """
        if is_client is None:
            is_client = self.channels.is_client
        if is_client is None:
            raise InvalidStateError("the DTLS role decides stream ids: pass is_client")
        self.channels.set_role(is_client)
        return self._given(Input.ASSOCIATE, Occasion(now))

    def shutdown(self, now: float) -> Sequence[SctpEvent]:
        """Close once all that is queued has been acknowledged (RFC 9260 section 9.2)."""
        return self._given(Input.SHUTDOWN_CALL, Occasion(now))

    def abort(self, now: float) -> Sequence[SctpEvent]:
        """Close at once; queued data is lost, the peer is told (RFC 9260 section 9.1).

        What a pause has kept stays; see `pull_kept` and `discard_kept`.
        """
        return self._given(Input.ABORT_CALL, Occasion(now))

    def path_restored(self, now: float) -> Sequence[SctpEvent]:
        """The path works again after an interruption: retransmit now, not when a doubled timeout ends."""
        self.transfer.path_restored(now)
        self._setup.timer.path_restored(now)
        return ()

    def create_channel(
        self, label: str, *, ordered: bool, max_retransmits: int | None, protocol: str
    ) -> tuple[Channel, Sequence[SctpEvent]]:
        """Open a channel, at once or when the association stands. See `SctpEndpoint.create_channel`."""
        if self.state in (SctpState.CLOSED, SctpState.FAILED):
            raise InvalidStateError(
                f"cannot open data channel {label!r}: the transport is {self.state.value}"
            )
        channel = self.channels.create(
            label,
            ordered=ordered,
            max_retransmits=max_retransmits,
            protocol=protocol,
            connected=self.state is SctpState.CONNECTED,
        )
        return channel, self._take_events()

    def close_channel(self, channel: Channel) -> Sequence[SctpEvent]:
        """Close a channel: what is queued is still sent, then its stream is reset."""
        if self.channels.close(channel, connected=self.state is SctpState.CONNECTED):
            self.transfer.close_stream(channel.stream)
        return self._take_events()

    def pause_receiving(self) -> Sequence[SctpEvent]:
        """Keep messages of reliable channels, within the receive buffer; those of lossy ones are dropped."""
        self.transfer.gate.pause()
        return ()

    def resume_receiving(self) -> Sequence[SctpEvent]:
        """Let messages pass again, behind those that `pull_kept` gives out."""
        self.transfer.gate.resume()
        return ()

    def pull_kept(self) -> MessageReceived | ChannelClosed | None:
        """The oldest of what a pause has kept; None when there is nothing more, or another pause began."""
        kept = self.transfer.gate.pull()
        if kept is not None and self.transfer.inbound is not None:
            self.transfer.inbound.window_opened()
        return kept

    def discard_kept(self) -> Sequence[SctpEvent]:
        """Nobody will read what a pause has kept. The ends of channels are told all the same."""
        self.channels.discard_kept()
        return self._take_events()

    @property
    def write_due(self) -> bool:
        """The window opened so far that the peer has to be told: `write`."""
        return self.transfer.inbound is not None and self.transfer.inbound.sack_due

    # -- packets in ------------------------------------------------------------------------------------------

    def receive(self, packet: bytes, now: float) -> Sequence[SctpEvent]:
        """Take one packet from DTLS. Whatever it holds: no exception, no endless loop; junk is counted."""
        counters = self.counters
        lifecycle = self.lifecycle
        counters.packets_received += 1
        if lifecycle.state is _TERMINATED:
            counters.unexpected += 1
            return ()
        body = packet[COMMON_HEADER_SIZE:]
        reader = self._reader
        try:
            if packet[:8] == reader.prefix and reader.checksum.field(body) == packet[8:12]:
                bounds = chunk_bounds(body)
            else:
                bounds = reader.open(packet, self._setup.peer_tag)
                if bounds and bounds[0][0] == chunks.INIT:
                    self._on_init(body[chunks.CHUNK_HEADER_SIZE : bounds[0][2]], now)
                    return ()
        except ProtocolError:
            counters.malformed += 1
            return ()
        transfer = self.transfer
        if bounds and transfer.outbound.errors > 1:
            # The peer is heard again after silence: what was doubled meanwhile says nothing any more.
            self.path_restored(now)
        inbound = transfer.inbound
        for kind, start, stop in bounds:
            if kind == DATA:
                # The first comparison alone for nearly all chunks: members of an Enum are slow to hash.
                if lifecycle.state is not _ESTABLISHED and not self._take(Input.DATA, now):
                    continue
                if stop - start <= DATA_HEADER_SIZE:
                    # RFC 9260 section 6.2: a DATA chunk without user data is a protocol violation.
                    counters.malformed += 1
                    self._fail(now, "the peer sent DATA without user data", chunks.CAUSE_PROTOCOL_VIOLATION)
                    break
                assert inbound is not None
                inbound.receive(body, start, stop)
            elif self._on_control(kind, body[start:stop], now):
                inbound = transfer.inbound
            else:
                break
        transfer.packet_done(now)
        if transfer.inbound is not None and transfer.inbound.exhausted:
            self._fail(now, "the peer filled the receive buffer", chunks.CAUSE_OUT_OF_RESOURCE)
        return self._take_events()

    def _on_control(self, kind: int, chunk: bytes, now: float) -> bool:
        """Take one chunk other than DATA. Returns whether to read the rest of the packet."""
        self.transfer.deliver()
        handler = self._handlers.get(kind)
        if handler is not None:
            try:
                handler(chunk[4:], now)
            except ProtocolError:
                self.counters.malformed += 1
            return self.lifecycle.state is not _TERMINATED
        if kind == chunks.INIT:
            # INIT has to come alone and with tag zero (RFC 9260 sections 6.10 and 8.5.1).
            self.counters.bad_tag += 1
            return False
        self.counters.unknown_chunks += 1
        if kind & _UNKNOWN_REPORT and self._setup.peer is not None:
            cause = chunks.build_parameter(chunks.CAUSE_UNRECOGNIZED_CHUNK, chunk[:64])
            self._writer.answer(build_chunk(chunks.ERROR, cause))
        return bool(kind & _UNKNOWN_SKIP)

    def _on_init(self, value: bytes, now: float) -> None:
        self.lifecycle.take(Input.INIT, Occasion(now, init=InitChunk.parse(value)))

    def _on_init_ack(self, value: bytes, now: float) -> None:
        init = InitChunk.parse(value)
        if init.parameter(chunks.PARAM_STATE_COOKIE) is None:
            raise ProtocolError("SCTP INIT ACK without a cookie")
        self.lifecycle.take(Input.INIT_ACK, Occasion(now, init=init))

    def _on_cookie_echo(self, value: bytes, now: float) -> None:
        cookie = self._setup.read_cookie(value, now)
        known = self._setup.peer
        if known is None or known.peer_tag == cookie.peer_tag or self.transfer.untouched:
            self.lifecycle.take(Input.COOKIE_ECHO, Occasion(now, cookie=cookie))
        else:
            failure = "the peer restarted the association"
            self.lifecycle.take(Input.RESTART, Occasion(now, cause=chunks.CAUSE_RESTART, failure=failure))

    def _on_error(self, value: bytes, now: float) -> None:
        if any(cause == chunks.CAUSE_STALE_COOKIE for cause, _ in chunks.parse_parameters(value)):
            self._take(Input.STALE_COOKIE, now)

    def _on_sack(self, value: bytes, now: float) -> None:
        self._acknowledge(SackChunk.parse(value), now)

    def _acknowledge(self, sack: SackChunk, now: float) -> None:
        if self.lifecycle.state is _ESTABLISHED or self._take(Input.SACK, now):
            self.transfer.acknowledge(sack, now)
            self.lifecycle.drain(Occasion(now))

    def _on_forward_tsn(self, value: bytes, now: float) -> None:
        if self._take(Input.FORWARD_TSN, now):
            self.transfer.forward(value)

    def _on_reconfig(self, value: bytes, now: float) -> None:
        if self._take(Input.RECONFIG, now):
            self.transfer.reset(value)

    def _on_heartbeat(self, value: bytes, now: float) -> None:
        # RFC 9260 section 8.3: the information goes back as it came.
        if self._setup.peer is not None and len(value) <= self._writer.capacity // 4:
            self._writer.answer(build_chunk(chunks.HEARTBEAT_ACK, value))

    def _on_heartbeat_ack(self, value: bytes, now: float) -> None:
        # We send no HEARTBEAT that this could answer: ICE consent (RFC 7675) watches the path.
        self.counters.unexpected += 1

    def _on_shutdown(self, value: bytes, now: float) -> None:
        self._acknowledge(SackChunk(chunks.parse_tsn(value), self.transfer.outbound.flight.peer_rwnd), now)
        self._take(Input.SHUTDOWN, now)

    def _on_abort(self, value: bytes, now: float) -> None:
        causes = [cause for cause, _ in chunks.parse_parameters(value)]
        by_user = not causes or chunks.CAUSE_USER_INITIATED_ABORT in causes
        failure = None if by_user else f"the peer aborted the association, cause {causes[0]}"
        self.lifecycle.take(Input.ABORT, Occasion(now, failure=failure))

    # -- time and packets out --------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        """When to call `handle_timeout`, or None."""
        deadline = min(self._setup.timer.deadline, self.transfer.deadline)
        return None if deadline == NEVER else deadline

    def handle_timeout(self, now: float) -> Sequence[SctpEvent]:
        """Act on every deadline that has passed; then `write`. Calling it early does no harm."""
        failure = self.transfer.handle_timeout(now)
        if failure is None and self._setup.timer.deadline <= now and not self._setup.repeat(now):
            failure = f"the peer does not answer in state {self.lifecycle.state.value}"
        if failure is not None:
            self._fail(now, failure)
        return self._take_events()

    def write(self, now: float) -> Sequence[SctpEvent]:
        """Put everything that is due into packets."""
        transfer = self.transfer
        if transfer.inbound is not None:
            transfer.acknowledge_if_due()
            state = self.lifecycle.state
            if state is _ESTABLISHED or state in SENDING:
                transfer.write(now)
            if self._writer.chunks:
                self._writer.flush()
        low = transfer.outbound.queue.low_water
        if low:
            transfer.outbound.queue.low_water = []
            channels = (self.channels.table.of_stream(stream) for stream in low)
            self._events += [BufferedAmountLow(channel) for channel in channels if channel is not None]
        return self._take_events()

    def take_packets(self) -> list[bytes]:
        """Packets for DTLS; empty when there is nothing to send."""
        packets = self._writer.take()
        self.counters.packets_sent += len(packets)
        return packets

    # -- inside ----------------------------------------------------------------------------------------------

    def _take(self, given: Input, now: float) -> bool:
        return self.lifecycle.take(given, Occasion(now))

    def _given(self, given: Input, occasion: Occasion) -> Sequence[SctpEvent]:
        self.lifecycle.take(given, occasion)
        return self._take_events()

    def _fail(self, now: float, failure: str, cause: int = chunks.CAUSE_USER_INITIATED_ABORT) -> None:
        self.lifecycle.take(Input.ABORT_CALL, Occasion(now, cause=cause, failure=failure))

    def _take_events(self) -> Sequence[SctpEvent]:
        if not self._events:
            return ()
        events = self._events.copy()
        self._events.clear()
        return events
