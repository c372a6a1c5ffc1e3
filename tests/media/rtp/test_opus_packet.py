"""The structure of Opus packets (RFC 6716 section 3)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.media.rtp.opus import (
    SILENCE_FRAME,
    OpusMode,
    fec_samples,
    is_dtx,
    packet_samples,
    parse_opus,
)


@pytest.mark.parametrize(
    ("config", "mode", "samples"),
    [
        (0, OpusMode.SILK, 480),
        (3, OpusMode.SILK, 2880),
        (9, OpusMode.SILK, 960),
        (12, OpusMode.HYBRID, 480),
        (15, OpusMode.HYBRID, 960),
        (16, OpusMode.CELT, 120),
        (31, OpusMode.CELT, 960),
    ],
)
def test_configurations(config: int, mode: OpusMode, samples: int) -> None:
    packet = parse_opus(bytes((config << 3 | 4,)) + b"x")
    assert (packet.mode, packet.samples, packet.stereo, packet.frames) == (mode, samples, True, (b"x",))


def test_silence() -> None:
    packet = parse_opus(SILENCE_FRAME)
    assert (packet.mode, packet.samples) == (OpusMode.CELT, 960)


def test_two_frames() -> None:
    assert parse_opus(b"\xf9abcd").frames == (b"ab", b"cd")
    assert parse_opus(b"\xfa\x01abcd").frames == (b"a", b"bcd")
    long = bytes(300)
    assert parse_opus(b"\xfa\xfc\x0c" + long + b"z").frames == (long, b"z")
    assert packet_samples(b"\xf9abcd") == 1920


def test_many_frames() -> None:
    assert parse_opus(b"\xfb\x03aabbcc").frames == (b"aa", b"bb", b"cc")
    assert parse_opus(b"\xfb\x83\x01\x02abbccc").frames == (b"a", b"bb", b"ccc")
    padded = b"\xfb\x43\xff\x01aabbcc" + bytes(255)
    assert parse_opus(padded).frames == (b"aa", b"bb", b"cc")
    assert packet_samples(b"\xfb\x03") == 2880


@pytest.mark.parametrize(
    ("payload", "rule"),
    [
        (b"", "R1"),
        (b"\xf8" + bytes(1276), "R2"),
        (b"\xf9a", "R3"),
        (b"\xfa", "length"),
        (b"\xfa\xfc", "length"),
        (b"\xfa\x05abc", "R4"),
        (b"\xfb", "R6"),
        (b"\xfb\x00", "R5"),
        (b"\xfb\x07aaaaaaa", "R5"),
        (b"\xfb\x02abc", "R6"),
        (b"\xfb\x42\xff", "padding"),
        (b"\xfb\x42\x09aa", "padding"),
        (b"\xfb\x82\x05abc", "R7"),
        (b"\xfb\x82", "length"),
    ],
)
def test_broken_rules(payload: bytes, rule: str) -> None:
    with pytest.raises(ProtocolError, match=rule):
        parse_opus(payload)
    assert fec_samples(payload) == 0


@given(st.binary(max_size=40))
@settings(max_examples=400)
def test_any_bytes_are_a_packet_or_a_protocol_error(payload: bytes) -> None:
    samples = packet_samples(payload)
    try:
        packet = parse_opus(payload)
    except ProtocolError:
        return
    assert packet.samples == samples
    assert 120 <= packet.samples <= 5760
    assert isinstance(packet.has_fec, bool)
    assert sum(map(len, packet.frames)) < len(payload)


def test_samples_that_no_packet_has() -> None:
    assert packet_samples(b"") is None
    assert packet_samples(b"\xfb") is None
    assert packet_samples(b"\xfb\x00") is None
    assert packet_samples(b"\x1b\x03") is None  # three frames of 60 ms


def test_dtx() -> None:
    assert is_dtx(b"\xf8")
    assert is_dtx(b"\xf8\x00")
    assert not is_dtx(SILENCE_FRAME)


@pytest.mark.parametrize(
    ("payload", "samples"),
    [
        (b"\x08\x40", 960),  # SILK 20 ms mono: voice activity, then the flag
        (b"\x08\x80", 0),
        (b"\x00\x40", 480),
        (b"\x10\x20", 1920),  # 40 ms: two voice activity bits
        (b"\x18\x10", 2880),
        (b"\x0c\x10", 960),  # stereo, the flag of the side channel
        (b"\x0c\x20", 0),
        (b"\x08", 0),
        (b"\xf8\xff", 0),  # CELT has none
    ],
)
def test_fec_flag(payload: bytes, samples: int) -> None:
    assert fec_samples(payload) == samples
