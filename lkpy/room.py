"""The room: connect, hear what happens, disconnect."""

from __future__ import annotations

import asyncio
import datetime
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lkpy._loop.loading import load
from lkpy._loop.time_slice import TimeSlice
from lkpy._room.commands import RoomCommands
from lkpy._room.events import EventTypes, apply
from lkpy._room.objects import RoomObjects
from lkpy._room.options import DataPacket, RoomOptions, RtcConfiguration, RtcStats, SipDTMF
from lkpy.data.rpc_interceptors import RpcInterceptor
from lkpy.data.rpc_invocation import RpcHandler
from lkpy.data_stream import ByteStreamHandler, StreamHandlerTable, TextStreamHandler
from lkpy.errors import ConnectError, ConnectErrorReason, InvalidStateError
from lkpy.event_emitter import EventEmitter
from lkpy.participant import LocalParticipant, RemoteParticipant
from lkpy.protocol import options_pb2
from lkpy.session import events as ev

if TYPE_CHECKING:
    from lkpy._statistics.diagnostics import RoomDiagnostics
    from lkpy.session.driver import Session, SessionOptions

__all__ = [
    "ConnectError",
    "DataPacket",
    "EventTypes",
    "Room",
    "RoomOptions",
    "RtcConfiguration",
    "RtcStats",
    "SipDTMF",
]

logger = logging.getLogger("lkpy.room")

CONNECT_TIMEOUT = 15.0
"""Seconds for the whole of `connect` unless the options say otherwise."""


