"""The state cookie (RFC 9260 section 5.1.3): what the peer's INIT said, signed, so that nothing is kept
before the peer has shown that it received our INIT ACK."""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass

from lkpy.errors import ProtocolError

LIFETIME = 60.0
"""Seconds a cookie is accepted (RFC 9260 section 16: Valid.Cookie.Life)."""

_FIELDS = struct.Struct("!dLLLLHHB")
_SIGNATURE_SIZE = hashlib.sha256().digest_size

_FORWARD_TSN = 1
_RECONFIG = 2


@dataclass(frozen=True, slots=True)
class StateCookie:
    """The peer as its INIT described it.

    Attributes:
        created: time of the INIT, seconds on the clock of the association.
        local_tag: our verification tag when the cookie was made.
        peer_tag: the peer's verification tag.
        peer_tsn: the first TSN that the peer will send.
        peer_rwnd: bytes that the peer will buffer.
        outbound_streams: streams that we may use.
        inbound_streams: streams that the peer may use.
        forward_tsn: the peer supports partial reliability (RFC 3758).
        reconfig: the peer supports stream reset (RFC 6525).
    """

    created: float
    local_tag: int
    peer_tag: int
    peer_tsn: int
    peer_rwnd: int
    outbound_streams: int
    inbound_streams: int
    forward_tsn: bool
    reconfig: bool

    def serialize(self, key: bytes) -> bytes:
        """Pack and sign with HMAC-SHA-256 under `key`."""
        fields = _FIELDS.pack(
            self.created,
            self.local_tag,
            self.peer_tag,
            self.peer_tsn,
            self.peer_rwnd,
            self.outbound_streams,
            self.inbound_streams,
            _FORWARD_TSN * self.forward_tsn | _RECONFIG * self.reconfig,
        )
        return fields + hmac.digest(key, fields, "sha256")

    @classmethod
    def parse(cls, data: bytes, key: bytes) -> StateCookie:
        """Check the signature and unpack.

        Raises:
            ProtocolError: we did not make this cookie.
        """
        if len(data) != _FIELDS.size + _SIGNATURE_SIZE:
            raise ProtocolError("SCTP state cookie of a foreign size")
        fields = data[: _FIELDS.size]
        if not hmac.compare_digest(hmac.digest(key, fields, "sha256"), data[_FIELDS.size :]):
            raise ProtocolError("SCTP state cookie with a wrong signature")
        created, local_tag, peer_tag, tsn, rwnd, outbound, inbound, flags = _FIELDS.unpack(fields)
        forward_tsn, reconfig = bool(flags & _FORWARD_TSN), bool(flags & _RECONFIG)
        return cls(created, local_tag, peer_tag, tsn, rwnd, outbound, inbound, forward_tsn, reconfig)
