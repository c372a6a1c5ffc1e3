from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.data.packets import MAX_PACKET_SIZE, encode_packet, max_packet_size, parse_packet, user_packet
from lkpy.errors import ProtocolError, PublishDataError
from lkpy.protocol import models_pb2 as models


def test_user_packet_carries_everything_and_parses_back() -> None:
    packet = user_packet(b"hi", topic="chat", destination_identities=["bob", "eve"], reliable=False)
    again = parse_packet(packet.SerializeToString())
    assert again.kind == models.DataPacket.LOSSY
    assert again.user.payload == b"hi"
    assert again.user.topic == "chat"
    # On both, because the server looks at the packet and old clients at the user packet.
    assert list(again.destination_identities) == ["bob", "eve"]
    assert list(again.user.destination_identities) == ["bob", "eve"]
    assert again.sequence == 0


def test_text_is_utf8_and_an_empty_topic_is_left_out() -> None:
    packet = user_packet("grüß")
    assert packet.user.payload == "grüß".encode()
    assert not packet.user.HasField("topic")
    assert packet.kind == models.DataPacket.RELIABLE


@pytest.mark.parametrize("payload", [bytearray(b"abc"), memoryview(b"abc")])
def test_bytes_like_payloads(payload: bytes) -> None:
    assert user_packet(payload).user.payload == b"abc"


def test_other_payloads_are_refused() -> None:
    with pytest.raises(PublishDataError, match="not int"):
        user_packet(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("negotiated", "limit"), [(None, 64_000), (0, 64_000), (65_535, 64_000), (16_384, 16_384)]
)
def test_limit_is_the_smaller_one(negotiated: int | None, limit: int) -> None:
    assert max_packet_size(negotiated) == limit
    overhead = user_packet(b"x" * 16_000).ByteSize() - 16_000
    fits = user_packet(b"x" * (limit - overhead))
    while fits.ByteSize() > limit:
        fits = user_packet(fits.user.payload[:-1])
    assert encode_packet(fits, negotiated) == fits.SerializeToString()
    with pytest.raises(PublishDataError, match=f"limit is {limit}"):
        encode_packet(user_packet(fits.user.payload + b"xx"), negotiated)


def test_identity_is_mirrored_from_the_user_packet() -> None:
    packet = models.DataPacket(
        user=models.UserPacket(participant_identity="alice", participant_sid="PA_1", payload=b"x")
    )
    parsed = parse_packet(packet.SerializeToString())
    assert (parsed.participant_identity, parsed.participant_sid) == ("alice", "PA_1")


def test_identity_of_the_packet_goes_first() -> None:
    packet = models.DataPacket(
        participant_identity="alice", user=models.UserPacket(participant_identity="mallory")
    )
    assert parse_packet(packet.SerializeToString()).participant_identity == "alice"


def test_unknown_kinds_are_returned_with_their_number() -> None:
    # Field 200, a message unknown to this version.
    data = models.DataPacket(sequence=7, participant_sid="PA_1").SerializeToString() + b"\xc2\x0c\x02\x08\x01"
    packet = parse_packet(data)
    assert packet.WhichOneof("value") is None
    assert packet.sequence == 7


@pytest.mark.parametrize("data", [b"\xff", b"\x0a", b"\x12\x05ab", b"\x22\x02\xff\xfe"])
def test_garbage_is_a_protocol_error(data: bytes) -> None:
    with pytest.raises(ProtocolError, match="not a data packet"):
        parse_packet(data)


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        packet = parse_packet(data)
    except ProtocolError:
        return
    assert models.DataPacket.FromString(packet.SerializeToString()) == packet


def test_the_limit_is_what_officials_use() -> None:
    assert MAX_PACKET_SIZE == 64_000
