"""The reports behind `Room.get_rtc_stats` and `Track.get_stats`: a session's counters as `stats` messages."""

from __future__ import annotations

from collections.abc import Iterable

from lkpy._statistics.entries import Entries, Media, SentAudio
from lkpy._statistics.names import TRANSPORT, entry_id, stream_id
from lkpy.errors import InvalidStateError
from lkpy.media.audio.pcm import SAMPLE_RATE
from lkpy.media.audio.send import PACKET_SAMPLES, AudioSendPipeline
from lkpy.protocol import stats_pb2 as pb
from lkpy.session.driver import Session
from lkpy.transport.peer_connection import PeerConnection

_REFERENCES = (
    "transport_id",
    "codec_id",
    "media_source_id",
    "remote_id",
    "local_certificate_id",
    "remote_certificate_id",
    "selected_candidate_pair_id",
    "local_candidate_id",
    "remote_candidate_id",
)
"""Fields that hold the id of another entry of the report."""


def room_stats(session: Session) -> tuple[list[pb.RtcStats], list[pb.RtcStats]]:
    """What the connections of a session did: (publisher's report, subscriber's report).

    With one connection for both, its report is the publisher's, and the other is empty.
    """
    peers = session.link.attempt.peers
    subscriber = [] if peers.subscriber is None else _report(session, peers.subscriber)
    return _report(session, peers.publisher), subscriber


def track_stats(session: Session, track_sid: str) -> list[pb.RtcStats]:
    """What happened to one track, ours or another's, and to the transport below it.

    Raises:
        InvalidStateError: the session neither sends nor receives that track.
    """
    peers = session.link.attempt.peers
    local = session.publisher.find(track_sid)
    if local is not None:
        root = stream_id("O", local.sender.kind, local.sender.ssrc)
        return _reachable(_report(session, peers.publisher), root)
    for peer in peers.all:
        for receiver in peer.receivers:
            if receiver.track_sid == track_sid:
                root = stream_id("I", receiver.kind, receiver.ssrc or 0)
                return _reachable(_report(session, peer), root)
    raise InvalidStateError(f"no transceiver found for track {track_sid}")


def _report(session: Session, peer: PeerConnection) -> list[pb.RtcStats]:
    media = Media(
        sent={
            local.sender.ssrc: _sent_audio(local.pipeline)
            for local in session.publisher
            if local.pipeline is not None
        },
        received={
            remote.receiver.ssrc: remote.pipeline.statistics()
            for remote in session.subscriber
            if remote.receiver.ssrc is not None and remote.pipeline is not None
        },
    )
    now_us = int(session.runtime.clock.unix() * 1_000_000)
    return Entries(peer.stats(), media, now_us).all()


def _sent_audio(pipeline: AudioSendPipeline) -> SentAudio:
    packets = pipeline.counters.packets + pipeline.counters.suppressed
    seconds = packets * PACKET_SAMPLES / SAMPLE_RATE
    return SentAudio(pipeline.audio_level, seconds, pipeline.options.bitrate)


def _reachable(report: Iterable[pb.RtcStats], root: str) -> list[pb.RtcStats]:
    """The entry `root` and all that it refers to, directly or not; the transport even before any packet."""
    entries = {entry_id(entry): entry for entry in report}
    found: set[str] = set()
    waiting = [root, TRANSPORT]
    while waiting:
        key = waiting.pop()
        if key in entries and key not in found:
            found.add(key)
            waiting += _references(entries[key])
    return [entry for key, entry in entries.items() if key in found]


def _references(entry: pb.RtcStats) -> list[str]:
    body = getattr(entry, entry.WhichOneof("stats") or "")
    return [
        key
        for part, message in body.ListFields()
        if part.name != "rtc"
        for name in _REFERENCES
        if name in message.DESCRIPTOR.fields_by_name and (key := getattr(message, name))
    ]
