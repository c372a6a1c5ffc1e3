"""Transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section
3.1).

Only packets that arrived are kept: a run of 8191 lost ones costs two bytes on the wire and must not cost 8191
entries here.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct

from lkpy.errors import ProtocolError

_FCI_HEAD = Struct("!HHL")
_U16 = Struct("!H")
_S16 = Struct("!h")

_NOT_RECEIVED = 0
_SMALL_DELTA = 1
_LARGE_DELTA = 2

_MAX_RUN = 0x1FFF
_SYMBOLS_PER_VECTOR = 7

DELTA_UNIT = 250e-6
"""Seconds of one unit of `received` deltas."""
REFERENCE_UNIT = 64e-3
"""Seconds of one unit of `reference_time`."""


@dataclass(frozen=True, slots=True)
class TransportFeedback:
    """Arrival times of packets by transport-wide sequence number.

    Attributes:
        base_sequence: the first packet reported on, 16 bits.
        status_count: how many packets are reported on, received or not, 0 to 65535.
        reference_time: signed 24 bits, in 64 ms, of the receiver's clock.
        feedback_count: number of this feedback, modulo 256.
        received: (offset from `base_sequence`, delta) of each packet that arrived, offsets ascending. The
            first delta counts from the reference time, each other from the packet before; in 250 us, signed
            16 bits.
    """

    sender_ssrc: int
    media_ssrc: int
    base_sequence: int
    status_count: int
    reference_time: int
    feedback_count: int
    received: tuple[tuple[int, int], ...] = ()

    def serialize_fci(self) -> bytes:
        """The feedback control information, without padding."""
        packed = (self.reference_time & 0xFF_FFFF) << 8 | self.feedback_count
        parts = [_FCI_HEAD.pack(self.base_sequence, self.status_count, packed)]
        symbols = bytearray(self.status_count)
        deltas = []
        for offset, delta in self.received:
            if 0 <= delta <= 255:
                symbols[offset] = _SMALL_DELTA
                deltas.append(bytes((delta,)))
            else:
                symbols[offset] = _LARGE_DELTA
                deltas.append(_S16.pack(delta))
        position = 0
        while position < len(symbols):
            symbol = symbols[position]
            end = position + 1
            while end < len(symbols) and symbols[end] == symbol and end - position < _MAX_RUN:
                end += 1
            if end - position >= _SYMBOLS_PER_VECTOR or end == len(symbols):
                parts.append(_U16.pack(symbol << 13 | end - position))
                position = end
                continue
            chunk = 0xC000
            for index, entry in enumerate(symbols[position : position + _SYMBOLS_PER_VECTOR]):
                chunk |= entry << (12 - 2 * index)
            parts.append(_U16.pack(chunk))
            position += _SYMBOLS_PER_VECTOR
        return b"".join(parts) + b"".join(deltas)


def parse_transport_feedback(sender_ssrc: int, media_ssrc: int, body: bytes) -> TransportFeedback:
    """Read a feedback whose control information starts at byte 8 of `body`, the RTCP padding removed.

    Raises:
        ProtocolError: the chunks or deltas it announces are not there.
    """
    if len(body) < 16:
        raise ProtocolError("transport feedback is too short")
    base_sequence, status_count, packed = _FCI_HEAD.unpack_from(body, 8)
    reference_time = packed >> 8
    if reference_time & 0x80_0000:
        reference_time -= 0x100_0000
    position = 16
    offset = 0
    arrived: list[tuple[int, int]] = []
    room = len(body)
    while offset < status_count:
        if position + 2 > room:
            raise ProtocolError("transport feedback ends inside its chunks")
        (chunk,) = _U16.unpack_from(body, position)
        position += 2
        if chunk < 0x8000:
            symbol = (chunk >> 13) & 3
            run = min(chunk & _MAX_RUN, status_count - offset)
            if symbol in (_SMALL_DELTA, _LARGE_DELTA):
                # Each of these needs at least a byte: more than that is a lie that must not be unpacked.
                if run > room:
                    raise ProtocolError("transport feedback announces more deltas than it has bytes")
                arrived.extend((at, symbol) for at in range(offset, offset + run))
            offset += run
            continue
        if chunk < 0xC000:
            symbols = [(chunk >> (13 - index)) & 1 for index in range(14)]
        else:
            symbols = [(chunk >> (12 - 2 * index)) & 3 for index in range(7)]
        for symbol in symbols[: status_count - offset]:
            if symbol in (_SMALL_DELTA, _LARGE_DELTA):
                arrived.append((offset, symbol))
            offset += 1
    received = []
    for at, symbol in arrived:
        after = position + symbol
        if after > room:
            raise ProtocolError("transport feedback ends inside its deltas")
        if symbol == _SMALL_DELTA:
            received.append((at, body[position]))
        else:
            received.append((at, _S16.unpack_from(body, position)[0]))
        position = after
    return TransportFeedback(
        sender_ssrc, media_ssrc, base_sequence, status_count, reference_time, packed & 0xFF, tuple(received)
    )
