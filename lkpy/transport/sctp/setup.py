"""The chunks that set an association up and end it, and the timer that repeats them (RFC 9260 sections 5 and
9)."""

from __future__ import annotations

from lkpy.transport.sctp import chunks
from lkpy.transport.sctp.chunks import InitChunk, build_chunk
from lkpy.transport.sctp.cookie import StateCookie
from lkpy.transport.sctp.handshake import Handshake, SetupTimer
from lkpy.transport.sctp.packets import PacketWriter


class Setup:
    """Says to the peer what the table wants said.

    Args:
        us: our side of the setup.
        writer: takes the chunks.

    Attributes:
        peer: the peer as it described itself, once it has.
        timer: repeats the chunk that is to be answered.
    """

    __slots__ = ("_us", "_writer", "peer", "timer")

    def __init__(self, us: Handshake, writer: PacketWriter) -> None:
        self._us = us
        self._writer = writer
        self.peer: StateCookie | None = None
        self.timer = SetupTimer()

    @property
    def peer_tag(self) -> bytes:
        """The peer's verification tag as on the wire, b"" before it is known."""
        return b"" if self.peer is None else self.peer.peer_tag.to_bytes(4, "big")

    def describe(self, init: InitChunk, now: float) -> StateCookie:
        """The peer as its INIT ACK describes it."""
        return self._us.describe_peer(init, now)

    def read_cookie(self, data: bytes, now: float) -> StateCookie:
        """The peer as our cookie, which it sent back, describes it.

        Raises:
            ProtocolError: the cookie is not ours, or too old.
        """
        return self._us.read_cookie(data, now)

    def meet(self, peer: StateCookie) -> None:
        """The peer is known: from now on packets carry its tag."""
        self.peer = peer
        self._writer.address(peer.peer_tag)

    def send_init(self, now: float) -> None:
        """Ask for an association."""
        self.timer.start(now, packet=self._writer.alone(0, self._us.init()))
        self._writer.add_packet(self.timer.packet)

    def answer_init(self, init: InitChunk, now: float) -> None:
        """Answer the peer's INIT with our cookie. Nothing is kept."""
        self._writer.answer_alone(init.initiate_tag, self._us.init_ack(init, now))

    def echo_cookie(self, init_ack: InitChunk, now: float) -> None:
        """Answer the peer's INIT ACK with its cookie."""
        cookie = init_ack.parameter(chunks.PARAM_STATE_COOKIE) or b""
        self.timer.start(now, chunk=build_chunk(chunks.COOKIE_ECHO, cookie))
        self._writer.add_first(self.timer.chunk)

    def confirm_cookie(self) -> None:
        """Answer the peer's COOKIE ECHO."""
        self._writer.add_first(build_chunk(chunks.COOKIE_ACK))

    def send_shutdown(self, now: float, cumulative: int) -> None:
        """Say that we are done, and what has arrived."""
        self.timer.start(now, chunk=build_chunk(chunks.SHUTDOWN, chunks.build_tsn(cumulative)))
        self._writer.add(self.timer.chunk)

    def send_shutdown_ack(self, now: float) -> None:
        """Say that we are done too."""
        self.timer.start(now, chunk=build_chunk(chunks.SHUTDOWN_ACK))
        self._writer.add(self.timer.chunk)

    def send_last(self, chunk: bytes) -> None:
        """Send SHUTDOWN COMPLETE or ABORT: nothing follows."""
        self._writer.add(chunk)
        self._writer.flush()

    def stop(self) -> None:
        """Nothing is repeated any more, and what waits to be written is not sent."""
        self.timer.stop()
        self._writer.chunks = []

    def repeat(self, now: float) -> bool:
        """The timer expired: send again. Returns False if it has done so too often."""
        if not self.timer.expired(now):
            return False
        if self.timer.packet:
            self._writer.add_packet(self.timer.packet)
        else:
            self._writer.add_first(self.timer.chunk)
        return True
