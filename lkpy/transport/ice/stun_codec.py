"""STUN messages (RFC 8489 sections 5 and 14), with the attributes of ICE (RFC 8445) and TURN (RFC 8656)."""

from __future__ import annotations

import enum
import hmac
import ipaddress
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lkpy._runtime.network import Address

COOKIE = b"\x21\x12\xa4\x42"
HEADER_LENGTH = 20
TRANSACTION_ID_LENGTH = 12

MAX_MESSAGE = 1500
"""Bytes. RFC 8489 section 6.1 keeps messages below the path MTU; 64 kB of attributes cost milliseconds."""

MAX_TEXT = 763
"""Bytes of a user name, realm, nonce or reason (RFC 8489 section 14)."""

_INTEGRITY, _FINGERPRINT = 0x0008, 0x8028
_INTEGRITY_LENGTH = 20
_FINGERPRINT_XOR = 0x5354554E


class Class(enum.IntEnum):
    """What a message is (RFC 8489 section 5), as bits of its type."""

    REQUEST = 0x000
    INDICATION = 0x010
    RESPONSE = 0x100
    ERROR = 0x110


class Method(enum.IntEnum):
    """What a message is about, as bits of its type (RFC 8489 section 18.2, RFC 8656 section 17)."""

    BINDING = 0x1
    ALLOCATE = 0x3
    REFRESH = 0x4
    SEND = 0x6
    DATA = 0x7
    CREATE_PERMISSION = 0x8
    CHANNEL_BIND = 0x9


class Message:
    """A message to be sent, or one that was parsed.

    Attributes:
        attributes: values by the name of the attribute in its RFC; those nobody here knows are left out.
        raw: the bytes that were parsed; empty for a message to be sent.
    """

    __slots__ = ("_integrity_at", "attributes", "message_class", "method", "raw", "transaction_id")

    def __init__(
        self,
        method: Method,
        message_class: Class,
        transaction_id: bytes,
        attributes: dict[str, Any] | None = None,
    ) -> None:
        self.method = method
        self.message_class = message_class
        self.transaction_id = transaction_id
        self.attributes: dict[str, Any] = {} if attributes is None else attributes
        self.raw = b""
        self._integrity_at: int | None = None

    @property
    def error_code(self) -> int | None:
        """The number of ERROR-CODE, or None."""
        error = self.attributes.get("ERROR-CODE")
        return None if error is None else int(error[0])

    def check_message_integrity(self, key: bytes) -> bool:
        """Whether a parsed message was signed with `key`; one without MESSAGE-INTEGRITY was not."""
        at = self._integrity_at
        if at is None:
            return False
        return hmac.compare_digest(self.attributes["MESSAGE-INTEGRITY"], _integrity(self.raw[:at], key))

    def encode(self, key: bytes | None = None) -> bytes:
        """The bytes of the message; with a key also MESSAGE-INTEGRITY and FINGERPRINT, over all of it."""
        data = struct.pack("!HH", self.method | self.message_class, 0) + COOKIE + self.transaction_id
        for name, value in self.attributes.items():
            attribute = _BY_NAME[name]
            data += _tlv(attribute.number, attribute.form.encode(value, self.transaction_id))
        if key is not None:
            data += _tlv(_INTEGRITY, _integrity(data, key))
            data += _tlv(_FINGERPRINT, _fingerprint(data).to_bytes(4, "big"))
        return _with_length(data, len(data))

    def __bytes__(self) -> bytes:
        return self.encode()


def parse(data: bytes) -> Message | None:
    """The message in `data`, or None when there is none. Never raises."""
    size = len(data)
    if not HEADER_LENGTH <= size <= MAX_MESSAGE or data[4:8] != COOKIE:
        return None
    kind, length = struct.unpack_from("!HH", data)
    if length != size - HEADER_LENGTH or length % 4:
        return None
    try:
        message = Message(Method(kind & ~0x0110), Class(kind & 0x0110), data[8:HEADER_LENGTH])
        message.raw = data
        _read_attributes(message, data)
    except ValueError:
        # An unknown method, a value of the wrong length, text that is none, a wrong fingerprint.
        return None
    return message


def _read_attributes(message: Message, data: bytes) -> None:
    attributes, position, size = message.attributes, HEADER_LENGTH, len(data)
    while position < size:
        number, length = struct.unpack_from("!HH", data, position)
        end = position + 4 + length
        if end > size:
            raise ValueError("an attribute is cut off")
        attribute = _BY_NUMBER.get(number)
        # Only a fingerprint is taken behind MESSAGE-INTEGRITY, and the first of several (section 14).
        if (
            attribute is not None
            and (message._integrity_at is None or number == _FINGERPRINT)
            and attribute.name not in attributes
        ):
            value = attribute.form.decode(data[position + 4 : end], message.transaction_id)
            if number == _INTEGRITY:
                message._integrity_at = position
            elif number == _FINGERPRINT and value != _fingerprint(data[:position]):
                raise ValueError("a wrong fingerprint")
            attributes[attribute.name] = value
        position = end + -length % 4


def _tlv(number: int, value: bytes) -> bytes:
    return struct.pack("!HH", number, len(value)) + value + bytes(-len(value) % 4)


def _with_length(data: bytes, size: int) -> bytes:
    """`data` with the header of a message of `size` bytes."""
    return data[:2] + (size - HEADER_LENGTH).to_bytes(2, "big") + data[4:]


