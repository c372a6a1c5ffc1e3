"""The STUN codec: the vectors of RFC 5769, aioice's codec at the other end, and what is no STUN."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest
from aioice import stun as other
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.transport.ice.stun_codec import MAX_MESSAGE, MAX_TEXT, Class, Message, Method, parse

ID = bytes(range(12))
PASSWORD = b"VOkJxbRl1RmTxUk/WvJxBt"
TRANSACTION = "2112a442b7e7a701bc34d686fa87dfae"

REQUEST = bytes.fromhex(
    f"00010058{TRANSACTION}802200105354554e207465737420636c69656e74"
    "002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020"
    "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf"
)
RESPONSE_V4 = bytes.fromhex(
    f"0101003c{TRANSACTION}8022000b7465737420766563746f7220002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96"
)
RESPONSE_V6 = bytes.fromhex(
    f"01010048{TRANSACTION}8022000b7465737420766563746f7220"
    "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
    "00080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c"
)
LONG_TERM = bytes.fromhex(
    "000100602112a44278ad3433c6ad72c029da412e00060012e3839ee38388e383aae38383e382afe382b90000"
    "0015001c662f2f3439396b39353464364f4c33346f4c39465354767936347341"
    "0014000b6578616d706c652e6f72670000080014f67024656dd64a3e02b8e0712e85c9a28ca89666"
)


def parsed(data: bytes) -> Message:
    message = parse(data)
    assert message is not None
    return message


def test_the_request_of_rfc_5769() -> None:
    message = parsed(REQUEST)
    assert (message.method, message.message_class) == (Method.BINDING, Class.REQUEST)
    assert message.raw == REQUEST
    assert message.attributes["USERNAME"] == "evtj:h6vY"
    assert message.attributes["PRIORITY"] == 0x6E0001FF
    assert message.attributes["ICE-CONTROLLED"] == 0x932FF9B151263B36
    assert message.attributes["SOFTWARE"] == "STUN test client"
    assert message.check_message_integrity(PASSWORD)
    assert not message.check_message_integrity(PASSWORD + b"x")
    assert message.error_code is None


@pytest.mark.parametrize(
    ("data", "ip"), [(RESPONSE_V4, "192.0.2.1"), (RESPONSE_V6, "2001:db8:1234:5678:11:2233:4455:6677")]
)
def test_the_responses_of_rfc_5769(data: bytes, ip: str) -> None:
    message = parsed(data)
    assert message.message_class is Class.RESPONSE
    assert message.attributes["XOR-MAPPED-ADDRESS"] == (ip, 32853)
    assert message.check_message_integrity(PASSWORD)


def test_the_long_term_credentials_of_rfc_5769() -> None:
    message = parsed(LONG_TERM)
    user, realm = message.attributes["USERNAME"], message.attributes["REALM"]
    assert (user, realm) == ("マトリックス", "example.org")
    assert message.attributes["NONCE"] == b"f//499k954d6OL34oL9FSTvy64sA"
    assert message.check_message_integrity(hashlib.md5(f"{user}:{realm}:TheMatrIX".encode()).digest())


_PORTS = st.integers(0, 65535)
_ADDRESSES = st.tuples(st.ip_addresses().map(str), _PORTS)
_TEXTS = st.text(max_size=40)
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "MAPPED-ADDRESS": _ADDRESSES,
    "USERNAME": _TEXTS,
    "ERROR-CODE": st.tuples(st.integers(300, 699), _TEXTS),
    "CHANNEL-NUMBER": st.integers(0, 0xFFFF),
    "LIFETIME": st.integers(0, 0xFFFF_FFFF),
    "XOR-PEER-ADDRESS": _ADDRESSES,
    "DATA": st.binary(max_size=99),
    "REALM": _TEXTS,
    "NONCE": st.binary(max_size=40),
    "XOR-RELAYED-ADDRESS": _ADDRESSES,
    "XOR-MAPPED-ADDRESS": _ADDRESSES,
    "PRIORITY": st.integers(0, 0xFFFF_FFFF),
    "USE-CANDIDATE": st.none(),
    "SOFTWARE": _TEXTS,
    "ICE-CONTROLLED": st.integers(0, 2**64 - 1),
    "ICE-CONTROLLING": st.integers(0, 2**64 - 1),
}
_MESSAGES = st.fixed_dictionaries({}, optional=_VALUES)


@settings(deadline=None)
@given(
    method=st.sampled_from(Method),
    kind=st.sampled_from(Class),
    attributes=_MESSAGES,
    transaction_id=st.binary(min_size=12, max_size=12),
    key=st.binary(max_size=80),
)
def test_aioice_reads_what_we_write_and_we_what_it_writes(
    method: Method, kind: Class, attributes: dict[str, Any], transaction_id: bytes, key: bytes
) -> None:
    ours = Message(method, kind, transaction_id, dict(attributes)).encode(key)
    read = other.parse_message(ours)
    assert (int(read.message_method), int(read.message_class)) == (method, kind)
    assert read.transaction_id == transaction_id
    assert read.check_message_integrity(key)
    assert {name: read.attributes[name] for name in attributes} == attributes
    theirs = other.Message(other.Method(method), other.Class(kind), transaction_id, dict(attributes))
    assert bytes(theirs) == bytes(Message(method, kind, transaction_id, dict(attributes)))
    theirs.add_message_integrity(key)
    assert bytes(theirs) == ours
    message = parsed(bytes(theirs))
    assert (message.method, message.message_class) == (method, kind)
    assert {name: message.attributes[name] for name in attributes} == attributes
    assert message.check_message_integrity(key)
    assert not message.check_message_integrity(b"not " + key)


def test_requested_transport_is_one_byte() -> None:
    ours = Message(Method.ALLOCATE, Class.REQUEST, ID, {"REQUESTED-TRANSPORT": 17}).encode()
    assert other.parse_message(ours).attributes["REQUESTED-TRANSPORT"] == 0x1100_0000
    assert parsed(ours).attributes["REQUESTED-TRANSPORT"] == 17


def raw(*attributes: tuple[int, bytes], kind: int = 0x0101) -> bytes:
    body = b""
    for number, value in attributes:
        body += number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value + bytes(-len(value) % 4)
    return kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + ID + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        raw()[:-1],
        raw() + bytes(4),
        raw(kind=0x0002),
        raw(kind=0x8001),
        raw(kind=0xC101),
        raw()[:4] + b"\x21\x12\xa4\x43" + ID,
        raw((0x0013, bytes(MAX_MESSAGE))),
        raw((0x0020, b"")),
        raw((0x0020, b"\x00\x01\x00\x00")),
        raw((0x0020, b"\x00\x02" + bytes(6))),
        raw((0x0020, b"\x00\x03" + bytes(6))),
        raw((0x0001, b"\x00\x01" + bytes(18))),
        raw((0x0009, b"\x00\x00\x04")),
        raw((0x0009, b"\x00\x00\x02\x00")),
        raw((0x0009, b"\x00\x00\x07\x00")),
        raw((0x0009, b"\x00\x00\x04\x64")),
        raw((0x0006, b"\xff\xfe")),
        raw((0x0006, b"a" * (MAX_TEXT + 1))),
        raw((0x0015, b"a" * (MAX_TEXT + 1))),
        raw((0x0008, bytes(19))),
        raw((0x000C, b"\x40\x00")),
        raw((0x000D, b"\x00")),
        raw((0x0024, bytes(8))),
        raw((0x802A, bytes(4))),
        raw((0x8028, bytes(4))),
        # The length of an attribute points behind the message.
        raw((0x0013, b"1234")).replace(b"\x00\x13\x00\x04", b"\x00\x13\x00\x05"),
        raw((0x0013, b"1234")).replace(b"\x00\x13\x00\x04", b"\x00\x13\xff\xff"),
    ],
)
def test_what_is_no_message(data: bytes) -> None:
    assert parse(data) is None


def test_remarks_need_no_valid_text() -> None:
    message = parsed(raw((0x8022, b"\xff"), (0x0009, b"\x00\x00\x04\x01\xff")))
    assert message.attributes["SOFTWARE"] == "�"
    assert message.attributes["ERROR-CODE"] == (401, "�")


def test_unknown_attributes_are_left_out_and_the_first_of_several_counts() -> None:
    message = parsed(raw((0x7777, b"x"), (0xC057, bytes(4)), (0x0006, b"one"), (0x0006, b"two")))
    assert message.attributes == {"USERNAME": "one"}


def test_what_follows_the_signature_is_not_taken() -> None:
    signed = Message(Method.BINDING, Class.REQUEST, ID, {"PRIORITY": 1}).encode(b"key")
    without_fingerprint = signed[:-8]
    forged = without_fingerprint + b"\x00\x25\x00\x00" + b"\x00\x06\x00\x04evil"
    forged = forged[:2] + (len(forged) - 20).to_bytes(2, "big") + forged[4:]
    message = parsed(forged)
    assert message.check_message_integrity(b"key")
    assert set(message.attributes) == {"PRIORITY", "MESSAGE-INTEGRITY"}


def test_every_cut_and_every_flipped_byte() -> None:
    for data in (REQUEST, RESPONSE_V4, RESPONSE_V6):
        for size in range(len(data)):
            assert parse(data[:size]) is None
        for index in range(len(data) - 8):
            broken = bytearray(data)
            broken[index] ^= 0x41
            message = parse(bytes(broken))
            # A longer attribute may swallow the fingerprint; the signature still tells.
            assert message is None or not message.check_message_integrity(PASSWORD)


def test_random_bytes_are_survived() -> None:
    chance = random.Random(7)
    known = [1, 6, 8, 9, 0xC, 0xD, 0x12, 0x13, 0x14, 0x15, 0x16, 0x19, 0x20, 0x24, 0x25, 0x8022, 0x8029]
    read = 0
    for _ in range(20_000):
        attributes = [
            (chance.choice(known), chance.randbytes(chance.choice((0, 2, 4, 8, 20))))
            for _ in range(chance.randrange(4))
        ]
        data = bytearray(raw(*attributes, kind=chance.choice((1, 0x101, 0x111, 0x11, 3, 0x103, 9))))
        for _ in range(chance.randrange(3)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        message = parse(bytes(data))
        if message is not None:
            read += 1
            assert not message.check_message_integrity(b"key")
            assert message.error_code is None or 300 <= message.error_code <= 699
    assert read > 1000
