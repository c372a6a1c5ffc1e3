"""What the server writes into data packets, and whom they reach."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu.data_routing import DataRouter, RoutedPacket, Sender

ALICE = Sender("PA_a", "alice")
AGENT = Sender("PA_g", "agent", is_agent=True)


def routed(packet: models.DataPacket, sender: Sender = ALICE, label: str = "_reliable") -> models.DataPacket:
    result = DataRouter("_reliable").route(label, packet.SerializeToString(), sender)
    assert result is not None
    return models.DataPacket.FromString(result.data)


def test_the_sender_cannot_lie_about_itself() -> None:
    lie = models.DataPacket(
        participant_identity="mallory",
        participant_sid="PA_m",
        kind=models.DataPacket.Kind.LOSSY,
        user=models.UserPacket(payload=b"x", participant_identity="mallory"),
    )
    told = routed(lie)
    assert (told.participant_identity, told.participant_sid) == ("alice", "PA_a")
    assert (told.user.participant_identity, told.user.participant_sid) == ("alice", "PA_a")
    assert told.kind == models.DataPacket.Kind.RELIABLE
    assert routed(lie, label="_lossy").kind == models.DataPacket.Kind.LOSSY


def test_agents_may_speak_for_others_in_chat_and_streams_alone() -> None:
    chat = models.DataPacket(participant_identity="user", chat_message=models.ChatMessage(message="m"))
    assert routed(chat, AGENT).participant_identity == "user"
    assert routed(chat, ALICE).participant_identity == "alice"
    rpc = models.DataPacket(participant_identity="user", rpc_ack=models.RpcAck(request_id="1"))
    assert routed(rpc, AGENT).participant_identity == "agent"


def test_the_hidden_stay_anonymous() -> None:
    ghost = Sender("PA_g", "ghost", hidden=True)
    told = routed(models.DataPacket(user=models.UserPacket(payload=b"x")), ghost)
    assert (told.participant_identity, told.participant_sid, told.user.participant_identity) == ("", "", "")


def test_repeats_are_dropped_by_sequence_and_by_nonce() -> None:
    router = DataRouter("_reliable")

    def send(sequence: int, nonce: bytes = b"") -> RoutedPacket | None:
        packet = models.DataPacket(sequence=sequence, user=models.UserPacket(nonce=nonce))
        return router.route("_reliable", packet.SerializeToString(), ALICE)

    assert [send(n) is not None for n in (1, 2, 2, 1, 3, 0, 0)] == [
        True,
        True,
        False,
        False,
        True,
        True,
        True,
    ]
    assert router.last_sequence == 3
    assert [send(0, b"n" * 16) is not None for _ in range(2)] == [True, False]
    assert router.repeated == 3


def test_destinations_of_packet_and_user_value_count() -> None:
    packet = models.DataPacket(
        destination_identities=["bob"], user=models.UserPacket(destination_identities=["carol"])
    )
    result = DataRouter("_reliable").route("_reliable", packet.SerializeToString(), ALICE)
    assert result is not None
    reached = [name for name in ("bob", "carol", "dave") if result.reaches(name, "PA")]
    assert reached == ["bob", "carol"]


def test_transcriptions_are_for_agents_and_raw_bytes_become_user_packets() -> None:
    router = DataRouter("_reliable")
    text = models.DataPacket(transcription=models.Transcription(track_id="TR_x")).SerializeToString()
    assert router.route("_reliable", text, ALICE) is None
    assert router.route("_reliable", text, AGENT) is not None
    raw = models.DataPacket.FromString(router.wrap_raw("label", b"bytes", ALICE).data)
    assert (raw.user.payload, raw.participant_identity) == (b"bytes", "alice")


def test_a_packet_that_needs_no_change_is_forwarded_as_it_came_with_its_sender_behind_it() -> None:
    router = DataRouter("_reliable")
    carol = Sender("PA_c", "carol")
    for sequence, sender in ((1, ALICE), (2, ALICE), (3, carol)):
        for packet in (
            models.DataPacket(sequence=sequence, user=models.UserPacket(payload=b"x" * 50, topic="t")),
            models.DataPacket(
                destination_identities=["bob"], stream_chunk=models.DataStream.Chunk(content=b"c")
            ),
        ):
            data = packet.SerializeToString()
            result = router.route("_reliable", data, sender)
            assert result is not None
            assert result.data.startswith(data)
            told = models.DataPacket.FromString(result.data)
            packet.participant_identity, packet.participant_sid = sender.identity, sender.sid
            if packet.WhichOneof("value") == "user":
                packet.user.participant_identity, packet.user.participant_sid = sender.identity, sender.sid
            assert told == packet


@settings(max_examples=80)
@given(st.binary(max_size=60))
def test_any_bytes_are_routed_or_refused(data: bytes) -> None:
    router = DataRouter("_reliable")
    try:
        router.route("_reliable", data, ALICE)
    except ProtocolError as error:
        assert error.message == "not a data packet"  # noqa: PT017
    with pytest.raises(ProtocolError):
        router.route("_reliable", b"\xff" + data, ALICE)
