"""ICE candidates: the `a=candidate` line (RFC 8839 section 5.1) and priorities (RFC 8445 section 5.1.2)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, replace
from typing import Literal

from lkpy.errors import ProtocolError

MAX_LINE = 1024
"""Characters of a candidate line that are looked at; host names and extensions fit many times over."""

TYPE_PREFERENCES = {"host": 126, "prflx": 110, "srflx": 100, "relay": 0}
"""RFC 8445 section 5.1.2.2."""

TCP_TYPE_PENALTY = 36
"""RFC 6544 section 4.2: a TCP candidate is preferred less than any direct UDP candidate."""

TCP_ACTIVE_DIRECTION = 6
"""RFC 6544 section 4.2: direction preference of an active host candidate."""

_NUMBER = re.compile(r"[0-9]{1,10}\Z")
_TOKEN = re.compile(r"[\x21-\x7e]+\Z")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One transport address at which an agent may be reached.

    Attributes:
        foundation: 1 to 32 characters, equal for candidates that share type, base, server and transport.
        component: 1 for RTP and everything bundled with it.
        transport: "udp" or "tcp" (lower case; others are kept as they came).
        priority: 0 to 2**32 - 1, larger is preferred.
        host: IP address, or a name (mDNS names end in ".local").
        port: 1 to 65535; 9 for active TCP candidates.
        type: "host", "srflx", "prflx" or "relay".
        related_address, related_port: the base (srflx, prflx) or mapped address (relay), or None.
        tcptype: "active", "passive", "so" or None (RFC 6544).
        ufrag: the generation the candidate belongs to (RFC 8838), or None.
        extensions: the remaining name-value pairs in their order.
    """

    foundation: str
    component: int
    transport: str
    priority: int
    host: str
    port: int
    type: str
    related_address: str | None = None
    related_port: int | None = None
    tcptype: str | None = None
    ufrag: str | None = None
    extensions: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, line: str) -> Candidate:
        """Read a candidate line, with or without `a=` and `candidate:` in front.

        Raises:
            ProtocolError: the line is not a candidate.
        """
        text = line.strip().removeprefix("a=").removeprefix("candidate:")
        if len(text) > MAX_LINE:
            raise ProtocolError("candidate line is too long")
        fields = text.split()
        if len(fields) < 8 or fields[6] != "typ" or not all(_TOKEN.match(field) for field in fields):
            raise ProtocolError("not a candidate line")
        if len(fields[0]) > 32:
            raise ProtocolError("candidate foundation is too long")
        names = iter(fields[8:])
        # An odd last word has no value and is left out.
        pairs = list(zip(names, names, strict=False))
        known: dict[str, str] = {}
        extensions: list[tuple[str, str]] = []
        for name, value in pairs:
            if name in ("raddr", "rport", "tcptype", "ufrag"):
                known.setdefault(name, value)
            else:
                extensions.append((name, value))
        related_port = known.get("rport")
        return cls(
            foundation=fields[0],
            component=_number(fields[1], "component", 1, 256),
            transport=fields[2].lower(),
            priority=_number(fields[3], "priority", 0, 0xFFFF_FFFF),
            host=fields[4],
            port=_number(fields[5], "port", 1, 65535),
            type=fields[7].lower(),
            related_address=known.get("raddr"),
            related_port=None if related_port is None else _number(related_port, "rport", 0, 65535),
            tcptype=known["tcptype"].lower() if "tcptype" in known else None,
            ufrag=known.get("ufrag"),
            extensions=tuple(extensions),
        )

    def to_sdp(self) -> str:
        """The line as it is trickled, beginning with `candidate:`. An SDP attribute is `a=` and this."""
        parts = [
            f"candidate:{self.foundation} {self.component} {self.transport} {self.priority}"
            f" {self.host} {self.port} typ {self.type}"
        ]
        if self.related_address is not None:
            parts.append(f"raddr {self.related_address}")
        if self.related_port is not None:
            parts.append(f"rport {self.related_port}")
        if self.tcptype is not None:
            parts.append(f"tcptype {self.tcptype}")
        if self.ufrag is not None:
            parts.append(f"ufrag {self.ufrag}")
        parts += [f"{name} {value}" for name, value in self.extensions]
        return " ".join(parts)

    @property
    def ip(self) -> str | None:
        """The address in canonical form, or None when `host` is a name."""
        return canonical_ip(self.host)

    def with_ufrag(self, ufrag: str) -> Candidate:
        """The same address as a candidate of another generation."""
        return replace(self, ufrag=ufrag)


def canonical_ip(host: str) -> str | None:
    """`host` as the operating system would print it, or None when it is not an IP address."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def is_loopback(ip: str) -> bool:
    """Whether the canonical address `ip` is a loopback address."""
    return ip.startswith("127.") or ip == "::1"


def candidate_priority(
    kind: str, local_preference: int, *, transport: str = "udp", component: int = 1
) -> int:
    """RFC 8445 section 5.1.2.1; for TCP, RFC 6544 section 4.2.

    Args:
        kind: candidate type.
        local_preference: 0 to 65535 (0 to 8191 for TCP).
    """
    preference = TYPE_PREFERENCES[kind]
    if transport == "tcp":
        preference = max(0, preference - TCP_TYPE_PENALTY)
        local_preference = (TCP_ACTIVE_DIRECTION << 13) | min(local_preference, 8191)
    return (preference << 24) | (local_preference << 8) | (256 - component)


def peer_reflexive_priority(candidate: Candidate) -> int:
    """The PRIORITY a check from `candidate` carries (RFC 8445 section 7.1.1)."""
    preference = TYPE_PREFERENCES["prflx"]
    if candidate.transport == "tcp":
        preference -= TCP_TYPE_PENALTY
    return (preference << 24) | (candidate.priority & 0xFF_FFFF)


def pair_priority(controlling: int, controlled: int) -> int:
    """RFC 8445 section 6.1.2.3.

    Args:
        controlling: priority of the controlling agent's candidate.
        controlled: priority of the controlled agent's candidate.
    """
    low, high = sorted((controlling, controlled))
    return (low << 32) + 2 * high + (controlling > controlled)


def foundation(
    kind: Literal["host", "srflx", "prflx", "relay"], transport: str, base: str, server: str = ""
) -> str:
    """A foundation that is equal exactly for equal arguments (RFC 8445 section 5.1.1.3)."""
    # FNV-1a: stable over processes, unlike hash(); a collision would only merge two check groups.
    value = 0x811C9DC5
    for byte in f"{kind} {transport} {base} {server}".encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFF_FFFF
    return str(value)


def _number(text: str, name: str, low: int, high: int) -> int:
    if _NUMBER.match(text) is None or not low <= int(text) <= high:
        raise ProtocolError(f"candidate {name} is out of range")
    return int(text)
