"""One SCTP association over DTLS (RFC 9260, RFC 8261): packets in, packets out, no I/O.

`receive()` takes a packet, `handle_timeout()` the time; both only change state. `packets_to_send()` then
writes what became due: control chunks first, DATA bundled behind them. Call it once after a batch of received
packets, and the batch is acknowledged by one SACK.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from lkpy.errors import ProtocolError
from lkpy.transport.sctp import chunks
from lkpy.transport.sctp.checksum import HeaderChecksum
from lkpy.transport.sctp.chunks import (
    COMMON_HEADER_SIZE,
    COMMON_PREFIX,
    DATA,
    DATA_HEADER_SIZE,
    SACK,
    U32,
    InitChunk,
    SackChunk,
    build_chunk,
    chunk_bounds,
)
from lkpy.transport.sctp.congestion import CongestionWindow
from lkpy.transport.sctp.cookie import LIFETIME, StateCookie
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.flight import Flight, OutboundMessage
from lkpy.transport.sctp.inbound import MAX_STREAMS, RECEIVE_BUFFER, InboundData
from lkpy.transport.sctp.outbound import OutboundStream, SendQueue
from lkpy.transport.sctp.reconfig import StreamReconfiguration
from lkpy.transport.sctp.rto import RttEstimator
from lkpy.transport.sctp.states import RECEIVING, SENDING, TRANSITIONS, Action, AssociationState, Event

PACKET_SIZE: Final = 1152
"""Bytes of a full SCTP packet: with DTLS, UDP and IPv6 headers it stays under the 1280 bytes every path
carries."""
PORT: Final = 5000
"""The SCTP port of `a=sctp-port` (RFC 8841); everybody uses this one, and it means nothing above DTLS."""

MAX_INIT_RETRANSMITS: Final = 10
MAX_RETRANSMITS: Final = 12
"""Expiries of T3-rtx in a row before the association fails; the RFC says 10, which RTO_MIN would shorten."""
_MAX_SETUP_RTO = 4.0
"""Seconds: during setup nothing is gained by waiting longer."""
_MAX_BURST = 48
"""Packets written per call while acknowledgements are still to come (Max.Burst, RFC 9260 section 6.1 D)."""
_FAR: Final = float("inf")

_UNKNOWN_STOP = 0x80
_UNKNOWN_REPORT = 0x40


class AssociationObserver(Protocol):
    """Who owns the association."""

    def on_established(self) -> None:
        """Data can flow."""

    def on_message(self, stream_id: int, ppid: int, data: bytes) -> None:
        """A whole message arrived."""

    def on_streams_reset(self, streams: tuple[int, ...] | None) -> None:
        """The peer reset these streams of its own; None: all of them."""

    def on_streams_closed(self, streams: list[OutboundStream]) -> None:
        """Streams given to `close_stream` are reset."""

    def on_terminated(self, failure: str | None) -> None:
        """The association is over; `failure` says why unless both ends agreed."""


class Association:
    """The protocol engine.

    Args:
        observer: told what happens, synchronously, from inside `receive`, `handle_timeout` and `close`.
        entropy: returns that many random bytes (for tags, TSNs and the cookie key).
        max_message_size: bytes of the largest message accepted from the peer.
        counters: filled in.
        packet_size: bytes of the largest packet sent.
        local_port, remote_port: SCTP ports.
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
        self.state = AssociationState.CLOSED
        self.counters = counters
        self._observer = observer
        self._packet_size = packet_size
        self._max_message_size = max_message_size
        self._ports = (local_port, remote_port)
        self._cookie_key = entropy(32)
        self._local_tag = int.from_bytes(entropy(4), "big") or 1
        self._local_tsn = int.from_bytes(entropy(4), "big")
        self._expected_prefix = COMMON_PREFIX.pack(remote_port, local_port, self._local_tag)
        self._incoming = HeaderChecksum(self._expected_prefix)
        self._outgoing = HeaderChecksum(COMMON_PREFIX.pack(local_port, remote_port, 0))
        self._peer: StateCookie | None = None
        self._rtt = RttEstimator()
        self._congestion = CongestionWindow(packet_size)
        self._flight = Flight(self._local_tsn, self._congestion, counters, self._drop_partial)
        self.queue = SendQueue(self._flight, packet_size, counters)
        self._inbound: InboundData | None = None
        self._reconfig: StreamReconfiguration | None = None
        self._packets: list[bytes] = []
        self._control: list[bytes] = []
        self._setup_chunk = b""
        self._setup_packet = b""
        self._setup_deadline = _FAR
        self._setup_tries = 0
        self._t3 = _FAR
        self._errors = 0
        self._timed: tuple[int, float] | None = None
        self._last_sent = 0.0
        self._forwarded: tuple[int, float] = (0, 0.0)
        self._actions: dict[Action, Callable[[float], None]] = {
            Action.SEND_INIT: self._send_init,
            Action.SEND_COOKIE_ECHO: lambda now: None,
            Action.SEND_INIT_ACK: lambda now: None,
            Action.ACCEPT_COOKIE: self._accept_cookie,
            Action.CONFIRM_COOKIE: self._confirm_cookie,
            Action.OPEN: self._open,
            Action.DRAIN: lambda now: None,
            Action.SEND_SHUTDOWN: self._send_shutdown,
            Action.SEND_SHUTDOWN_ACK: self._send_shutdown_ack,
            Action.SEND_SHUTDOWN_COMPLETE: self._send_shutdown_complete,
            Action.FINISH: self._finish,
        }
        self._handlers: dict[int, Callable[[int, bytes, float], object]] = {
            chunks.INIT_ACK: self._on_init_ack,
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
        return self._rtt.srtt

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
        if self.state is AssociationState.TERMINATED:
            return
        if self._peer is not None:
            self._control = [build_chunk(chunks.ABORT, chunks.build_parameter(cause, b""))]
            self._flush_control()
        self._terminate(failure)

    def close_stream(self, stream: OutboundStream) -> None:
        """Reset an outgoing stream as soon as everything queued on it is acknowledged (RFC 6525)."""
        if self._reconfig is not None and self._peer is not None and self._peer.reconfig:
            self._reconfig.close(stream)
        else:
            self._observer.on_streams_closed([stream])

    def path_restored(self, now: float) -> None:
        """The path works again after an interruption: retransmit now, not when the doubled timeout ends."""
        self._errors = 0
        self._rtt.restore()
        if self._t3 != _FAR:
            self._t3 = now
        if self._setup_deadline != _FAR:
            self._setup_deadline = now
        if self._reconfig is not None and self._reconfig.deadline is not None:
            self._reconfig.deadline = now

    # -- packets in ------------------------------------------------------------------------------------------

    def receive(self, packet: bytes, now: float) -> None:
        """Take one packet from DTLS. Whatever it holds: no exception, no endless loop; junk is counted."""
        counters = self.counters
        counters.packets_received += 1
        if self.state is AssociationState.TERMINATED:
            counters.unexpected += 1
            return
        body = packet[COMMON_HEADER_SIZE:]
        if packet[:8] == self._expected_prefix:
            if self._incoming.field(body) != packet[8:12]:
                counters.bad_checksum += 1
                return
            try:
                bounds = chunk_bounds(body)
            except ProtocolError:
                counters.malformed += 1
                return
            if bounds and bounds[0][0] == chunks.INIT:
                # INIT has to carry tag zero (RFC 9260 section 8.5.1).
                counters.bad_tag += 1
                return
        else:
            foreign = self._foreign_packet(packet, body, now)
            if foreign is None:
                return
            bounds = foreign
        if self._errors > 1:
            # The peer is heard again after silence: what was doubled meanwhile says nothing any more.
            self.path_restored(now)
        inbound = self._inbound
        for kind, start, stop in bounds:
            if kind == DATA:
                if inbound is None or self.state not in RECEIVING:
                    if self.state is AssociationState.COOKIE_ECHOED:
                        self._event(Event.DATA, now)
                        inbound = self._inbound
                    if inbound is None or self.state not in RECEIVING:
                        counters.unexpected += 1
                        continue
                if stop - start <= DATA_HEADER_SIZE:
                    # RFC 9260 section 6.2: a DATA chunk without user data is a protocol violation.
                    counters.malformed += 1
                    self.abort(chunks.CAUSE_PROTOCOL_VIOLATION, "the peer sent DATA without user data")
                    return
                inbound.receive(body, start, stop)
                if inbound.exhausted:
                    self.abort(chunks.CAUSE_OUT_OF_RESOURCE, "the peer filled the receive buffer")
                    return
            else:
                try:
                    go_on = self._receive_control(kind, body[start:stop], now)
                except ProtocolError:
                    counters.malformed += 1
                    continue
                if not go_on:
                    break
                inbound = self._inbound
            if self._over():
                return
        if inbound is not None and inbound.touched:
            inbound.packet_done(now)
            if self._reconfig is not None:
                answer = self._reconfig.arrived(inbound.tsns.cumulative & U32)
                if answer is not None:
                    self._control.append(answer)

    def _over(self) -> bool:
        """Whether a chunk or a callback ended the association."""
        return self.state is AssociationState.TERMINATED

    def _foreign_packet(self, packet: bytes, body: bytes, now: float) -> list[tuple[int, int, int]] | None:
        """A packet without our verification tag: INIT, an ABORT that reflects the peer's tag, or junk.

        Returns the chunks to go on with, or None (RFC 9260 section 8.5.1).
        """
        counters = self.counters
        if len(packet) < COMMON_HEADER_SIZE + 4:
            counters.malformed += 1
            return None
        if HeaderChecksum(packet[:8]).field(body) != packet[8:12]:
            counters.bad_checksum += 1
            return None
        try:
            bounds = chunk_bounds(body)
            tag = int.from_bytes(packet[4:8], "big")
            kind, start, stop = bounds[0]
            if kind == chunks.INIT and tag == 0 and len(bounds) == 1:
                self._on_init(InitChunk.parse(body[start + 4 : stop]), now)
                return None
        except ProtocolError:
            counters.malformed += 1
            return None
        reflected = kind in (chunks.ABORT, chunks.SHUTDOWN_COMPLETE) and body[1] & chunks.FLAG_REFLECTED_TAG
        if self._peer is not None and (
            (reflected and tag == self._peer.peer_tag) or (not reflected and tag == self._local_tag)
        ):
            # The second: our tag, other ports than announced.
            return bounds
        counters.bad_tag += 1
        return None

    def _receive_control(self, kind: int, chunk: bytes, now: float) -> bool:
        """Take one chunk other than DATA. Returns whether to read the rest of the packet."""
        if kind == SACK:
            self._on_sack(SackChunk.parse(chunk[4:]), now)
            return True
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(chunk[1], chunk[4:], now)
            return True
        # RFC 9260 section 3.2: the two highest bits of an unknown type say what to do.
        self.counters.unknown_chunks += 1
        if kind & _UNKNOWN_REPORT and self._peer is not None and len(self._control) < 4:
            cause = chunks.build_parameter(chunks.CAUSE_UNRECOGNIZED_CHUNK, chunk[:64])
            self._control.append(build_chunk(chunks.ERROR, cause))
        return bool(kind & _UNKNOWN_STOP)

    def _event(self, event: Event, now: float) -> bool:
        """Apply the transition table. Returns whether the event means something in this state."""
        transition = TRANSITIONS.get((self.state, event))
        if transition is None:
            self.counters.unexpected += 1
            return False
        self.state, action = transition
        self._actions[action](now)
        return True

    # -- setup (RFC 9260 section 5) --------------------------------------------------------------------------

    def _init_chunk(self, parameters: tuple[chunks.Parameter, ...] = ()) -> bytes:
        init = InitChunk(
            self._local_tag,
            RECEIVE_BUFFER,
            MAX_STREAMS,
            MAX_STREAMS,
            self._local_tsn,
            (
                *parameters,
                (chunks.PARAM_FORWARD_TSN_SUPPORTED, b""),
                (chunks.PARAM_SUPPORTED_EXTENSIONS, bytes((chunks.RECONFIG, chunks.FORWARD_TSN))),
            ),
        )
        return init.serialize()

    def _seal_for(self, peer_tag: int, chunk: bytes) -> bytes:
        return HeaderChecksum(COMMON_PREFIX.pack(*self._ports, peer_tag)).seal(chunk)

    def _start_setup_timer(self, chunk: bytes, packet: bytes, now: float) -> None:
        """T1-init, T1-cookie and T2-shutdown: `chunk` goes out again, bundled, or `packet` as it is."""
        self._setup_chunk, self._setup_packet = chunk, packet
        self._setup_tries = 0
        self._rtt.restore()
        self._setup_deadline = now + self._rtt.rto

    def _stop_setup_timer(self) -> None:
        self._setup_chunk = self._setup_packet = b""
        self._setup_deadline = _FAR

    def _send_init(self, now: float) -> None:
        packet = self._seal_for(0, build_chunk(chunks.INIT, self._init_chunk()))
        self._packets.append(packet)
        self._start_setup_timer(b"", packet, now)

    def _describe(self, init: InitChunk, now: float) -> StateCookie:
        forward_tsn = init.parameter(chunks.PARAM_FORWARD_TSN_SUPPORTED) is not None
        return StateCookie(
            now,
            self._local_tag,
            init.initiate_tag,
            init.initial_tsn,
            init.a_rwnd,
            min(MAX_STREAMS, init.inbound_streams),
            min(MAX_STREAMS, init.outbound_streams),
            forward_tsn or init.supports(chunks.FORWARD_TSN),
            init.supports(chunks.RECONFIG),
        )

    def _on_init(self, init: InitChunk, now: float) -> None:
        if not self._event(Event.INIT, now) or len(self._packets) > _MAX_BURST:
            return
        cookie = self._describe(init, now).serialize(self._cookie_key)
        value = self._init_chunk(((chunks.PARAM_STATE_COOKIE, cookie),))
        self._packets.append(self._seal_for(init.initiate_tag, build_chunk(chunks.INIT_ACK, value)))

    def _on_init_ack(self, flags: int, value: bytes, now: float) -> None:
        init = InitChunk.parse(value)
        cookie = init.parameter(chunks.PARAM_STATE_COOKIE)
        if cookie is None:
            raise ProtocolError("SCTP INIT ACK without a cookie")
        if not self._event(Event.INIT_ACK, now):
            return
        self._adopt(self._describe(init, now))
        echo = build_chunk(chunks.COOKIE_ECHO, cookie)
        self._control.insert(0, echo)
        self._start_setup_timer(echo, b"", now)

    def _on_cookie_echo(self, flags: int, value: bytes, now: float) -> None:
        cookie = StateCookie.parse(value, self._cookie_key)
        if now - cookie.created > LIFETIME:
            self.counters.unexpected += 1
            return
        known = self._peer
        if known is None or known.peer_tag == cookie.peer_tag or self._untouched():
            if known is None or known.peer_tag != cookie.peer_tag:
                self._adopt(cookie)
            self._event(Event.COOKIE_ECHO, now)
        else:
            # RFC 9260 section 5.2.4 action A. Its data channels are gone, so are ours.
            self.abort(chunks.CAUSE_RESTART, "the peer restarted the association")

    def _untouched(self) -> bool:
        """No data went either way: a cookie of another INIT is a late collision, not a restart."""
        received = self.counters.messages_received or (
            self._inbound is not None and self._inbound.tsns.starts
        )
        return not received and self._flight.cumulative == self._local_tsn + U32

    def _adopt(self, peer: StateCookie) -> None:
        """Take the peer's side of the association from its INIT, INIT ACK or cookie."""
        self._peer = peer
        self._outgoing = HeaderChecksum(COMMON_PREFIX.pack(*self._ports, peer.peer_tag))
        self._flight.peer_rwnd = peer.peer_rwnd
        self._flight.partial_reliability = peer.forward_tsn
        self._inbound = InboundData(
            peer.peer_tsn, self._observer.on_message, self._max_message_size, self.counters
        )
        self._reconfig = StreamReconfiguration(
            self._local_tsn,
            peer.peer_tsn,
            self._observer.on_streams_closed,
            self._on_incoming_reset,
        )

    def _accept_cookie(self, now: float) -> None:
        self._confirm_cookie(now)
        self._open(now)

    def _confirm_cookie(self, now: float) -> None:
        if len(self._control) < 4:
            self._control.insert(0, build_chunk(chunks.COOKIE_ACK))

    def _open(self, now: float) -> None:
        self._stop_setup_timer()
        self._observer.on_established()

    # -- data in ---------------------------------------------------------------------------------------------

    def _on_sack(self, sack: SackChunk, now: float) -> None:
        if self.state not in SENDING and self.state is not AssociationState.SHUTDOWN_SENT:
            self.counters.unexpected += 1
            return
        flight = self._flight
        advance = flight.acknowledge(sack, bool(self.queue))
        if advance is None:
            self.counters.unexpected += 1
            return
        if self._errors:
            self._errors = 0
            self._rtt.restore()
        if advance:
            timed = self._timed
            if timed is not None and timed[0] <= flight.cumulative:
                self._rtt.sample(now - timed[1])
                self._timed = None
            self._t3 = now + self._rtt.rto if flight.sent else _FAR
            if not flight.sent:
                self._check_drained(now)
        if flight.has_lost:
            # Karn's rule: a measurement that may end with a retransmission is void.
            self._timed = None

    def _on_forward_tsn(self, flags: int, value: bytes, now: float) -> None:
        chunk = chunks.ForwardTsnChunk.parse(value)
        if self._inbound is None or self.state not in RECEIVING:
            self.counters.unexpected += 1
            return
        self._inbound.touched = True
        self._inbound.forward(chunk)

    def _on_reconfig(self, flags: int, value: bytes, now: float) -> None:
        if self._reconfig is None or self._inbound is None or self.state not in RECEIVING:
            self.counters.unexpected += 1
            return
        answers = self._reconfig.receive(value, self._inbound.tsns.cumulative & U32)
        if len(self._control) < 8:
            self._control += answers

    def _on_incoming_reset(self, streams: tuple[int, ...] | None) -> None:
        if self._inbound is not None:
            if streams is None:
                self._inbound.reassembly.reset_all()
            else:
                self._inbound.reassembly.reset(streams)
        self._observer.on_streams_reset(streams)

    def _on_heartbeat(self, flags: int, value: bytes, now: float) -> None:
        # RFC 9260 section 8.3: the information goes back as it came.
        if self._peer is not None and len(self._control) < 4 and len(value) <= self._packet_size // 4:
            self._control.append(build_chunk(chunks.HEARTBEAT_ACK, value))

    def _on_nothing(self, flags: int, value: bytes, now: float) -> None:
        # No HEARTBEAT is ever sent: ICE consent (RFC 7675) watches the path below.
        self.counters.unexpected += 1

    def _on_error(self, flags: int, value: bytes, now: float) -> None:
        causes = chunks.parse_parameters(value)
        if self.state is AssociationState.COOKIE_ECHOED and any(
            cause == chunks.CAUSE_STALE_COOKIE for cause, _ in causes
        ):
            # RFC 9260 section 5.2.6: begin again with a fresh INIT.
            self.state = AssociationState.COOKIE_WAIT
            self._send_init(now)

    # -- the end (RFC 9260 section 9) ------------------------------------------------------------------------

    def _on_abort(self, flags: int, value: bytes, now: float) -> None:
        try:
            causes = [cause for cause, _ in chunks.parse_parameters(value)]
        except ProtocolError:
            causes = []
        by_user = chunks.CAUSE_USER_INITIATED_ABORT in causes or not causes
        self._terminate(None if by_user else f"the peer aborted, cause {causes[0]}")

    def _on_shutdown(self, flags: int, value: bytes, now: float) -> None:
        tsn = chunks.parse_tsn(value)
        self._on_sack(SackChunk(tsn, self._flight.peer_rwnd), now)
        if self.state is AssociationState.SHUTDOWN_RECEIVED or self._event(Event.SHUTDOWN, now):
            self._check_drained(now)

    def _check_drained(self, now: float) -> None:
        if self.state in (AssociationState.SHUTDOWN_PENDING, AssociationState.SHUTDOWN_RECEIVED) and (
            not self._flight.sent and not self.queue
        ):
            self._event(Event.ALL_ACKNOWLEDGED, now)

    def _send_shutdown(self, now: float) -> None:
        cumulative = self._inbound.tsns.cumulative if self._inbound is not None else 0
        chunk = build_chunk(chunks.SHUTDOWN, chunks.build_tsn(cumulative))
        self._control.append(chunk)
        self._start_setup_timer(chunk, b"", now)

    def _send_shutdown_ack(self, now: float) -> None:
        chunk = build_chunk(chunks.SHUTDOWN_ACK)
        self._control.append(chunk)
        self._start_setup_timer(chunk, b"", now)

    def _send_shutdown_complete(self, now: float) -> None:
        self._control = [build_chunk(chunks.SHUTDOWN_COMPLETE)]
        self._flush_control()
        self._terminate(None)

    def _finish(self, now: float) -> None:
        self._terminate(None)

    def _terminate(self, failure: str | None) -> None:
        self.state = AssociationState.TERMINATED
        self._stop_setup_timer()
        self._t3 = _FAR
        if self._inbound is not None:
            self._inbound.sack_at = None
            self._inbound.sack_due = False
        if self._reconfig is not None:
            self._reconfig.deadline = None
        self._control = []
        self._observer.on_terminated(failure)

    # -- time ------------------------------------------------------------------------------------------------

    def next_timeout(self) -> float | None:
        """When to call `handle_timeout`, or None."""
        deadline = min(self._setup_deadline, self._t3)
        inbound = self._inbound
        if inbound is not None and inbound.sack_at is not None and inbound.sack_at < deadline:
            deadline = inbound.sack_at
        reconfig = self._reconfig
        if reconfig is not None and reconfig.deadline is not None and reconfig.deadline < deadline:
            deadline = reconfig.deadline
        return None if deadline == _FAR else deadline

    def handle_timeout(self, now: float) -> None:
        """Act on every deadline that has passed; then call `packets_to_send`."""
        inbound = self._inbound
        if inbound is not None and inbound.sack_at is not None and inbound.sack_at <= now:
            inbound.sack_due = True
        if self._setup_deadline <= now:
            self._setup_timed_out(now)
        if self._t3 <= now:
            self._t3_timed_out(now)
        reconfig = self._reconfig
        if reconfig is not None and reconfig.deadline is not None and reconfig.deadline <= now:
            if self._count_error():
                return
            self._rtt.back_off()
            self._control.append(reconfig.repeat(now, self._rtt.rto))

    def _count_error(self) -> bool:
        """One more expiry in a row (RFC 9260 section 8.1). Returns whether that was the last."""
        self._errors += 1
        if self._errors <= MAX_RETRANSMITS:
            return False
        self.abort(failure="the peer does not answer")
        return True

    def _setup_timed_out(self, now: float) -> None:
        self._setup_tries += 1
        if self._setup_tries > MAX_INIT_RETRANSMITS:
            self.abort(failure=f"no answer in state {self.state.value}")
            return
        self._rtt.back_off()
        self._setup_deadline = now + min(self._rtt.rto, _MAX_SETUP_RTO)
        if self._setup_packet:
            self._packets.append(self._setup_packet)
        else:
            self._control.insert(0, self._setup_chunk)

    def _t3_timed_out(self, now: float) -> None:
        self.counters.timeouts += 1
        if self._count_error():
            return
        self._timed = None
        self._rtt.back_off()
        self._flight.timed_out()
        self._forwarded = (0, 0.0)
        self._t3 = now + self._rtt.rto

    # -- packets out -----------------------------------------------------------------------------------------

    def packets_to_send(self, now: float) -> list[bytes]:
        """Everything that is due, as packets for DTLS. Empty when there is nothing."""
        if self._peer is not None:
            self._write(now)
        packets, self._packets = self._packets, []
        self.counters.packets_sent += len(packets)
        return packets

    def _write(self, now: float) -> None:
        inbound = self._inbound
        if inbound is not None and inbound.sack_due:
            self._control.append(build_chunk(SACK, inbound.take_sack().serialize()))
        if self.state in SENDING:
            self._write_data(now)
        if self._control:
            self._flush_control()

    def _write_data(self, now: float) -> None:
        flight = self._flight
        queue = self.queue
        if self._reconfig is not None:
            request = self._reconfig.request(flight.cumulative, now, self._rtt.rto)
            if request is not None:
                self._control.append(request)
        if flight.advanced > flight.cumulative:
            self._write_forward_tsn(now)
        if not queue and not flight.has_lost:
            return
        if not flight.sent and now - self._last_sent > self._rtt.rto:
            self._congestion.idle()
        # SACK or other control chunks that do not leave room for data go alone.
        capacity = self._packet_size - COMMON_HEADER_SIZE
        budget = _MAX_BURST
        first_new = flight.next_tsn
        seal = self._outgoing.seal
        packets = self._packets
        written = False
        while budget:
            parts = self._control
            room = capacity - sum(map(len, parts)) if parts else capacity
            if room < DATA_HEADER_SIZE + 4:
                self._flush_control()
                continue
            added = flight.retransmit(parts, room) if flight.has_lost else 0
            if queue and not flight.has_lost and flight.may_send(room):
                added += queue.fill(parts, room - added)
            if not added:
                if parts and (flight.has_lost or (queue and flight.may_send(room))) and room < capacity:
                    # Nothing fitted beside the control chunks.
                    self._flush_control()
                    continue
                break
            packets.append(seal(b"".join(parts)))
            self._control = []
            written = True
            budget -= 1
        if written:
            self._last_sent = now
            if self._t3 == _FAR:
                self._t3 = now + self._rtt.rto
            if self._timed is None and flight.next_tsn > first_new:
                self._timed = (first_new, now)

    def _write_forward_tsn(self, now: float) -> None:
        # Once for each new point, and again once a round trip while the peer does not follow (RFC 3758
        # section 3.5 C4).
        point, at = self._forwarded
        if point == self._flight.advanced and now - at < (self._rtt.srtt or 0.0):
            return
        forward = self._flight.forward_tsn()
        if forward is not None:
            self._forwarded = (self._flight.advanced, now)
            self._control.append(build_chunk(chunks.FORWARD_TSN, forward.serialize()))
            if self._t3 == _FAR:
                self._t3 = now + self._rtt.rto

    def _flush_control(self) -> None:
        """Write the control chunks, as many to a packet as fit."""
        capacity = self._packet_size - COMMON_HEADER_SIZE
        parts: list[bytes] = []
        room = capacity
        for chunk in self._control:
            if parts and len(chunk) > room:
                self._packets.append(self._outgoing.seal(b"".join(parts)))
                parts, room = [], capacity
            parts.append(chunk)
            room -= len(chunk)
        if parts:
            self._packets.append(self._outgoing.seal(b"".join(parts)))
        self._control = []

    def _drop_partial(self, message: OutboundMessage) -> None:
        self.queue.drop_partial(message)
