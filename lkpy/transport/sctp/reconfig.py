"""Stream reset (RFC 6525), which closes data channels (RFC 8831 section 6.7)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from lkpy.transport.sctp.chunks import (
    HALF_U32,
    PARAM_OUTGOING_RESET,
    PARAM_RECONFIG_RESPONSE,
    RECONFIG,
    U32,
    OutgoingResetRequest,
    build_chunk,
    build_parameter,
    build_reconfig_response,
    parse_parameters,
    parse_reconfig_response,
)
from lkpy.transport.sctp.messages import OutboundStream
from lkpy.transport.sctp.rto import NEVER

# Results (RFC 6525 section 4.4).
NOTHING_TO_DO = 0
PERFORMED = 1
DENIED = 2
BAD_SEQUENCE = 5
IN_PROGRESS = 6

_REQUESTS = frozenset({13, 14, 15, 17, 18})
_MAX_STREAMS_PER_REQUEST = 200


@dataclass(frozen=True, slots=True)
class OwnReset:
    """Our resets of these streams are done with: performed, or refused."""

    streams: tuple[OutboundStream, ...]


@dataclass(frozen=True, slots=True)
class PeerReset:
    """The peer has reset streams of its own; None: all of them."""

    stream_ids: tuple[int, ...] | None


class StreamReconfiguration:
    """Outgoing resets, one request at a time, and the answers to the peer's.

    Args:
        local_tsn: our initial TSN; request numbers start from it (RFC 6525 section 4.1).

    Attributes:
        outcomes: what inputs brought about, oldest first; whoever reads it takes it out.
        deadline: when the outstanding request is sent again, or infinity.
    """

    def __init__(self, local_tsn: int) -> None:
        self.outcomes: deque[OwnReset | PeerReset] = deque()
        self._supported = False
        self._next_request = local_tsn
        self._expected_request = 0
        self._waiting: list[OutboundStream] = []
        self._pending: list[OutboundStream] = []
        self._request = b""
        self._last_tsn = 0
        self._deferred: OutgoingResetRequest | None = None
        self._last_result = (-1, NOTHING_TO_DO)
        self.deadline = NEVER

    def meet(self, peer_tsn: int, *, supported: bool) -> None:
        """The peer is known.

        Args:
            peer_tsn: its initial TSN.
            supported: it can reset streams.
        """
        self._expected_request = peer_tsn
        self._supported = supported

    def close(self, stream: OutboundStream) -> None:
        """Reset a stream as soon as everything queued on it is acknowledged.

        A peer that cannot reset streams is not asked; for us the stream is closed then.
        """
        if self._supported:
            self._waiting.append(stream)
        else:
            self.outcomes.append(OwnReset((stream,)))

    def stop(self) -> None:
        """The association is over."""
        self.deadline = NEVER
        self.outcomes.clear()
        self._waiting.clear()
        self._pending.clear()
        self._deferred = None

    def request(self, acknowledged: int, now: float, rto: float) -> bytes | None:
        """The chunk of a new request when streams are ready and none is outstanding.

        Args:
            acknowledged: our highest TSN that the peer acknowledged cumulatively.
            now: seconds.
            rto: seconds until the request is repeated.
        """
        if not self._waiting or self._pending:
            return None
        ready = [stream for stream in self._waiting if stream.idle][:_MAX_STREAMS_PER_REQUEST]
        if not ready:
            return None
        self._pending = ready
        self._waiting = [stream for stream in self._waiting if stream not in ready]
        self._last_tsn = acknowledged & U32
        self._build()
        self.deadline = now + rto
        return self._request

    def _build(self) -> None:
        # RFC 6525 section 4.1 asks for the last TSN that was assigned. These streams are idle, so all their
        # data is acknowledged already; naming that TSN spares the peer to wait for data of other streams.
        ids = tuple(stream.id for stream in self._pending if stream.id is not None)
        request = OutgoingResetRequest(
            self._next_request, (self._expected_request - 1) & U32, self._last_tsn, ids
        )
        self._request = build_chunk(RECONFIG, build_parameter(PARAM_OUTGOING_RESET, request.serialize()))

    def repeat(self, now: float, rto: float) -> bytes:
        """The outstanding request again, after its deadline."""
        self.deadline = now + rto
        return self._request

    def receive(self, value: bytes, cumulative: int) -> list[bytes]:
        """Take a RE-CONFIG chunk's value; returns the chunks that answer it.

        Args:
            value: the chunk's value.
            cumulative: the peer's cumulative TSN (32 bits) that we have.
        Raises:
            ProtocolError: a parameter is malformed.
        """
        answers = []
        for kind, data in parse_parameters(value):
            if kind == PARAM_RECONFIG_RESPONSE:
                self._take_response(*parse_reconfig_response(data))
            elif kind == PARAM_OUTGOING_RESET:
                request = OutgoingResetRequest.parse(data)
                result = self._take_request(request, cumulative)
                answers.append(build_reconfig_response(request.request_sequence, result))
            elif kind in _REQUESTS and len(data) >= 4:
                # Adding streams, resetting TSNs and being asked to reset are not used by data channels.
                answers.append(build_reconfig_response(int.from_bytes(data[:4], "big"), DENIED))
        return [build_chunk(RECONFIG, answer) for answer in answers]

    def _take_request(self, request: OutgoingResetRequest, cumulative: int) -> int:
        sequence = request.request_sequence
        if sequence == self._last_result[0]:
            if self._deferred is None:
                return self._last_result[1]
        elif sequence != self._expected_request:
            return BAD_SEQUENCE
        self._expected_request = (sequence + 1) & U32
        if 0 < (request.last_tsn - cumulative) & U32 < HALF_U32:
            # RFC 6525 section 5.2.2 E2: data of these streams is still on its way. Some peers ask again with
            # the same number, some with the next one.
            self._deferred = request
            self._last_result = (sequence, IN_PROGRESS)
        else:
            self._perform(request)
        return self._last_result[1]

    def _perform(self, request: OutgoingResetRequest) -> None:
        self._deferred = None
        self._last_result = (request.request_sequence, PERFORMED)
        self.outcomes.append(PeerReset(request.streams or None))

    def arrived(self, cumulative: int) -> bytes | None:
        """The cumulative TSN moved: a deferred request may be due. Returns its answer."""
        request = self._deferred
        if request is None or 0 < (request.last_tsn - cumulative) & U32 < HALF_U32:
            return None
        self._perform(request)
        return build_chunk(RECONFIG, build_reconfig_response(request.request_sequence, PERFORMED))

    def _take_response(self, sequence: int, result: int) -> None:
        if not self._pending or sequence != self._next_request:
            return
        if result == IN_PROGRESS:
            # Asked again at the deadline, with a new number: for some peers this one is dealt with.
            self._next_request = (self._next_request + 1) & U32
            self._build()
            return
        # Refused or performed: nothing more can be done about these streams.
        done, self._pending = self._pending, []
        self._next_request = (self._next_request + 1) & U32
        self.deadline = NEVER
        self.outcomes.append(OwnReset(tuple(done)))

    def path_restored(self, now: float) -> None:
        """Ask again now."""
        if self.deadline != NEVER:
            self.deadline = now
