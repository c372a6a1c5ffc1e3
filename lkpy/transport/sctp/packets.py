"""Packets on their way out: chunks are collected, bundled and sealed (RFC 9260 section 6.10)."""

from __future__ import annotations

from lkpy.errors import ProtocolError
from lkpy.transport.sctp.checksum import HeaderChecksum
from lkpy.transport.sctp.chunks import (
    ABORT,
    CHUNK_HEADER_SIZE,
    COMMON_HEADER_SIZE,
    COMMON_PREFIX,
    FLAG_REFLECTED_TAG,
    INIT,
    SHUTDOWN_COMPLETE,
    ChunkBounds,
    chunk_bounds,
)
from lkpy.transport.sctp.counters import SctpCounters

_MAX_ANSWERS = 8
"""Chunks that wait because the peer asked for them; a peer that asks faster than we write gets no more."""


class PacketReader:
    """Tells the peer's packets from others (RFC 9260 sections 6.8 and 8.5).

    Args:
        prefix: how packets from the peer begin: ports and our verification tag.
        counters: counts what is dropped.

    Attributes:
        checksum: of packets that begin so.
    """

    __slots__ = ("_counters", "_tag", "checksum", "prefix")

    def __init__(self, prefix: bytes, counters: SctpCounters) -> None:
        self.prefix = prefix
        self.checksum = HeaderChecksum(prefix)
        self._tag = prefix[4:8]
        self._counters = counters

    def open(self, packet: bytes, peer_tag: bytes) -> list[ChunkBounds]:
        """Check a packet and find its chunks.

        Args:
            packet: the whole packet.
            peer_tag: the peer's verification tag, b"" if it is not known.
        Returns:
            See `chunk_bounds`; empty if the packet is dropped. INIT stands alone, with tag zero (RFC 9260
            sections 6.10 and 8.5.1).
        Raises:
            ProtocolError: the packet is no SCTP packet.
        """
        body = packet[COMMON_HEADER_SIZE:]
        if len(body) < CHUNK_HEADER_SIZE:
            raise ProtocolError("SCTP packet without a chunk")
        checksum = self.checksum if packet.startswith(self.prefix) else HeaderChecksum(packet[:8])
        if checksum.field(body) != packet[8:12]:
            self._counters.bad_checksum += 1
            return []
        bounds = chunk_bounds(body)
        tag = packet[4:8]
        kind = bounds[0][0]
        if kind == INIT:
            accepted = not any(tag) and len(bounds) == 1
        elif kind in (ABORT, SHUTDOWN_COMPLETE) and body[1] & FLAG_REFLECTED_TAG:
            accepted = tag in (self._tag, peer_tag)
        else:
            # Other ports than announced name nothing here.
            accepted = tag == self._tag
        if accepted:
            return bounds
        self._counters.bad_tag += 1
        return []


class PacketWriter:
    """Collects chunks for the next packets.

    Args:
        local_port, remote_port: SCTP ports.
        packet_size: bytes of the largest packet.

    Attributes:
        chunks: chunks of the packet that is being put together. Control chunks stand before DATA.
        capacity: bytes of chunks that a packet takes.
    """

    __slots__ = ("_checksum", "_packets", "_ports", "capacity", "chunks")

    def __init__(self, local_port: int, remote_port: int, packet_size: int) -> None:
        self._ports = (local_port, remote_port)
        self.capacity = packet_size - COMMON_HEADER_SIZE
        self.chunks: list[bytes] = []
        self._packets: list[bytes] = []
        self._checksum = self._header(0)

    def _header(self, tag: int) -> HeaderChecksum:
        return HeaderChecksum(COMMON_PREFIX.pack(*self._ports, tag))

    def address(self, peer_tag: int) -> None:
        """Use this verification tag from now on."""
        self._checksum = self._header(peer_tag)

    @property
    def room(self) -> int:
        """Bytes left in the packet."""
        chunks = self.chunks
        return self.capacity - sum(map(len, chunks)) if chunks else self.capacity

    def add(self, chunk: bytes) -> None:
        """Add a control chunk."""
        self.chunks.append(chunk)

    def add_first(self, chunk: bytes) -> None:
        """Add a chunk that has to stand first: COOKIE ECHO, COOKIE ACK (RFC 9260 section 5.1 C and D)."""
        if chunk not in self.chunks:
            self.chunks.insert(0, chunk)

    def answer(self, chunk: bytes) -> None:
        """Add a chunk that the peer asked for, unless too many wait."""
        if len(self.chunks) < _MAX_ANSWERS:
            self.chunks.append(chunk)

    def alone(self, peer_tag: int, chunk: bytes) -> bytes:
        """A packet of one chunk, with its own verification tag. It is returned, not written."""
        return self._header(peer_tag).seal(chunk)

    def answer_alone(self, peer_tag: int, chunk: bytes) -> None:
        """Write such a packet because the peer asked for it (INIT ACK), unless too many wait."""
        if len(self._packets) < _MAX_ANSWERS:
            self._packets.append(self.alone(peer_tag, chunk))

    def add_packet(self, packet: bytes) -> None:
        """Send a packet as it is."""
        self._packets.append(packet)

    def seal(self) -> None:
        """The packet is complete."""
        self._packets.append(self._checksum.seal(b"".join(self.chunks)))
        self.chunks = []

    def flush(self) -> None:
        """Write what was collected, at least one chunk, as much to a packet as fits."""
        chunks, self.chunks = self.chunks, []
        room = self.capacity
        for chunk in chunks:
            if self.chunks and len(chunk) > room:
                self.seal()
                room = self.capacity
            self.chunks.append(chunk)
            room -= len(chunk)
        self.seal()

    def take(self) -> list[bytes]:
        """The complete packets; the caller sends them."""
        packets, self._packets = self._packets, []
        return packets
