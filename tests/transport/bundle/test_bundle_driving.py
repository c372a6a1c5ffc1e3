"""What the bundle does beside connecting: batches, pauses, traces, callbacks that misbehave, paths that come
back."""

from __future__ import annotations

import asyncio
import struct
import time
from dataclasses import replace

import pytest

from lkpy._runtime.network import Address, DatagramEndpoint, DatagramReceiver
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.system_network import SystemNetwork
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.errors import DataChannelError
from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.bundle.states import BundleState
from lkpy.transport.sctp.channels import ChannelState, DataChannel
from lkpy.transport.sctp.states import SctpState
from tests.transport.transport_pairs import (
    CERTIFICATE,
    OTHER_CERTIFICATE,
    QUICK,
    End,
    Recorder,
    connected_ends,
    two_ends,
)


def rtp(sequence: int) -> bytes:
    return struct.pack("!BBHII", 0x80, 111, sequence, sequence * 960, 77) + b"speech"


RTCP = struct.pack("!BBHI", 0x80, 201, 1, 77)


class Cable(SystemNetwork):
    """The system's network, with a plug that can be pulled."""

    def __init__(self) -> None:
        self.unplugged = False

    async def open_datagrams(self, host: str, port: int, receiver: DatagramReceiver) -> DatagramEndpoint:
        def through(data: bytes, address: Address) -> None:
            if not self.unplugged:
                receiver(data, address)

        return await super().open_datagrams(host, port, through)


async def test_a_path_that_failed_and_came_back_serves_on() -> None:
    cable = Cable()
    quick = replace(QUICK, disconnected_after=0.2, failed_after=0.4, consent_interval=0.05)
    async with connected_ends(ice_config=quick, runtime=Runtime.running(cable)) as (a, b, ours, theirs):
        srtp, dtls = a.transport.dtls.srtp, a.transport.dtls.state
        cable.unplugged = True
        ours.send(b"into the void")
        for end in (a, b):
            await end.seen.until(lambda e=end: e.transport.state is BundleState.FAILED)  # type: ignore[misc]
        assert a.transport.error == "no ICE candidate pair works"
        assert ours.state is theirs.state is ChannelState.OPEN
        await asyncio.sleep(0.05)
        cable.unplugged = False
        for end in (a, b):
            await end.seen.until(lambda e=end: e.transport.state is BundleState.CONNECTED)  # type: ignore[misc]
            assert end.seen.states[-3:] == [
                BundleState.DISCONNECTED,
                BundleState.FAILED,
                BundleState.CONNECTED,
            ]
            assert end.transport.error == ""
            assert end.transport.sctp.state is SctpState.CONNECTED
        assert (a.transport.dtls.srtp, a.transport.dtls.state) == (srtp, dtls)
        theirs.send(b"back")
        assert a.transport.send_rtp(rtp(1))
        await b.seen.until(lambda: b.seen.messages == [b"into the void"] and b.seen.rtp == [rtp(1)])
        await a.seen.until(lambda: a.seen.messages == [b"back"])


async def test_a_failed_path_is_repaired_by_an_ice_restart() -> None:
    cable = Cable()
    quick = replace(QUICK, disconnected_after=0.2, failed_after=0.4, consent_interval=0.05)
    async with connected_ends(ice_config=quick, runtime=Runtime.running(cable)) as (a, b, ours, _):
        cable.unplugged = True
        for end in (a, b):
            await end.seen.until(lambda e=end: e.transport.state is BundleState.FAILED)  # type: ignore[misc]
        ours.send(b"queued")
        a.transport.restart_ice()
        b.transport.restart_ice()
        cable.unplugged = False
        role_of_a, role_of_b = a.transport.dtls.role, b.transport.dtls.role
        assert role_of_a is not None
        assert role_of_b is not None
        a.describe_to(b, role_of_b)
        b.describe_to(a, role_of_a)
        await b.seen.until(lambda: b.seen.messages == [b"queued"])
        await asyncio.gather(a.connected(), b.connected())


async def test_a_description_is_enough_to_be_connecting() -> None:
    a, b = End(CERTIFICATE, controlling=True), End(OTHER_CERTIFICATE, controlling=False)
    try:
        local = b.transport.local_parameters
        a.transport.set_remote(local.ice, [local.fingerprint], DtlsRole.CLIENT, max_message_size=1000)
        assert a.transport.state is BundleState.CONNECTING
        channel = a.transport.create_data_channel("x")
        channel.send(bytes(1000))
        with pytest.raises(DataChannelError, match="1001 bytes"):
            channel.send(bytes(1001))
    finally:
        await asyncio.gather(a.transport.aclose(), b.transport.aclose())


async def test_a_batch_is_one_departure() -> None:
    async with connected_ends() as (a, b, _, _):
        calls: list[int] = []
        send_many = a.transport.ice.send_many

        def counting(datagrams: list[bytes]) -> None:
            calls.append(len(datagrams))
            send_many(datagrams)

        a.transport.ice.send_many = counting  # type: ignore[method-assign, assignment]
        packets = [rtp(number) for number in range(20)]
        assert a.transport.send_rtp_batch([*packets, b"not RTP", bytes(3000)]) == 20
        assert a.transport.send_rtp_batch([]) == 0
        assert a.transport.send_rtp_batch([b"junk"]) == 0
        await b.seen.until(lambda: len(b.seen.rtp) == 20)
        assert b.seen.rtp == packets
        assert calls == [20]
        assert (a.transport.counters.rtp_sent, a.transport.counters.unsent) == (20, 3)


async def test_a_batch_without_keys_is_counted() -> None:
    async with two_ends() as (a, _):
        assert a.transport.send_rtp_batch([rtp(1), rtp(2)]) == 0
        assert a.transport.counters.unsent == 2


