"""SRTP sessions: round trips against libsrtp, and everything that must be refused."""

from __future__ import annotations

import random
import struct

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import SRTP_PROFILES, SRTPProtectionProfile

from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.dtls.profiles import srtp_profile
from lkpy.transport.dtls.srtp import MAX_INBOUND_SSRCS, SrtpSession

NAMES = [profile.openssl_profile for profile in SRTP_PROFILES]


def pair(name: bytes = NAMES[0]) -> tuple[SrtpSession, SrtpSession]:
    material = random.Random(1).randbytes(srtp_profile(name).keying_material)
    return SrtpSession(name, material, DtlsRole.CLIENT), SrtpSession(name, material, DtlsRole.SERVER)


def rtp(sequence: int, ssrc: int = 1, size: int = 80) -> bytes:
    return struct.pack("!BBHII", 0x80, 111, sequence & 0xFFFF, sequence * 960, ssrc) + bytes(size)


def rtcp(ssrc: int = 1) -> bytes:
    return struct.pack("!BBHI", 0x80, 201, 1, ssrc)


@pytest.mark.parametrize("name", NAMES)
def test_both_directions(name: bytes) -> None:
    client, server = pair(name)
    for ours, theirs in ((client, server), (server, client)):
        protected = ours.protect_rtp(rtp(5))
        assert protected is not None
        assert rtp(5)[12:] not in protected
        assert theirs.unprotect_rtp(protected) == rtp(5)
        protected = ours.protect_rtcp(rtcp())
        assert protected is not None
        assert theirs.unprotect_rtcp(protected) == rtcp()


@pytest.mark.parametrize("profile", SRTP_PROFILES, ids=lambda p: p.openssl_profile.decode())
def test_keys_are_where_rfc_5764_puts_them(profile: SRTPProtectionProfile) -> None:
    """Client key, server key, client salt, server salt."""
    key, salt = profile.key_length, profile.salt_length
    material = random.Random(2).randbytes(2 * (key + salt))
    ours = SrtpSession(profile.openssl_profile, material, DtlsRole.CLIENT)
    plain = pylibsrtp.Session(
        pylibsrtp.Policy(
            key=material[:key] + material[2 * key : 2 * key + salt],
            ssrc_type=pylibsrtp.Policy.SSRC_ANY_INBOUND,
            srtp_profile=profile.libsrtp_profile,
        )
    )
    assert plain.unprotect(ours.protect_rtp(rtp(1)) or b"") == rtp(1)


@pytest.mark.parametrize("name", NAMES)
def test_every_truncation_is_dropped_and_counted(name: bytes) -> None:
    client, server = pair(name)
    packet, report = client.protect_rtp(rtp(1)), client.protect_rtcp(rtcp())
    assert packet is not None
    assert report is not None
    for size in range(len(packet)):
        assert server.unprotect_rtp(packet[:size]) is None
    for size in range(len(report)):
        assert server.unprotect_rtcp(report[:size]) is None
    assert server.counters.rejected_rtp == len(packet)
    assert server.counters.rejected_rtcp == len(report)
    assert server.unprotect_rtp(packet) == rtp(1)
    assert server.unprotect_rtcp(report) == rtcp()


@pytest.mark.parametrize("name", NAMES)
def test_header_fields_that_lie_about_lengths(name: bytes) -> None:
    _, server = pair(name)
    rng = random.Random(4)
    for first in range(128, 192):
        for size in (12, 13, 20, 28, 60, 200):
            data = bytes([first, 111]) + rng.randbytes(size - 2)
            assert server.unprotect_rtp(data) is None
            assert server.unprotect_rtcp(data) is None


@pytest.mark.parametrize("size", [0, 1, 1501, 4000, 65507])
def test_odd_sizes_never_reach_libsrtp(size: int) -> None:
    client, server = pair()
    data = (b"\x80\x6f" + bytes(65507))[:size]
    assert client.protect_rtp(data) is None
    assert client.protect_rtcp(data) is None
    assert server.unprotect_rtp(data) is None
    assert server.unprotect_rtcp(data) is None
    assert client.counters.unsendable == 2
    assert server.counters.rejected_rtp == server.counters.rejected_rtcp == 1


def test_every_flipped_bit_is_a_forgery() -> None:
    client, server = pair()
    packet = bytearray(client.protect_rtp(rtp(1)) or b"")
    for index in range(len(packet)):
        packet[index] ^= 1
        assert server.unprotect_rtp(bytes(packet)) is None
        packet[index] ^= 1
    assert server.unprotect_rtp(bytes(packet)) == rtp(1)


def test_replays_are_dropped_within_and_behind_the_window() -> None:
    client, server = pair()
    packets = [client.protect_rtp(rtp(i)) or b"" for i in range(1100)]
    reports = [client.protect_rtcp(rtcp()) or b"" for _ in range(3)]
    late = packets.pop(200)
    for packet in packets:
        assert server.unprotect_rtp(packet) is not None
    assert server.unprotect_rtp(late) == rtp(200), "900 packets late is inside the window"
    for packet in packets:
        assert server.unprotect_rtp(packet) is None
    for report in reports:
        assert server.unprotect_rtcp(report) is not None
        assert server.unprotect_rtcp(report) is None
    assert server.counters.rejected_rtp == len(packets)


def test_the_same_packet_may_be_sent_again() -> None:
    client, server = pair()
    first = client.protect_rtp(rtp(9))
    client.protect_rtp(rtp(10))
    assert client.protect_rtp(rtp(9)) == first
    assert server.unprotect_rtp(first or b"") == rtp(9)


def test_the_table_of_ssrcs_is_bounded_and_keeps_the_active_ones() -> None:
    client, server = pair()
    total = MAX_INBOUND_SSRCS * 2
    for ssrc in range(2, total):
        assert server.unprotect_rtp(client.protect_rtp(rtp(1, ssrc)) or b"") is not None
        if ssrc % 100 == 0:
            assert server.unprotect_rtp(client.protect_rtp(rtp(ssrc // 100, 1)) or b"") is not None
    assert len(server._ssrcs) + len(server._old_ssrcs) <= MAX_INBOUND_SSRCS
    last = total // 100 * 100 if total % 100 else total - 100
    replay = client.protect_rtp(rtp(last // 100, 1)) or b""
    assert server.unprotect_rtp(replay) is None, "its stream is still known"
