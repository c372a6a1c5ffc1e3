"""Reception statistics (RFC 3550 A.1, A.3, A.8)."""

from __future__ import annotations

import random

import aiortc.rtcrtpreceiver
import aiortc.rtp
import pytest
from aiortc.rtcrtpreceiver import StreamStatistics

from lkpy.media.rtp.ntp import ntp_time
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.reception import ReceptionStatistics, round_trip_time
from lkpy.media.rtp.rtcp import ReportBlock, SenderReport


def packet(number: int, *, timestamp: int | None = None, ssrc: int = 7) -> RtpPacket:
    stamp = number * 160 if timestamp is None else timestamp
    return RtpPacket(0, number & 0xFFFF, stamp & 0xFFFF_FFFF, ssrc, b"x" * 10)


def feed(statistics: ReceptionStatistics, numbers: list[int], start: float = 100.0) -> None:
    for number in numbers:
        statistics.receive(packet(number), start + number * 0.02)


def test_nothing_received() -> None:
    statistics = ReceptionStatistics(8000)
    assert statistics.report_block(0.0) is None
    assert statistics.packets_lost == 0
    assert statistics.ssrc is None


def test_no_loss() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, list(range(20)))
    block = statistics.report_block(200.0)
    assert block == ReportBlock(7, 0, 0, 19, 0, 0, 0)
    assert (statistics.packets_received, statistics.bytes_received) == (20, 200)
    assert statistics.header_bytes_received == 240


def test_loss_of_an_interval_and_in_total() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [0, 1, 2, 3])
    statistics.report_block(0)
    feed(statistics, [4, 6])
    first = statistics.report_block(0)
    feed(statistics, [7, 8])
    second = statistics.report_block(0)
    assert first is not None
    assert second is not None
    assert (first.fraction_lost, first.packets_lost) == (256 // 3, 1)
    assert (second.fraction_lost, second.packets_lost) == (0, 1)


def test_duplicates_make_loss_negative() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [0, 1, 1, 1, 2])
    block = statistics.report_block(0)
    assert block is not None
    assert (block.packets_lost, block.fraction_lost) == (-2, 0)


def test_extended_highest_sequence_counts_cycles_and_ignores_disorder() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [65534, 65535, 65537, 65536, 65538, 65533])
    assert statistics.extended_highest_sequence == 65538
    assert statistics.packets_lost == -1  # 65533 came before the base


def test_a_lone_stray_is_not_a_restart() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [10, 11, 40000, 12])
    assert statistics.extended_highest_sequence == 12
    assert (statistics.packets_lost, statistics.restarts) == (0, 0)


@pytest.mark.parametrize("first", [10, 20000])
def test_two_packets_after_a_jump_are_a_restart(first: int) -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [9000, 9001, first, first + 1, first + 2])
    assert statistics.extended_highest_sequence == first + 2
    assert (statistics.packets_lost, statistics.restarts) == (0, 1)


def test_another_ssrc_starts_over() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [1, 2, 5])
    statistics.receive(packet(9, ssrc=8), 1.0)
    assert (statistics.ssrc, statistics.packets_lost, statistics.restarts) == (8, 0, 1)


def test_jitter_as_in_the_rfc() -> None:
    """RFC 3550 A.8, computed here word for word from transit times."""
    generator = random.Random(3)
    statistics = ReceptionStatistics(8000)
    jitter = 0.0
    transit: float | None = None
    for number in range(65500, 65600):
        arrival = 50 + number * 0.02 + generator.random() * 0.03
        stamp = number * 160 + 2**32 - 65550 * 160  # wraps on the way
        statistics.receive(packet(number, timestamp=stamp), arrival)
        now = arrival * 8000 - stamp
        if transit is not None:
            jitter += (abs(now - transit) - jitter) / 16
        transit = now
    assert statistics.jitter == pytest.approx(jitter / 8000)
    assert 0.005 < statistics.jitter < 0.02


def test_jitter_as_another_implementation_counts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = ReceptionStatistics(8000), StreamStatistics(clockrate=8000)
    now = 0.0
    monkeypatch.setattr(aiortc.rtcrtpreceiver.time, "time", lambda: now)
    for number in range(50):
        now = 5 + number * 0.02 + (number % 3) * 0.004
        ours.receive(packet(number), now)
        theirs.add(aiortc.rtp.RtpPacket(sequence_number=number, timestamp=number * 160))
    block = ours.report_block(9)
    assert block is not None
    assert abs(block.jitter - theirs.jitter) <= 1
    assert theirs.jitter > 10


def test_a_jump_of_the_timestamp_is_no_jitter() -> None:
    statistics = ReceptionStatistics(48000)
    for number in range(10):
        statistics.receive(packet(number, timestamp=number * 960), number * 0.02)
    statistics.receive(packet(10, timestamp=2_000_000_000), 0.2)
    statistics.receive(packet(11, timestamp=2_000_000_960), 0.22)
    assert statistics.jitter < 1e-6


def test_packets_of_one_frame_are_measured_once() -> None:
    statistics = ReceptionStatistics(90000)
    for number in range(40):
        statistics.receive(
            packet(number, timestamp=number // 4 * 3000), number // 4 / 30 + number % 4 * 0.002
        )
    assert statistics.jitter < 1e-6


def test_sender_report_in_the_block() -> None:
    statistics = ReceptionStatistics(8000)
    feed(statistics, [0])
    report = SenderReport(7, ntp_time(1000.5), 0, 1, 1)
    statistics.sender_report(report, 10.0)
    block = statistics.report_block(10.25)
    assert block is not None
    assert block.last_sender_report == (report.ntp_time >> 16) & 0xFFFF_FFFF
    assert block.delay_since_last_sender_report == 16384
    assert (statistics.last_sender_report, statistics.sender_reports_received) == (report, 1)


def test_round_trip_time() -> None:
    sent = ntp_time(5000.0)
    block = ReportBlock(
        1, last_sender_report=(sent >> 16) & 0xFFFF_FFFF, delay_since_last_sender_report=65536
    )
    assert round_trip_time(block, ntp_time(5001.125)) == pytest.approx(0.125, abs=1e-4)
    assert round_trip_time(block, ntp_time(5000.9999)) == 0.0
    assert round_trip_time(block, ntp_time(5000.5)) is None
    assert round_trip_time(block, ntp_time(6000.5)) is None
    assert round_trip_time(ReportBlock(1), sent) is None


def test_round_trip_time_across_the_wrap_of_ntp_seconds() -> None:
    second = (1 << 16) - 2_208_988_800 % (1 << 16)  # the middle 32 bits wrap here
    block = ReportBlock(1, last_sender_report=(ntp_time(second - 0.05) >> 16) & 0xFFFF_FFFF)
    assert round_trip_time(block, ntp_time(second + 0.05)) == pytest.approx(0.1, abs=1e-4)
