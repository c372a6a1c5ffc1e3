"""The frame of DTLS records: where they begin and end in datagrams and streams (RFC 6347 section 4.1)."""

from __future__ import annotations

from typing import Final

CHANGE_CIPHER_SPEC: Final = 20
ALERT: Final = 21
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23

RECORD_HEADER: Final = 13
"""Bytes before the content of a record."""
MAX_DATAGRAM: Final = 8192
"""Bytes. Peers send records of about one MTU; anything near this size is not meant well."""

_VERSION_MAJOR = 0xFE


def is_single_data_record(datagram: bytes) -> bool:
    """Whether the datagram is one record of application data and nothing else."""
    size = len(datagram)
    return (
        RECORD_HEADER < size <= MAX_DATAGRAM
        and datagram[0] == APPLICATION_DATA
        and datagram[11] << 8 | datagram[12] == size - RECORD_HEADER
    )


def is_whole_records(datagram: bytes) -> bool:
    """Whether the datagram is records of DTLS 1.x to its last byte."""
    if len(datagram) > MAX_DATAGRAM:
        return False
    at, end = 0, len(datagram)
    while end - at >= RECORD_HEADER:
        if not CHANGE_CIPHER_SPEC <= datagram[at] <= APPLICATION_DATA or datagram[at + 1] != _VERSION_MAJOR:
            return False
        at += RECORD_HEADER + int.from_bytes(datagram[at + 11 : at + 13], "big")
    return at == end > 0


def split_records(data: bytes) -> list[bytes]:
    """The records of a byte stream that holds whole ones."""
    records = []
    at, end = 0, len(data)
    while at < end:
        stop = at + RECORD_HEADER + (data[at + 11] << 8 | data[at + 12])
        records.append(data[at:stop])
        at = stop
    return records


def pack_records(data: bytes, limit: int) -> list[bytes]:
    """Cut a byte stream at record borders into datagrams of at most `limit` bytes; a longer record stays
    whole."""
    datagrams: list[bytes] = []
    for record in split_records(data):
        if datagrams and len(datagrams[-1]) + len(record) <= limit:
            datagrams[-1] += record
        else:
            datagrams.append(record)
    return datagrams
