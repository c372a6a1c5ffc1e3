"""Content cut into chunks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lkpy.data.chunks import CHUNK_SIZE, split_bytes, split_text, truncate_text

TEXTS = st.text(st.sampled_from("aé€😀\u0301\0"), max_size=200)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_bytes(data: bytes, size: int) -> None:
    pieces = list(split_bytes(data, size))
    assert b"".join(pieces) == data
    assert all(len(piece) == size for piece in pieces[:-1])
    assert all(0 < len(piece) <= size for piece in pieces)


@given(TEXTS, st.integers(4, 50))
def test_text_is_cut_between_code_points(text: str, size: int) -> None:
    pieces = list(split_text(text, size))
    assert "".join(piece.decode() for piece in pieces) == text
    assert all(0 < len(piece) <= size for piece in pieces)
    assert all(len(piece) > size - 4 for piece in pieces[:-1])


def test_sizes_on_the_wire() -> None:
    assert [len(piece) for piece in split_bytes(bytes(40_000))] == [15_000, 15_000, 10_000]
    assert [len(piece) for piece in split_text("😀" * 4_000)] == [CHUNK_SIZE, 1_000]
    assert [len(piece) for piece in split_text("a" + "😀" * 4_000)] == [14_997, 1_004]
    assert list(split_text("")) == []


def test_what_utf8_cannot_say() -> None:
    with pytest.raises(UnicodeEncodeError):
        list(split_text("\ud800"))


@given(TEXTS, st.integers(0, 50))
def test_truncated_text(text: str, size: int) -> None:
    short = truncate_text(text, size)
    assert text.startswith(short)
    assert len(short.encode()) <= size
    assert short == text or len(short.encode()) > size - 4
