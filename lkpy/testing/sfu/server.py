"""`FakeSfu`: the port, the rooms, the clock. The asyncio driver of everything in this package."""

from __future__ import annotations

import asyncio
import errno
import logging
import random
from collections.abc import Iterable, Mapping
from types import MappingProxyType, TracebackType
from typing import Any, Self

from lkpy._loop.clock import Clock, Timer
from lkpy._runtime.network import Network
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import Trace
from lkpy.errors import LkpyError
from lkpy.protocol import models_pb2 as models
from lkpy.testing import tokens
from lkpy.testing.sfu import moving
from lkpy.testing.sfu.front import Front
from lkpy.testing.sfu.http import Request, Response
from lkpy.testing.sfu.identifiers import Identifiers
from lkpy.testing.sfu.join import JoinParameters, Refusal, bearer_grants
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.peer import SfuPeer
from lkpy.testing.sfu.room import Room
from lkpy.testing.sfu.room_service import RoomService
from lkpy.testing.sfu.session import Session
from lkpy.testing.sfu.signalling import Signalling
from lkpy.testing.sfu.twirp import TwirpError
from lkpy.testing.sfu.websocket import WebSocket
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.ice.mux import UdpMux

_logger = logging.getLogger("lkpy.testing.sfu")

TICK = 0.02
"""Seconds between two rounds of NACKs, reports and other periodic work while somebody is here."""

IDLE_TICK = 1.0
REFRESH_INTERVAL = 300.0
REFRESH_TTL = 600.0
"""Seconds a refreshed token lives at least."""

MAX_EMPTY_ROOMS = 100


class PortInUseError(LkpyError):
    """The port that the server was to listen on is taken by another program."""


