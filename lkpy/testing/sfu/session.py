"""One client's websocket from upgrade to close: the driver between `WebSocket` and a room."""

from __future__ import annotations

import logging
from typing import Protocol

from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.join import JoinParameters
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.room import Room
from lkpy.testing.sfu.signalling import Signalling, decode, encode
from lkpy.testing.sfu.websocket import WebSocket

_logger = logging.getLogger("lkpy.testing.sfu")

MAX_BAD_MESSAGES = 100
"""Messages in a row that make no sense before the connection is closed."""


class RoomHost(Protocol):
    """What a session asks of the server."""

    def room_for(self, name: str) -> tuple[Room, Signalling]: ...

    def find_room(self, name: str) -> tuple[Room, Signalling] | None: ...

    async def new_participant(self, room: Room, parameters: JoinParameters) -> Participant: ...

    def home_of(self, participant: Participant) -> tuple[Room, Signalling]: ...

    def depart_later(self, room: Room, participant: Participant) -> None: ...

    def wake(self) -> None: ...


class WebSocketPort:
    """A participant's `SignalPort` on a websocket."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self.text = False
        """Whether the client's last message came in a text frame: it is answered in JSON."""

    def send(self, message: rtc.SignalResponse) -> None:
        self._websocket.send(encode(message, text=self.text))

    def close(self) -> None:
        self._websocket.close()

    def abort(self) -> None:
        self._websocket.abort()


class Session:
    """Runs in the task of its connection until the websocket ends."""

    def __init__(self, host: RoomHost, websocket: WebSocket, parameters: JoinParameters) -> None:
        self._host = host
        self._websocket = websocket
        self._parameters = parameters
        self._port = WebSocketPort(websocket)

    async def run(self) -> None:
        """Join or resume, read to the end, leave."""
        joined = await (self._resume() if self._parameters.reconnect else self._join())
        if joined is None:
            return
        self._host.wake()
        try:
            await self._read(joined)
        finally:
            if joined.signal is self._port:
                joined.signal = None
            if not joined.gone and joined.signal is None:
                self._lost(joined)

    async def _join(self) -> Participant | None:
        parameters = self._parameters
        room, signalling = self._host.room_for(parameters.grants.room)
        participant = await self._host.new_participant(room, parameters)
        # Only now, without a pause in between: two joins of one identity may have waited side by side.
        current, signalling = self._host.room_for(parameters.grants.room)
        if current is not room or room.is_full(participant.identity):  # deleted meanwhile, or no place
            participant.gone = True
            reason = models.DisconnectReason.JOIN_FAILURE
            self._port.send(rtc.SignalResponse(leave=rtc.LeaveRequest(reason=reason)))
            return None
        previous = room.participants.get(participant.identity)
        if previous is not None:
            signalling.dismiss(previous, models.DisconnectReason.DUPLICATE_IDENTITY)
        participant.signal = self._port
        room.add(participant)
        signalling.send_refresh_token(participant)
        if parameters.auto_subscribe and participant.single:
            room.distribution.subscribe_all(participant)
            participant.requested.dirty = False  # the answer to the first offer takes what fits
        for request in parameters.add_tracks:
            signalling.handle(participant, rtc.SignalRequest(add_track=request))
        if participant.single:
            if parameters.publisher_offer is not None:
                self._handle(participant, signalling, rtc.SignalRequest(offer=parameters.publisher_offer))
        elif participant.subscriber_primary:
            # The first offer holds the data channels alone; tracks follow when it has been answered.
            participant.send(offer=participant.describe_offer())
            if parameters.auto_subscribe:
                room.distribution.subscribe_all(participant)
        room.flush()
        return participant

    async def _resume(self) -> Participant | None:
        grants = self._parameters.grants
        found = self._host.find_room(grants.room)
        participant = found[0].participants.get(grants.identity) if found is not None else None
        if found is None or participant is None or participant.single != self._parameters.single:
            self._port.send(
                rtc.SignalResponse(
                    leave=rtc.LeaveRequest(
                        reason=models.DisconnectReason.STATE_MISMATCH,
                        action=rtc.LeaveRequest.Action.RECONNECT,
                    )
                )
            )
            return None
        room, signalling = found
        if participant.simulated_cut and participant.simulated_cut_early:
            participant.simulated_cut -= 1
            self._websocket.abort()
            return None
        if participant.signal is not None:
            participant.signal.abort()
        participant.signal = self._port
        room.resume(participant)
        signalling.send_refresh_token(participant)
        if self._parameters.sync_state is not None:
            self._handle(participant, signalling, rtc.SignalRequest(sync_state=self._parameters.sync_state))
        if participant.simulated_cut:
            participant.simulated_cut -= 1
            self._websocket.abort()
        return participant

    async def _read(self, participant: Participant) -> None:
        bad = 0
        while (message := await self._websocket.receive()) is not None:
            if participant.gone or participant.signal is not self._port:
                return
            self._port.text = isinstance(message, str)
            try:
                request = decode(message)
            except ProtocolError:
                participant.counters["bad messages"] += 1
                bad += 1
                if bad > MAX_BAD_MESSAGES:
                    return
                continue
            bad = 0
            _, signalling = self._host.home_of(participant)  # it may have been moved
            self._handle(participant, signalling, request)
            self._host.wake()

    def _handle(self, participant: Participant, signalling: Signalling, request: rtc.SignalRequest) -> None:
        try:
            signalling.handle(participant, request)
        except ProtocolError as error:
            participant.counters["bad messages"] += 1
            _logger.info("%s: %s", participant.identity, error)
        except Exception:
            # A bug of ours with one message must not take the room down; it is ours to see, so it is logged.
            participant.counters["failed messages"] += 1
            _logger.exception("signal message of %s", participant.identity)

    def _lost(self, participant: Participant) -> None:
        """The websocket is gone without a leave: the media may live on and the client come back."""
        room, _ = self._host.home_of(participant)
        if participant.primary_peer.connected:
            self._host.depart_later(room, participant)
        else:
            room.remove(participant, models.DisconnectReason.SIGNAL_CLOSE)
            room.flush()