def _integrity(data: bytes, key: bytes) -> bytes:
    """MESSAGE-INTEGRITY behind `data` (section 14.5): the length counts it already."""
    return hmac.digest(key, _with_length(data, len(data) + 4 + _INTEGRITY_LENGTH), "sha1")


def _fingerprint(data: bytes) -> int:
    """FINGERPRINT behind `data` (section 14.7)."""
    return zlib.crc32(_with_length(data, len(data) + 8)) ^ _FINGERPRINT_XOR


# ---- forms of values. Decoders raise ValueError.


@dataclass(frozen=True, slots=True)
class _Form:
    """How values are written and read; both get the transaction id too, which addresses are masked with."""

    encode: Callable[[Any, bytes], bytes]
    decode: Callable[[bytes, bytes], Any]


def _exactly(size: int, value: bytes) -> bytes:
    if len(value) != size:
        raise ValueError(f"{len(value)} bytes where {size} are due")
    return value


def _number(size: int, padding: int = 0) -> _Form:
    return _Form(
        lambda value, _: value.to_bytes(size, "big") + bytes(padding),
        lambda data, _: int.from_bytes(_exactly(size + padding, data)[:size], "big"),
    )


def _short(data: bytes) -> bytes:
    if len(data) > MAX_TEXT:
        raise ValueError("a text is too long")
    return data


def _mask(data: bytes, transaction_id: bytes) -> bytes:
    """`data` XOR cookie and transaction id (section 14.2)."""
    size = len(data)
    key = int.from_bytes((COOKIE + transaction_id)[:size], "big")
    return (int.from_bytes(data, "big") ^ key).to_bytes(size, "big")


def _write_address(address: Address, transaction_id: bytes | None) -> bytes:
    ip, port = ipaddress.ip_address(address[0]), address[1].to_bytes(2, "big")
    packed = ip.packed
    if transaction_id is not None:
        port, packed = _mask(port, transaction_id), _mask(packed, transaction_id)
    return bytes((0, 1 if ip.version == 4 else 2)) + port + packed


def _read_address(data: bytes, transaction_id: bytes | None) -> Address:
    size = {1: 8, 2: 20}.get(data[1] if len(data) > 1 else 0)
    if size is None:
        raise ValueError("an unknown address family")
    _exactly(size, data)
    port, packed = data[2:4], data[4:]
    if transaction_id is not None:
        port, packed = _mask(port, transaction_id), _mask(packed, transaction_id)
    return str(ipaddress.ip_address(packed)), int.from_bytes(port, "big")


def _write_error(error: tuple[int, str], _: bytes) -> bytes:
    code, reason = error
    return bytes((0, 0, code // 100, code % 100)) + reason.encode()


def _read_error(data: bytes, _: bytes) -> tuple[int, str]:
    if len(data) < 4 or not 3 <= data[2] & 7 <= 6 or data[3] > 99:
        raise ValueError("not an error code")
    return (data[2] & 7) * 100 + data[3], _short(data[4:]).decode(errors="replace")


_ADDRESS = _Form(lambda value, _: _write_address(value, None), lambda data, _: _read_address(data, None))
_XOR_ADDRESS = _Form(_write_address, _read_address)
_BYTES = _Form(lambda value, _: value, lambda data, _: data)
_NONCE = _Form(lambda value, _: value, lambda data, _: _short(data))
_TEXT = _Form(lambda value, _: value.encode(), lambda data, _: _short(data).decode())
_REMARK = _Form(lambda value, _: value.encode(), lambda data, _: _short(data).decode(errors="replace"))
_FLAG = _Form(lambda value, _: b"", lambda data, _: None)
_ERROR = _Form(_write_error, _read_error)
_HASH = _Form(lambda value, _: value, lambda data, _: _exactly(_INTEGRITY_LENGTH, data))


@dataclass(frozen=True, slots=True)
class _Attribute:
    number: int
    name: str
    form: _Form


_ATTRIBUTES = (
    _Attribute(0x0001, "MAPPED-ADDRESS", _ADDRESS),
    _Attribute(0x0006, "USERNAME", _TEXT),
    _Attribute(_INTEGRITY, "MESSAGE-INTEGRITY", _HASH),
    _Attribute(0x0009, "ERROR-CODE", _ERROR),
    _Attribute(0x000C, "CHANNEL-NUMBER", _number(2, padding=2)),
    _Attribute(0x000D, "LIFETIME", _number(4)),
    _Attribute(0x0012, "XOR-PEER-ADDRESS", _XOR_ADDRESS),
    _Attribute(0x0013, "DATA", _BYTES),
    _Attribute(0x0014, "REALM", _TEXT),
    _Attribute(0x0015, "NONCE", _NONCE),
    _Attribute(0x0016, "XOR-RELAYED-ADDRESS", _XOR_ADDRESS),
    _Attribute(0x0019, "REQUESTED-TRANSPORT", _number(1, padding=3)),
    _Attribute(0x0020, "XOR-MAPPED-ADDRESS", _XOR_ADDRESS),
    _Attribute(0x0024, "PRIORITY", _number(4)),
    _Attribute(0x0025, "USE-CANDIDATE", _FLAG),
    _Attribute(0x8022, "SOFTWARE", _REMARK),
    _Attribute(_FINGERPRINT, "FINGERPRINT", _number(4)),
    _Attribute(0x8029, "ICE-CONTROLLED", _number(8)),
    _Attribute(0x802A, "ICE-CONTROLLING", _number(8)),
)
_BY_NUMBER = {attribute.number: attribute for attribute in _ATTRIBUTES}
_BY_NAME = {attribute.name: attribute for attribute in _ATTRIBUTES}
