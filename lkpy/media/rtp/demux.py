"""Which stream a packet belongs to (RFC 8843 section 9.2).

SSRCs announced in SDP come first, then the mid and rid header extensions, then the payload type if only one
stream uses it. What the extensions taught is remembered by SSRC, in a bounded table.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from lkpy.media.rtp.extensions import parse_identifier
from lkpy.media.rtp.packet import RtpPacket

Key = TypeVar("Key", bound=Hashable)

MAX_LEARNED = 256
"""SSRCs remembered from extensions and payload types; the oldest is forgotten for a new one."""


@dataclass(frozen=True, slots=True)
class Route(Generic[Key]):
    """Where a packet goes.

    Attributes:
        key: of the stream.
        primary_ssrc: the SSRC whose packets this one repairs, None if the packet is no known retransmission
            or the stream it repairs has not been seen yet.
        repair: True for a retransmission (announced by FID or by repaired-rid).
        rid: the simulcast layer, None without layers.
    """

    key: Key
    primary_ssrc: int | None = None
    repair: bool = False
    rid: str | None = None


class StreamTable(Generic[Key]):
    """Maps RTP packets to the keys of streams.

    Attributes:
        unknown: packets that belong to no stream.
        learned: SSRCs learned from extensions or payload types.
        forgotten: learned SSRCs that gave way to newer ones.
    """

    def __init__(self) -> None:
        self._announced: dict[int, Route[Key]] = {}
        self._learned: dict[int, Route[Key]] = {}
        self._mids: dict[str, Key] = {}
        self._payload_types: dict[int, list[Key]] = {}
        self._mid_id: int | None = None
        self._rid_id: int | None = None
        self._repaired_rid_id: int | None = None
        self.unknown = 0
        self.learned = 0
        self.forgotten = 0

    def set_extensions(
        self, *, mid: int | None, rid: int | None = None, repaired_rid: int | None = None
    ) -> None:
        """Local identifiers of the header extensions, None for those not negotiated. In a BUNDLE group they
        are the same for all m-sections (RFC 8843 section 9.2 with RFC 8285 section 6)."""
        self._mid_id = mid
        self._rid_id = rid
        self._repaired_rid_id = repaired_rid

    def add_ssrc(self, ssrc: int, key: Key, *, repairs: int | None = None, rid: str | None = None) -> None:
        """An SSRC announced in SDP.

        Args:
            repairs: the primary SSRC, if this one is its retransmission (`a=ssrc-group:FID`).
        """
        self._learned.pop(ssrc, None)
        self._announced[ssrc] = Route(key, repairs, repairs is not None, rid)

    def add_mid(self, mid: str, key: Key) -> None:
        """The mid of a stream's m-section."""
        self._mids[mid] = key

    def add_payload_types(self, payload_types: Iterable[int], key: Key) -> None:
        """Payload types a stream may use; a type that two streams may use tells nothing."""
        for payload_type in payload_types:
            keys = self._payload_types.setdefault(payload_type, [])
            if key not in keys:
                keys.append(key)

    def remove(self, key: Key) -> None:
        """Forget a stream: its SSRCs, mids, payload types and all that was learned about it."""
        for routes in (self._announced, self._learned):
            for ssrc in [ssrc for ssrc, route in routes.items() if route.key == key]:
                del routes[ssrc]
        for mid in [mid for mid, owner in self._mids.items() if owner == key]:
            del self._mids[mid]
        for payload_type, keys in list(self._payload_types.items()):
            if key in keys:
                keys.remove(key)
                if not keys:
                    del self._payload_types[payload_type]

    def forget_ssrc(self, ssrc: int) -> None:
        """Forget one SSRC, announced or learned (RTCP BYE, or an m-section that got another one)."""
        self._announced.pop(ssrc, None)
        self._learned.pop(ssrc, None)

    def route_of(self, ssrc: int) -> Route[Key] | None:
        """What is known about an SSRC, without a packet (for RTCP)."""
        return self._announced.get(ssrc) or self._learned.get(ssrc)

    def ssrcs(self, key: Key) -> list[int]:
        """All SSRCs known to belong to a stream, retransmissions included."""
        return [
            ssrc
            for routes in (self._announced, self._learned)
            for ssrc, route in routes.items()
            if route.key == key
        ]

    def route(self, packet: RtpPacket) -> Route[Key] | None:
        """Where the packet goes; None if it belongs to no stream (counted)."""
        route = self._announced.get(packet.ssrc)
        if route is not None:
            return route
        route = self._learned.get(packet.ssrc)
        if packet.extensions and self._mid_id is not None:
            learned = self._learn(packet, route)
            if learned is not None:
                return learned
        if route is not None:
            return route
        keys = self._payload_types.get(packet.payload_type)
        if keys is None or len(keys) != 1:
            self.unknown += 1
            return None
        route = Route(keys[0])
        self._remember(packet.ssrc, route)
        return route

    def _learn(self, packet: RtpPacket, known: Route[Key] | None) -> Route[Key] | None:
        extensions = packet.extensions
        mid = parse_identifier(extensions.get(self._mid_id or 0, b""))
        if mid is None or mid not in self._mids:
            return None
        key = self._mids[mid]
        repaired = parse_identifier(extensions.get(self._repaired_rid_id or 0, b""))
        rid = repaired or parse_identifier(extensions.get(self._rid_id or 0, b""))
        if rid is None and known is not None and known.key == key:
            rid = known.rid
        repair = repaired is not None or (known is not None and known.key == key and known.repair)
        primary = self._primary(key, rid) if repair else None
        route = Route(key, primary, repair, rid)
        if route != known:
            self._remember(packet.ssrc, route)
        return route

    def _primary(self, key: Key, rid: str | None) -> int | None:
        """The newest SSRC of a layer that is not a retransmission itself."""
        for ssrc, route in reversed(self._learned.items()):
            if route.key == key and route.rid == rid and not route.repair:
                return ssrc
        for ssrc, route in self._announced.items():
            if route.key == key and route.rid == rid and not route.repair:
                return ssrc
        return None

    def _remember(self, ssrc: int, route: Route[Key]) -> None:
        if self._learned.pop(ssrc, None) is None:
            self.learned += 1
        self._learned[ssrc] = route
        while len(self._learned) > MAX_LEARNED:
            del self._learned[next(iter(self._learned))]
            self.forgotten += 1
