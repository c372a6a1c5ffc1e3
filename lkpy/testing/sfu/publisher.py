"""Answers to a client's offers: which sections publish what, and what livekit-server would answer. Pure.

In single mode the same offer also carries the sections the client receives on (`RequestedSections`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lkpy.media.rtp import extensions as ext
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu.codecs import OPUS_PARAMETERS, VIDEO_FEEDBACK, kept
from lkpy.testing.sfu.subscriber import (
    RequestedSections,
    Subscription,
    Subscriptions,
    add_stream,
    opus_parameters,
)
from lkpy.testing.sfu.upstream import PublishedTrack, Upstream
from lkpy.transport.sdp import Direction, MediaSection, RtpCodec, SessionDescription

ACCEPTED_EXTENSIONS = {
    "audio": frozenset({ext.MID, ext.AUDIO_LEVEL}),
    # What no section negotiates, no later offer of libwebrtc has: rid extensions are answered everywhere.
    "video": frozenset({ext.MID, ext.RID, ext.REPAIRED_RID, ext.DEPENDENCY_DESCRIPTOR}),
}
_FEEDBACK = {"audio": ("nack",), "video": VIDEO_FEEDBACK}


@dataclass(slots=True)
class OfferOutcome:
    """What an offer changed."""

    published: list[PublishedTrack] = field(default_factory=list)
    closed: list[PublishedTrack] = field(default_factory=list)
    unannounced: list[str] = field(default_factory=list)
    """Mids that send something no AddTrackRequest named."""


class PublisherNegotiation:
    """The client's side of the publisher connection: pending and published tracks."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self.pending: dict[str, PublishedTrack] = {}
        """Announced by AddTrackRequest, not yet in an offer; by cid, in order."""
        self._first_codec: dict[str, str] = {}
        """By mid, what was or is published there."""
        self._used: set[str] = set()
        """Mids the server has sent on."""

    @property
    def published(self) -> list[PublishedTrack]:
        return list(self._upstream.tracks.values())

    def find(self, track_sid: str) -> PublishedTrack | None:
        """A pending or published track."""
        known = [*self.published, *self.pending.values()]
        return next((track for track in known if track.info.sid == track_sid), None)

    def apply_offer(self, offer: SessionDescription) -> OfferOutcome:
        """Match sending sections to announced tracks, and close those whose section no longer sends."""
        outcome = OfferOutcome()
        sending = {
            section.mid: section
            for section in offer.media
            if section.is_rtp and not section.rejected and section.mid and section.direction.sends
        }
        for mid, track in list(self._upstream.tracks.items()):
            section = sending.get(mid)
            if section is None or self._replaced(section, track):
                self._upstream.unbind(track)
                outcome.closed.append(track)
        for mid, section in sending.items():
            known = self._upstream.tracks.get(mid)
            if known is not None:
                self._upstream.bind(known, section)
                continue
            matched = self._match(section)
            if matched is None:
                outcome.unannounced.append(mid)
                continue
            self._upstream.bind(matched, section)
            _complete_info(matched, section)
            outcome.published.append(matched)
        return outcome

    def answer(
        self, offer: SessionDescription, requested: RequestedSections | None, subscriptions: Subscriptions
    ) -> tuple[list[MediaSection], dict[str, str]]:
        """The sections of the answer and its `mid_to_track_id`; binds what single mode sends."""
        receiving = {s.mid: s for s in subscriptions.occupying() if s.mid} if requested is not None else {}
        sections, mid_to_track = [], {}
        for section in offer.media:
            if section.is_data and not section.rejected:
                sections.append(MediaSection.application(section.mid, max_message_size=65535))
                continue
            codecs = kept(section.kind, section.codecs.values())
            if section.rejected or not section.is_rtp or not codecs:
                sections.append(section.rejection())
                continue
            track = self._upstream.tracks.get(section.mid)
            subscription = receiving.get(section.mid)
            answered = self._answer_section(section, codecs, track, subscription, requested)
            if subscription is not None:
                mid_to_track[section.mid] = subscription.track.info.sid
            sections.append(answered)
        return sections, mid_to_track

    def _answer_section(
        self,
        section: MediaSection,
        codecs: list[RtpCodec],
        track: PublishedTrack | None,
        subscription: Subscription | None,
        requested: RequestedSections | None,
    ) -> MediaSection:
        if track is not None:
            self._first_codec[section.mid] = _first_codec(track)
        # A section keeps its order when its track has gone, as livekit-server's do.
        codecs = _ordered(codecs, self._first_codec.get(section.mid))
        answered = [_answered_codec(c, section.kind, track, subscription) for c in codecs]
        accepted = ACCEPTED_EXTENSIONS.get(section.kind, frozenset())
        extmap = {number: uri for number, uri in section.extmap.items() if uri in accepted}
        # livekit-server answers an unused placeholder `sendonly` without a stream, a freed one `inactive`.
        placeholder = (
            requested is not None
            and section.direction is Direction.RECVONLY
            and section.mid not in self._used
        )
        direction = Direction.of(
            sends=subscription is not None or placeholder,
            receives=track is not None or section.direction is Direction.SENDONLY,
        )
        if subscription is not None:
            self._used.add(section.mid)
        result = MediaSection.rtp(
            section.kind, section.mid, codecs=answered, extmap=extmap, direction=direction
        )
        result.receive_layers(section.send_rids)
        if subscription is not None and requested is not None:
            add_stream(result, subscription)
            requested.bind(section.mid, answered, extmap, subscription)
        return result

    def _replaced(self, section: MediaSection, track: PublishedTrack) -> bool:
        """Whether the section now carries another announced track than before."""
        msid = section.msid
        return (
            msid is not None and (msid.track_id or msid.stream_id) in self.pending and track.mid is not None
        )

    def _match(self, section: MediaSection) -> PublishedTrack | None:
        """The announced track of a section: by the msid, else the first pending one of the kind."""
        msid = section.msid
        cid = (msid.track_id or msid.stream_id) if msid is not None else ""
        if cid not in self.pending:
            cid = next((c for c, track in self.pending.items() if _codec_cid(track, cid)), cid)
        if cid not in self.pending:
            cid = next((c for c, track in self.pending.items() if track.kind == section.kind), "")
        return self.pending.pop(cid, None)


