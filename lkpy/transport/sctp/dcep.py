"""Data Channel Establishment Protocol (RFC 8832) and the payload protocol identifiers of RFC 8831 section
8."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from lkpy.errors import ProtocolError

PPID_DCEP: Final = 50
PPID_STRING: Final = 51
PPID_BINARY: Final = 53
PPID_STRING_EMPTY: Final = 56
PPID_BINARY_EMPTY: Final = 57

_EMPTY: dict[int, bytes | str] = {PPID_BINARY_EMPTY: b"", PPID_STRING_EMPTY: ""}

MESSAGE_ACK: Final = 0x02
MESSAGE_OPEN: Final = 0x03

ACK: Final = bytes((MESSAGE_ACK,))

_RELIABLE = 0x00
_REXMIT = 0x01
_TIMED = 0x02
_UNORDERED = 0x80

_PRIORITY = 256
"""Normal (RFC 8831 section 6.4)."""

_OPEN = struct.Struct("!BBHLHH")


@dataclass(frozen=True, slots=True)
class DataChannelOpen:
    """DATA_CHANNEL_OPEN (RFC 8832 section 5.1).

    Attributes:
        label: name of the channel.
        protocol: name of the protocol spoken on it.
        ordered: whether messages keep their order.
        max_retransmits: how often a lost chunk is sent again, or None.
        max_lifetime: milliseconds in which a message may be sent again, or None.
        priority: weight of the channel.
    """

    label: str
    protocol: str = ""
    ordered: bool = True
    max_retransmits: int | None = None
    max_lifetime: int | None = None
    priority: int = _PRIORITY

    @classmethod
    def parse(cls, data: bytes) -> DataChannelOpen:
        """Read the message, its type byte included.

        Raises:
            ProtocolError: too short for what it announces, an unknown channel type, names that are not UTF-8.
        """
        if len(data) < _OPEN.size:
            raise ProtocolError("DATA_CHANNEL_OPEN is too short")
        _, kind, priority, reliability, label_size, protocol_size = _OPEN.unpack_from(data)
        if _OPEN.size + label_size + protocol_size > len(data):
            raise ProtocolError("DATA_CHANNEL_OPEN announces more than it holds")
        reliable_kind = kind & ~_UNORDERED
        if reliable_kind > _TIMED:
            raise ProtocolError(f"DATA_CHANNEL_OPEN of unknown channel type {kind}")
        names = data[_OPEN.size :]
        try:
            label = names[:label_size].decode()
            protocol = names[label_size : label_size + protocol_size].decode()
        except UnicodeDecodeError as error:
            raise ProtocolError("DATA_CHANNEL_OPEN with a name that is not UTF-8") from error
        return cls(
            label,
            protocol,
            not kind & _UNORDERED,
            reliability if reliable_kind == _REXMIT else None,
            reliability if reliable_kind == _TIMED else None,
            priority,
        )

    def serialize(self) -> bytes:
        """The message. Lengths are those of the UTF-8 bytes, each at most 65535."""
        label = self.label.encode()
        protocol = self.protocol.encode()
        kind, reliability = _RELIABLE, 0
        if self.max_retransmits is not None:
            kind, reliability = _REXMIT, self.max_retransmits
        elif self.max_lifetime is not None:
            kind, reliability = _TIMED, self.max_lifetime
        if not self.ordered:
            kind |= _UNORDERED
        header = _OPEN.pack(MESSAGE_OPEN, kind, self.priority, reliability, len(label), len(protocol))
        return header + label + protocol


def decode_message(ppid: int, data: bytes) -> bytes | str | None:
    """The user's message that an identifier other than PPID_BINARY makes of its data (RFC 8831 section 6.6).

    Returns:
        None for an identifier that is not for users, and for text that is not UTF-8.
    """
    if ppid == PPID_STRING:
        try:
            return data.decode()
        except UnicodeDecodeError:
            return None
    return _EMPTY.get(ppid)
