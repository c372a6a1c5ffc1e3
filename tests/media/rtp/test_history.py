"""Sent packets kept for retransmission."""

from __future__ import annotations

from lkpy.media.rtp.history import RetransmissionBuffer
from lkpy.media.rtp.packet import RtpPacket


def packet(number: int, size: int = 100) -> RtpPacket:
    return RtpPacket(96, number & 0xFFFF, 0, 1, bytes(size))


def test_hands_out_what_was_sent() -> None:
    buffer = RetransmissionBuffer()
    sent = packet(65535)
    buffer.add(sent, 1.0)
    assert buffer.get(65535, 1.5, 0.05) is sent
    assert buffer.get(0, 1.5, 0.05) is None
    assert (buffer.retransmitted, buffer.unknown) == (1, 1)


def test_ignores_repeats_within_a_round_trip() -> None:
    buffer = RetransmissionBuffer()
    buffer.add(packet(1), 0.0)
    assert buffer.get(1, 0.10, 0.05) is not None
    assert buffer.get(1, 0.14, 0.05) is None
    assert buffer.get(1, 0.151, 0.05) is not None
    assert buffer.get(1, 0.16, None) is None
    assert buffer.get(1, 0.172, None) is not None
    assert (buffer.retransmitted, buffer.repeated) == (3, 2)


def test_bounded_by_age() -> None:
    buffer = RetransmissionBuffer(max_age_s=1.0)
    for number in range(100):
        buffer.add(packet(number), number * 0.02)
    assert len(buffer) == 51
    assert buffer.get(48, 1.98, 0.05) is None
    assert buffer.get(49, 1.98, 0.05) is not None
    # Age counts when asked, too: nothing may have been sent since.
    assert buffer.get(99, 5.0, 0.05) is None


def test_bounded_by_bytes() -> None:
    buffer = RetransmissionBuffer(max_age_s=100, max_bytes=3000)
    for number in range(100):
        buffer.add(packet(number, 800), 0.0)
    assert len(buffer) == 3
    assert buffer.bytes == 3000
    buffer.add(packet(1, 5000), 0.0)
    assert len(buffer) == 0
    assert buffer.bytes == 0


def test_a_number_used_again_replaces_the_old_packet() -> None:
    buffer = RetransmissionBuffer(max_age_s=100)
    buffer.add(packet(7, 10), 0.0)
    buffer.add(packet(8, 10), 0.0)
    again = packet(7, 50)
    buffer.add(again, 1.0)
    assert buffer.get(7, 1.0, 0.0) is again
    assert (len(buffer), buffer.bytes) == (2, 10 + 50 + 400)
    buffer.clear()
    assert (len(buffer), buffer.bytes) == (0, 0)


def test_numbers_come_round_again() -> None:
    """The guard against repeats is about the packet, not about its number."""
    buffer = RetransmissionBuffer(max_age_s=1.0)
    buffer.add(packet(1), 0.0)
    assert buffer.get(1, 0.1, 0.5) is not None
    again = packet(65537, size=7)
    buffer.add(again, 0.2)
    assert len(buffer) == 1
    assert buffer.bytes == 207
    assert buffer.get(1, 0.25, 0.5) is again
    buffer.add(packet(2), 1.5)
    assert len(buffer) == 1
    assert buffer.get(1, 1.5, 0.5) is None
    buffer.clear()
    assert (len(buffer), buffer.bytes) == (0, 0)
