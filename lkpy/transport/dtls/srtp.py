"""SRTP and SRTCP of one transport (RFC 3711, RFC 7714), keyed by DTLS (RFC 5764)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import pylibsrtp

from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.dtls.profiles import srtp_profile

REPLAY_WINDOW = 1024
"""Packets of one SSRC that may overtake each other; a resent packet half a second late still passes."""

MAX_PACKET_SIZE = 1500
"""libsrtp's wrapper holds one buffer of this many bytes."""

MAX_INBOUND_SSRCS = 4096
"""Authenticated SSRCs remembered before the ones silent longest are forgotten."""

_RTP_HEADER = 12
_RTCP_HEADER = 8
_SRTCP_INDEX = 4
_MAX_RTP_TRAILER = 16 + 128
_MAX_RTCP_TRAILER = 4 + 16 + 128

_read_ssrc = struct.Struct("!I").unpack_from


@dataclass(slots=True)
class SrtpCounters:
    """Packets that went no further."""

    rejected_rtp: int = 0
    """Received SRTP that was truncated, too long, forged or replayed."""
    rejected_rtcp: int = 0
    """Received SRTCP that was truncated, too long, forged or replayed."""
    unsendable: int = 0
    """Packets of ours that are no RTP or RTCP or too long to protect."""


class SrtpSession:
    """Protects what we send and verifies what we receive. Bad packets give None and are counted.

    Args:
        profile: the name DTLS negotiated, e.g. `b"SRTP_AEAD_AES_128_GCM"`. KeyError if unknown.
        keying_material: exported by DTLS: both keys, then both salts (RFC 5764 section 4.2).
        role: our DTLS role; the client writes with the first key.
    """

    __slots__ = ("_old_ssrcs", "_rtcp_min", "_rtp_min", "_rx", "_ssrcs", "_tx", "counters", "profile")

    def __init__(self, profile: bytes, keying_material: bytes, role: DtlsRole) -> None:
        chosen = srtp_profile(profile)
        ours = 0 if role is DtlsRole.CLIENT else 1

        def session(index: int, ssrc_type: int) -> pylibsrtp.Session:
            policy = pylibsrtp.Policy(
                key=chosen.master_key(keying_material, index),
                ssrc_type=ssrc_type,
                srtp_profile=chosen.policy,
            )
            policy.allow_repeat_tx = True  # a NACK is answered with the very same packet
            policy.window_size = REPLAY_WINDOW
            return pylibsrtp.Session(policy)

        self.profile = profile.decode()
        self.counters = SrtpCounters()
        self._tx = session(ours, pylibsrtp.Policy.SSRC_ANY_OUTBOUND)
        self._rx = session(1 - ours, pylibsrtp.Policy.SSRC_ANY_INBOUND)
        self._rtp_min = _RTP_HEADER + chosen.tag_length
        self._rtcp_min = _RTCP_HEADER + _SRTCP_INDEX + chosen.tag_length
        self._ssrcs: set[int] = set()
        self._old_ssrcs: set[int] = set()

    def protect_rtp(self, packet: bytes) -> bytes | None:
        """Encrypt an RTP packet; None if it is none or longer than 1356 bytes."""
        if _RTP_HEADER <= len(packet) <= MAX_PACKET_SIZE - _MAX_RTP_TRAILER:
            try:
                return self._tx.protect(packet)
            except pylibsrtp.Error:
                pass
        self.counters.unsendable += 1
        return None

    def protect_rtcp(self, packet: bytes) -> bytes | None:
        """Encrypt a compound RTCP packet; None if it is none or longer than 1352 bytes."""
        if _RTCP_HEADER <= len(packet) <= MAX_PACKET_SIZE - _MAX_RTCP_TRAILER:
            try:
                return self._tx.protect_rtcp(packet)
            except pylibsrtp.Error:
                pass
        self.counters.unsendable += 1
        return None

    def unprotect_rtp(self, packet: bytes) -> bytes | None:
        """Verify and decrypt a received packet; None if it is truncated, forged or a replay."""
        if self._rtp_min <= len(packet) <= MAX_PACKET_SIZE:
            try:
                plain = self._rx.unprotect(packet)
            except pylibsrtp.Error:
                pass
            else:
                (ssrc,) = _read_ssrc(plain, 8)
                if ssrc not in self._ssrcs:
                    self._remember(ssrc)
                return plain
        self.counters.rejected_rtp += 1
        return None

    def unprotect_rtcp(self, packet: bytes) -> bytes | None:
        """Verify and decrypt a received compound packet; None if it is truncated, forged or a replay."""
        if self._rtcp_min <= len(packet) <= MAX_PACKET_SIZE:
            try:
                plain = self._rx.unprotect_rtcp(packet)
            except pylibsrtp.Error:
                pass
            else:
                (ssrc,) = _read_ssrc(plain, 4)
                if ssrc not in self._ssrcs:
                    self._remember(ssrc)
                return plain
        self.counters.rejected_rtcp += 1
        return None

    def _remember(self, ssrc: int) -> None:
        """Bound libsrtp's table of streams: it makes one for each SSRC that authenticates.

        Two generations approximate least-recently-used at the cost of one set look-up a packet.
        """
        self._old_ssrcs.discard(ssrc)
        self._ssrcs.add(ssrc)
        if len(self._ssrcs) < MAX_INBOUND_SSRCS // 2:
            return
        for old in self._old_ssrcs:
            try:
                self._rx.remove_stream(old)
            except pylibsrtp.Error:  # it has sent nothing that made a stream
                continue
        self._old_ssrcs, self._ssrcs = self._ssrcs, set()
