"""What a participant receives: its subscriptions, and the sections of its peer connection they ride on. Pure.

`OfferedSections` is the subscriber connection of dual mode: the server owns the sections and offers them.
`RequestedSections` is single mode: the client owns them, the server fills free ones in its answers and asks
for more. A section whose track has gone is used again before a new one is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lkpy.media.rtp import extensions as ext
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu.codecs import OFFERED, OPUS_PARAMETERS
from lkpy.testing.sfu.forwarding import DownTrack, Egress
from lkpy.testing.sfu.quality import StreamScore
from lkpy.testing.sfu.upstream import PublishedTrack
from lkpy.transport.sdp import Direction, MediaSection, RtpCodec

OFFERED_EXTENSIONS: Mapping[str, Mapping[int, str]] = {
    "audio": {2: ext.ABS_CAPTURE_TIME},
    "video": {1: ext.DEPENDENCY_DESCRIPTOR, 2: ext.ABS_CAPTURE_TIME},
}
"""Header extensions of our own offers: no mid and no rid, as livekit-server offers them."""


@dataclass(slots=True)
class Subscription:
    """One track of somebody else's, wanted by this participant."""

    track: PublishedTrack
    down: DownTrack
    mid: str | None = None
    ending: bool = False
    """Fading out; the section is freed when it is done."""
    bound: bool = False
    """The client has agreed to the section."""
    score: StreamScore = field(init=False)

    def __post_init__(self) -> None:
        self.score = StreamScore(self.kind)

    @property
    def kind(self) -> str:
        return self.track.kind


class Subscriptions:
    """A participant's subscriptions by track sid, and those that are fading out."""

    def __init__(self) -> None:
        self.live: dict[str, Subscription] = {}
        self.fading: list[Subscription] = []
        self._by_ssrc: dict[int, Subscription] = {}

    def add(self, track: PublishedTrack, down: DownTrack) -> Subscription:
        subscription = Subscription(track, down)
        self.live[track.info.sid] = subscription
        self._by_ssrc[down.ssrc] = subscription
        return subscription

    def remove(self, track_sid: str, now: float) -> Subscription | None:
        """Stop a subscription; its section stays taken until the stream has faded out."""
        subscription = self.live.pop(track_sid, None)
        if subscription is not None:
            subscription.ending = True
            subscription.down.end(now)
            self.fading.append(subscription)
        return subscription

    def finished(self) -> bool:
        """Free what has faded out; True if a section became free."""
        done = [s for s in self.fading if s.down.ended]
        for subscription in done:
            self.fading.remove(subscription)
            self._by_ssrc.pop(subscription.down.ssrc, None)
        return any(s.mid is not None for s in done)

    def is_fading(self, track_sid: str) -> bool:
        """Whether a section is still taken by the end of the track's former stream."""
        return any(s.track.info.sid == track_sid and s.mid is not None for s in self.fading)

    def by_ssrc(self, ssrc: int) -> Subscription | None:
        return self._by_ssrc.get(ssrc)

    def occupying(self) -> Iterable[Subscription]:
        """Everything that has or wants a section."""
        return [*self.live.values(), *self.fading]

    def waiting(self) -> list[Subscription]:
        """Subscriptions without a section."""
        return [s for s in self.live.values() if s.mid is None]

    def sees(self, participant_sid: str) -> bool:
        """Whether any live subscription is to a track of that participant."""
        return any(s.track.owner_sid == participant_sid for s in self.live.values())


@dataclass(slots=True)
class OfferedSections:
    """The m-lines of the subscriber connection. Line 0 carries the data channels."""

    kinds: list[str] = field(default_factory=list)
    """Kind of line 1, 2, ...; lines are never removed."""
    awaiting_answer: bool = False
    dirty: bool = False
    offer_id: int = 0

    def assign(self, subscriptions: Subscriptions) -> None:
        """Give every waiting subscription a free line of its kind, or a new one."""
        taken = {s.mid for s in subscriptions.occupying() if s.mid is not None}
        for subscription in subscriptions.waiting():
            free = (str(i) for i, kind in enumerate(self.kinds, 1) if kind == subscription.kind)
            mid = next((mid for mid in free if mid not in taken), None)
            if mid is None:
                self.kinds.append(subscription.kind)
                mid = str(len(self.kinds))
            subscription.mid = mid
            subscription.bound = False
            taken.add(mid)

    def sections(
        self, subscriptions: Subscriptions, max_message_size: int
    ) -> tuple[list[MediaSection], dict[str, str]]:
        """The sections of the next offer and its `mid_to_track_id`. A freed line is `recvonly`."""
        by_mid = {s.mid: s for s in subscriptions.occupying()}
        sections = [MediaSection.application("0", max_message_size=max_message_size)]
        mid_to_track = {}
        for number, kind in enumerate(self.kinds, 1):
            mid = str(number)
            subscription = by_mid.get(mid)
            section = MediaSection.rtp(
                kind,
                mid,
                codecs=_offered_codecs(kind, subscription),
                extmap=OFFERED_EXTENSIONS[kind],
                direction=Direction.SENDRECV if subscription else Direction.RECVONLY,
            )
            if subscription is not None:
                add_stream(section, subscription)
                mid_to_track[mid] = subscription.track.info.sid
            sections.append(section)
        return sections, mid_to_track

    def apply_answer(self, sections: Iterable[MediaSection], subscriptions: Subscriptions) -> None:
        """Take the client's codecs and bind what was offered."""
        by_mid = {section.mid: section for section in sections}
        for subscription in subscriptions.live.values():
            section = by_mid.get(subscription.mid or "")
            if section is None or section.rejected:
                continue
            # An answer cannot refuse a track: only UpdateSubscription can, so the direction is not looked at.
            codecs = list(section.codecs.values()) or list(OFFERED[subscription.kind])
            subscription.down.bind(Egress(section.mid, codecs, section.extmap, send_mid=False))
            subscription.bound = True


