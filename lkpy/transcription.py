"""What agents write down of what is said."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class TranscriptionSegment:
    """A piece of a transcription.

    Attributes:
        id: the same for all versions of a piece.
        text: what was said.
        start_time: ms.
        end_time: ms.
        language: a language tag, for example `en`.
        final: no newer version will come.
    """

    id: str
    text: str
    start_time: int
    end_time: int
    language: str
    final: bool


@dataclass
class Transcription:
    """Pieces of what a participant said on a track.

    Attributes:
        participant_identity: who spoke.
        track_sid: the track.
        segments: the pieces.
    """

    participant_identity: str
    track_sid: str
    segments: list[TranscriptionSegment]
