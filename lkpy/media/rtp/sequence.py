"""Arithmetic of counters that wrap: 16-bit sequence numbers, 32-bit timestamps (RFC 3550, RFC 1982)."""

from __future__ import annotations


def sequence_difference(a: int, b: int) -> int:
    """a - b of two 16-bit numbers, -32768 to 32767: positive if `a` is newer."""
    return ((a - b + 0x8000) & 0xFFFF) - 0x8000


def timestamp_difference(a: int, b: int) -> int:
    """a - b of two 32-bit numbers, -2**31 to 2**31 - 1: positive if `a` is newer."""
    return ((a - b + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


def unwrap_sequence(value: int, near: int) -> int:
    """The unbounded number closest to `near` whose low 16 bits are `value`."""
    return near + ((value - near + 0x8000) & 0xFFFF) - 0x8000


def unwrap_timestamp(value: int, near: int) -> int:
    """The unbounded number closest to `near` whose low 32 bits are `value`."""
    return near + ((value - near + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


class Unwrapper:
    """Turns a wrapping counter into one that does not wrap, each value relative to the one before.

    Args:
        bits: width of the counter, 16 or 32.
    """

    __slots__ = ("_half", "_last", "_mask")

    def __init__(self, bits: int) -> None:
        self._half = 1 << (bits - 1)
        self._mask = (1 << bits) - 1
        self._last: int | None = None

    def unwrap(self, value: int) -> int:
        """The unbounded value; the first one is taken as it is. Steps of half the range or more go back."""
        last = self._last
        if last is not None:
            value = last + ((value - last + self._half) & self._mask) - self._half
        self._last = value
        return value

    def reset(self) -> None:
        """Forget the past: the next value is taken as it is."""
        self._last = None
