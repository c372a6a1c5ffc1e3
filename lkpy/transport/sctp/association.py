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
from lkpy.transport.sctp.cookie import StateCookie
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.handshake import Handshake, SetupTimer
from lkpy.transport.sctp.inbound import MAX_STREAMS, InboundData
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.observer import AssociationObserver
from lkpy.transport.sctp.packets import PacketWriter
from lkpy.transport.sctp.reconfig import StreamReconfiguration
from lkpy.transport.sctp.rto import NEVER
from lkpy.transport.sctp.sender import OutboundData
from lkpy.transport.sctp.states import RECEIVING, SENDING, TRANSITIONS, Action, AssociationState, Event

PACKET_SIZE: Final = 1152
"""Bytes of a full SCTP packet: with DTLS, UDP and IPv6 headers it stays under the 1280 that every path
carries."""
PORT: Final = 5000
"""The SCTP port of `a=sctp-port` (RFC 8841); everybody uses this one, and it means nothing above DTLS."""

# The two highest bits of an unknown chunk type say what to do with it (RFC 9260 section 3.2).
_UNKNOWN_SKIP = 0x80
_UNKNOWN_REPORT = 0x40

_S = AssociationState


class Association:
    """The protocol engine.

    Args:
        observer: told what happens.
        entropy: returns that many random bytes (for tags, TSNs and the cookie key).
        max_message_size: bytes of the largest message accepted from the peer.
        counters: filled in.
        packet_size: bytes of the largest packet sent.
        local_port, remote_port: SCTP ports.

    Attributes:
        state: see `states`.
        sender: queue and flight.
    """

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
        self.state = _S.CLOSED
        self.counters = counters
        self._observer = observer
        self._max_message_size = max_message_size
        self._us = Handshake(entropy, local_port, remote_port)
        self._incoming = HeaderChecksum(self._us.prefix)
        self._writer = PacketWriter(local_port, remote_port, packet_size)
        self._setup = SetupTimer()
        self.sender = OutboundData(self._us.tsn, packet_size, counters)
        self._peer: StateCookie | None = None
        self._inbound: InboundData | None = None
        self._reconfig: StreamReconfiguration | None = None
        self._actions: dict[Action, Callable[[float], None]] = {
            Action.SEND_INIT: self._send_init,
            Action.ACCEPT_COOKIE: self._accept_cookie,
            Action.CONFIRM_COOKIE: self._confirm_cookie,
            Action.OPEN: self._open,
            Action.SEND_SHUTDOWN: self._send_shutdown,
            Action.SEND_SHUTDOWN_ACK: self._send_shutdown_ack,
            Action.SEND_SHUTDOWN_COMPLETE: self._send_shutdown_complete,
            Action.FINISH: self._finish,
        }
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

    @property
    def rtt(self) -> float | None:
        """Smoothed round-trip time, seconds."""
        return self.sender.rtt.srtt

    @property
    def max_outbound_streams(self) -> int:
        """Streams that both ends agreed we may use; our own limit before that."""
        return self._peer.outbound_streams if self._peer is not None else MAX_STREAMS

    def associate(self, now: float) -> None:
        """Send INIT. Both ends may; an association that stands already stays as it is."""
        self._event(Event.ASSOCIATE, now)

    def shutdown(self, now: float) -> None:
        """Close once all that is queued has been acknowledged (RFC 9260 section 9.2)."""
        self._event(Event.SHUTDOWN_CALL, now)
        self._check_drained(now)

    def abort(self, cause: int = chunks.CAUSE_USER_INITIATED_ABORT, failure: str | None = None) -> None:
        """Close at once; queued data is lost, the peer is told (RFC 9260 section 9.1)."""
        if self.state is _S.TERMINATED:
            return
        if self._peer is not None:
            self._writer.chunks = [build_chunk(chunks.ABORT, chunks.build_parameter(cause, b""))]
            self._writer.flush()
        self._terminate(failure)

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

    def _over(self) -> bool:
        """Whether a chunk or a callback ended the association."""
        return self.state is _S.TERMINATED

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

    def _event(self, event: Event, now: float) -> bool:
        """Apply the transition table. Returns whether the event means something in this state."""
        transition = TRANSITIONS.get((self.state, event))
        if transition is None:
            self.counters.unexpected += 1
            return False
        self.state, action = transition
        perform = self._actions.get(action)
        if perform is not None:
            perform(now)
        return True

    # -- setup (RFC 9260 section 5) --------------------------------------------------------------------------

    def _send_init(self, now: float) -> None:
        self._setup.start(now, packet=self._writer.alone(0, self._us.init()))
        self._writer.add_packet(self._setup.packet)

    def _on_init_ack(self, flags: int, value: bytes, now: float) -> None:
        init = InitChunk.parse(value)
        cookie = init.parameter(chunks.PARAM_STATE_COOKIE)
        if cookie is None:
            raise ProtocolError("SCTP INIT ACK without a cookie")
        if self._event(Event.INIT_ACK, now) and self.state is _S.COOKIE_ECHOED:
            self._adopt(self._us.describe_peer(init, now))
            self._setup.start(now, chunk=build_chunk(chunks.COOKIE_ECHO, cookie))
            self._writer.add_first(self._setup.chunk)

    def _on_cookie_echo(self, flags: int, value: bytes, now: float) -> None:
        cookie = self._us.read_cookie(value, now)
        known = self._peer
        if known is not None and known.peer_tag != cookie.peer_tag and not self._untouched():
            # RFC 9260 section 5.2.4 action A. The peer's data channels are gone, so are ours.
            self.abort(chunks.CAUSE_RESTART, "the peer restarted the association")
            return
        if known is None or known.peer_tag != cookie.peer_tag:
            self._adopt(cookie)
        self._event(Event.COOKIE_ECHO, now)

    def _untouched(self) -> bool:
        """No data went either way: a cookie of another INIT is a late collision, not a restart."""
        return self.sender.untouched and (self._inbound is None or self._inbound.untouched)

    def _adopt(self, peer: StateCookie) -> None:
        """Take the peer's side of the association from its INIT, INIT ACK or cookie."""
        self._peer = peer
        self._writer.address(peer.peer_tag)
        self.sender.flight.peer_rwnd = peer.peer_rwnd
        self.sender.flight.partial_reliability = peer.forward_tsn
        self._inbound = InboundData(
            peer.peer_tsn, self._observer.on_message, self._max_message_size, self.counters
        )
        self._reconfig = StreamReconfiguration(
            self._us.tsn, peer.peer_tsn, self._observer.on_streams_closed, self._on_incoming_reset
        )

    def _accept_cookie(self, now: float) -> None:
        self._confirm_cookie(now)
        self._open(now)

    def _confirm_cookie(self, now: float) -> None:
        self._writer.add_first(build_chunk(chunks.COOKIE_ACK))

    def _open(self, now: float) -> None:
        self._setup.stop()
        self._observer.on_established()

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

    def _on_incoming_reset(self, streams: tuple[int, ...] | None) -> None:
        if self._inbound is not None:
            self._inbound.reassembly.reset(streams)
        self._observer.on_streams_reset(streams)

    def _on_heartbeat(self, flags: int, value: bytes, now: float) -> None:
        # RFC 9260 section 8.3: the information goes back as it came.
        if self._peer is not None and len(value) <= self._writer.capacity // 4:
            self._writer.answer(build_chunk(chunks.HEARTBEAT_ACK, value))

    def _on_nothing(self, flags: int, value: bytes, now: float) -> None:
        # We send no HEARTBEAT that this could answer: ICE consent (RFC 7675) watches the path.
        self.counters.unexpected += 1

    def _on_error(self, flags: int, value: bytes, now: float) -> None:
        causes = [cause for cause, _ in chunks.parse_parameters(value)]
        if self.state is _S.COOKIE_ECHOED and chunks.CAUSE_STALE_COOKIE in causes:
            # RFC 9260 section 5.2.6: begin again with a fresh INIT.
            self.state = _S.COOKIE_WAIT
            self._send_init(now)

    # -- the end (RFC 9260 section 9) ------------------------------------------------------------------------

    def _on_abort(self, flags: int, value: bytes, now: float) -> None:
        causes = [cause for cause, _ in chunks.parse_parameters(value)]
        by_user = not causes or chunks.CAUSE_USER_INITIATED_ABORT in causes
        self._terminate(None if by_user else f"the peer aborted the association, cause {causes[0]}")

    def _on_shutdown(self, flags: int, value: bytes, now: float) -> None:
        self._on_sack(SackChunk(chunks.parse_tsn(value), self.sender.flight.peer_rwnd), now)
        if self.state is _S.SHUTDOWN_RECEIVED or self._event(Event.SHUTDOWN, now):
            self._check_drained(now)

    def _check_drained(self, now: float) -> None:
        if self.state in (_S.SHUTDOWN_PENDING, _S.SHUTDOWN_RECEIVED) and self.sender.drained:
            self._event(Event.ALL_ACKNOWLEDGED, now)

    def _send_shutdown(self, now: float) -> None:
        cumulative = self._inbound.tsns.cumulative if self._inbound is not None else 0
        self._setup.start(now, chunk=build_chunk(chunks.SHUTDOWN, chunks.build_tsn(cumulative)))
        self._writer.add(self._setup.chunk)

    def _send_shutdown_ack(self, now: float) -> None:
        self._setup.start(now, chunk=build_chunk(chunks.SHUTDOWN_ACK))
        self._writer.add(self._setup.chunk)

    def _send_shutdown_complete(self, now: float) -> None:
        self._writer.add(build_chunk(chunks.SHUTDOWN_COMPLETE))
        self._writer.flush()
        self._terminate(None)

    def _finish(self, now: float) -> None:
        self._terminate(None)

    def _terminate(self, failure: str | None) -> None:
        self.state = _S.TERMINATED
        self._setup.stop()
        self.sender.stop()
        self._inbound = None
        self._reconfig = None
        self._writer.chunks = []
        self._observer.on_terminated(failure)

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
