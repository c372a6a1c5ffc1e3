"""Building the packets of a data stream: one header, chunks, one trailer, all reliable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lkpy.data.packets import RELIABLE
from lkpy.errors import StreamError
from lkpy.protocol import models_pb2 as models

HEADER_LIMIT = 15_000
"""Bytes of an encoded packet with a stream header at most."""
TEXT_MIME = "text/plain"
BYTES_MIME = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class StreamAddress:
    """Which stream, from whom and to whom.

    Attributes:
        stream_id: unique name of the stream.
        destinations: identities of those who get it; empty means everybody else in the room.
        sender: identity to appear as; the server only lets agents choose another than their own.
    """

    stream_id: str
    destinations: tuple[str, ...] = ()
    sender: str = ""

    def packet(self) -> models.DataPacket:
        """A packet without content, addressed."""
        return models.DataPacket(
            kind=RELIABLE,
            destination_identities=self.destinations,
            participant_identity=self.sender,
        )


@dataclass(frozen=True, slots=True)
class StreamDescription:
    """What the header of a stream says.

    Attributes:
        topic: receivers choose their handler by it.
        mime_type: of the content.
        timestamp: milliseconds since 1970.
        total_length: bytes of the whole content, None when not known yet.
        attributes: the application's key-value pairs.
        name: of the file; None for a text stream.
        reply_to: id of the stream that this text answers.
    """

    topic: str
    mime_type: str
    timestamp: int
    total_length: int | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    reply_to: str = ""


def header_packet(address: StreamAddress, description: StreamDescription) -> models.DataPacket:
    """The packet that opens a stream.

    Raises:
        StreamError: it would be larger than receivers take.
    """
    packet = address.packet()
    header = packet.stream_header
    header.stream_id = address.stream_id
    header.topic = description.topic
    header.mime_type = description.mime_type
    header.timestamp = description.timestamp
    header.attributes.update(description.attributes)
    if description.total_length is not None:
        header.total_length = description.total_length
    if description.name is None:
        header.text_header.SetInParent()
        header.text_header.reply_to_stream_id = description.reply_to
    else:
        header.byte_header.SetInParent()
        header.byte_header.name = description.name
    if packet.ByteSize() > HEADER_LIMIT:
        raise StreamError("stream header exceeds maximum size")
    return packet


def inline_packet(header: models.DataPacket, content: bytes) -> models.DataPacket | None:
    """The header with the whole content in it, for receivers of version 2; None when it would be too large.

    No chunk and no trailer follow such a header.
    """
    if (
        header.ByteSize() + len(content) + 8 > HEADER_LIMIT
    ):  # 8: tag and length of the field, and its parents'
        return None
    packet = models.DataPacket()
    packet.CopyFrom(header)
    packet.stream_header.inline_content = content
    return packet


def chunk_packet(address: StreamAddress, index: int, content: bytes) -> models.DataPacket:
    """One piece of the content; indices count from 0."""
    packet = address.packet()
    chunk = packet.stream_chunk
    chunk.stream_id, chunk.chunk_index, chunk.content = address.stream_id, index, content
    return packet


def trailer_packet(
    address: StreamAddress, reason: str = "", attributes: Iterable[tuple[str, str]] = ()
) -> models.DataPacket:
    """The packet that ends a stream; a reason says that it ended early."""
    packet = address.packet()
    trailer = packet.stream_trailer
    trailer.stream_id, trailer.reason = address.stream_id, reason
    trailer.attributes.update(dict(attributes))
    return packet
