"""What `Room.diagnostics()` shows: the counters of everything below a room, as they are at one moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lkpy.data.stream_table import StreamCounters
    from lkpy.media.audio.receive import AudioReceiveStatistics
    from lkpy.media.audio.send import AudioSendCounters
    from lkpy.media.audio.strand import TickCounters
    from lkpy.session.driver import Session
    from lkpy.session.driver.publisher import PublishedAudio
    from lkpy.session.driver.rpc import RpcCounters
    from lkpy.session.driver.subscriber import SubscribedTrack
    from lkpy.signal.dispatch import SignalCounters
    from lkpy.transport.stats import PeerConnectionStats


@dataclass(frozen=True, slots=True)
class EventDiagnostics:
    """Events on their way to the application's handlers.

    Attributes:
        waiting: that have not been told yet.
        peak: the most that ever waited.
        held_back: whether the server is slowed down, because the handlers are behind.
        dropped: lossy messages dropped meanwhile.
        failed: events that could not be told; each was logged.
    """

    waiting: int
    peak: int
    held_back: bool
    dropped: int
    failed: int


@dataclass(frozen=True, slots=True)
class SignalDiagnostics:
    """The signal connection.

    Attributes:
        round_trip_time: seconds, of the last ping; None before the first answer.
        failed_messages: messages of the server on which a handler raised; each was logged.
        counters: messages in and out.
    """

    round_trip_time: float | None
    failed_messages: int
    counters: SignalCounters


@dataclass(frozen=True, slots=True)
class DataDiagnostics:
    """Data packets, data streams and calls.

    Attributes:
        lossy_dropped: lossy packets not sent, because too many waited.
        replay_bytes: bytes of reliable packets kept in case the connection breaks.
        replay_forgotten: reliable packets that had to make room among these.
        malformed: messages of data channels that were no data packets.
        repeated: packets that had come before.
        failed: packets on which a handler raised; each was logged.
        open_streams: data streams that are being received.
        unread: bytes of data streams that wait for their readers.
        streams: what was not delivered of data streams.
        stray_answers: answers to calls that nobody waits for any more.
        calls: requests of others that were not served.
    """

    lossy_dropped: int
    replay_bytes: int
    replay_forgotten: int
    malformed: int
    repeated: int
    failed: int
    open_streams: int
    unread: int
    streams: StreamCounters
    stray_answers: int
    calls: RpcCounters


@dataclass(frozen=True, slots=True)
class PublishedDiagnostics:
    """One of our tracks.

    Attributes:
        sid: the server's id.
        ssrc: of its first RTP stream; its counters are among the `senders` of the publisher connection.
        muted: whether silence is sent.
        audio_level: of the last packet, 0 (loudest) to 127 (silence), in -dBov.
        audio: what the encoder's side has done.
    """

    sid: str
    ssrc: int
    muted: bool
    audio_level: int
    audio: AudioSendCounters


@dataclass(frozen=True, slots=True)
class SubscribedDiagnostics:
    """Somebody's track that we receive.

    Attributes:
        sid: the server's id.
        ssrc: of its RTP stream, None before the first packet; its counters are among the `receivers`.
        kind: `audio` or `video`.
        lost_now: packets that are missing and may still come.
        asked_again: sequence numbers asked for again (RFC 4585).
        recovered: of these, those that came.
        given_up: of these, those that are not waited for any more.
        restarts: times that its sequence numbers began anew.
        audio: what the decoder's side has done, jitter buffer included; None for video.
    """

    sid: str
    ssrc: int | None
    kind: str
    lost_now: int
    asked_again: int
    recovered: int
    given_up: int
    restarts: int
    audio: AudioReceiveStatistics | None


@dataclass(frozen=True, slots=True)
class RoomDiagnostics:
    """What is counted below a room. A snapshot: nothing in it changes any more.

    Attributes:
        state: where the session stands: `idle`, `joining`, `negotiating`, `connected`, `closed`, ...
        illegal_inputs: inputs that the connection table had no row for: mistakes of lkpy's own.
        trace_failures: exceptions that the trace raised; the first was logged.
        events: on their way to the application.
        signal: the signal connection; None without one.
        data: data packets, data streams and calls.
        publisher: the connection that we send on, and receive on too where there is only one.
        subscriber: the connection that we receive on, where there are two.
        published: our tracks.
        subscribed: the others' tracks that we receive.
        media: the media tick of this event loop, which all rooms on it share.
    """

    state: str
    illegal_inputs: int
    trace_failures: int
    events: EventDiagnostics
    signal: SignalDiagnostics | None
    data: DataDiagnostics
    publisher: PeerConnectionStats | None
    subscriber: PeerConnectionStats | None
    published: tuple[PublishedDiagnostics, ...]
    subscribed: tuple[SubscribedDiagnostics, ...]
    media: TickCounters


def diagnose(session: Session, failed_events: int) -> RoomDiagnostics:
    """Copy what a session has counted."""
    from lkpy.media.audio.tick import MediaTick  # of floors that the session has loaded

    events = session.events
    attempt = session.link.attempt if session.link.connected else None
    peers = attempt.peers if attempt is not None else None
    return RoomDiagnostics(
        state=session.state.value,
        illegal_inputs=session.illegal_inputs,
        trace_failures=session.runtime.trace_failures,
        events=EventDiagnostics(len(events), events.peak, events.full, events.dropped, failed_events),
        signal=None
        if attempt is None
        else SignalDiagnostics(attempt.signal.rtt, attempt.failed_messages, replace(attempt.signal.counters)),
        data=_data(session),
        publisher=None if peers is None else peers.publisher.stats(),
        subscriber=None if peers is None or peers.subscriber is None else peers.subscriber.stats(),
        published=tuple(found for track in session.publisher if (found := _published(track)) is not None),
        subscribed=tuple(_subscribed(track) for track in session.subscriber),
        media=replace(MediaTick.current().counters),
    )


def _data(session: Session) -> DataDiagnostics:
    sender, inbox, table = session.data, session.inbox, session.streams.table
    return DataDiagnostics(
        lossy_dropped=sender.lossy_dropped,
        replay_bytes=sender.numbers.kept_bytes,
        replay_forgotten=sender.numbers.forgotten,
        malformed=inbox.malformed,
        repeated=inbox.repeated,
        failed=inbox.failed,
        open_streams=len(table),
        unread=table.unread,
        streams=replace(table.counters),
        stray_answers=session.rpc.stray_answers,
        calls=replace(session.rpc.counters),
    )


def _published(track: PublishedAudio) -> PublishedDiagnostics | None:
    pipeline = track.pipeline
    if pipeline is None:
        return None
    return PublishedDiagnostics(
        track.sid, track.sender.ssrc, track.muted, pipeline.audio_level, replace(pipeline.counters)
    )


def _subscribed(track: SubscribedTrack) -> SubscribedDiagnostics:
    receiver, nack = track.receiver, track.receiver.nack
    return SubscribedDiagnostics(
        sid=receiver.track_sid,
        ssrc=receiver.ssrc,
        kind=track.kind,
        lost_now=nack.missing,
        asked_again=nack.requested,
        recovered=nack.recovered,
        given_up=nack.given_up,
        restarts=receiver.statistics.restarts,
        audio=track.pipeline.statistics() if track.pipeline is not None else None,
    )
