"""Two peer connections in one process: negotiation, media and data both ways, re-used sections, repair."""

from __future__ import annotations

import asyncio
import json

import pytest

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtcp import PictureLossIndication, ReceiverReport, ReportBlock, serialize_compound
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.peer_connection import PeerConnectionState
from lkpy.transport.rtp.driver import MAX_LOGGED_ERRORS
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.sctp.channels import ChannelState
from lkpy.transport.sdp.attributes import RtpCodec
from tests.transport.transport_pairs import Call, Caller, call, send_audio


def speak(sender: RtpSender, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        send_audio(sender, b"frame %d" % number, number * 960, marker=number == 0, audio_level=40)


async def test_data_both_ways_and_media() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer, pair.answerer
        channel = offerer.connection.create_data_channel("_reliable")
        offerer.listen(channel)
        sender = offerer.connection.add_sender("audio", cid="cid")
        await pair.negotiate({sender.mid: "TR_1"})
        await pair.connected()
        await answerer.until(lambda: bool(answerer.channels))
        channel.send(b"up")
        answerer.channels[0].send("down")
        speak(sender, 10)
        await answerer.until(lambda: len(answerer.packets) == 10 and answerer.messages == [b"up"])
        await offerer.until(lambda: offerer.messages == ["down"])
        ((event, receiver),) = answerer.streams
        assert event == "added"
        assert (receiver.kind, receiver.track_sid, receiver.mid) == ("audio", "TR_1", sender.mid)
        assert receiver.ssrc == sender.ssrc
        assert [p.payload for p, _ in answerer.packets] == [b"frame %d" % n for n in range(10)]
        assert {codec.name for _, codec in answerer.packets} == {"opus"}
        assert offerer.states == [PeerConnectionState.CONNECTING, PeerConnectionState.CONNECTED]
        assert answerer.connection.data_channels.keys() == {"_reliable"}
        assert offerer.connection.max_message_size == 65535
        assert offerer.candidates == [], "all were in the description"


async def test_media_both_ways_over_two_connections() -> None:
    """As in dual mode: each end offers on one connection and answers on the other."""
    async with call() as there, call() as back:
        senders = []
        for pair in (there, back):
            senders.append(pair.offerer.connection.add_sender("audio", cid="cid"))
            await pair.negotiate({senders[-1].mid: "TR_1"})
        await asyncio.gather(there.connected(), back.connected())
        for sender, pair in zip(senders, (there, back), strict=True):
            speak(sender, 5)
            answerer = pair.answerer
            await answerer.until(lambda a=answerer: len(a.packets) == 5)  # type: ignore[misc]


async def connected_sender(pair: Call) -> RtpSender:
    sender = pair.offerer.connection.add_sender("audio", cid="first")
    await pair.negotiate({sender.mid: "TR_1"})
    await pair.connected()
    return sender


async def test_a_reused_section_ends_the_old_track_and_begins_the_new_one() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer, pair.answerer
        old = await connected_sender(pair)
        speak(old, 3)
        await answerer.until(lambda: len(answerer.packets) == 3)
        offerer.connection.remove_sender(old)
        offerer.connection.remove_sender(old)
        speak(old, 1)
        assert old.counters.dropped == 1
        new = offerer.connection.add_sender("audio", cid="second")
        assert (new.mid, new.ssrc != old.ssrc) == (old.mid, True)
        await pair.negotiate({new.mid: "TR_2"})
        assert [(event, s.track_sid, s.ssrc) for event, s in answerer.streams] == [
            ("added", "TR_1", old.ssrc),
            ("removed", "TR_1", old.ssrc),
            ("added", "TR_2", new.ssrc),
        ]
        assert answerer.connection.receivers == (answerer.streams[-1][1],)
        speak(new, 3)
        await answerer.until(lambda: len(answerer.packets) == 6)
        assert answerer.packets[-1][0].ssrc == new.ssrc
        assert offerer.connection.senders == (new,)


async def test_a_freed_section_only_ends_the_track() -> None:
    async with call() as pair:
        sender = await connected_sender(pair)
        pair.offerer.connection.remove_sender(sender)
        await pair.negotiate()
        assert [event for event, _ in pair.answerer.streams] == ["added", "removed"]
        assert pair.answerer.connection.receivers == ()


async def test_packets_of_unknown_sources_and_nonsense_are_dropped() -> None:
    async with call() as pair:
        sender = await connected_sender(pair)
        for data in (
            RtpPacket(111, 1, 0, sender.ssrc ^ 1, b"other source").serialize(),
            RtpPacket(77, 1, 0, sender.ssrc, b"other codec").serialize(),
            b"\xa0\x6f" + bytes(10) + b"padding longer than the packet\xff",
        ):
            assert pair.offerer.connection.transport.send_rtp(data)
        pair.offerer.connection.transport.send_rtcp(b"\x80\xc8\x00\xff" + bytes(8))
        speak(sender, 1)
        answerer = pair.answerer
        await answerer.until(lambda: len(answerer.packets) == 1)
        stats = answerer.connection.stats()
        assert stats.unrouted_packets == 1
        assert stats.receivers[0].counters.unknown_payload_type == 1
        assert stats.malformed_packets == 1
        assert stats.rtcp.malformed == 1
        assert stats.callback_errors == 0


async def test_a_lost_packet_is_asked_for_and_sent_again() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer, pair.answerer
        sender = await connected_sender(pair)
        speak(sender, 3)
        transport = offerer.connection.transport
        send, transport.send_rtp = transport.send_rtp, lambda packet: True  # type: ignore[method-assign]
        speak(sender, 1, start=3)
        transport.send_rtp = send  # type: ignore[method-assign]
        speak(sender, 3, start=4)
        await answerer.until(lambda: len(answerer.packets) == 7)
        assert {p.payload for p, _ in answerer.packets} == {b"frame %d" % n for n in range(7)}
        assert answerer.packets[-1][0].payload == b"frame 3"
        assert sender.counters.packets_retransmitted == 1
        stats = answerer.connection.stats().receivers[0]
        assert (stats.counters.nacks_sent, stats.packets_lost) == (1, 0)


async def test_reports_flow_within_two_seconds() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer, pair.answerer
        sender = await connected_sender(pair)
        receiver = answerer.connection.receivers[0]
        number = 0
        async with asyncio.timeout(4):
            while sender.counters.round_trip_time is None or receiver.statistics.last_sender_report is None:
                speak(sender, 1, start=number)
                number += 1
                await asyncio.sleep(0.02)
        assert sender.counters.round_trip_time < 0.2
        assert receiver.statistics.last_sender_report.ssrc == sender.ssrc
        assert offerer.connection.stats().senders[0].counters.packets_sent == number
        assert offerer.connection.stats().rtcp.malformed == 0


async def test_ice_restart_by_the_offerer() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer, pair.answerer
        sender = await connected_sender(pair)
        before = [c.connection.transport.local_parameters.ice.ufrag for c in (offerer, answerer)]
        await pair.negotiate({sender.mid: "TR_1"}, ice_restart=True)
        after = [c.connection.transport.local_parameters.ice.ufrag for c in (offerer, answerer)]
        assert not set(before) & set(after)
        assert after[0] in offerer.connection.local_description
        speak(sender, 5)
        await answerer.until(lambda: len(answerer.packets) == 5)
        assert [event for event, _ in answerer.streams] == ["added"], "the stream goes on"
        assert offerer.connection.state is PeerConnectionState.CONNECTED


BAD_CANDIDATES = [
    "",
    "not json",
    "[]",
    "null",
    "3",
    '"candidate:1 1 udp 1 127.0.0.1 9 typ host"',
    "{" * 5000,
    "[" * 200_000,
    '{"candidate": 5}',
    '{"candidate": "candidate:"}',
    '{"candidate": "candidate:1 1 udp x 127.0.0.1 9 typ host"}',
    '{"candidate": "candidate:1 1 udp 1 127.0.0.1 99999 typ host"}',
    '{"candidate": {"candidate": ""}}{',
    '{"candidate": "\\ud800"}',
]
HARMLESS_CANDIDATES = [
    '{"candidate": ""}',
    "{}",
    '{"candidate": null, "sdpMid": 7}',
    '{"candidate": "candidate:1 2 udp 1 127.0.0.1 9 typ host", "sdpMid": "0"}',
    '{"candidate": "candidate:1 1 udp 1 host.local 9 typ host", "sdpMLineIndex": "x"}',
    '{"candidate": "candidate:1 1 tcp 1 127.0.0.1 9 typ host tcptype active", "usernameFragment": 3}',
    '{"candidate": "a=candidate:1 1 udp 1 127.0.0.1 9 typ host generation 0", "usernameFragment": "abcd"}',
]


async def test_unreadable_candidates_are_counted_and_harmless() -> None:
    async with call() as pair:
        for text in BAD_CANDIDATES + HARMLESS_CANDIDATES:
            pair.answerer.connection.add_remote_candidate(text)
        assert pair.answerer.connection.stats().bad_candidates == len(BAD_CANDIDATES)
        sender = await connected_sender(pair)
        for text in BAD_CANDIDATES + HARMLESS_CANDIDATES:
            pair.answerer.connection.add_remote_candidate(text)
        speak(sender, 1)
        await pair.answerer.until(lambda: len(pair.answerer.packets) == 1)


async def test_candidates_found_after_the_description_are_reported_once() -> None:
    async with call() as pair:
        connection = pair.offerer.connection
        late = Candidate.parse("candidate:9 1 udp 5 192.0.2.7 4000 typ srflx raddr 127.0.0.1 rport 5")
        connection._on_candidate(late)
        assert pair.offerer.candidates == [], "there is no description yet"
        await connection.create_offer()
        connection._on_candidate(connection.transport.ice.local_candidates[0])
        connection._on_candidate(late)
        connection._on_candidate(late)
        connection._on_candidate(None)
        (text,) = pair.offerer.candidates
        init = json.loads(text)
        assert init == {
            "candidate": "candidate:9 1 udp 5 192.0.2.7 4000 typ srflx raddr 127.0.0.1 rport 5",
            "sdpMid": "0",
            "sdpMLineIndex": 0,
            "usernameFragment": connection.transport.local_parameters.ice.ufrag,
        }
        pair.answerer.connection.add_remote_candidate(text)
        assert pair.answerer.connection.stats().bad_candidates == 0


async def test_candidates_may_trickle_instead_of_being_described() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer.connection, pair.answerer.connection

        def without(text: str) -> str:
            return "".join(line for line in text.splitlines(True) if not line.startswith("a=candidate"))

        offer = await offerer.create_offer()
        for candidate in offerer.transport.ice.local_candidates:
            answerer.add_remote_candidate(
                json.dumps(
                    {
                        "candidate": candidate.to_sdp(),
                        "usernameFragment": offerer.transport.local_parameters.ice.ufrag,
                    }
                )
            )
        offerer.set_answer(without(await answerer.answer_offer(without(offer))))
        await pair.connected()


async def test_descriptions_that_make_no_sense_change_nothing() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer.connection, pair.answerer.connection
        offer = await offerer.create_offer()
        for text in ("", "v=0", "nonsense", offer.replace("a=fingerprint", "a=x"), "v=0\r\n" * 1000):
            with pytest.raises(ProtocolError):
                await answerer.answer_offer(text)
            with pytest.raises(ProtocolError):
                offerer.set_answer(text)
        with pytest.raises(InvalidStateError):
            await answerer.create_offer()
        with pytest.raises(InvalidStateError):
            answerer.add_sender("audio", cid="x")
        offerer.set_answer(await answerer.answer_offer(offer))
        with pytest.raises(ProtocolError):
            offerer.set_answer("an answer without an offer")
        await pair.connected()


class Raising(Caller):
    """Records, then raises."""

    def on_receiver_added(self, stream: object) -> None:
        super().on_receiver_added(stream)  # type: ignore[arg-type]
        raise RuntimeError("added")

    def on_receiver_removed(self, stream: object) -> None:
        super().on_receiver_removed(stream)  # type: ignore[arg-type]
        raise RuntimeError("removed")

    def on_data_channel(self, channel: object) -> None:
        super().on_data_channel(channel)  # type: ignore[arg-type]
        raise RuntimeError("channel")

    def on_state(self, state: PeerConnectionState) -> None:
        super().on_state(state)
        raise RuntimeError("state")


async def test_raising_observers_are_counted_and_stop_nothing() -> None:
    async with call() as pair:
        await pair.answerer.connection.aclose()
        pair.answerer = Raising(offerer=False)
        channel = pair.offerer.connection.create_data_channel("x")
        sender = await connected_sender(pair)
        channel.send(b"message")
        speak(sender, 2)
        answerer = pair.answerer
        await answerer.until(lambda: len(answerer.packets) == 2 and answerer.messages == [b"message"])
        pair.offerer.connection.remove_sender(sender)
        await pair.negotiate()
        stats = answerer.connection.stats()
        assert stats.callback_errors + stats.sctp.callback_errors >= 5


async def test_closing_leaves_nothing_and_is_final() -> None:
    async with call() as pair:
        connection = pair.offerer.connection
        channel = connection.create_data_channel("x")
        sender = await connected_sender(pair)
        speak(sender, 1)
        await asyncio.gather(connection.aclose(), connection.aclose())
        assert connection.state is PeerConnectionState.CLOSED
        assert channel.state is ChannelState.CLOSED
        speak(sender, 1)
        assert sender.counters.dropped == 1
        connection._rtp.receive_rtcp(serialize_compound([ReceiverReport(1)]), 0.0)
        assert connection._rtp._alarm.when is None
        with pytest.raises(InvalidStateError):
            await connection.create_offer()
        await pair.answerer.until(
            lambda: pair.answerer.connection.state is PeerConnectionState.FAILED, seconds=1
        )
        assert pair.answerer.connection.error
        await pair.answerer.connection.aclose()
        assert [task for task in asyncio.all_tasks() if task is not asyncio.current_task()] == []


async def test_stats_describe_the_connection() -> None:
    async with call() as pair:
        sender = await connected_sender(pair)
        speak(sender, 2)
        answerer = pair.answerer
        await answerer.until(lambda: len(answerer.packets) == 2)
        stats = answerer.connection.stats()
        assert stats.state is PeerConnectionState.CONNECTED
        assert stats.srtp_profile == "SRTP_AEAD_AES_256_GCM"
        assert stats.dtls_cipher
        assert stats.ice.selected is not None
        assert stats.receivers[0].packets_received == 2
        assert stats.receivers[0].bytes_received == len(b"frame 0") * 2
        assert pair.offerer.connection.stats().senders[0].codec == sender.codec


async def test_a_raising_sink_is_counted_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    async with call() as pair:
        sender = await connected_sender(pair)
        answerer = pair.answerer
        ((_, receiver),) = answerer.streams

        def sink(packet: RtpPacket, codec: RtpCodec, now: float) -> None:
            answerer.take(packet, codec, now)
            raise ValueError("user")

        receiver.sink = sink
        speak(sender, MAX_LOGGED_ERRORS + 3)
        await answerer.until(lambda: len(answerer.packets) == MAX_LOGGED_ERRORS + 3)
        assert receiver.counters.sink_errors == MAX_LOGGED_ERRORS + 3
        assert answerer.connection.stats().callback_errors == 0
    assert caplog.text.count("the sink of track TR_1 failed") == MAX_LOGGED_ERRORS


async def test_what_the_receiver_tells_reaches_the_track() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer, pair.answerer
        sender = await connected_sender(pair)
        feedback = [
            PictureLossIndication(1, sender.ssrc),
            ReceiverReport(1, (ReportBlock(sender.ssrc, fraction_lost=64),)),
        ]
        asked: list[str] = []
        reported: list[float] = []

        def tell() -> None:
            answerer.connection.transport.send_rtcp(serialize_compound([ReceiverReport(1), *feedback]))

        sender.on_loss_report = lambda fraction: (reported.append(fraction), offerer.notify())[0]
        tell()
        await offerer.until(lambda: reported == [0.25])
        sender.on_key_frame_request = lambda rid: (asked.append(rid), offerer.notify())[0]
        sender.on_loss_report = None
        tell()
        await offerer.until(lambda: asked == [""])
        assert reported == [0.25]
        assert sender.counters.key_frame_requests == 2


def layers_taken(offer: str, answer: str) -> str:
    """An answer as an SFU writes it, which takes the layers that the offer lists in its last section."""
    layers = [
        line.replace("simulcast:send", "simulcast:recv").replace(" send", " recv")
        for line in offer.splitlines()
        if line.startswith(("a=rid:", "a=simulcast:"))
    ]
    return answer + "".join(f"{line}\r\n" for line in layers)


async def test_layers_and_retransmissions_are_negotiated_for_the_sender() -> None:
    async with call() as pair:
        offerer, answerer = pair.offerer.connection, pair.answerer.connection
        single = offerer.add_sender("video", cid="screen", codecs=("VP8",))
        layered = offerer.add_sender("video", cid="camera", codecs=("VP8",), rids=("q", "h", "f"))
        assert [encoding.rid for encoding in layered.encodings] == ["q", "h", "f"]
        offer = await offerer.create_offer()
        assert f"a=ssrc-group:FID {single.ssrc} {single.encodings[0].rtx_ssrc}" in offer
        assert f"a=ssrc:{layered.ssrc}" not in offer, "packets of layers carry their rid"
        offerer.set_answer(layers_taken(offer, await answerer.answer_offer(offer)))
        assert single.codec is not None
        assert single.encodings[0].rtx_payload_type == 97
        assert [e.rtx_payload_type for e in layered.encodings] == [97] * 3
        stats = offerer.stats().senders
        assert [(s.cid, s.rid) for s in stats] == [
            ("screen", ""),
            ("camera", "q"),
            ("camera", "h"),
            ("camera", "f"),
        ]
        assert all(s.codec is not None and s.rtx_ssrc is not None for s in stats)
        offerer.remove_sender(layered)
        assert [s.cid for s in offerer.stats().senders] == ["screen"]


async def test_descriptions_and_candidates_are_traced_without_passwords() -> None:
    seen: list[TraceEvent] = []
    async with call(Runtime.running(trace=seen.append)) as pair:
        await connected_sender(pair)
        late = Candidate.parse("candidate:9 1 udp 5 192.0.2.7 4000 typ srflx raddr 127.0.0.1 rport 5")
        pair.offerer.connection._on_candidate(late)
        pair.answerer.connection.add_remote_candidate(pair.offerer.candidates[0])
        descriptions = [event for event in seen if event.kind is TraceKind.DESCRIPTION]
        assert [(event.where, event.direction) for event in descriptions] == [
            ("publisher", TraceDirection.SENT),
            ("subscriber", TraceDirection.RECEIVED),
            ("subscriber", TraceDirection.SENT),
            ("publisher", TraceDirection.RECEIVED),
        ]
        text = "".join(str(event.content) for event in seen)
        assert text.count("a=ice-pwd:-") >= 4
        for caller in (pair.offerer, pair.answerer):
            ice = caller.connection.transport.local_parameters.ice
            assert ice.ufrag in text
            assert ice.pwd not in text
        candidates = [e for e in seen if e.kind is TraceKind.CANDIDATE and e.where != "ice"]
        assert [(event.where, event.direction) for event in candidates] == [
            ("publisher", TraceDirection.SENT),
            ("subscriber", TraceDirection.RECEIVED),
        ]
        assert all(str(event.content).startswith(late.to_sdp()) for event in candidates)
