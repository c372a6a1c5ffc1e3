"""NTP time (RFC 5905), which RTCP sender reports carry."""

from __future__ import annotations

NTP_EPOCH_OFFSET = 2_208_988_800
"""Seconds between 1900-01-01 (NTP) and 1970-01-01 (Unix)."""


def ntp_time(unix_seconds: float) -> int:
    """Convert Unix seconds to a 64-bit NTP timestamp (RFC 5905 section 6: 32.32 fixed point)."""
    return round((unix_seconds + NTP_EPOCH_OFFSET) * (1 << 32)) & 0xFFFF_FFFF_FFFF_FFFF


def ntp_middle(ntp: int) -> int:
    """The middle 32 bits of an NTP timestamp, as `LSR` and `DLSR` use them (RFC 3550 section 6.4.1)."""
    return (ntp >> 16) & 0xFFFF_FFFF
