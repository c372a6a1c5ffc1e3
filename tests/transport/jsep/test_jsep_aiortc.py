"""aiortc's peer connection takes our offers and answers, and we take its."""

import asyncio
import contextlib

import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from lkpy.transport.bundle.parameters import DtlsRole, TransportParameters
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.jsep import Negotiator, NegotiatorRole
from lkpy.transport.sdp import Direction, Fingerprint, SessionDescription

DIGEST = ":".join(["AB"] * 32)
LOCAL = TransportParameters(IceParameters("ours", "p" * 24), Fingerprint("sha-256", DIGEST))


@contextlib.asynccontextmanager
async def peer():
    connection = RTCPeerConnection(RTCConfiguration([], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    try:
        yield connection
    finally:
        # It leaves the task that was to connect it; what that ends with does not matter here
        left = asyncio.all_tasks() - {asyncio.current_task()}
        await connection.close()
        await asyncio.wait_for(asyncio.gather(*left, return_exceptions=True), 5)


async def answered_by_aiortc(connection: RTCPeerConnection, text: str) -> str:
    await connection.setRemoteDescription(RTCSessionDescription(text, "offer"))
    await connection.setLocalDescription(await connection.createAnswer())
    return connection.localDescription.sdp


async def test_offer_of_a_publisher():
    negotiator = Negotiator(role=NegotiatorRole.OFFERER, session_id=1, cname="c")
    negotiator.add_sender("audio", "mic", ["opus"], ssrc=1234)
    negotiator.add_sender("video", "cam", ["h264", "vp8"], ssrc=5, rtx_ssrc=6)
    async with peer() as connection:
        heard = []
        connection.on("track", heard.append)
        result = negotiator.apply_answer(await answered_by_aiortc(connection, negotiator.create_offer(LOCAL)))
        assert sorted(track.kind for track in heard) == ["audio", "video"]
    audio, video = result.senders
    assert [codec.payload_type for codec in audio.codecs] == [111]
    assert {codec.key for codec in video.codecs} == {"h264", "vp8"}
    assert video.rtx[96] == 97
    assert result.transport.role is DtlsRole.SERVER
    assert result.transport.candidates
    assert len(result.transport.fingerprints) >= 1


async def test_single_connection_offer():
    negotiator = Negotiator(role=NegotiatorRole.OFFERER, session_id=1, cname="c")
    negotiator.add_receive_sections("audio", 3)
    negotiator.add_receive_sections("video", 3)
    async with peer() as connection:
        result = negotiator.apply_answer(await answered_by_aiortc(connection, negotiator.create_offer(LOCAL)))
    assert result.transport.max_message_size == 262144
    assert not result.added


@pytest.mark.parametrize("direction", [Direction.SENDRECV, Direction.RECVONLY])
async def test_answer_to_an_offer(direction):
    negotiator = Negotiator(role=NegotiatorRole.ANSWERER, session_id=1, cname="c")
    async with peer() as connection:
        connection.addTransceiver("audio", direction.value)
        connection.addTransceiver("video", direction.value)
        connection.createDataChannel("x")
        await connection.setLocalDescription(await connection.createOffer())
        offer = connection.localDescription.sdp
        mids = {section.mid: f"TR_{section.kind}" for section in SessionDescription.parse(offer).media}
        text, result = negotiator.answer(offer, LOCAL, (), mids)
        await connection.setRemoteDescription(RTCSessionDescription(text, "answer"))
        assert connection.signalingState == "stable"
        expected = "sendonly" if direction.sends else "inactive"
        assert [t.currentDirection for t in connection.getTransceivers()] == [expected] * 2
    kinds = {stream.kind: stream for stream in result.added}
    if not direction.sends:
        assert kinds == {}
        return
    assert {codec.key for codec in kinds["audio"].codecs.values()} == {"opus"}
    assert {codec.key for codec in kinds["video"].codecs.values()} == {"vp8", "h264", "rtx"}
    assert kinds["video"].ssrc is not None
    assert kinds["video"].track_sid == "TR_video"
