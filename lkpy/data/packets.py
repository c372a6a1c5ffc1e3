"""Building and reading `DataPacket`s, the messages of LiveKit's data channels.

One packet is one SCTP message. The server writes the sender's identity and sid on every packet it forwards,
and mirrors them between the packet and the `UserPacket` inside; older servers fill only one of the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from google.protobuf.message import DecodeError

from lkpy.errors import ProtocolError, PublishDataError
from lkpy.protocol import models_pb2 as models

# Kept here because a name of an enumeration is looked up in its descriptor each time, which takes longer
# than parsing a packet.
RELIABLE: Final = models.DataPacket.RELIABLE
LOSSY: Final = models.DataPacket.LOSSY

MAX_PACKET_SIZE = 64_000
"""Bytes of an encoded packet that every LiveKit client and server takes."""


def max_packet_size(max_message_size: int | None) -> int:
    """The largest packet that may be sent, in bytes.

    Args:
        max_message_size: `a=max-message-size` of the answer (RFC 8841 section 6); None when it was absent, 0
            when the peer has no limit. LiveKit's own limit holds in any case.
    """
    return min(max_message_size, MAX_PACKET_SIZE) if max_message_size else MAX_PACKET_SIZE


def user_packet(
    payload: bytes | str,
    *,
    reliable: bool = True,
    topic: str = "",
    destination_identities: Iterable[str] = (),
) -> models.DataPacket:
    """The packet of `publish_data`.

    Args:
        payload: the user's bytes; text is sent as UTF-8.
        reliable: for the `kind`, which old receivers look at.
        topic: left out when empty.
        destination_identities: who shall get it; empty means everybody else in the room.

    Raises:
        PublishDataError: the payload is neither bytes nor text.
    """
    if isinstance(payload, str):
        payload = payload.encode()
    elif not isinstance(payload, bytes):
        if not isinstance(payload, bytearray | memoryview):
            raise PublishDataError(f"a payload is bytes or str, not {type(payload).__name__}")
        payload = bytes(payload)
    packet = models.DataPacket()
    if not reliable:
        packet.kind = LOSSY
    # Filled in place: a message passed to the constructor of another is copied by way of its encoding.
    user = packet.user
    user.payload = payload
    if topic:
        user.topic = topic
    if destination_identities:
        packet.destination_identities.extend(destination_identities)
        user.destination_identities.extend(packet.destination_identities)
    return packet


def encode_packet(packet: models.DataPacket, max_message_size: int | None = None) -> bytes:
    """The message of a packet, unless the peer would not take it: an oversized one would abort the channel.

    Raises:
        PublishDataError: it is larger than `max_packet_size(max_message_size)`.
    """
    data = packet.SerializeToString()
    limit = max_packet_size(max_message_size)
    if len(data) > limit:
        raise PublishDataError(
            f"the data packet has {len(data)} bytes encoded, the limit is {limit}: "
            "send less at once, or a data stream"
        )
    return data


def parse_packet(data: bytes) -> models.DataPacket:
    """Read one message of a data channel.

    The sender's identity and sid are on the packet afterwards, also when the server wrote them only inside
    the user packet. A packet of a kind not known here is returned too (`WhichOneof("value")` is None): its
    sequence number counts.

    Raises:
        ProtocolError: the bytes are not a `DataPacket`.
    """
    try:
        packet = models.DataPacket.FromString(data)
    except (DecodeError, ValueError) as error:
        raise ProtocolError(f"not a data packet: {error}") from error
    told = packet.participant_identity and packet.participant_sid
    if not told and packet.WhichOneof("value") == "user":
        user = packet.user
        packet.participant_identity = packet.participant_identity or user.participant_identity
        packet.participant_sid = packet.participant_sid or user.participant_sid
    return packet
