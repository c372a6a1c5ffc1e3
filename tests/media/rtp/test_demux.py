"""Which stream a packet belongs to."""

from __future__ import annotations

from lkpy.media.rtp.demux import MAX_LEARNED, Route, StreamTable
from lkpy.media.rtp.packet import RtpPacket

MID, RID, RRID = 4, 10, 11


def packet(ssrc: int, payload_type: int = 96, **values: str) -> RtpPacket:
    identifiers = {"mid": MID, "rid": RID, "rrid": RRID}
    return RtpPacket(
        payload_type,
        1,
        1,
        ssrc,
        extensions={identifiers[name]: text.encode() for name, text in values.items()},
    )


def table() -> StreamTable[str]:
    streams: StreamTable[str] = StreamTable()
    streams.set_extensions(mid=MID, rid=RID, repaired_rid=RRID)
    return streams


def test_announced_ssrcs_and_their_retransmissions() -> None:
    streams = table()
    streams.add_ssrc(1, "video")
    streams.add_ssrc(2, "video", repairs=1)
    assert streams.route(packet(1)) == Route("video")
    assert streams.route(packet(2)) == Route("video", 1, True)
    assert streams.route_of(2) == Route("video", 1, True)
    assert streams.ssrcs("video") == [1, 2]
    assert streams.route(packet(3)) is None
    assert streams.unknown == 1


def test_mid_teaches_the_ssrc() -> None:
    streams = table()
    streams.add_mid("0", "audio")
    assert streams.route(packet(5)) is None
    assert streams.route(packet(5, mid="0")) == Route("audio")
    assert streams.route(packet(5)) == Route("audio")
    assert streams.learned == 1


def test_layers_by_rid_and_repaired_rid() -> None:
    streams = table()
    streams.add_mid("1", "video")
    assert streams.route(packet(10, mid="1", rid="q")) == Route("video", rid="q")
    assert streams.route(packet(11, mid="1", rid="h")) == Route("video", rid="h")
    assert streams.route(packet(21, mid="1", rrid="h")) == Route("video", 11, True, "h")
    assert streams.route(packet(22, mid="1", rrid="f")) == Route("video", None, True, "f")
    # Later packets carry the mid alone, or nothing: what was learned holds.
    assert streams.route(packet(10, mid="1")) == Route("video", rid="q")
    assert streams.route(packet(21)) == Route("video", 11, True, "h")
    # The layer seen at last: its retransmissions now have a primary.
    assert streams.route(packet(12, mid="1", rid="f")) == Route("video", rid="f")
    assert streams.route(packet(22, mid="1", rrid="f")) == Route("video", 12, True, "f")


def test_a_retransmission_of_a_layer_whose_ssrc_was_announced() -> None:
    streams = table()
    streams.add_mid("1", "video")
    streams.add_ssrc(20, "other", rid="q")
    streams.add_ssrc(9, "video", repairs=8)
    streams.add_ssrc(10, "video", rid="q")
    assert streams.route(packet(21, mid="1", rrid="q")) == Route("video", 10, True, "q")


def test_a_new_ssrc_of_a_layer_takes_over() -> None:
    streams = table()
    streams.add_mid("1", "video")
    streams.route(packet(10, mid="1", rid="q"))
    streams.route(packet(30, mid="1", rid="q"))
    assert streams.route(packet(20, mid="1", rrid="q")) == Route("video", 30, True, "q")


def test_an_ssrc_that_moves_to_another_section() -> None:
    streams = table()
    streams.add_mid("0", "a")
    streams.add_mid("1", "b")
    assert streams.route(packet(5, mid="0")) == Route("a")
    assert streams.route(packet(5, mid="1")) == Route("b")
    assert streams.route(packet(5)) == Route("b")
    assert streams.ssrcs("a") == []


def test_payload_type_only_if_one_stream_has_it() -> None:
    streams = table()
    streams.add_payload_types((96, 97), "a")
    streams.add_payload_types((97, 98), "b")
    streams.add_payload_types((98,), "b")
    assert streams.route(packet(1, 96)) == Route("a")
    assert streams.route(packet(2, 97)) is None
    assert streams.route(packet(3, 98)) == Route("b")
    streams.remove("b")
    assert streams.route(packet(4, 97)) == Route("a")
    assert streams.route(packet(3, 98)) is None


def test_unknown_mid_falls_back_to_the_payload_type() -> None:
    streams = table()
    streams.add_payload_types((96,), "a")
    assert streams.route(packet(1, 96, mid="other")) == Route("a")


def test_remove_forgets_everything_of_a_stream() -> None:
    streams = table()
    streams.add_ssrc(1, "a")
    streams.add_mid("0", "a")
    streams.add_payload_types((96,), "a")
    streams.route(packet(2, mid="0"))
    streams.remove("a")
    assert streams.ssrcs("a") == []
    assert streams.route(packet(1)) is None
    assert streams.route(packet(2, mid="0")) is None


def test_forget_one_ssrc() -> None:
    streams = table()
    streams.add_ssrc(1, "a")
    streams.forget_ssrc(1)
    streams.forget_ssrc(99)
    assert streams.route(packet(1)) is None


def test_announcing_an_ssrc_replaces_what_was_learned() -> None:
    streams = table()
    streams.add_payload_types((96,), "a")
    streams.route(packet(1))
    streams.add_ssrc(1, "b")
    assert streams.route(packet(1)) == Route("b")
    assert streams.ssrcs("a") == []


def test_learned_ssrcs_are_bounded() -> None:
    streams = table()
    streams.add_mid("0", "a")
    for ssrc in range(MAX_LEARNED + 50):
        assert streams.route(packet(ssrc, mid="0")) == Route("a")
    assert len(streams.ssrcs("a")) == MAX_LEARNED
    assert streams.forgotten == 50


def test_extensions_that_are_not_negotiated_are_not_read() -> None:
    streams: StreamTable[str] = StreamTable()
    streams.add_mid("0", "a")
    assert streams.route(packet(1, mid="0")) is None


def test_an_identifier_that_is_no_text() -> None:
    streams = table()
    streams.add_mid("0", "a")
    assert streams.route(RtpPacket(96, 1, 1, 5, extensions={MID: b"\xff"})) is None


def test_a_repair_of_an_announced_layer_and_a_payload_type_of_two() -> None:
    streams = table()
    streams.add_mid("1", "video")
    streams.add_ssrc(10, "video", rid="q")
    streams.add_ssrc(11, "video", repairs=10)
    assert streams.route(packet(21, mid="1", rrid="q")) == Route("video", 10, True, "q")
    assert streams.route(packet(22, mid="1", rrid="h")) == Route("video", None, True, "h")
    streams.add_payload_types([96, 97], "video")
    streams.add_payload_types([96], "video")
    streams.add_payload_types([97], "other")
    assert streams.route(packet(30, 96)) == Route("video")
    assert streams.route(packet(31, 97)) is None
