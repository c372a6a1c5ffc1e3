"""Every description that official clients and livekit-server exchanged is read without loss."""

import gzip
import json
from pathlib import Path

import pytest

from lkpy.transport.sdp import Direction, SessionDescription

DATA = Path(__file__).parents[2] / "data" / "sdp" / "sessions.json.gz"
SESSIONS = json.loads(gzip.decompress(DATA.read_bytes()))


def texts(messages):
    for message in messages:
        for key in ("sdp", "offer", "answer"):
            if message.get(key):
                yield message[key]


ALL = {name: list(texts(messages)) for name, messages in SESSIONS.items()}


def test_nothing_is_missing():
    assert sum(map(len, ALL.values())) == 460


@pytest.mark.parametrize("name", SESSIONS)
def test_round_trip(name):
    for text in ALL[name]:
        first = SessionDescription.parse(text)
        written = first.serialize()
        assert SessionDescription.parse(written) == first
        assert SessionDescription.parse(written).serialize() == written


@pytest.mark.parametrize("name", SESSIONS)
def test_no_line_is_lost(name):
    """Each line of the original is in what we write, but for those that the model normalises on purpose."""
    for text in ALL[name]:
        description = SessionDescription.parse(text)
        written = set(description.serialize().split("\r\n"))
        for line in text.split("\r\n"):
            name, colon, value = line.partition(":")
            # Blanks at the ends go; a data section needs no direction
            assert name + colon + value.strip() in written or line == "a=sendrecv"


@pytest.mark.parametrize("name", SESSIONS)
def test_sections_say_what_counts(name):
    for text in ALL[name]:
        description = SessionDescription.parse(text)
        assert len(description.media) == text.count("\nm=")
        for section in description.media:
            assert section.mid
            assert section.ice_ufrag
            assert section.ice_pwd
            assert section.setup in ("active", "actpass")
            assert [fingerprint.algorithm for fingerprint in section.fingerprints] == ["sha-256"]
            if section.is_data:
                assert section.sctp_port == 5000
                assert section.max_message_size in (65535, 262144)
                continue
            assert section.formats == ()
            assert section.rtcp_mux
            for codec in section.codecs.values():
                assert codec.repairs is None or codec.repairs in section.codecs
            assert section.codec("opus" if section.kind == "audio" else "VP8") or len(section.codecs) <= 7
        assert set(description.bundle) <= {section.mid for section in description.media}


def test_tracks_of_a_server_offer():
    offers = [m["sdp"] for m in SESSIONS["py121-dual-video-simulcast"] if m["way"] == "down" and "sdp" in m]
    section = next(s for text in offers for s in SessionDescription.parse(text).media if s.msid)
    assert section.direction is Direction.SENDRECV
    assert section.msid.track_id.startswith("TR_VC")
    assert section.msid.stream_id.endswith("|" + section.msid.track_id)
    (primary,) = section.primary_ssrcs
    assert section.repairs[primary] in section.ssrcs
    assert section.codec("vp8").feedback == ("ccm fir", "nack", "nack pli", "goog-remb")
    assert section.repair_codec(96).payload_type == 97


def test_layers_of_a_client_offer():
    offers = [m["sdp"] for m in SESSIONS["py121-video-simulcast"] if m["way"] == "up" and "sdp" in m]
    section = next(s for text in offers for s in SessionDescription.parse(text).media if s.rids)
    assert sorted(section.send_rids) == ["f", "h", "q"]
    assert section.simulcast.startswith("send ")
