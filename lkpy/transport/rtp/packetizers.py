"""How the frames of each codec become RTP payloads: one row a payload format."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lkpy.media.encoded_frame import EncodedFrame

MAX_PAYLOAD = 1200
"""Bytes of a payload that a packetizer may fill: with headers, extensions, the two bytes of a retransmission
and SRTP it stays below what any path carries."""

Packetizer = Callable[[EncodedFrame, int], Sequence[bytes]]
"""Cuts a frame into payloads, at least one, of at most so many bytes."""


def whole(frame: EncodedFrame, size: int) -> Sequence[bytes]:
    """One packet a frame, whatever its size: Opus has no fragments (RFC 7587 section 4.2)."""
    return (frame.data,)


PACKETIZERS: Mapping[str, Packetizer] = {"opus": whole}
"""By the codec's name, lower case."""
