"""Publishing: requests to announce a track, and the answers matched to them by `cid`.

The cid is the track id that the offer's `a=msid` will carry (protocol document 3.7). A refusal is answered
at once with a `RequestResponse` that echoes the request (2.7); the official SDK lets it run into its
timeout.
"""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc

PUBLISH_TIMEOUT = 10.0
"""Seconds until an unanswered request has failed."""

_QUEUED = rtc.RequestResponse.QUEUED


@dataclass(frozen=True, slots=True)
class AudioPublication:
    """What the server is told about an audio track.

    Attributes:
        cid: the client's id of the track.
        name: the track's name.
        source: microphone, screen share audio, ... in the wire's numbers.
        muted: published in the muted state.
        stereo: two channels are sent.
        dtx: discontinuous transmission is used in silence.
        stream: name of the group that is played in sync; empty for the default.
    """

    cid: str
    name: str
    source: models.TrackSource
    muted: bool = False
    stereo: bool = False
    dtx: bool = True
    stream: str = ""

    def request(self) -> rtc.AddTrackRequest:
        """The request that announces this track. RED is not sent, so it is declared disabled."""
        features: list[models.AudioTrackFeature] = []
        if self.stereo:
            features.append(models.TF_STEREO)
        if not self.dtx:
            features.append(models.TF_NO_DTX)
        return rtc.AddTrackRequest(
            cid=self.cid,
            name=self.name,
            type=models.AUDIO,
            source=self.source,
            muted=self.muted,
            stereo=self.stereo,
            disable_dtx=not self.dtx,
            disable_red=True,
            stream=self.stream,
            audio_features=features,
        )


@dataclass(frozen=True, slots=True)
class Published:
    """The server accepted a track."""

    cid: str
    track: models.TrackInfo


@dataclass(frozen=True, slots=True)
class Refused:
    """The server refused a track, and why."""

    cid: str
    message: str


class PendingPublications:
    """Requests that wait for their answer."""

    def __init__(self) -> None:
        self._cids: set[str] = set()

    def add(self, cid: str) -> None:
        """A request with this cid was sent."""
        self._cids.add(cid)

    def discard(self, cid: str) -> None:
        """Nobody waits for this cid any more."""
        self._cids.discard(cid)

    def published(self, response: rtc.TrackPublishedResponse) -> Published | None:
        """The server's acknowledgement; None when nobody waits for it."""
        if response.cid not in self._cids:
            return None
        self._cids.discard(response.cid)
        return Published(response.cid, response.track)

    def refused(self, response: rtc.RequestResponse) -> Refused | None:
        """The server's refusal; None when it is about something else. A queued request is not refused."""
        cid = response.add_track.cid
        if response.WhichOneof("request") != "add_track" or cid not in self._cids:
            return None
        if response.reason in (rtc.RequestResponse.OK, _QUEUED):
            return None
        self._cids.discard(cid)
        name = rtc.RequestResponse.Reason.Name(response.reason)
        return Refused(cid, f"{name}: {response.message}" if response.message else name)
