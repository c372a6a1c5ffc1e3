"""The life of an association: how it is set up and how it ends (RFC 9260 sections 5 and 9).

Both follow the table in `states`. What happens in between, packets and data, is in `association`.
"""

from __future__ import annotations

from collections.abc import Callable

from lkpy.errors import ProtocolError
from lkpy.transport.sctp import chunks
from lkpy.transport.sctp.chunks import InitChunk, build_chunk
from lkpy.transport.sctp.cookie import StateCookie
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.handshake import Handshake, SetupTimer
from lkpy.transport.sctp.inbound import MAX_STREAMS, InboundData
from lkpy.transport.sctp.observer import AssociationObserver
from lkpy.transport.sctp.packets import PacketWriter
from lkpy.transport.sctp.reconfig import StreamReconfiguration
from lkpy.transport.sctp.sender import OutboundData
from lkpy.transport.sctp.states import TRANSITIONS, Action, AssociationState, Event

_S = AssociationState


class AssociationLifecycle:
    """State of an association, and what moves it.

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
        packet_size: int,
        local_port: int,
        remote_port: int,
    ) -> None:
        self.state = _S.CLOSED
        self.counters = counters
        self._observer = observer
        self._max_message_size = max_message_size
        self._us = Handshake(entropy, local_port, remote_port)
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

    def _over(self) -> bool:
        """Whether a chunk or a callback ended the association."""
        return self.state is _S.TERMINATED

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

    def _on_incoming_reset(self, streams: tuple[int, ...] | None) -> None:
        if self._inbound is not None:
            self._inbound.reassembly.reset(streams)
        self._observer.on_streams_reset(streams)