@dataclass(slots=True)
class RequestedSections:
    """The client's receiving sections in single mode."""

    receiving: dict[str, MediaSection] = field(default_factory=dict)
    """By mid, from the client's last offer."""
    requested: dict[str, int] = field(default_factory=lambda: {"audio": 0, "video": 0})
    """Sections asked for since that offer."""
    dirty: bool = False

    def offered(self, sections: Iterable[MediaSection], subscriptions: Subscriptions) -> None:
        """Take a new offer: keep what still fits, fill free sections."""
        self.receiving = {
            s.mid: s for s in sections if s.is_rtp and not s.rejected and s.direction.receives and s.mid
        }
        self.requested = {"audio": 0, "video": 0}
        for subscription in subscriptions.occupying():
            if subscription.mid is not None and subscription.mid not in self.receiving:
                subscription.mid, subscription.bound = None, False
        taken = {s.mid for s in subscriptions.occupying() if s.mid is not None}
        for subscription in subscriptions.waiting():
            free = (s.mid for s in self._free(subscription.kind) if s.mid not in taken)
            subscription.mid = next(free, None)
            if subscription.mid is not None:
                taken.add(subscription.mid)

    def bind(self, mid: str, codecs: list[RtpCodec], extmap: Mapping[int, str], s: Subscription) -> None:
        """The answer to the section says `codecs` and `extmap`: send by them."""
        s.down.bind(Egress(mid, codecs, extmap, send_mid=True))
        s.bound = True

    def requirement(self, subscriptions: Subscriptions) -> dict[str, int]:
        """How many sections of each kind to ask for now, and remember that they were asked for.

        All zero still means: make an offer.
        """
        taken = {s.mid for s in subscriptions.occupying() if s.mid is not None}
        need = {}
        for kind in ("audio", "video"):
            waiting = sum(s.kind == kind for s in subscriptions.waiting())
            free = sum(s.mid not in taken for s in self._free(kind))
            need[kind] = max(waiting - free - self.requested[kind], 0)
            self.requested[kind] += need[kind]
        return need

    def _free(self, kind: str) -> list[MediaSection]:
        return [s for s in self.receiving.values() if s.kind == kind and s.direction is Direction.RECVONLY]


def add_stream(section: MediaSection, subscription: Subscription) -> None:
    """Announce the subscription's stream in a section of ours."""
    stream_id = subscription.track.stream_id
    section.add_stream(
        stream_id=stream_id,
        track_id=subscription.track.info.sid,
        cname=stream_id,
        ssrc=subscription.down.ssrc,
        ssrc_msid=True,
    )


def opus_parameters(track: PublishedTrack) -> str:
    """Opus parameters of a forwarded track (RFC 7587 section 6.1): ours, plus stereo if it is."""
    stereo = models.AudioTrackFeature.TF_STEREO in track.info.audio_features or track.info.stereo
    return OPUS_PARAMETERS + (";sprop-stereo=1" if stereo else "")


def _offered_codecs(kind: str, subscription: Subscription | None) -> list[RtpCodec]:
    codecs = []
    for codec in OFFERED[kind]:
        if codec.key == "opus" and subscription is not None:
            red = subscription.track.info.mime_type == "audio/red"
            feedback = () if red else ("nack",)
            codec = RtpCodec(
                codec.payload_type,
                codec.name,
                codec.clock_rate,
                codec.channels,
                opus_parameters(subscription.track),
                feedback,
            )
        if codec.key != "rtx":  # repairs go out on the stream's own SSRC
            codecs.append(codec)
    return codecs
