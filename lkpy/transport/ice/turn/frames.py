"""Messages on a stream to a TURN server (RFC 8656 section 12.5, RFC 8489 section 6.2.2)."""

from __future__ import annotations


class FrameCutter:
    """Cuts a byte stream into STUN messages and channel data; holds at most one that is incomplete.

    Attributes:
        broken: the stream carries something else; nothing more comes out of it.
    """

    def __init__(self) -> None:
        self.broken = False
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """The messages that are complete now, channel data with its padding."""
        buffer = self._buffer
        buffer += data
        frames: list[bytes] = []
        position, size = 0, len(buffer)
        while size - position >= 4 and not self.broken:
            kind = buffer[position] >> 6
            length = int.from_bytes(buffer[position + 2 : position + 4], "big")
            end = position + (20 + length if kind == 0 else 4 + length + -length % 4)
            # The two first bits tell STUN (0) from channel data (1); a STUN message ends on a word.
            self.broken = kind > 1 or (kind == 0 and length % 4 != 0)
            if self.broken or end > size:
                break
            frames.append(bytes(buffer[position:end]))
            position = end
        del buffer[: size if self.broken else position]
        return frames
