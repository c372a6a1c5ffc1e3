"""A client for tests of the fake SFU: bare websocket signalling, and real peer connections when wanted."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any, Self

import websockets
from websockets.asyncio.client import ClientConnection, connect

from lkpy.media.rtp.packet import RtpPacket
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.peer_connection import PeerConnection, PeerConnectionConfig
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sctp.channels import ChannelState, DataChannel

PROTOCOL = 17


class Signal:
    """One websocket to the server; every message that came is kept."""

    def __init__(self, socket: ClientConnection, *, text: bool = False) -> None:
        self.socket = socket
        self.inbox: list[rtc.SignalResponse] = []
        self.frames: list[bytes | str] = []
        self.closed = False
        self.errors: list[Exception] = []
        self._changed = asyncio.Event()
        self._react: Callable[[rtc.SignalResponse], Any] | None = None
        self._task = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def open(
        cls,
        sfu: FakeSfu,
        token: str,
        *,
        join: rtc.JoinRequest | None = None,
        query: str = "",
    ) -> Self:
        """Open `/rtc/v1` with a join request, or `/rtc` with a query."""
        if join is not None:
            wrapped = rtc.WrappedJoinRequest(join_request=join.SerializeToString())
            packed = base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()
            url = f"{sfu.url}/rtc/v1?join_request={packed}"
        else:
            url = f"{sfu.url}/rtc?protocol={PROTOCOL}&sdk=python&{query}"
        headers = {"Authorization": f"Bearer {token}"}
        return cls(await connect(url, additional_headers=headers, max_size=None, close_timeout=1))

    async def send(self, **case: Any) -> None:
        await self.socket.send(rtc.SignalRequest(**case).SerializeToString())

    async def wait(
        self, case: str, found: Callable[[Any], bool] = lambda body: True, patience: float = 5
    ) -> Any:
        """The first message of that case for which `found` holds, come or to come."""
        try:
            async with asyncio.timeout(patience):
                while True:
                    for message in self.inbox:
                        if message.WhichOneof("message") == case and found(getattr(message, case)):
                            return getattr(message, case)
                    assert not self.closed, f"closed without {case}: {self.cases}"
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            raise AssertionError(f"no such {case} in {self.cases}") from None

    async def wait_closed(self, patience: float = 5) -> None:
        async with asyncio.timeout(patience):
            await asyncio.shield(self._task)

    @property
    def cases(self) -> list[str]:
        return [message.WhichOneof("message") or "" for message in self.inbox]

    def react(self, handler: Callable[[rtc.SignalResponse], Any]) -> None:
        """Give `handler` (a coroutine function) every message, those that came already first."""
        self._react = handler
        for message in list(self.inbox):
            self._spawn(handler, message)

    def _spawn(self, handler: Callable[[rtc.SignalResponse], Any], message: rtc.SignalResponse) -> None:
        self._queue.put_nowait((handler, message))

    async def _read(self) -> None:
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        worker = asyncio.get_running_loop().create_task(self._work())
        try:
            async for frame in self.socket:
                self.frames.append(frame)
                if isinstance(frame, bytes):
                    message = rtc.SignalResponse.FromString(frame)
                    self.inbox.append(message)
                    if self._react is not None:
                        self._spawn(self._react, message)
                self._changed.set()
        except websockets.ConnectionClosed:
            pass
        finally:
            self.closed = True
            self._changed.set()
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)

    async def _work(self) -> None:
        while True:
            handler, message = await self._queue.get()
            try:
                await handler(message)
            except Exception as error:
                self.errors.append(error)

    async def aclose(self) -> None:
        await self.socket.close()
        await self._task

    def abort(self) -> None:
        self.socket.transport.abort()


class MediaClient:
    """A participant with peer connections."""

    def __init__(self, sfu: FakeSfu, identity: str, *, single: bool, room: str = "lobby") -> None:
        self.sfu, self.identity, self.single, self.room = sfu, identity, single, room
        config = PeerConnectionConfig(ice=IceConfig(tcp=False, ipv6=False))
        self.publisher = PeerConnection(config=config, offerer=True, observer=self)
        self.subscriber = None if single else PeerConnection(config=config, offerer=False, observer=self)
        self.packets: dict[str, list[RtpPacket]] = {}
        self.codecs: dict[str, list[str]] = {}
        self.streams: dict[str, RtpReceiver] = {}
        self.removed: list[str] = []
        self.data: list[tuple[str, models.DataPacket]] = []
        self.changed = asyncio.Event()
        self.signal: Signal
        self._offered = self._changed_since = False
        self.send_channels = {
            "_reliable": self.publisher.create_data_channel("_reliable"),
            "_lossy": self.publisher.create_data_channel("_lossy", ordered=False, max_retransmits=0),
        }
        if single:
            for channel in self.send_channels.values():
                self._listen(channel)
            self.publisher.add_receive_sections("audio", 3)
            self.publisher.add_receive_sections("video", 3)

    async def join(self, *, auto_subscribe: bool = True, **claims: Any) -> Self:
        token = self.sfu.token(self.identity, room=self.room, **claims)
        if self.single:
            offer = rtc.SessionDescription(type="offer", sdp=await self.publisher.create_offer(), id=1)
            self._offered = True
            request = rtc.JoinRequest(
                client_info=models.ClientInfo(sdk=models.ClientInfo.SDK.PYTHON, protocol=PROTOCOL),
                connection_settings=rtc.ConnectionSettings(auto_subscribe=auto_subscribe),
                publisher_offer=offer,
            )
            self.signal = await Signal.open(self.sfu, token, join=request)
        else:
            self.signal = await Signal.open(self.sfu, token, query=f"auto_subscribe={int(auto_subscribe)}")
        self.signal.react(self._react)
        if not self.single:
            await self._offer()
        self.sid = (await self.signal.wait("join")).participant.sid
        await self.until(self._ready, "peer connections")
        peer = self.sfu.rooms[self.room].participants[self.identity].primary_peer
        async with asyncio.timeout(5):
            while not _open_channels(peer.bundle.data_channels) >= {"_reliable", "_lossy"}:  # noqa: ASYNC110
                await asyncio.sleep(0.005)  # the server has no event for a test to wait for
        return self

    async def publish(self, cid: str = "mic", kind: str = "audio", **fields: Any) -> tuple[str, RtpSender]:
        """Announce and offer a track; returns its sid and the sender."""
        types = {"audio": models.TrackType.AUDIO, "video": models.TrackType.VIDEO}
        fields = {"source": models.TrackSource.MICROPHONE, **fields}
        await self.signal.send(add_track=rtc.AddTrackRequest(cid=cid, type=types[kind], name=cid, **fields))
        sender = self.publisher.add_sender(kind, cid=cid, codecs=("opus" if kind == "audio" else "VP8",))
        await self._offer()
        published = await self.signal.wait("track_published", lambda body: body.cid == cid)
        return published.track.sid, sender

    async def unpublish(self, sender: RtpSender) -> None:
        self.publisher.remove_sender(sender)
        await self._offer()

    def send_data(self, packet: models.DataPacket, *, reliable: bool = True) -> None:
        self.send_channels["_reliable" if reliable else "_lossy"].send(packet.SerializeToString())

    async def until(self, found: Callable[[], Any], what: str, patience: float = 5) -> Any:
        """Wait for something that a callback of a peer connection brings about."""
        try:
            async with asyncio.timeout(patience):
                while not (result := found()):
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(
                f"{self.identity}: no {what}; signals {self.signal.cases} {self.signal.errors}"
            ) from None
        return result

    async def aclose(self) -> None:
        await self.signal.aclose()
        await self.publisher.aclose()
        if self.subscriber is not None:
            await self.subscriber.aclose()

    def _ready(self) -> bool:
        connections = [self.publisher] + ([self.subscriber] if self.subscriber else [])
        return all(connection.state.value == "connected" for connection in connections)

    async def _offer(self) -> None:
        """Offer what there is now; one offer at a time, the next after the answer."""
        if self._offered:
            self._changed_since = True
            return
        self._offered, self._changed_since = True, False
        sdp = await self.publisher.create_offer()
        await self.signal.send(offer=rtc.SessionDescription(type="offer", sdp=sdp))

    async def _react(self, message: rtc.SignalResponse) -> None:
        case = message.WhichOneof("message")
        if case == "answer":
            self.publisher.set_answer(message.answer.sdp, message.answer.mid_to_track_id)
            self._offered = False
            if self._changed_since:
                await self._offer()
        elif case == "offer":
            assert self.subscriber is not None
            sdp = await self.subscriber.answer_offer(message.offer.sdp, message.offer.mid_to_track_id)
            answer = rtc.SessionDescription(type="answer", sdp=sdp, id=message.offer.id)
            await self.signal.send(answer=answer)
        elif case == "media_sections_requirement":
            need = message.media_sections_requirement
            if need.num_audios:
                self.publisher.add_receive_sections("audio", need.num_audios)
            if need.num_videos:
                self.publisher.add_receive_sections("video", need.num_videos)
            await self._offer()
        self.changed.set()

    # PeerConnectionObserver

    def on_candidate(self, init_json: str) -> None:
        pass  # host candidates are in the offer

    def on_state(self, state: object) -> None:
        self.changed.set()

    def on_receiver_added(self, stream: RtpReceiver) -> None:
        packets = self.packets.setdefault(stream.track_sid, [])
        codecs = self.codecs.setdefault(stream.track_sid, [])

        def sink(packet: RtpPacket, codec: Any, now: float) -> None:
            packets.append(packet)
            codecs.append(codec.name)
            self.changed.set()

        stream.sink = sink
        self.streams[stream.track_sid] = stream
        self.changed.set()

    def on_receiver_removed(self, stream: RtpReceiver) -> None:
        self.removed.append(stream.track_sid)
        self.streams.pop(stream.track_sid, None)
        self.changed.set()

    def on_data_channel(self, channel: Any) -> None:
        self._listen(channel)

    def _listen(self, channel: Any) -> None:
        def received(data: bytes | str) -> None:
            assert isinstance(data, bytes)
            self.data.append((channel.label, models.DataPacket.FromString(data)))
            self.changed.set()

        channel.on_message = received


def _open_channels(channels: dict[str, DataChannel]) -> set[str]:
    return {label for label, channel in channels.items() if channel.state is ChannelState.OPEN}