async def test_a_slow_application_slows_its_peer() -> None:
    async with connected_ends() as (a, b, ours, _):
        b.transport.pause_receiving()
        messages = [bytes([number]) * 20_000 for number in range(100)]
        for message in messages:
            ours.send(message)
        gate = b.transport.sctp.association.transfer.gate
        async with asyncio.timeout(5):
            while gate.size < 900_000:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert b.seen.messages == []
        assert a.transport.send_rtp(rtp(1))
        await b.seen.until(lambda: b.seen.rtp == [rtp(1)])
        assert ours.buffered_amount > 500_000
        b.transport.resume_receiving()
        await b.seen.until(lambda: len(b.seen.messages) == len(messages))
        assert b.seen.messages == messages


async def test_what_was_kept_is_given_out_in_slices() -> None:
    async with connected_ends() as (_, b, ours, theirs):
        b.transport.pause_receiving()
        for number in range(8):
            ours.send(b"%d" % number)
        gate = b.transport.sctp.association.transfer.gate
        async with asyncio.timeout(5):
            while len(gate._kept) < 8:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        received: list[bytes | str] = []

        def slow(data: bytes | str) -> None:
            received.append(data)
            time.sleep(0.001)

        theirs.on_message = slow
        b.transport.resume_receiving()
        b.transport.resume_receiving()
        assert 0 < len(received) < 8, "the loop has its turn in between"
        async with asyncio.timeout(5):
            while len(received) < 8:  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert received == [b"%d" % number for number in range(8)]


async def test_closing_while_kept_messages_are_given_out_ends_it() -> None:
    async with connected_ends() as (_, b, ours, theirs):
        b.transport.pause_receiving()
        for number in range(8):
            ours.send(b"%d" % number)
        gate = b.transport.sctp.association.transfer.gate
        async with asyncio.timeout(5):
            while len(gate._kept) < 8:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        received: list[bytes | str] = []
        theirs.on_message = lambda data: (received.append(data), time.sleep(0.003))[0]
        b.transport.resume_receiving()
        await b.transport.aclose()
        given_out = len(received)
        assert 0 < given_out < 8
        assert b.transport.sctp.counters.paused_dropped == 8 - given_out
        await asyncio.sleep(0)
        assert len(received) == given_out
        assert theirs.state is ChannelState.CLOSED


async def test_every_packet_is_told_to_a_trace_decrypted() -> None:
    told: list[TraceEvent] = []
    async with connected_ends(name="publisher", runtime=Runtime.running(trace=told.append)) as (
        a,
        b,
        ours,
        _,
    ):
        ours.send(b"message in the clear")
        a.transport.send_rtp(rtp(1))
        a.transport.send_rtp_batch([rtp(2)])
        a.transport.send_rtcp(RTCP)
        seen = b.seen
        await seen.until(lambda: len(seen.rtp) == 2 and bool(seen.rtcp and seen.messages))
    packets = [
        event for event in told if event.kind is TraceKind.PACKET and event.where.startswith("publisher/")
    ]
    for direction in (TraceDirection.SENT, TraceDirection.RECEIVED):
        found: dict[str, list[object]] = {}
        for event in packets:
            if event.direction is direction:
                found.setdefault(event.where, []).append(event.content)
                assert event.size > 0
        assert set(found) == {f"publisher/{protocol}" for protocol in ("rtp", "rtcp", "dtls", "sctp")}
        assert found["publisher/rtp"] == [rtp(1), rtp(2)]
        assert found["publisher/rtcp"] == [RTCP]
        assert any(b"message in the clear" in packet for packet in found["publisher/sctp"])  # type: ignore[operator]
    assert [event.at for event in packets] == sorted(event.at for event in packets)


class Cancelled(Recorder):
    """Raises what a task raises that is cancelled."""

    def on_state(self, state: BundleState) -> None:
        super().on_state(state)
        raise asyncio.CancelledError

    def on_rtp(self, data: bytes, now: float) -> None:
        super().on_rtp(data, now)
        raise asyncio.CancelledError

    def on_rtcp(self, data: bytes, now: float) -> None:
        super().on_rtcp(data, now)
        raise asyncio.CancelledError

    def on_data_channel(self, channel: DataChannel) -> None:
        super().on_data_channel(channel)
        raise asyncio.CancelledError


async def test_cancelled_callbacks_are_counted_and_stop_nothing(caplog: pytest.LogCaptureFixture) -> None:
    observer = Cancelled()
    a = End(CERTIFICATE, controlling=True)
    b = End(OTHER_CERTIFICATE, controlling=False, observer=observer)
    try:
        await asyncio.gather(a.transport.gather(), b.transport.gather())
        ours = a.transport.create_data_channel("talk")
        a.describe_to(b, DtlsRole.SERVER)
        b.describe_to(a, DtlsRole.CLIENT)
        await observer.until(lambda: bool(observer.channels))
        received: list[bytes | str] = []

        def cancelled(data: bytes | str) -> None:
            received.append(data)
            observer.notify()
            raise asyncio.CancelledError

        observer.channels[0].on_message = cancelled
        for number in range(3):
            ours.send(b"%d" % number)
            a.transport.send_rtp(rtp(number))
            a.transport.send_rtcp(RTCP)
        await observer.until(lambda: len(received) == len(observer.rtp) == len(observer.rtcp) == 3)
        assert b.transport.state is BundleState.CONNECTED
        assert b.transport.counters.callback_errors == 2 + 1 + 3 + 3, "states, the channel, and packets"
        assert b.transport.sctp.counters.callback_errors == 3
        assert caplog.records
    finally:
        await asyncio.gather(a.transport.aclose(), b.transport.aclose())
