"""Our peer connection with aiortc's at the other end: data, media and closing, offering and answering."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aioice.ice
import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack

from lkpy.transport.peer_connection import PeerConnectionState
from tests.transport.transport_pairs import Caller, send_audio

OPUS_SILENCE = b"\xf8\xff\xfe"


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice leaves 127.0.0.1 out, which may be all there is."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])


@contextlib.asynccontextmanager
async def both(*, we_offer: bool) -> AsyncIterator[tuple[Caller, RTCPeerConnection]]:
    ours = Caller(offerer=we_offer)
    theirs = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    try:
        yield ours, theirs
    finally:
        await asyncio.gather(ours.connection.aclose(), theirs.close())


async def test_we_offer() -> None:
    async with both(we_offer=True) as (ours, theirs):
        channel = ours.connection.create_data_channel("talk")
        ours.listen(channel)
        sender = ours.connection.add_sender("audio", cid="cid")
        tracks: asyncio.Queue[object] = asyncio.Queue()

        @theirs.on("track")
        def on_track(track: object) -> None:
            tracks.put_nowait(track)

        @theirs.on("datachannel")
        def on_channel(remote: object) -> None:
            remote.on("message", lambda message: remote.send(message))  # type: ignore[attr-defined]

        await theirs.setRemoteDescription(
            RTCSessionDescription(await ours.connection.create_offer(), "offer")
        )
        await theirs.setLocalDescription(await theirs.createAnswer())
        ours.connection.set_answer(theirs.localDescription.sdp)
        await ours.connected()
        channel.send(b"echo")
        channel.send("text")
        await ours.until(lambda: ours.messages == [b"echo", "text"])
        track = await tracks.get()
        for number in range(10):
            send_audio(sender, OPUS_SILENCE, number * 960, audio_level=127)
        frame = await asyncio.wait_for(track.recv(), 5)  # type: ignore[attr-defined]
        assert frame.samples == 960
        assert sender.counters.packets_sent == 10
        await theirs.close()
        await ours.until(lambda: ours.connection.state is PeerConnectionState.FAILED)
        assert ours.connection.error == "the peer closed the transport"


async def test_we_answer() -> None:
    async with both(we_offer=False) as (ours, theirs):
        received: asyncio.Queue[object] = asyncio.Queue()
        # In the other order aiortc closes the transport it then wants to use.
        theirs.addTrack(AudioStreamTrack())
        channel = theirs.createDataChannel("talk", ordered=False, maxRetransmits=0)
        channel.on("message", received.put_nowait)
        await theirs.setLocalDescription(await theirs.createOffer())
        answer = await ours.connection.answer_offer(
            theirs.localDescription.sdp, dict.fromkeys(("0", "1"), "TR_1")
        )
        await theirs.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        await ours.connected()
        await ours.until(lambda: bool(ours.channels))
        assert (ours.channels[0].label, ours.channels[0].max_retransmits) == ("talk", 0)
        ours.channels[0].send("hello")
        assert await asyncio.wait_for(received.get(), 5) == "hello"
        await ours.until(lambda: len(ours.packets) >= 5)
        ((_, receiver),) = ours.streams
        assert {packet.ssrc for packet, _ in ours.packets} == {receiver.ssrc}
        assert {codec.name for _, codec in ours.packets} == {"opus"}
        await ours.connection.aclose()
        async with asyncio.timeout(5):
            while theirs.connectionState != "closed":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
