"""What a DTLS endpoint tells its driver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DtlsConnected:
    """The peer is the one that was signalled; there are keys, and data passes."""


@dataclass(frozen=True, slots=True)
class DtlsData:
    """The peer sent a message; it is authenticated."""

    data: bytes


@dataclass(frozen=True, slots=True)
class DtlsClosed:
    """The association ended as one of the ends wanted."""

    by_peer: bool


@dataclass(frozen=True, slots=True)
class DtlsFailed:
    """There is no association, and there will be none; `reason` is a sentence."""

    reason: str


DtlsEvent = DtlsConnected | DtlsData | DtlsClosed | DtlsFailed
