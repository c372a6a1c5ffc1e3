"""Server-made ids in LiveKit's shape: a prefix that clients insist on, then twelve random characters."""

from __future__ import annotations

import random

from lkpy.protocol import models_pb2 as models

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_KIND_LETTERS = {models.TrackType.AUDIO: "A", models.TrackType.VIDEO: "V"}
_SOURCE_LETTERS = {
    models.TrackSource.CAMERA: "C",
    models.TrackSource.MICROPHONE: "M",
    models.TrackSource.SCREEN_SHARE: "S",
    models.TrackSource.SCREEN_SHARE_AUDIO: "s",
}


class Identifiers:
    """Makes ids, SSRCs and the like from one source of randomness."""

    def __init__(self, source: random.Random) -> None:
        self._source = source

    def word(self, length: int = 12) -> str:
        return "".join(self._source.choices(_ALPHABET, k=length))

    def room(self) -> str:
        return "RM_" + self.word()

    def participant(self) -> str:
        return "PA_" + self.word()

    def track(self, kind: models.TrackType, source: models.TrackSource) -> str:
        return f"TR_{_KIND_LETTERS.get(kind, '')}{_SOURCE_LETTERS.get(source, '')}{self.word()}"

    def ssrc(self) -> int:
        return self._source.randrange(1, 1 << 32)

    def sequence_number(self) -> int:
        return self._source.randrange(0, 1 << 15)  # the lower half: libsrtp counts its first roll-over safely

    def timestamp(self) -> int:
        return self._source.getrandbits(32)

    def session(self) -> int:
        return self._source.getrandbits(62)

    def offer_base(self) -> int:
        """Where the numbers of a participant's offers start: livekit-server's are 1 to 256."""
        return self._source.randrange(1, 257)