def _codec_cid(track: PublishedTrack, cid: str) -> bool:
    return bool(cid) and any(codec.cid == cid for codec in track.info.codecs)


def _first_codec(track: PublishedTrack) -> str:
    """What the publisher is to send: RED for audio unless refused, the announced codec for video."""
    if track.kind == "audio":
        return "opus" if track.info.disable_red else "red"
    return track.info.mime_type.partition("/")[2].lower()


def _ordered(codecs: list[RtpCodec], first: str | None) -> list[RtpCodec]:
    """The codec to send comes first, repair streams last."""
    if first is None:
        return codecs
    return sorted(codecs, key=lambda codec: (codec.repairs is not None, codec.key != first))


def _answered_codec(
    codec: RtpCodec, kind: str, track: PublishedTrack | None, subscription: Subscription | None
) -> RtpCodec:
    """Opus parameters are the server's own: a re-offer's `stereo=1` says what the client can receive."""
    parameters = codec.fmtp
    if codec.key == "opus":
        parameters = OPUS_PARAMETERS if subscription is None else opus_parameters(subscription.track)
        if track is not None:
            features = track.info.audio_features
            if models.AudioTrackFeature.TF_NO_DTX not in features:
                parameters += ";usedtx=1"
            if models.AudioTrackFeature.TF_STEREO in features:
                parameters += ";stereo=1;maxaveragebitrate=510000"
    feedback = tuple(f for f in codec.feedback if f in _FEEDBACK.get(kind, ()))
    return RtpCodec(codec.payload_type, codec.name, codec.clock_rate, codec.channels, parameters, feedback)


def _complete_info(track: PublishedTrack, section: MediaSection) -> None:
    """What is known about a track once its section is: mime type and mid."""
    info = track.info
    codecs = kept(section.kind, section.codecs.values())
    if track.kind == "audio":
        has_red = any(codec.key == "red" for codec in codecs) and not info.disable_red
        info.mime_type = "audio/red" if has_red else "audio/opus"
    elif not info.mime_type and codecs:
        info.mime_type = f"video/{codecs[0].name.upper()}"
    info.mid = section.mid
    for codec in info.codecs:
        codec.mime_type = codec.mime_type or info.mime_type
        codec.mid = section.mid
