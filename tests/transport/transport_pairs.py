"""Two transports, or two peer connections, that meet over loopback sockets in one process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from lkpy.media.encoded_frame import EncodedFrame
from lkpy.media.rtp.packet import RtpPacket
from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.bundle.states import BundleState
from lkpy.transport.bundle.transport import BundleTransport
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.peer_connection import PeerConnection, PeerConnectionConfig, PeerConnectionState
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sdp.attributes import RtpCodec

CERTIFICATE = Certificate.generate()
OTHER_CERTIFICATE = Certificate.generate()
QUICK = IceConfig(tcp=False, ipv6=False)


def send_audio(sender: RtpSender, payload: bytes, timestamp: int, **options: Any) -> None:
    """Send one Opus packet, as the audio pipeline does."""
    now = asyncio.get_running_loop().time()
    sender.send(EncodedFrame("opus", payload, sender.stamp(timestamp, now), sender.ssrc, **options), now)


class Happenings:
    """Lets a test wait until something is true, looked at after each event."""

    def __init__(self) -> None:
        self._changed = asyncio.Event()

    def notify(self) -> None:
        self._changed.set()

    async def until(self, condition: Callable[[], bool], seconds: float = 5.0) -> None:
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()


class Recorder(Happenings):
    """Observer of a bundle transport that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.candidates: list[Candidate | None] = []
        self.states: list[BundleState] = []
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.channels: list[DataChannel] = []
        self.messages: list[bytes | str] = []

    def on_candidate(self, candidate: Candidate | None) -> None:
        self.candidates.append(candidate)

    def on_state(self, state: BundleState) -> None:
        self.states.append(state)
        self.notify()

    def on_rtp(self, data: bytes, now: float) -> None:
        self.rtp.append(data)
        self.notify()

    def on_rtcp(self, data: bytes, now: float) -> None:
        self.rtcp.append(data)
        self.notify()

    def on_data_channel(self, channel: DataChannel) -> None:
        self.channels.append(channel)
        self.listen(channel)
        self.notify()

    def listen(self, channel: DataChannel) -> None:
        channel.on_message = lambda message: (self.messages.append(message), self.notify())[0]
        channel.on_open = self.notify
        channel.on_close = self.notify


class End:
    """One transport with its recorder."""

    def __init__(self, certificate: Certificate, *, controlling: bool, **options: Any) -> None:
        self.seen = Recorder()
        self.certificate = certificate
        options.setdefault("observer", self.seen)
        options.setdefault("ice_config", QUICK)
        self.transport = BundleTransport(certificate=certificate, controlling=controlling, **options)

    def describe_to(self, other: End, role_of_other: DtlsRole) -> None:
        """Hand this end's parameters and candidates to the other."""
        local = self.transport.local_parameters
        other.transport.set_remote(local.ice, [local.fingerprint], role_of_other)
        for candidate in self.transport.ice.local_candidates:
            other.transport.add_remote_candidate(candidate)

    async def connected(self) -> None:
        await self.seen.until(lambda: self.transport.state is BundleState.CONNECTED)


@contextlib.asynccontextmanager
async def two_ends(**options: Any) -> AsyncIterator[tuple[End, End]]:
    """Two gathered ends that know nothing of each other; closed at the end."""
    a = End(CERTIFICATE, controlling=True, **options)
    b = End(OTHER_CERTIFICATE, controlling=False, **options)
    try:
        await a.transport.gather()
        await b.transport.gather()
        yield a, b
    finally:
        await asyncio.gather(a.transport.aclose(), b.transport.aclose())


@contextlib.asynccontextmanager
async def connected_ends(
    role_of_a: DtlsRole = DtlsRole.CLIENT, **options: Any
) -> AsyncIterator[tuple[End, End, DataChannel, DataChannel]]:
    """Two connected ends and the two ends of an open channel between them."""
    role_of_b = DtlsRole.SERVER if role_of_a is DtlsRole.CLIENT else DtlsRole.CLIENT
    async with two_ends(**options) as (a, b):
        ours = a.transport.create_data_channel("talk")
        a.seen.listen(ours)
        a.describe_to(b, role_of_b)
        b.describe_to(a, role_of_a)
        await asyncio.gather(a.connected(), b.connected())
        await b.seen.until(lambda: bool(b.seen.channels))
        yield a, b, ours, b.seen.channels[0]


@contextlib.asynccontextmanager
async def lite_server(port_host: str = "127.0.0.1") -> AsyncIterator[tuple[End, End, UdpMux]]:
    """A full client and a lite server on a shared port, gathered."""
    mux = await UdpMux.open(port_host)
    client = End(CERTIFICATE, controlling=True)
    server = End(OTHER_CERTIFICATE, controlling=False, lite=True, mux=mux)
    try:
        await client.transport.gather()
        await server.transport.gather()
        yield client, server, mux
    finally:
        await asyncio.gather(client.transport.aclose(), server.transport.aclose())
        await mux.aclose()


class Caller(Happenings):
    """One peer connection with everything it reported."""

    def __init__(self, *, offerer: bool, certificate: Certificate = CERTIFICATE) -> None:
        super().__init__()
        self.candidates: list[str] = []
        self.states: list[PeerConnectionState] = []
        self.streams: list[tuple[str, RtpReceiver]] = []
        self.channels: list[DataChannel] = []
        self.packets: list[tuple[RtpPacket, RtpCodec]] = []
        self.messages: list[bytes | str] = []
        self.connection = PeerConnection(
            config=PeerConnectionConfig(ice=QUICK, certificate=certificate), offerer=offerer, observer=self
        )

    def on_candidate(self, init_json: str) -> None:
        self.candidates.append(init_json)

    def on_state(self, state: PeerConnectionState) -> None:
        self.states.append(state)
        self.notify()

    def on_receiver_added(self, stream: RtpReceiver) -> None:
        self.streams.append(("added", stream))
        stream.sink = self.take
        self.notify()

    def on_receiver_removed(self, stream: RtpReceiver) -> None:
        self.streams.append(("removed", stream))
        self.notify()

    def on_data_channel(self, channel: DataChannel) -> None:
        self.channels.append(channel)
        self.listen(channel)
        self.notify()

    def listen(self, channel: DataChannel) -> None:
        channel.on_message = lambda message: (self.messages.append(message), self.notify())[0]
        channel.on_open = self.notify

    def take(self, packet: RtpPacket, codec: RtpCodec, now: float) -> None:
        self.packets.append((packet, codec))
        self.notify()

    async def connected(self) -> None:
        await self.until(lambda: self.connection.state is PeerConnectionState.CONNECTED)


class Call:
    """An offerer and an answerer."""

    def __init__(self) -> None:
        self.offerer = Caller(offerer=True)
        self.answerer = Caller(offerer=False, certificate=OTHER_CERTIFICATE)

    async def negotiate(self, mid_to_track_id: dict[str, str] | None = None, **options: bool) -> None:
        """One offer and its answer."""
        offer = await self.offerer.connection.create_offer(**options)
        self.offerer.connection.set_answer(
            await self.answerer.connection.answer_offer(offer, mid_to_track_id)
        )

    async def connected(self) -> None:
        await asyncio.gather(self.offerer.connected(), self.answerer.connected())


@contextlib.asynccontextmanager
async def call() -> AsyncIterator[Call]:
    """Both peer connections, closed at the end."""
    pair = Call()
    try:
        yield pair
    finally:
        await asyncio.gather(pair.offerer.connection.aclose(), pair.answerer.connection.aclose())
