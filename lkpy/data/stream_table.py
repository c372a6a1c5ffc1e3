"""The data streams that a session receives: which packet belongs to which, and how much may wait."""

from __future__ import annotations

from dataclasses import dataclass, field

from lkpy.data.incoming_stream import IncomingStream
from lkpy.errors import StreamError
from lkpy.protocol import models_pb2 as models

MAX_STREAMS = 1024
"""Open streams of one sender at most."""
MAX_UNREAD = 256 << 20
"""Bytes that may wait for readers, of all streams together. Beyond, the stream that holds most fails."""


@dataclass(slots=True)
class StreamCounters:
    """What was not delivered.

    Attributes:
        refused: headers beyond `MAX_STREAMS`, without id, or with one that is in use.
        stray: chunks and trailers of streams that are not open here.
        overflowed: streams that failed because nobody read them.
    """

    refused: int = 0
    stray: int = 0
    overflowed: int = 0


@dataclass(slots=True)
class _Sender:
    """One participant session and its open streams by id."""

    identity: str
    streams: dict[str, IncomingStream] = field(default_factory=dict)


class StreamTable:
    """The open incoming streams of one session, by sender and stream id.

    Senders are told apart by the session id (`participant_sid`) that the server writes on each packet: an
    agent may put another identity on a header.
    """

    def __init__(self, max_streams: int = MAX_STREAMS, max_unread: int = MAX_UNREAD) -> None:
        self._max_streams = max_streams
        self._max_unread = max_unread
        self._senders: dict[str, _Sender] = {}
        # Open or complete: those with content that was not read yet.
        self._unread_streams: dict[int, IncomingStream] = {}
        self.unread = 0
        self.counters = StreamCounters()

    def __len__(self) -> int:
        return sum(len(sender.streams) for sender in self._senders.values())

    def open(
        self, sid: str, identity: str, header: models.DataStream.Header, shown: str
    ) -> IncomingStream | None:
        """A stream that somebody wants to read begins; call `begin` when the reader listens.

        Args:
            sid: session id of the sender.
            identity: of the sender.
            header: as it arrived.
            shown: identity that readers see.

        Returns:
            the stream, or None when it is refused.
        """
        sender = self._senders.setdefault(sid, _Sender(identity))
        streams = sender.streams
        if not header.stream_id or header.stream_id in streams or len(streams) >= self._max_streams:
            self.counters.refused += 1
            return None
        stream = streams[header.stream_id] = IncomingStream(header, shown)
        stream.on_unread = lambda change: self._on_unread(stream, change)
        return stream

    def begin(self, sid: str, stream: IncomingStream, header: models.DataStream.Header) -> None:
        """The reader listens: the content of the header, if it has any, is delivered."""
        stream.open(header)
        self._settle(sid, stream)

    def receive_chunk(self, sid: str, chunk: models.DataStream.Chunk) -> None:
        """A chunk arrived; one of a stream that is not open is counted and dropped."""
        stream = self._find(sid, chunk.stream_id)
        if stream is not None:
            stream.receive_chunk(chunk)
            self._settle(sid, stream)

    def receive_trailer(self, sid: str, trailer: models.DataStream.Trailer) -> None:
        """A trailer arrived; one of a stream that is not open is counted and dropped."""
        stream = self._find(sid, trailer.stream_id)
        if stream is not None:
            stream.receive_trailer(trailer)
            self._settle(sid, stream)

    def sender_gone(self, identity: str, but_not: str | None = None) -> None:
        """A participant left: what it had not finished never will be.

        Args:
            identity: who.
            but_not: session id with which the participant is here again, if so.
        """
        text = (
            f"stream closed abnormally: Participant {identity} unexpectedly disconnected "
            "in the middle of sending data"
        )
        gone = [sid for sid, who in self._senders.items() if who.identity == identity and sid != but_not]
        for sid in gone:
            for stream in self._senders.pop(sid).streams.values():
                stream.fail(StreamError(text))

    def close(self) -> None:
        """The session is over."""
        senders, self._senders = self._senders, {}
        for sender in senders.values():
            for stream in sender.streams.values():
                stream.fail(StreamError("Disconnected while receiving"))

    def _find(self, sid: str, stream_id: str) -> IncomingStream | None:
        sender = self._senders.get(sid)
        stream = sender.streams.get(stream_id) if sender else None
        if stream is None:
            self.counters.stray += 1
        return stream

    def _settle(self, sid: str, stream: IncomingStream) -> None:
        """A stream that has ended is not open any more; its reader keeps it."""
        sender = self._senders.get(sid)
        if not stream.ended or sender is None:
            return
        sender.streams.pop(stream.header.stream_id, None)
        if not sender.streams:
            del self._senders[sid]

    def _on_unread(self, stream: IncomingStream, change: int) -> None:
        self.unread += change
        if stream.unread:
            self._unread_streams[id(stream)] = stream
        else:
            self._unread_streams.pop(id(stream), None)
        if self.unread > self._max_unread:
            self.counters.overflowed += 1
            max(self._unread_streams.values(), key=lambda each: each.unread).overflow()
