"""Our side of the setup (RFC 9260 section 5): INIT, INIT ACK, cookies, and the timer that repeats them."""

from __future__ import annotations

from typing import Final

from lkpy.errors import ProtocolError
from lkpy.transport.sctp.chunks import (
    COMMON_PREFIX,
    FORWARD_TSN,
    INIT,
    INIT_ACK,
    PARAM_FORWARD_TSN_SUPPORTED,
    PARAM_STATE_COOKIE,
    PARAM_SUPPORTED_EXTENSIONS,
    RECONFIG,
    InitChunk,
    Parameter,
    build_chunk,
)
from lkpy.transport.sctp.cookie import LIFETIME, StateCookie
from lkpy.transport.sctp.inbound import MAX_STREAMS, RECEIVE_BUFFER
from lkpy.transport.sctp.rto import NEVER, RTO_INITIAL

MAX_INIT_RETRANSMITS: Final = 10
"""Including those of COOKIE ECHO and SHUTDOWN; the RFC says 8 (section 16), at twice the initial timeout."""
ENTROPY_SIZE: Final = 40
"""Bytes: the key of our cookies, our verification tag, our first TSN."""
_KEY_SIZE = 32
_MAX_TIMEOUT = 4.0
"""Seconds: during setup nothing is gained by waiting longer."""


class Handshake:
    """What we say about ourselves, and how we read what the peer says.

    Both ends of a WebRTC transport send INIT at the same time. Every INIT ACK therefore carries the tag and
    TSN of our own INIT (RFC 9260 section 5.2.1), and they stay the same for the life of the association.

    Args:
        entropy: `ENTROPY_SIZE` random bytes.
        local_port, remote_port: SCTP ports.

    Attributes:
        tag: our verification tag.
        tsn: our initial TSN.
        prefix: how packets from the peer begin: ports and our tag.
    """

    __slots__ = ("_cookie_key", "prefix", "tag", "tsn")

    def __init__(self, entropy: bytes, local_port: int, remote_port: int) -> None:
        if len(entropy) != ENTROPY_SIZE:
            raise ValueError(f"SCTP takes {ENTROPY_SIZE} bytes of entropy, not {len(entropy)}")
        self._cookie_key = entropy[:_KEY_SIZE]
        self.tag = int.from_bytes(entropy[_KEY_SIZE:-4], "big") or 1
        self.tsn = int.from_bytes(entropy[-4:], "big")
        self.prefix = COMMON_PREFIX.pack(remote_port, local_port, self.tag)

    def _describe_us(self, *parameters: Parameter) -> bytes:
        extensions = (
            (PARAM_FORWARD_TSN_SUPPORTED, b""),
            (PARAM_SUPPORTED_EXTENSIONS, bytes((RECONFIG, FORWARD_TSN))),
        )
        init = InitChunk(
            self.tag, RECEIVE_BUFFER, MAX_STREAMS, MAX_STREAMS, self.tsn, (*parameters, *extensions)
        )
        return init.serialize()

    def init(self) -> bytes:
        """The INIT chunk."""
        return build_chunk(INIT, self._describe_us())

    def init_ack(self, init: InitChunk, now: float) -> bytes:
        """The INIT ACK chunk that answers the peer's INIT, with all we know of the peer in its cookie."""
        cookie = self.describe_peer(init, now).serialize(self._cookie_key)
        return build_chunk(INIT_ACK, self._describe_us((PARAM_STATE_COOKIE, cookie)))

    def describe_peer(self, init: InitChunk, now: float) -> StateCookie:
        """The peer as its INIT or INIT ACK describes it."""
        forward_tsn = init.parameter(PARAM_FORWARD_TSN_SUPPORTED) is not None
        return StateCookie(
            created=now,
            local_tag=self.tag,
            peer_tag=init.initiate_tag,
            peer_tsn=init.initial_tsn,
            peer_rwnd=init.a_rwnd,
            outbound_streams=min(MAX_STREAMS, init.inbound_streams),
            inbound_streams=min(MAX_STREAMS, init.outbound_streams),
            forward_tsn=forward_tsn or init.supports(FORWARD_TSN),
            reconfig=init.supports(RECONFIG),
        )

    def read_cookie(self, data: bytes, now: float) -> StateCookie:
        """The peer as our cookie, which it sent back, describes it.

        Raises:
            ProtocolError: the cookie is not ours, or too old (RFC 9260 section 5.1.5).
        """
        cookie = StateCookie.parse(data, self._cookie_key)
        if now - cookie.created > LIFETIME:
            raise ProtocolError("SCTP state cookie is stale")
        return cookie


class SetupTimer:
    """T1-init, T1-cookie and T2-shutdown, of which one at most runs (RFC 9260 sections 5.1 and 9.2).

    Attributes:
        deadline: when it expires, or infinity.
        packet: goes out again as it is; or
        chunk: goes out again in front of other chunks.
    """

    __slots__ = ("_timeout", "_tries", "chunk", "deadline", "packet")

    def __init__(self) -> None:
        self.deadline = NEVER
        self.packet = b""
        self.chunk = b""
        self._tries = 0
        self._timeout = RTO_INITIAL

    def start(self, now: float, *, packet: bytes = b"", chunk: bytes = b"") -> None:
        """Repeat `packet` or `chunk` until `stop`."""
        self.packet, self.chunk = packet, chunk
        self._tries = 0
        self._timeout = RTO_INITIAL
        self.deadline = now + self._timeout

    def stop(self) -> None:
        """The answer came."""
        self.deadline = NEVER

    def expired(self, now: float) -> bool:
        """The deadline passed. Returns False when it did so too often."""
        self._tries += 1
        self._timeout = min(self._timeout * 2, _MAX_TIMEOUT)
        self.deadline = now + self._timeout
        return self._tries <= MAX_INIT_RETRANSMITS

    def path_restored(self, now: float) -> None:
        """Expire now."""
        if self.deadline != NEVER:
            self._timeout = RTO_INITIAL
            self.deadline = now
