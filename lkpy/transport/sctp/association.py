"""One SCTP association over DTLS (RFC 9260, RFC 8261): packets in, packets out, no I/O.

`receive()` takes a packet, `handle_timeout()` the time; both only change state. `packets_to_send()` then
writes what became due: control chunks first, DATA bundled behind them. Call it once after a batch of received
packets, and the batch is acknowledged by one SACK.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lkpy.errors import ProtocolError
from lkpy.transport.sctp import chunks
from lkpy.transport.sctp.checksum import HeaderChecksum
from lkpy.transport.sctp.chunks import (
    COMMON_HEADER_SIZE,
    DATA,
    DATA_HEADER_SIZE,
    SACK,
    U32,
    InitChunk,
    SackChunk,
    build_chunk,
    chunk_bounds,
)
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.lifecycle import AssociationLifecycle
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.observer import AssociationObserver
from lkpy.transport.sctp.rto import NEVER
from lkpy.transport.sctp.states import RECEIVING, SENDING, AssociationState, Event

PACKET_SIZE: Final = 1152
"""Bytes of a full SCTP packet: with DTLS, UDP and IPv6 headers it stays under the 1280 that every path
carries."""
PORT: Final = 5000
"""The SCTP port of `a=sctp-port` (RFC 8841); everybody uses this one, and it means nothing above DTLS."""

# The two highest bits of an unknown chunk type say what to do with it (RFC 9260 section 3.2).
_UNKNOWN_SKIP = 0x80
_UNKNOWN_REPORT = 0x40

_S = AssociationState


class Association(AssociationLifecycle):
    """The protocol engine; see `AssociationLifecycle` for its arguments."""

    def __init__(
        self,
        observer: AssociationObserver,
        *,
        entropy: Callable[[int], bytes],
        max_message_size: int,
        counters: SctpCounters,
        packet_size: int = PACKET_SIZE,
        local_port: int = PORT,
        remote_port: int = PORT,
    ) -> None:
        super().__init__(
            observer,
            entropy=entropy,
            max_message_size=max_message_size,
            counters=counters,
            packet_size=packet_size,
            local_port=local_port,
            remote_port=remote_port,
        )
        self._incoming = HeaderChecksum(self._us.prefix)
        self._handlers: dict[int, Callable[[int, bytes, float], object]] = {
            chunks.INIT_ACK: self._on_init_ack,
            SACK: lambda flags, value, now: self._on_sack(SackChunk.parse(value), now),
            chunks.HEARTBEAT: self._on_heartbeat,
            chunks.HEARTBEAT_ACK: self._on_nothing,
            chunks.ABORT: self._on_abort,
            chunks.SHUTDOWN: self._on_shutdown,
            chunks.SHUTDOWN_ACK: lambda flags, value, now: self._event(Event.SHUTDOWN_ACK, now),
            chunks.ERROR: self._on_error,
            chunks.COOKIE_ECHO: self._on_cookie_echo,
            chunks.COOKIE_ACK: lambda flags, value, now: self._event(Event.COOKIE_ACK, now),
            chunks.SHUTDOWN_COMPLETE: lambda flags, value, now: self._event(Event.SHUTDOWN_COMPLETE, now),
            chunks.RECONFIG: self._on_reconfig,
            chunks.FORWARD_TSN: self._on_forward_tsn,
        }

    # -- calls -----------------------------------------------------------------------------------------------

    def close_stream(self, stream: OutboundStream) -> None:
        """Reset an outgoing stream as soon as everything queued on it is acknowledged (RFC 6525)."""
        if self._reconfig is not None and self._peer is not None and self._peer.reconfig:
            self._reconfig.close(stream)
        else:
            self._observer.on_streams_closed([stream])

    def path_restored(self, now: float) -> None:
        """The path works again after an interruption: retransmit now, not when a doubled timeout ends."""
        self.sender.path_restored(now)
        self._setup.path_restored(now)
        if self._reconfig is not None:
            self._reconfig.path_restored(now)

    # -- packets in ------------------------------------------------------------------------------------------

    def receive(self, packet: bytes, now: float) -> None:
        """Take one packet from DTLS. Whatever it holds: no exception, no endless loop; junk is counted."""
        counters = self.counters
        counters.packets_received += 1
        if self.state is _S.TERMINATED:
            counters.unexpected += 1
            return
        body = packet[COMMON_HEADER_SIZE:]
        try:
            if packet[:8] != self._us.prefix:
                bounds = self._open_foreign(packet, body, now)
            elif self._incoming.field(body) == packet[8:12]:
                bounds = chunk_bounds(body)
            else:
                counters.bad_checksum += 1
                return
        except ProtocolError:
            counters.malformed += 1
            return
        if not bounds:
            return
        if self.sender.errors > 1:
            # The peer is heard again after silence: what was doubled meanwhile says nothing any more.
            self.path_restored(now)
        for kind, start, stop in bounds:
            if kind == DATA:
                if self._on_data(body, start, stop, now):
                    continue
            else:
                try:
                    go_on = self._on_control(kind, body[start:stop], now)
                except ProtocolError:
                    counters.malformed += 1
                    continue
                if not go_on:
                    break
            if self._over():
                return
        inbound = self._inbound
        if inbound is not None and inbound.touched:
            inbound.packet_done(now)
            if self._reconfig is not None:
                answer = self._reconfig.arrived(inbound.tsns.cumulative & U32)
                if answer is not None:
                    self._writer.answer(answer)

    def _open_foreign(self, packet: bytes, body: bytes, now: float) -> list[tuple[int, int, int]]:
        """A packet that does not begin as the peer's do: INIT, an ABORT that reflects the peer's tag, or
        junk.

        Returns the chunks to go on with (RFC 9260 section 8.5.1).

        Raises:
            ProtocolError: the packet is no SCTP packet.
        """
        counters = self.counters
        if len(body) < chunks.CHUNK_HEADER_SIZE:
            raise ProtocolError("SCTP packet without a chunk")
        if HeaderChecksum(packet[:8]).field(body) != packet[8:12]:
            counters.bad_checksum += 1
            return []
        bounds = chunk_bounds(body)
        tag = int.from_bytes(packet[4:8], "big")
        kind, start, stop = bounds[0]
        if kind == chunks.INIT and tag == 0 and len(bounds) == 1:
            init = InitChunk.parse(body[start + 4 : stop])
            if self._event(Event.INIT, now):
                self._writer.answer_alone(init.initiate_tag, self._us.init_ack(init, now))
            return []
        if self._peer is not None and tag == self._peer.peer_tag and tag != self._us.tag:
            if kind in (chunks.ABORT, chunks.SHUTDOWN_COMPLETE) and body[1] & chunks.FLAG_REFLECTED_TAG:
                return bounds
        elif tag == self._us.tag:
            # Other ports than announced, which name nothing here.
            return bounds
        counters.bad_tag += 1
        return []

    def _on_control(self, kind: int, chunk: bytes, now: float) -> bool:
        """Take one chunk other than DATA. Returns whether to read the rest of the packet."""
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(chunk[1], chunk[4:], now)
            return True
        if kind == chunks.INIT:
            # INIT has to come alone and with tag zero (RFC 9260 sections 6.10 and 8.5.1).
            self.counters.bad_tag += 1
            return False
        self.counters.unknown_chunks += 1
        if kind & _UNKNOWN_REPORT and self._peer is not None:
            cause = chunks.build_parameter(chunks.CAUSE_UNRECOGNIZED_CHUNK, chunk[:64])
            self._writer.answer(build_chunk(chunks.ERROR, cause))
        return bool(kind & _UNKNOWN_SKIP)

    # -- data ------------------------------------------------------------------------------------------------

    def _on_data(self, body: bytes, start: int, stop: int, now: float) -> bool:
        """Take a DATA chunk. Returns True when that surely did not end the association."""
        # The first comparison alone for nearly all chunks: members of an Enum are slow to hash.
        if (
            self.state is not _S.ESTABLISHED
            and self.state not in RECEIVING
            and not self._event(Event.DATA, now)
        ):
            return False
        inbound = self._inbound
        if inbound is None:
            return False
        if stop - start <= DATA_HEADER_SIZE:
            # RFC 9260 section 6.2: a DATA chunk without user data is a protocol violation.
            self.counters.malformed += 1
            self.abort(chunks.CAUSE_PROTOCOL_VIOLATION, "the peer sent DATA without user data")
            return False
        inbound.receive(body, start, stop)
        if inbound.exhausted:
            self.abort(chunks.CAUSE_OUT_OF_RESOURCE, "the peer filled the receive buffer")
        return self._inbound is inbound

    def _on_sack(self, sack: SackChunk, now: float) -> None:
        acknowledging = (
            self.state is _S.ESTABLISHED or self.state in SENDING or self.state is _S.SHUTDOWN_SENT
        )
        if not acknowledging or not self.sender.acknowledge(sack, now):
            self.counters.unexpected += 1
            return
        self._check_drained(now)

    def _on_forward_tsn(self, flags: int, value: bytes, now: float) -> None:
        chunk = chunks.ForwardTsnChunk.parse(value)
        if self._inbound is None or self.state not in RECEIVING:
            self.counters.unexpected += 1
            return
        self._inbound.forward(chunk)

    def _on_reconfig(self, flags: int, value: bytes, now: float) -> None:
        if self._reconfig is None or self._inbound is None or self.state not in RECEIVING:
            self.counters.unexpected += 1
            return
        for answer in self._reconfig.receive(value, self._inbound.tsns.cumulative & U32):
            self._writer.answer(answer)

    def _on_heartbeat(self, flags: int, value: bytes, now: float) -> None:
        # RFC 9260 section 8.3: the information goes back as it came.
        if self._peer is not None and len(value) <= self._writer.capacity // 4:
            self._writer.answer(build_chunk(chunks.HEARTBEAT_ACK, value))

    def _on_nothing(self, flags: int, value: bytes, now: float) -> None:
        # We send no HEARTBEAT that this could answer: ICE consent (RFC 7675) watches the path.
        self.counters.unexpected += 1

    def _on_shutdown(self, flags: int, value: bytes, now: float) -> None:
        self._on_sack(SackChunk(chunks.parse_tsn(value), self.sender.flight.peer_rwnd), now)
        if self.state is _S.SHUTDOWN_RECEIVED or self._event(Event.SHUTDOWN, now):
            self._check_drained(now)

    # -- time and packets out --------------------------------------------------------------------------------

    def next_timeout(self) -> float | None:
        """When to call `handle_timeout`, or None."""
        deadline = min(self._setup.deadline, self.sender.deadline)
        if self._inbound is not None and self._inbound.sack_at < deadline:
            deadline = self._inbound.sack_at
        if self._reconfig is not None and self._reconfig.deadline < deadline:
            deadline = self._reconfig.deadline
        return None if deadline == NEVER else deadline

    def handle_timeout(self, now: float) -> None:
        """Act on every deadline that has passed; then call `packets_to_send`."""
        if self._inbound is not None and self._inbound.sack_at <= now:
            self._inbound.sack_due = True
        if self._setup.deadline <= now:
            if not self._setup.expired(now):
                self.abort(failure=f"the peer does not answer in state {self.state.value}")
            elif self._setup.packet:
                self._writer.add_packet(self._setup.packet)
            else:
                self._writer.add_first(self._setup.chunk)
        if self.sender.deadline <= now and self.sender.timed_out(now):
            self.abort(failure="the peer does not acknowledge data")
        if self._reconfig is not None and self._reconfig.deadline <= now:
            if self.sender.count_error():
                self.abort(failure="the peer does not answer stream resets")
            else:
                self._writer.add(self._reconfig.repeat(now, self.sender.rtt.rto))

    def packets_to_send(self, now: float) -> list[bytes]:
        """Everything that is due, as packets for DTLS. Empty when there is nothing."""
        writer = self._writer
        inbound = self._inbound
        if inbound is not None:
            if inbound.sack_due:
                writer.add(build_chunk(SACK, inbound.take_sack().serialize()))
            if self.state is _S.ESTABLISHED or self.state in SENDING:
                if self._reconfig is not None:
                    sender = self.sender
                    request = self._reconfig.request(sender.flight.cumulative, now, sender.rtt.rto)
                    if request is not None:
                        writer.add(request)
                self.sender.write(writer, now)
            if writer.chunks:
                writer.flush()
        packets = writer.take()
        self.counters.packets_sent += len(packets)
        return packets
