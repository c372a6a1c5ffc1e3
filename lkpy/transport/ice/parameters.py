"""ICE credentials (RFC 8839 section 5.4), servers (RFC 7064, RFC 7065) and settings."""

from __future__ import annotations

import re
import ssl
import string
from collections.abc import Callable
from dataclasses import dataclass, field

from lkpy.errors import ProtocolError

Entropy = Callable[[int], bytes]
"""Returns that many random bytes."""

UFRAG_LENGTH = 8
PWD_LENGTH = 24

_ALPHABET = string.ascii_letters + string.digits
_URL = re.compile(
    r"(?P<scheme>stuns?|turns?):(?://)?(?P<host>\[[0-9A-Fa-f:.]+\]|[^:?/\[\]\s]+)(?::(?P<port>[0-9]{1,5}))?/?"
    r"(?:\?transport=(?P<transport>udp|tcp))?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class IceParameters:
    """What one side signals: user name fragment, password, and whether it is a lite implementation.

    The password stays out of the representation.
    """

    ufrag: str
    pwd: str = field(repr=False)
    lite: bool = False

    @classmethod
    def generate(cls, entropy: Entropy, *, lite: bool = False) -> IceParameters:
        """Fresh credentials: at least 24 bits in the fragment, 128 in the password (RFC 8445 section 5.3)."""
        return cls(_word(entropy, UFRAG_LENGTH), _word(entropy, PWD_LENGTH), lite)


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server as signalling names it.

    Attributes:
        urls: `stun:host[:port]`, `turn:host[:port][?transport=udp|tcp]`, `turns:host[:port]`.
        username, credential: for TURN, else empty.
    """

    urls: tuple[str, ...]
    username: str = ""
    credential: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class IceConfig:
    """Settings of an `IceTransport`.

    Attributes:
        servers: all are asked at once.
        relay_only: only relayed candidates are gathered and used.
        include_loopback: gather 127.0.0.1 and ::1 too.
        tcp: open active TCP connections to passive remote candidates (RFC 6544).
        ipv6: gather IPv6 addresses.
        disconnected_after: s without authenticated traffic until DISCONNECTED.
        failed_after: s without authenticated traffic, or without any pair, until FAILED.
        consent_interval: s between consent checks (RFC 7675), varied by 20 %.
        initial_rto: s until a check is repeated the first time; doubles up to 1.6 s.
        ssl_context: for `turns:` servers; None means the default context.
    """

    servers: tuple[IceServer, ...] = ()
    relay_only: bool = False
    include_loopback: bool = True
    tcp: bool = True
    ipv6: bool = True
    disconnected_after: float = 5.0
    failed_after: float = 15.0
    consent_interval: float = 2.0
    initial_rto: float = 0.1
    ssl_context: ssl.SSLContext | None = None


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """A parsed server URL; `scheme` is stun, turn or turns, `transport` udp or tcp."""

    scheme: str
    host: str
    port: int
    transport: str

    @classmethod
    def parse(cls, url: str) -> ServerUrl:
        """Read an RFC 7064 or RFC 7065 URL.

        Raises:
            ProtocolError: not such a URL, or of a kind that is not supported (`stuns:`).
        """
        match = _URL.match(url.strip())
        if match is None:
            raise ProtocolError(f"not a STUN or TURN URL: {url[:200]!r}")
        scheme = match["scheme"].lower()
        if scheme == "stuns":
            raise ProtocolError("stuns: servers are not supported; turns: ones are")
        port = int(match["port"] or (5349 if scheme == "turns" else 3478))
        if not 0 < port < 65536:
            raise ProtocolError(f"port {port} of a STUN or TURN URL is out of range")
        transport = (match["transport"] or ("tcp" if scheme == "turns" else "udp")).lower()
        if scheme == "turns" and transport == "udp":
            raise ProtocolError("TURN over DTLS is not supported")
        return cls(scheme, match["host"].strip("[]"), port, transport)


def _word(entropy: Entropy, length: int) -> str:
    letters = ""
    while len(letters) < length:
        # Bytes from 248 on would make the first letters of the alphabet more likely.
        letters += "".join(_ALPHABET[byte % 62] for byte in entropy(length) if byte < 248)
    return letters[:length]