class Room(EventEmitter[EventTypes]):
    """A room on a LiveKit server.

    Handlers are plain functions, called on the event loop, one event at a time and in order; the room's
    objects show the new state before a handler runs.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """`loop` is accepted for compatibility; a room uses the loop that `connect` runs on."""
        super().__init__()
        self._objects = RoomObjects(self._call_handlers)
        self._stream_handlers = StreamHandlerTable()
        self._rpc_handlers: dict[str, RpcHandler] = {}
        self._rpc_interceptors: list[RpcInterceptor] = []
        self._session: Session | None = None
        self._last: RoomDiagnostics | None = None
        self._attempt: asyncio.Task[Session] | None = None
        self._dispatcher: asyncio.Task[None] | None = None
        self._failed_events = 0

    # Properties ---
    @property
    def sid(self) -> asyncio.Future[str]:
        """Awaitable: the server's id of the room, `RM_...`, once the server has told it.

        Awaiting raises RuntimeError on a room that is not connected or that disconnects before.
        """
        return self._objects.sid()

    @property
    def name(self) -> str:
        """The room's name."""
        return self._objects.info.name

    @property
    def metadata(self) -> str:
        """The application's text for the room."""
        return self._objects.info.metadata

    @property
    def connection_state(self) -> options_pb2.ConnectionState:
        """`ConnectionState.CONN_DISCONNECTED` or `CONN_CONNECTED`."""
        return self._objects.connection

    @property
    def num_participants(self) -> int:
        """How many are in the room, as the server last said (every few seconds)."""
        return self._objects.info.num_participants

    @property
    def num_publishers(self) -> int:
        """How many publish something, as the server last said."""
        return self._objects.info.num_publishers

    @property
    def creation_time(self) -> datetime.datetime:
        """When the room was made (aware, UTC)."""
        info = self._objects.info
        milliseconds = info.creation_time_ms or info.creation_time * 1000
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)

    @property
    def is_recording(self) -> bool:
        """Whether the room is being recorded."""
        return self._objects.info.active_recording

    @property
    def departure_timeout(self) -> float:
        """Seconds that the server keeps the room after the last participant left."""
        return float(self._objects.info.departure_timeout)

    @property
    def empty_timeout(self) -> float:
        """Seconds that the server keeps the room when nobody ever joined."""
        return float(self._objects.info.empty_timeout)

    @property
    def local_participant(self) -> LocalParticipant:
        """Ourselves. Raises InvalidStateError before the first `connect`."""
        if self._objects.local is None:
            raise InvalidStateError("cannot access local participant before connecting")
        return self._objects.local

    @property
    def remote_participants(self) -> Mapping[str, RemoteParticipant]:
        """The others, by identity (live)."""
        return self._objects.remote

    def isconnected(self) -> bool:
        """Whether the room is connected."""
        return self._objects.connection != options_pb2.CONN_DISCONNECTED

    def __repr__(self) -> str:
        state = options_pb2.ConnectionState.Name(self.connection_state)
        sid = self._objects.info.sid or "unknown"
        return f"rtc.Room(sid={sid}, name={self.name}, metadata={self.metadata}, connection_state={state})"

    # Connecting ---
    async def connect(
        self,
        url: str,
        token: str,
        options: RoomOptions = RoomOptions(),  # noqa: B008 - the official signature
    ) -> None:
        """Join a room.

        Returns when the media connection is up; everybody who is there is in `remote_participants`. May be
        cancelled at any time. A room that failed to connect, or was disconnected, may be connected again.

        Args:
            url: `ws://`, `wss://`, `http://` or `https://` and the server's host, with an optional path.
            token: an access token (JWT) with a `roomJoin` grant.
            options: how to connect.

        Raises:
            ConnectError: the URL, the token, the server or the network; `reason` says which.
            InvalidStateError: the room is connected or connecting already.
        """
        if self._attempt is not None or self._session is not None:
            raise InvalidStateError("the room is connected already; await disconnect() first")
        attempt = self._attempt = asyncio.create_task(self._join(url, token, options), name="lkpy connect")
        try:
            await asyncio.wait((attempt,))
        except asyncio.CancelledError:
            attempt.cancel()
            await asyncio.wait((attempt,))
            if not attempt.cancelled() and attempt.exception() is None:
                # The cancellation came when the room was joined already: nobody will use it.
                await self._leave_unused(attempt.result())
            raise
        finally:
            self._attempt = None
        if attempt.cancelled():
            raise ConnectError("disconnect() was called while connecting", ConnectErrorReason.LEAVE)
        session = attempt.result()
        self._dispatcher = asyncio.create_task(self._dispatch(session), name="lkpy room events")

    async def _join(self, url: str, token: str, options: RoomOptions) -> Session:
        # The session brings the media libraries, which `import lkpy` must not.
        await load("lkpy.session.driver")
        from lkpy._runtime.runtime import Runtime
        from lkpy.session.driver import Session

        session = Session(
            url,
            token,
            _session_options(options),
            Runtime.running(options.network, options.trace),
            self._stream_handlers,
            self._rpc_handlers,
        )
        session.on_close.append(lambda: self._remember(session))
        session.rpc.interceptors = self._rpc_interceptors
        await session.connect()
        self._session = session
        roster = session.roster
        commands = RoomCommands(session, self._objects.local_publication)
        self._objects.joined(roster.room, roster.local, roster.initial, commands)
        return session

    async def _leave_unused(self, session: Session) -> None:
        """Leave a room that no caller knows of: no events."""
        await session.aclose()
        self._session = None
        self._objects.connection = options_pb2.CONN_DISCONNECTED
        self._objects.close()

    async def disconnect(
        self,
        *,
        reason: options_pb2.DisconnectReason = options_pb2.CLIENT_INITIATED,
    ) -> None:
        """Leave the room. Idempotent; when it returns, no task, thread or socket of the room is left.

        Args:
            reason: what we and the others are told; `USER_UNAVAILABLE` or `USER_REJECTED` for example.
        """
        attempt = self._attempt
        if attempt is not None:
            attempt.cancel()
            await asyncio.wait((attempt,))
        session, dispatcher = self._session, self._dispatcher
        if session is not None:
            await session.aclose(reason)
        if dispatcher is not None and dispatcher is not asyncio.current_task():
            await asyncio.shield(dispatcher)

    # Data streams and statistics ---
    def register_text_stream_handler(self, topic: str, handler: TextStreamHandler) -> None:
        """Have text streams of a topic; `handler(reader, identity)` is called when one begins.

        Raises:
            ValueError: the topic has a handler.
        """
        self._stream_handlers.register_text(topic, handler)

    def register_byte_stream_handler(self, topic: str, handler: ByteStreamHandler) -> None:
        """Have byte streams of a topic; `handler(reader, identity)` is called when one begins.

        Raises:
            ValueError: the topic has a handler.
        """
        self._stream_handlers.register_byte(topic, handler)

    def unregister_text_stream_handler(self, topic: str) -> None:
        """Have no more text streams of a topic; nothing when it has no handler."""
        self._stream_handlers.unregister_text(topic)

    def unregister_byte_stream_handler(self, topic: str) -> None:
        """Have no more byte streams of a topic; nothing when it has no handler."""
        self._stream_handlers.unregister_byte(topic)

    async def get_rtc_stats(self) -> RtcStats:
        """The counters of the peer connections.

        Raises:
            InvalidStateError: the room is not connected.
        """
        if self._session is None:
            raise InvalidStateError("the room isn't connected")
        from lkpy._statistics.report import room_stats

        return RtcStats(*room_stats(self._session))

    def diagnostics(self) -> RoomDiagnostics:
        """What is counted below this room: messages, packets, drops, errors, of every part. A snapshot.

        Takes well under a millisecond. Of a room that was disconnected, or could not connect, it is what was
        counted at the end.

        Raises:
            InvalidStateError: `connect` was never called.
        """
        if self._session is not None:
            self._remember(self._session)
        if self._last is None:
            raise InvalidStateError("the room was never connected")
        return self._last

    def _remember(self, session: Session) -> None:
        from lkpy._statistics.diagnostics import diagnose

        self._last = diagnose(session, self._failed_events)

    # Events ---
    def _reception(self) -> tuple[int, int]:
        """(received, lost) RTP packets of all tracks that are received now."""
        return (0, 0) if self._session is None else self._session.subscriber.reception()

    async def _dispatch(self, session: Session) -> None:
        """Apply and tell one event after the other until the session is over."""
        events, share = session.events, TimeSlice()
        try:
            while await events.wait():
                event = events.take()
                try:
                    apply(self._objects, event)
                except Exception:
                    self._failed_events += 1
                    logger.exception("an event could not be told: %s", type(event).__name__)
                if isinstance(event, ev.Disconnected):
                    self._session = None  # a handler's task may connect again
                events.told()
                await share.give_way()
        finally:
            events.release()

    def _call_handlers(self, event: EventTypes, *arguments: Any) -> None:
        """A handler that raises is its author's bug: told in the log, and the room goes on."""
        try:
            self.emit(event, *arguments)
        except Exception:
            logger.exception("error running user callback for %s", event)


def _session_options(options: RoomOptions) -> SessionOptions:
    from lkpy.session.driver import SessionOptions
    from lkpy.transport.ice.transport import IceServer

    rtc = options.rtc_config or RtcConfiguration()
    return SessionOptions(
        auto_subscribe=options.auto_subscribe,
        single_peer_connection=options.single_peer_connection,
        timeout=CONNECT_TIMEOUT if options.connect_timeout is None else options.connect_timeout,
        ice_servers=tuple(
            IceServer(tuple(server.urls), server.username, server.password) for server in rtc.ice_servers
        ),
        relay_only=rtc.ice_transport_type == options_pb2.TRANSPORT_RELAY,
        proxy=options.proxy,
        ssl=options.ssl,
    )
