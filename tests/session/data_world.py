"""Participants whose data packets go from hand to hand: sessions without a network."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, cast

from lkpy._participant.commands import LocalCommands
from lkpy._participant.local import LocalParticipant
from lkpy._runtime.runtime import Runtime
from lkpy.data.rpc_invocation import RpcHandler
from lkpy.data_stream import StreamHandlerTable
from lkpy.errors import PublishDataError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.driver.rpc import RoomRpc
from lkpy.session.driver.streams import RoomStreams
from lkpy.session.roster import Roster


class Peer(LocalParticipant):
    """One participant: its session, and what the room makes of it."""

    def __init__(self, world: World, identity: str, protocol: int) -> None:
        self.world = world
        self.info = models.ParticipantInfo(
            identity=identity,
            sid=f"PA_{identity}",
            state=models.ParticipantInfo.ACTIVE,
            client_protocol=protocol,
        )
        super().__init__(self.info, cast(LocalCommands, self))
        self.join = rtc.JoinResponse(participant=self.info, server_info={"version": "1.13.5"})
        self.runtime = Runtime.running()
        self.roster = Roster()
        self.roster.joined(self.join)
        self.packet_handlers: dict[str, Callable[[models.DataPacket], None]] = {}
        self.on_participant_gone: list[Callable[[str], None]] = []
        self.on_close: list[Callable[[], Awaitable[None] | None]] = []
        self.sent: list[models.DataPacket] = []
        self._was_sent = asyncio.Event()
        self.broken = False
        self.handlers = StreamHandlerTable()
        self.rpc_handlers: dict[str, RpcHandler] = {}
        self.streams = RoomStreams(self, self.handlers)
        self.rpc = RoomRpc(self, self.streams, self.rpc_handlers)

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        assert reliable
        if self.broken:
            raise PublishDataError("failed to send data, the room is closed")
        await asyncio.sleep(0)
        sent = models.DataPacket.FromString(packet.SerializeToString())
        sent.participant_identity, sent.participant_sid = self.identity, self.info.sid
        self.sent.append(sent)
        self._was_sent.set()
        self.world.route(sent)

    def expect_calls(self) -> None:
        """There is nothing to negotiate."""

    def receive(self, packet: models.DataPacket) -> None:
        case = packet.WhichOneof("value")
        assert case is not None
        self.packet_handlers[case](packet)

    async def wait_sent(self, count: int) -> None:
        """Return when so many packets were sent."""
        async with asyncio.timeout(5):
            while len(self.sent) < count:
                self._was_sent.clear()
                await self._was_sent.wait()

    @property
    def sent_kinds(self) -> list[str | None]:
        return [packet.WhichOneof("value") for packet in self.sent]

    async def leave(self) -> None:
        """The session ends; the others hear of it."""
        self.broken = True
        del self.world.peers[self.identity]
        for peer in self.world.peers.values():
            gone = models.ParticipantInfo()
            gone.CopyFrom(self.info)
            gone.state = models.ParticipantInfo.DISCONNECTED
            peer.roster.update([gone])
            for callback in peer.on_participant_gone:
                callback(self.identity)
        for close in self.on_close:
            result = close()
            if inspect.isawaitable(result):
                await result


class World:
    """The participants, and the server between them."""

    def __init__(self) -> None:
        self.peers: dict[str, Peer] = {}
        self.lose: Callable[[models.DataPacket], bool] = lambda packet: False

    async def __aenter__(self) -> World:
        return self

    async def __aexit__(self, *_: Any) -> None:
        for peer in list(self.peers.values()):
            await peer.leave()

    def join(self, identity: str, protocol: int = 0) -> Peer:
        peer = Peer(self, identity, protocol)
        for other in self.peers.values():
            other.roster.update([peer.info])
            peer.roster.update([other.info])
        self.peers[identity] = peer
        return peer

    def route(self, packet: models.DataPacket) -> None:
        if self.lose(packet):
            return
        for identity, peer in self.peers.items():
            wanted = packet.destination_identities
            if identity != packet.participant_identity and (not wanted or identity in wanted):
                peer.receive(models.DataPacket.FromString(packet.SerializeToString()))
