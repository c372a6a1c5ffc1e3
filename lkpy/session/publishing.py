"""Publishing: our tracks by `cid`, from the request that announces one to its end.

The cid is the track id that the offer's `a=msid` carries. The server acknowledges a track with its sid, or
refuses it at once with a `RequestResponse` that echoes the request; the official SDK lets a refusal run into
its timeout.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.protocol.numbers import name_of

PUBLISH_TIMEOUT = 10.0
"""Seconds until an unanswered request has failed."""

_NO_REFUSAL = (rtc.RequestResponse.OK, rtc.RequestResponse.QUEUED)


@dataclass(frozen=True, slots=True)
class AudioTrackRequest:
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

    def message(self) -> rtc.AddTrackRequest:
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


@dataclass(slots=True)
class Publication:
    """One of our tracks, from the request to its end. The one place that says whether it is muted.

    Attributes:
        cid: the client's id; stays when the track is announced again on another connection.
        info: the server's description, a copy; None until it has accepted the track.
        muted: what we want, whatever the server was told so far.
        track: whose publication this is; handed on to the room without looking inside.
        ended: taken back by us or by the server.
    """

    cid: str
    muted: bool
    track: object = None
    info: models.TrackInfo | None = None
    ended: bool = False

    @property
    def sid(self) -> str:
        """The server's id, empty until it has accepted the track."""
        return "" if self.info is None else self.info.sid


class Publications:
    """Our tracks by `cid`: those that wait for the server's answer, and those it has accepted."""

    def __init__(self) -> None:
        self._by_cid: dict[str, Publication] = {}

    def __iter__(self) -> Iterator[Publication]:
        return iter(tuple(self._by_cid.values()))

    def get(self, cid: str) -> Publication | None:
        """What was begun with this cid and has not ended, or None."""
        return self._by_cid.get(cid)

    def find(self, track_sid: str) -> Publication | None:
        """The accepted publication with this sid, or None."""
        return next((p for p in self._by_cid.values() if p.info and p.info.sid == track_sid), None)

    def begin(self, cid: str, *, muted: bool, track: object = None) -> Publication:
        """A request with this cid is being sent."""
        publication = self._by_cid[cid] = Publication(cid, muted, track)
        return publication

    def accepted(self, response: rtc.TrackPublishedResponse) -> Publication | None:
        """The server's acknowledgement; None when nobody waits for it."""
        publication = self._by_cid.get(response.cid)
        if publication is None or publication.info is not None:
            return None
        publication.info = models.TrackInfo()
        publication.info.CopyFrom(response.track)
        return publication

    def refused(self, response: rtc.RequestResponse) -> tuple[Publication, str] | None:
        """The server's refusal: of what, and in which words. None when it is about something else."""
        publication = self._by_cid.get(response.add_track.cid)
        if response.WhichOneof("request") != "add_track" or publication is None:
            return None
        if response.reason in _NO_REFUSAL or publication.info is not None:
            return None
        name = name_of(rtc.RequestResponse.Reason, response.reason)
        return publication, f"{name}: {response.message}" if response.message else name

    def end(self, cid: str) -> Publication | None:
        """The track is taken back; None when it was before."""
        publication = self._by_cid.pop(cid, None)
        if publication is not None:
            publication.ended = True
        return publication
