"""What happens in a session, in the order in which the room tells it to its user.

The pure parts of the session and its driver only make these values; the room applies each one to its
objects and then calls the user's handlers. Participants are named by `identity` (stable), tracks by `sid`
(one publication).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lkpy.protocol import models_pb2 as models


@dataclass(frozen=True, slots=True)
class SessionEvent:
    """Base of all events of this module."""


# Connection ---


@dataclass(frozen=True, slots=True)
class Connected(SessionEvent):
    """The session is up: joined, and the peer connections carry data."""


@dataclass(frozen=True, slots=True)
class Disconnected(SessionEvent):
    """The session is over, for good."""

    reason: int
    """Why, in the wire's numbers."""


@dataclass(frozen=True, slots=True)
class TokenRefreshed(SessionEvent):
    """The server gave a newer token; it is kept for the next connection."""


# The room and its participants ---


@dataclass(frozen=True, slots=True)
class RoomUpdated(SessionEvent):
    """The server described the room anew."""

    room: models.Room
    """The whole description."""


@dataclass(frozen=True, slots=True)
class Moved(SessionEvent):
    """The server put us into another room; the events before this one told what is different there."""


@dataclass(frozen=True, slots=True)
class ParticipantConnected(SessionEvent):
    """Somebody else is in the room now, without tracks at this moment."""

    info: models.ParticipantInfo
    """The first snapshot of the participant."""


@dataclass(frozen=True, slots=True)
class ParticipantActive(SessionEvent):
    """A remote participant's media connection is up."""

    identity: str


@dataclass(frozen=True, slots=True)
class ParticipantDisconnected(SessionEvent):
    """A remote participant left; its tracks were unpublished by the events before this one."""

    identity: str
    reason: int


@dataclass(frozen=True, slots=True)
class ParticipantUpdated(SessionEvent):
    """A newer snapshot of a participant, before the events that tell what differs in it."""

    info: models.ParticipantInfo


@dataclass(frozen=True, slots=True)
class NameChanged(SessionEvent):
    identity: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class MetadataChanged(SessionEvent):
    identity: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AttributesChanged(SessionEvent):
    identity: str
    changed: Mapping[str, str]
    """New and changed keys; a removed key has the value `""`."""


@dataclass(frozen=True, slots=True)
class PermissionsChanged(SessionEvent):
    identity: str
    permissions: models.ParticipantPermission


@dataclass(frozen=True, slots=True)
class SpeakersChanged(SessionEvent):
    """Who speaks, of those this update names."""

    levels: tuple[tuple[str, float], ...]
    """(identity, level 0..1) of the active speakers, quietest first."""


@dataclass(frozen=True, slots=True)
class ConnectionQualityChanged(SessionEvent):
    identity: str
    quality: int


# Remote tracks ---


@dataclass(frozen=True, slots=True)
class TrackPublished(SessionEvent):
    identity: str
    track: models.TrackInfo


@dataclass(frozen=True, slots=True)
class TrackUnpublished(SessionEvent):
    identity: str
    track_sid: str


@dataclass(frozen=True, slots=True)
class TrackUpdated(SessionEvent):
    """A newer description of a published track, before the event that tells what differs in it."""

    identity: str
    track: models.TrackInfo


@dataclass(frozen=True, slots=True)
class TrackMuted(SessionEvent):
    identity: str
    track_sid: str
    muted: bool


@dataclass(frozen=True, slots=True)
class TrackSubscribed(SessionEvent):
    """Media of a known publication is negotiated."""

    identity: str
    track_sid: str
    media: object
    """The receiving side; the room hands it to the track without looking inside."""


@dataclass(frozen=True, slots=True)
class TrackUnsubscribed(SessionEvent):
    identity: str
    track_sid: str


@dataclass(frozen=True, slots=True)
class TrackSubscriptionFailed(SessionEvent):
    """Media came for a track that nobody announced within the waiting time."""

    participant_sid: str
    track_sid: str
    error: str


# Local tracks ---


@dataclass(frozen=True, slots=True)
class LocalTrackPublished(SessionEvent):
    """The server accepted one of our tracks."""

    info: models.TrackInfo
    """The server's description, a copy."""
    track: object
    """Whose publication this is, as it was handed to the publisher."""
    published: object
    """The sending side, which the room hands to the track without looking inside."""


@dataclass(frozen=True, slots=True)
class LocalTrackUnpublished(SessionEvent):
    track_sid: str


@dataclass(frozen=True, slots=True)
class LocalTrackSubscribed(SessionEvent):
    """Somebody receives one of our tracks."""

    track_sid: str


@dataclass(frozen=True, slots=True)
class LocalTrackMuted(SessionEvent):
    """One of our tracks was muted or unmuted, by us or by the server."""

    track_sid: str
    muted: bool


# Data ---


@dataclass(frozen=True, slots=True)
class DataReceived(SessionEvent):
    identity: str
    """The sender; empty when the server itself sent it."""
    payload: bytes
    topic: str
    reliable: bool
    """Which channel it came on."""


@dataclass(frozen=True, slots=True)
class DtmfReceived(SessionEvent):
    """Somebody pressed a key of a telephone."""

    identity: str
    code: int
    digit: str


@dataclass(frozen=True, slots=True)
class TranscriptionReceived(SessionEvent):
    """An agent wrote down what somebody said."""

    transcription: models.Transcription
