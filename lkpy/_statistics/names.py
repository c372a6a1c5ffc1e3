"""Ids and constants of the statistics messages, as libwebrtc has them.

| id | entry |
|---|---|
| `P`, `T01`, `D1` | peer connection, transport, data channel |
| `CF<fingerprint>` | certificate |
| `I<8 characters>`, `CP<local>_<remote>` | candidate, candidate pair |
| `COT01_<pt>_<fmtp>`, `CIT01_<pt>_<fmtp>` | codec that is sent, received |
| `OT01A<ssrc>`, `IT01A<ssrc>` | stream that is sent, received (`V` for video) |
| `RIA<ssrc>`, `ROA<ssrc>` | what the other end reports about them |
| `SA<n>` | source of a sent stream |
"""

from __future__ import annotations

import base64
import hashlib

from lkpy.protocol import stats_pb2 as pb
from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.dtls.endpoint import DtlsState
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import PairState
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.stats import PairStats
from lkpy.transport.sctp.channels import ChannelState

TRANSPORT = "T01"
"""There is one: everything is bundled on the first section."""

ICE_STATES = {
    IceState.NEW: pb.ICE_TRANSPORT_NEW,
    IceState.CHECKING: pb.ICE_TRANSPORT_CHECKING,
    IceState.CONNECTED: pb.ICE_TRANSPORT_CONNECTED,
    IceState.DISCONNECTED: pb.ICE_TRANSPORT_DISCONNECTED,
    IceState.FAILED: pb.ICE_TRANSPORT_FAILED,
    IceState.CLOSED: pb.ICE_TRANSPORT_CLOSED,
}
DTLS_STATES = {
    DtlsState.NEW: pb.DTLS_TRANSPORT_NEW,
    DtlsState.CONNECTING: pb.DTLS_TRANSPORT_CONNECTING,
    DtlsState.CONNECTED: pb.DTLS_TRANSPORT_CONNECTED,
    DtlsState.CLOSED: pb.DTLS_TRANSPORT_CLOSED,
    DtlsState.FAILED: pb.DTLS_TRANSPORT_FAILED,
}
DTLS_ROLES = {None: pb.DTLS_UNKNOWN, DtlsRole.CLIENT: pb.DTLS_CLIENT, DtlsRole.SERVER: pb.DTLS_SERVER}
PAIR_STATES = {
    PairState.FROZEN: pb.PAIR_FROZEN,
    PairState.WAITING: pb.PAIR_WAITING,
    PairState.IN_PROGRESS: pb.PAIR_IN_PROGRESS,
    PairState.SUCCEEDED: pb.PAIR_SUCCEEDED,
    PairState.FAILED: pb.PAIR_FAILED,
}
CHANNEL_STATES = {
    ChannelState.CONNECTING: pb.DC_CONNECTING,
    ChannelState.OPEN: pb.DC_OPEN,
    ChannelState.CLOSING: pb.DC_CLOSING,
    ChannelState.CLOSED: pb.DC_CLOSED,
}
CANDIDATE_TYPES = {"host": pb.HOST, "srflx": pb.SRFLX, "prflx": pb.PRFLX, "relay": pb.RELAY}
TCP_TYPES = {"active": pb.CANDIDATE_ACTIVE, "passive": pb.CANDIDATE_PASSIVE, "so": pb.CANDIDATE_SO}

DTLS_1_2 = "FEFD"
DTLS_CIPHERS = {
    "ECDHE-ECDSA-AES128-GCM-SHA256": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256": "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-CHACHA20-POLY1305": "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305": "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-SHA": "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "ECDHE-RSA-AES128-SHA": "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "ECDHE-ECDSA-AES256-SHA": "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
}
"""OpenSSL's names to those of the IANA registry, which webrtc-stats asks for."""
SRTP_CIPHERS = {
    "SRTP_AES128_CM_SHA1_80": "AES_CM_128_HMAC_SHA1_80",
    "SRTP_AEAD_AES_128_GCM": "AEAD_AES_128_GCM",
    "SRTP_AEAD_AES_256_GCM": "AEAD_AES_256_GCM",
}
"""OpenSSL's names to those of RFC 5764 section 4.1.2 and RFC 7714, without their first word."""


def entry_id(entry: pb.RtcStats) -> str:
    """The id of an entry."""
    key: str = getattr(entry, entry.WhichOneof("stats") or "").rtc.id
    return key


def stream_id(direction: str, kind: str, ssrc: int) -> str:
    """The id of a stream: direction "O" or "I"."""
    return f"{direction}{TRANSPORT}{letter(kind)}{ssrc}"


def candidate_id(candidate: Candidate, side: str) -> str:
    """`I` and 8 characters that stay the same for a candidate."""
    told = (
        f"{side} {candidate.transport} {candidate.host} {candidate.port} {candidate.type} {candidate.ufrag}"
    )
    return "I" + base64.b32encode(hashlib.sha256(told.encode()).digest()).decode()[:8]


def pair_id(pair: PairStats) -> str:
    """`CP` and the ids of its candidates."""
    return f"CP{candidate_id(pair.local, 'local')[1:]}_{candidate_id(pair.remote, 'remote')[1:]}"


def certificate_id(fingerprint: str) -> str:
    """`CF` and the fingerprint."""
    return f"CF{fingerprint}"


def letter(kind: str) -> str:
    """What stands for audio and video in ids."""
    return "A" if kind == "audio" else "V"
