"""Values of RTP header extensions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lkpy.media.rtp import extensions as ext


@given(st.integers(0, 127), st.booleans())
def test_audio_level(level: int, voice: bool) -> None:
    assert ext.parse_audio_level(ext.pack_audio_level(level, voice)) == (level, voice)


def test_audio_level_is_clamped() -> None:
    assert ext.pack_audio_level(-5, False) == b"\x00"
    assert ext.pack_audio_level(1000, True) == b"\xff"
    assert ext.parse_audio_level(b"") is None


@given(st.floats(0, 1e9))
def test_abs_send_time_wraps_at_64_seconds(seconds: float) -> None:
    value = ext.parse_abs_send_time(ext.pack_abs_send_time(seconds))
    assert value is not None
    assert min((value - seconds) % 64, (seconds - value) % 64) < 1e-5


@given(st.integers(0, 0xFFFF))
def test_transport_sequence(number: int) -> None:
    assert ext.parse_transport_sequence(ext.pack_transport_sequence(number)) == number


@given(st.integers(0, 2**64 - 1), st.none() | st.integers(-(2**63), 2**63 - 1))
def test_abs_capture_time(ntp: int, offset: int | None) -> None:
    assert ext.parse_abs_capture_time(ext.pack_abs_capture_time(ntp, offset)) == (ntp, offset)


@pytest.mark.parametrize("text", ["0", "q", "mid-with-17-bytes"])
def test_identifier(text: str) -> None:
    assert ext.parse_identifier(ext.pack_identifier(text)) == text


@pytest.mark.parametrize("text", ["", "x" * 256, "ä"])
def test_identifier_that_cannot_be_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"identifier|ascii"):
        ext.pack_identifier(text)


@given(st.binary(max_size=20))
def test_any_value_is_read_or_none(value: bytes) -> None:
    ext.parse_audio_level(value)
    ext.parse_abs_send_time(value)
    ext.parse_transport_sequence(value)
    ext.parse_abs_capture_time(value)
    identifier = ext.parse_identifier(value)
    assert identifier is None or identifier.encode() == value
