"""What a lenient reader forgives, what a writer says, and that no text at all makes the reader raise."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.transport.sdp import (
    Direction,
    Fingerprint,
    MediaSection,
    Msid,
    RtpCodec,
    SessionDescription,
    SsrcGroup,
)

HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
DATA = Path(__file__).parents[2] / "data" / "sdp" / "sessions.json.gz"
SESSIONS = json.loads(gzip.decompress(DATA.read_bytes()))
SAMPLES = [
    next(
        m["sdp"]
        for m in SESSIONS["py121-dual-video-simulcast"]
        if m["way"] == "down" and "FID" in m.get("sdp", "")
    ),
    next(
        m["sdp"]
        for m in SESSIONS["py121-video-simulcast"]
        if m["way"] == "up" and "simulcast" in m.get("sdp", "")
    ),
]


def section(
    *lines: str, m_line: str = "m=video 9 UDP/TLS/RTP/SAVPF 96 97 98", end: str = "\r\n"
) -> MediaSection:
    text = HEAD + end.join([m_line, *lines]) + end
    description = SessionDescription.parse(text)
    assert SessionDescription.parse(description.serialize()) == description
    return description.media[0]


@pytest.mark.parametrize("text", ["", "hello", "\n\n", "{}", "a=mid:0", "x" * 1000, "\x00", "mid=3"])
def test_no_structure(text):
    with pytest.raises(ProtocolError):
        SessionDescription.parse(text)


def test_too_long():
    with pytest.raises(ProtocolError):
        SessionDescription.parse("v=0\n" + "a=x\n" * 2_000_000)


def test_trailing_blank_of_pion():
    codec = section("a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack ", "a=rtcp-fb:96 nack pli ").codecs[96]
    assert codec.feedback == ("nack", "nack pli")


def test_feedback_for_every_payload_type():
    got = section(
        "a=rtcp-fb:* nack", "a=rtpmap:96 VP8/90000", "a=rtpmap:97 H264/90000", "a=rtcp-fb:97 ccm fir"
    )
    assert got.codecs[96].feedback == ("nack",)
    assert got.codecs[97].feedback == ("ccm fir", "nack")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_line_ends(end):
    assert section("a=mid:x", "a=recvonly", end=end).direction is Direction.RECVONLY


def test_sources_without_value():
    got = section(
        "a=ssrc:1", "a=ssrc:2 cname", "a=ssrc:3 cname:", "a=ssrc:4 cname:a b", "a=ssrc:x cname:y", "a=ssrc:"
    )
    assert got.ssrcs == {1: {}, 2: {"cname": None}, 3: {"cname": ""}, 4: {"cname": "a b"}}


def test_parameters_of_unknown_payload_types_are_skipped():
    got = section(
        "a=fmtp:111 minptime=10", "a=fmtp:x y", "a=rtpmap:96 VP8/90000", "a=rtpmap:12 X/1", "a=rtcp-fb:5 nack"
    )
    assert list(got.codecs) == [96]
    assert got.formats == ("97", "98")


@pytest.mark.parametrize(
    "rtpmap", ["96", "96 ", "96 VP8", "96 VP8/", "96 VP8/x", "96 /90000", "x VP8/90000", "300 VP8/90000"]
)
def test_mangled_rtpmap(rtpmap):
    assert section(f"a=rtpmap:{rtpmap}").codecs == {}


def test_static_audio_payload_types():
    got = section(m_line="m=audio 9 udp/tls/rtp/savpf 0 8 111")
    assert [codec.name for codec in got.codecs.values()] == ["PCMU", "PCMA"]
    assert got.is_rtp


def test_rejected_section_without_ice():
    got = section(m_line="m=video 0 UDP/TLS/RTP/SAVPF 0")
    assert got.rejected
    assert got.ice_ufrag == ""
    assert not section("a=bundle-only", m_line="m=video 0 UDP/TLS/RTP/SAVPF 96").rejected


@pytest.mark.parametrize(
    "m_line", ["m=", "m=audio", "m=audio x RTP/AVP 0", "m=audio 99999 RTP/AVP 0", "m=audio -1 RTP/AVP 0"]
)
def test_mangled_m_line_keeps_its_index(m_line):
    description = SessionDescription.parse(
        HEAD + m_line + "\r\nm=video 9/2 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n"
    )
    assert description.media[0].rejected
    assert description.media[1].mid == "1"
    assert description.media[1].port == 9
    assert SessionDescription.parse(description.serialize()) == description


def test_session_level_values_fall_to_sections():
    text = (
        HEAD
        + "a=ice-ufrag:su\na=ice-pwd:sp\na=setup:ACTIVE\na=fingerprint:SHA-256 ab:cd\na=ice-options:trickle\n"
        "a=sendonly\na=ice-lite\nm=audio 9 RTP/SAVPF 0\nm=audio 9 RTP/SAVPF 0\na=ice-ufrag:own\n"
        "a=ice-pwd:own2\n"
        "a=setup:passive\na=fingerprint:sha-1 EF\na=recvonly\n"
    )
    description = SessionDescription.parse(text)
    first, second = description.media
    assert (first.ice_ufrag, first.ice_pwd, first.setup) == ("su", "sp", "active")
    assert first.fingerprints == (Fingerprint("sha-256", "AB:CD"),)
    assert first.direction is Direction.SENDONLY
    assert (second.ice_ufrag, second.ice_pwd, second.setup) == ("own", "own2", "passive")
    assert second.fingerprints == (Fingerprint("sha-1", "EF"),)
    assert second.direction is Direction.RECVONLY
    assert second.ice_options == ("trickle",)
    assert description.ice_lite
    assert SessionDescription.parse(description.serialize()) == description


def test_a_group_without_words_is_none():
    assert SessionDescription.parse(HEAD + "a=group:\na=group: \n").groups == []
    assert SessionDescription.parse(HEAD + "a=group:LS\n").groups == [("LS", ())]


def test_mangled_session_level_values_are_skipped():
    lines = (
        "a=setup:sometimes",
        "a=fingerprint:sha-256",
        "a=setup:ACTIVE",
        "a=ice-options:",
        "c=IN IP4 10.0.0.1",
    )
    description = SessionDescription.parse(HEAD + "\r\n".join(lines) + "\r\n")
    assert (description.setup, description.fingerprints) == ("active", ())
    assert description.connection == "IN IP4 10.0.0.1"
    assert SessionDescription.parse(description.serialize()) == description


def test_two_hundred_sections_and_duplicate_mids():
    text = HEAD + "".join(
        f"m=audio 9 RTP/SAVPF 111\na=mid:{i % 100}\na=rtpmap:111 opus/48000/2\n" for i in range(200)
    )
    description = SessionDescription.parse(text)
    assert len(description.media) == 200
    assert description.section("7") is description.media[7]
    assert description.media[107].mid == "7"


def test_header_extensions():
    got = section(
        "a=extmap:1/sendonly urn:a",
        "a=extmap:2 urn:b attr",
        "a=extmap:1 urn:c",
        "a=extmap:0 urn:d",
        "a=extmap:x",
    )
    assert got.extmap == {1: "urn:a", 2: "urn:b"}
    assert got.extmap_directions == {1: Direction.SENDONLY}
    assert got.extension_id("urn:b") == 2
    assert got.extension_id("urn:z") is None


@pytest.mark.parametrize(
    ("lines", "msid"),
    [
        (["a=msid:stream track"], Msid("stream", "track")),
        (["a=msid:- track"], Msid("-", "track")),
        (["a=msid:one"], Msid("one", "")),
        (["a=msid:"], None),
        (["a=msid:a b", "a=msid:c d"], Msid("a", "b")),
        (["a=ssrc:5 cname:x", "a=ssrc:5 msid:PA|TR TR"], Msid("PA|TR", "TR")),
    ],
)
def test_msid_forms(lines, msid):
    assert section(*lines).msid == msid


def test_repair_groups():
    got = section(
        "a=ssrc-group:FID 1 2",
        "a=ssrc-group:FID 3",
        "a=ssrc-group:FID 4 x",
        "a=ssrc-group:SIM 1 5 6",
        "a=ssrc:1 cname:c",
    )
    assert got.repairs == {1: 2}
    assert got.primary_ssrcs == [1]
    assert SsrcGroup("SIM", (1, 5, 6)) in got.ssrc_groups


def test_layers():
    got = section(
        "a=rid:q send",
        "a=rid:h send pt=96;max-width=640",
        "a=rid:f recv",
        "a=rid:bad",
        "a=simulcast:send q;h recv f",
    )
    assert got.send_rids == ["q", "h"]
    assert got.rids[1].restrictions == "pt=96;max-width=640"
    assert got.simulcast == "send q;h recv f"


def test_unknown_attributes_are_kept():
    got = section(
        "a=x-google-flag:conference", "a=ptime", "a=rtcp-xr:rcvr-rtt=all", "b=AS:300", "k=?", "nonsense", "a="
    )
    assert got.attributes == [("x-google-flag", "conference"), ("ptime", None), ("rtcp-xr", "rcvr-rtt=all")]
    assert got.bandwidths == ["AS:300"]
    assert got.attribute("rtcp-xr") == "rcvr-rtt=all"
    assert got.attribute("ptime") == ""
    assert got.attribute("nope") is None


def test_data_section():
    got = section(
        "a=sctp-port:5000",
        "a=max-message-size:262144",
        m_line="m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
    )
    assert got.is_data
    assert (got.sctp_port, got.max_message_size) == (5000, 262144)
    wrong = section(
        "a=sctp-port:x", "a=max-message-size:-1", m_line="m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
    )
    assert (wrong.sctp_port, wrong.max_message_size) == (None, None)


def test_candidates():
    line = "candidate:1 1 udp 2130706431 127.0.0.1 7882 typ host ufrag abc"
    got = section(f"a={line}", "a=candidate:", "a=candidate:garbage", "a=end-of-candidates")
    assert got.candidates == [line, "candidate:garbage"]
    assert got.end_of_candidates


def test_codec_parameters():
    codec = RtpCodec(111, "opus", 48000, 2, "minptime=10; useinbandfec=1;Stereo ; =3;")
    assert codec.parameters == {"minptime": "10", "useinbandfec": "1", "stereo": ""}
    assert codec.rtpmap == "opus/48000/2"
    assert RtpCodec(97, "rtx", 90000, fmtp="apt=96").repairs == 96
    assert RtpCodec(97, "rtx", 90000, fmtp="apt=x").repairs is None
    assert RtpCodec(96, "VP8", 90000, fmtp="apt=96").repairs is None


@pytest.mark.parametrize("way", Direction)
def test_directions(way):
    assert way.reversed.reversed is way
    assert way.reversed.sends == way.receives
    assert Direction.of(sends=way.sends, receives=way.receives) is way


def built() -> SessionDescription:
    vp8 = RtpCodec(96, "VP8", 90000, feedback=("nack", "nack pli"))
    rtx = RtpCodec(97, "rtx", 90000, fmtp="apt=96")
    opus = RtpCodec(111, "opus", 48000, 2, "minptime=10;useinbandfec=1")
    transport = {"ufrag": "u", "pwd": "p" * 24, "setup": "actpass"}
    return SessionDescription.create(
        session_id=42,
        version=3,
        fingerprints=[Fingerprint("sha-256", "AB:CD")],
        media=[
            MediaSection.application("0").with_transport(
                **transport, candidates=["a=candidate:1 1 udp 1 ::1 9 typ host"]
            ),
            MediaSection.rtp("audio", "1", codecs=[opus], extmap={4: "urn:x"}, direction="sendonly")
            .with_transport(**transport)
            .add_stream(stream_id="PA|TR", track_id="TR", cname="PA", ssrc=7, ssrc_msid=True),
            MediaSection.rtp("video", "2", codecs=[vp8, rtx], extmap={}, direction="sendonly")
            .with_transport(**transport)
            .add_stream(stream_id="-", track_id="cid", cname="c", ssrc=8, rtx_ssrc=9),
            MediaSection.rtp("video", "3", codecs=[vp8, rtx], extmap={}, direction="sendonly")
            .with_transport(**transport)
            .add_stream(stream_id="-", track_id="cid2", cname="c", rids=["q", "h"]),
            MediaSection.rtp("video", "4", codecs=[vp8], extmap={}, direction="recvonly").rejection(),
            MediaSection.rtp("video", "5", codecs=[vp8], extmap={}, direction="recvonly")
            .with_transport(**transport)
            .receive_layers(["q", "h"]),
        ],
    )


def test_builders_write_what_they_read():
    description = built()
    again = SessionDescription.parse(description.serialize())
    assert again == description
    assert again.bundle == ("0", "1", "2", "3", "5")
    assert again.media[1].primary_ssrcs == [7]
    assert again.media[1].ssrcs[7] == {"cname": "PA", "msid": "PA|TR TR"}
    assert again.media[2].repairs == {8: 9}
    assert again.media[3].send_rids == ["q", "h"]
    assert again.media[3].ssrcs == {}
    assert again.media[4].rejected
    assert again.media[5].simulcast == "recv q;h"
    assert again.transport_section is again.media[0]
    assert again.all_candidates == ["candidate:1 1 udp 1 ::1 9 typ host"]


def test_aiortc_reads_what_is_built():
    from aiortc.sdp import SessionDescription as Other

    other = Other.parse(built().serialize())
    assert [media.kind for media in other.media] == [
        "application",
        "audio",
        "video",
        "video",
        "video",
        "video",
    ]
    assert other.media[1].rtp.codecs[0].mimeType == "audio/opus"
    assert [media.rtp.muxId for media in other.media] == ["0", "1", "2", "3", "4", "5"]


def test_transport_section_without_bundle():
    text = HEAD + "m=audio 0 RTP/AVP 0\nm=audio 9 RTP/AVP 0\nm=audio 9 RTP/AVP 0\na=ice-ufrag:x\n"
    description = SessionDescription.parse(text)
    assert description.transport_section is description.media[2]
    assert SessionDescription.parse(HEAD).transport_section is None


NAMES = ["ssrc:1", "mid", "rtpmap:96", "extmap:", "fmtp:96", "rid:", "simulcast:", "msid:", ""]
ATTRIBUTES = [f"a={name}" for name in NAMES] + ["m=", "m=audio", "v="]
CHARACTERS = [*":=/;0-²٣ \t\r\n\x0b\u2028", "9" * 5000]
WORDS = st.sampled_from(ATTRIBUTES + CHARACTERS)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 40), WORDS), max_size=8),
)
def test_mutated_text_never_raises(text, edits):
    for position, cut, word in edits:
        position %= len(text) + 1
        text = text[:position] + word + text[position + cut :]
    try:
        description = SessionDescription.parse(text)
    except ProtocolError:
        return
    assert SessionDescription.parse(description.serialize()) == description


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=40))
def test_random_text_never_raises(words):
    try:
        description = SessionDescription.parse("v=0\n" + "".join(words))
    except ProtocolError:
        return
    assert SessionDescription.parse(description.serialize()) == description