class FakeSfu:
    """A LiveKit server for tests and for learning: official clients join it and talk through it.

    Args:
        host: address to listen on; clients must be able to reach it, since it is also the media address. By
            default 127.0.0.1, and on a network that is given what others there reach it at.
        port: TCP port of signalling, 0 for any free one.
        api_key: the key tokens are signed by.
        api_secret: its secret.
        udp_port: port of all media, 0 for any free one.
        ice_lite: answer ICE checks only (RFC 8445 section 2.5); with False the full agent is used.
        single_peer_connection: offer `/rtc/v1`; with False clients fall back to two peer connections.
        grace: seconds a participant stays when its websocket is lost while its media lives.
        refresh_interval: seconds between two refreshed tokens.
        remote_unmute: let the server API unmute tracks, which livekit-server refuses by default.
        seed: makes ids and first sequence numbers repeatable.
        network: where it listens, the system's sockets by default; a host of a `VirtualNetwork` for example.
        trace: hears what the server's peer connections send and receive.

    Raises:
        PortInUseError: on entering, when the port is taken.
    """

    def __init__(
        self,
        host: str | None = None,
        port: int = 0,
        api_key: str = "devkey",
        api_secret: str = "secret",
        *,
        udp_port: int = 0,
        ice_lite: bool = True,
        single_peer_connection: bool = True,
        grace: float = 10.0,
        refresh_interval: float = REFRESH_INTERVAL,
        remote_unmute: bool = False,
        seed: int | None = None,
        network: Network | None = None,
        trace: Trace | None = None,
    ) -> None:
        if host is None:
            host = "127.0.0.1" if network is None else network.outgoing_address()
        self.host = host
        self.port = port
        """The port listened on, known after entering."""
        self.api_key = api_key
        self._api_secret = api_secret
        self._udp_port = udp_port
        self._lite = ice_lite
        self._grace = grace
        self._refresh_interval = refresh_interval
        self._room_service = RoomService(self, remote_unmute=remote_unmute).service
        source = random.SystemRandom() if seed is None else random.Random(seed)
        self._identifiers = Identifiers(source)
        self._rooms: dict[str, tuple[Room, Signalling]] = {}
        self._empty_since: dict[str, float] = {}
        self._participants: dict[Participant, Room] = {}
        self._departures: dict[Participant, float] = {}
        self._arrivals: dict[Participant, float] = {}
        self._refresh_at: dict[Participant, float] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._front = Front(
            keys={api_key: api_secret},
            single_peer_connection=single_peer_connection,
            serve_session=self._serve_session,
            serve_api=self._serve_api,
            check=self._check_place,
        )
        self._network, self._trace = network, trace
        self._runtime: Runtime | None = None
        self._mux: UdpMux | None = None
        self._certificate: Certificate | None = None
        self._timer: Timer | None = None
        self._closed = False

    # What a test uses

    @property
    def url(self) -> str:
        """What clients connect to: `ws://host:port`."""
        host = "127.0.0.1" if self.host in ("", "0.0.0.0") else self.host
        return f"ws://[{host}]:{self.port}" if ":" in host else f"ws://{host}:{self.port}"

    @property
    def rooms(self) -> Mapping[str, Room]:
        """The rooms by name, to look at: `sfu.rooms["lobby"].participants["alice"].info`."""
        return MappingProxyType({name: room for name, (room, _) in self._rooms.items()})

    def token(self, identity: str, *, room: str, **claims: Any) -> str:
        """A token for `identity` in `room`; see `lkpy.testing.tokens.make_token` for what else it may say."""
        if self._runtime is not None:
            claims.setdefault("now", self._runtime.clock.unix())
        return tokens.make_token(self.api_key, self._api_secret, identity=identity, room=room, **claims)

    async def start(self) -> None:
        """Listen.

        Raises:
            PortInUseError: the port is taken.
            OSError: the address cannot be listened on for another reason.
        """
        if self._mux is not None:
            return
        runtime = self._runtime = Runtime.running(self._network, self._trace)
        # A wildcard is no address that candidates could advertise.
        everywhere = self.host in ("", "0.0.0.0", "::")
        address = runtime.network.outgoing_address() if everywhere else self.host
        self._certificate = Certificate.generate()
        try:
            self._mux = await UdpMux.open(address, self._udp_port, runtime.network)
            self.port = await self._front.listen(self.host, self.port, runtime)
        except OSError as error:
            await self._close_mux()
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(
                    f"port {self.port or self._udp_port} of {self.host} is in use"
                ) from error
            raise

    async def aclose(self) -> None:
        """Send everybody away and free everything. May be called again."""
        if self._closed:
            return
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        self._front.stop_listening()
        for _, signalling in self._rooms.values():
            signalling.dismiss_all(models.DisconnectReason.SERVER_SHUTDOWN)
        for participant in self._participants:
            participant.gone = True  # those that were about to join, too
        await self._front.aclose()
        self._reap()
        await asyncio.gather(*self._closing, return_exceptions=True)
        await self._close_mux()
        self._rooms.clear()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _check_place(self, parameters: JoinParameters) -> None:
        """livekit-server refuses who has no place in a full room before the websocket is open."""
        found = self._rooms.get(parameters.grants.room)
        if found is not None and not parameters.reconnect and found[0].is_full(parameters.grants.identity):
            raise Refusal(500, "connection closed by media")

    async def _serve_session(self, websocket: WebSocket, parameters: JoinParameters) -> None:
        try:
            await Session(self, websocket, parameters).run()
        finally:
            self._reap()

    async def _serve_api(self, request: Request) -> Response:
        try:
            keys = {self.api_key: self._api_secret}
            grants = bearer_grants(request, keys, self._clock.unix())
        except Refusal as refusal:
            if "authorization" in request.headers:
                return Response.text(refusal.status, refusal.text)  # said before the API is reached
            return TwirpError("unauthenticated", refusal.text).response()
        try:
            return await self._room_service.call(request, grants)
        finally:
            self._reap()
            self.wake()

    @property
    def _clock(self) -> Clock:
        assert self._runtime is not None  # nobody is here before the server listens
        return self._runtime.clock

    def _unix_ms(self) -> int:
        return int(self._clock.unix() * 1000)

    # RoomKeeper

    def all_rooms(self) -> Iterable[Room]:
        return [room for room, _ in self._rooms.values()]

    def delete_room(self, name: str) -> None:
        self._rooms.pop(name, None)
        self._empty_since.pop(name, None)

    def moved(self, participant: Participant, room: Room) -> None:
        self._participants[participant] = room
        self._arrivals[participant] = self._clock.now() + moving.SETTLING

    # RoomHost

    def home_of(self, participant: Participant) -> tuple[Room, Signalling]:
        return self._rooms[self._participants[participant].name]

    def find_room(self, name: str) -> tuple[Room, Signalling] | None:
        return self._rooms.get(name)

    def room_for(self, name: str) -> tuple[Room, Signalling]:
        known = self._rooms.get(name)
        if known is None:
            room = Room(
                name, identifiers=self._identifiers, clock=self._clock.now, unix_time=self._clock.unix()
            )
            signalling = Signalling(
                room,
                identifiers=self._identifiers,
                clock=self._clock.now,
                unix_ms=self._unix_ms,
                refresh_token=self._refresh_token,
            )
            known = self._rooms[name] = (room, signalling)
        return known

    async def new_participant(self, room: Room, parameters: JoinParameters) -> Participant:
        """A participant with gathered peers; not in the room yet."""
        participant = Participant(
            parameters,
            observer=room,
            make_peer=self._make_peer,
            identifiers=self._identifiers,
            unix_time=self._clock.unix(),
        )
        self._participants[participant] = room
        try:
            for peer in participant.peers:
                await peer.bundle.gather()
        except BaseException:
            participant.gone = True
            self._reap()
            raise
        self._refresh_at[participant] = self._clock.now() + self._refresh_interval
        return participant

    def depart_later(self, room: Room, participant: Participant) -> None:
        """The websocket is lost: leave the participant some time to come back."""
        if not self._closed:
            self._departures[participant] = self._clock.now() + self._grace

    def wake(self) -> None:
        """Make sure that time passes."""
        if self._timer is None and not self._closed:
            self._timer = self._clock.call_at(self._clock.now() + TICK, self._tick)

    def _make_peer(self, participant: Participant, offerer: bool) -> SfuPeer:
        assert self._certificate is not None
        assert self._mux is not None
        assert self._runtime is not None
        return SfuPeer(
            participant,
            certificate=self._certificate,
            mux=self._mux,
            lite=self._lite,
            offerer=offerer,
            session_id=self._identifiers.session(),
            runtime=self._runtime,
        )

    def _refresh_token(self, participant: Participant) -> str:
        grants = participant.claims()
        now = self._clock.unix()
        ttl = max(REFRESH_TTL, grants.expires_at - now)
        return tokens.encode_token(grants.to_claims(), self.api_key, self._api_secret, ttl=ttl, now=now)

    # Time

    def _tick(self) -> None:
        self._timer = None
        now = self._clock.now()
        for name, (room, _) in list(self._rooms.items()):
            if room.participants:
                self._empty_since.pop(name, None)
                room.handle_timeout(now)
            else:
                self._expire(name, now)
        for participant, deadline in list(self._departures.items()):
            if participant.signal is not None or participant.gone:
                del self._departures[participant]
            elif now >= deadline or participant.primary_peer.failed:
                del self._departures[participant]
                room = self._participants[participant]
                room.remove(participant, models.DisconnectReason.SIGNAL_CLOSE)
                room.flush()
        for participant, at in list(self._arrivals.items()):
            if now >= at:
                del self._arrivals[participant]
                if participant.gone:
                    continue
                moving.subscribe(participant, self._participants[participant])
        for participant, at in list(self._refresh_at.items()):
            if now >= at:
                self._refresh_at[participant] = now + self._refresh_interval
                participant.send(refresh_token=self._refresh_token(participant))
        self._reap()
        if self._rooms and not self._closed:
            delay = TICK if self._participants else IDLE_TICK
            self._timer = self._clock.call_at(now + delay, self._tick)

    def _expire(self, name: str, now: float) -> None:
        since = self._empty_since.setdefault(name, now)
        if now - since >= self._rooms[name][0].empty_lifetime or len(self._empty_since) > MAX_EMPTY_ROOMS:
            del self._rooms[name], self._empty_since[name]

    def _reap(self) -> None:
        """Close the connections of those who have left."""
        for participant in [p for p in self._participants if p.gone]:
            del self._participants[participant]
            self._departures.pop(participant, None)
            self._arrivals.pop(participant, None)
            self._refresh_at.pop(participant, None)
            task = asyncio.get_running_loop().create_task(_close_peers(participant))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    async def _close_mux(self) -> None:
        if self._mux is not None:
            await self._mux.aclose()
            self._mux = None


async def _close_peers(participant: Participant) -> None:
    for peer in participant.peers:
        await peer.aclose()
