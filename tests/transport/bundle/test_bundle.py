"""Two bundle transports over loopback: connecting in every order, data, media, restart, failure, closing."""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import Callable
from dataclasses import replace

import pytest

from lkpy.transport.bundle.guard import MAX_LOGGED_ERRORS
from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint
from lkpy.transport.bundle.states import BUNDLE_STATES, BundleState
from lkpy.transport.bundle.transport import BundleTransport
from lkpy.transport.dtls.endpoint import DtlsState
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.states import IceState
from lkpy.transport.sctp.channels import ChannelState, DataChannel
from lkpy.transport.sctp.lifecycle import Occasion
from lkpy.transport.sctp.states import Input
from tests.transport.transport_pairs import (
    CERTIFICATE,
    OTHER_CERTIFICATE,
    QUICK,
    End,
    Recorder,
    connected_ends,
    lite_server,
    two_ends,
)


def rtp(sequence: int) -> bytes:
    return struct.pack("!BBHII", 0x80, 111, sequence, sequence * 960, 77) + b"speech"


RTCP = struct.pack("!BBHI", 0x80, 201, 1, 77)


async def poll(condition: Callable[[], bool]) -> None:
    """For what no observer is told."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.002)


def selected_ufrag(end: End) -> str | None:
    pair = end.transport.ice.selected_pair
    return pair.remote.ufrag if pair is not None else None


@pytest.mark.parametrize("role", list(DtlsRole))
async def test_data_and_media_both_ways_in_both_roles(role: DtlsRole) -> None:
    async with connected_ends(role) as (a, b, ours, theirs):
        ours.send(b"up")
        theirs.send("down")
        assert a.transport.send_rtp(rtp(1))
        assert b.transport.send_rtp(rtp(2))
        assert a.transport.send_rtcp(RTCP)
        assert b.transport.send_rtcp(RTCP)
        for end, message, packet in ((b, b"up", rtp(1)), (a, "down", rtp(2))):
            seen = end.seen
            await seen.until(lambda s=seen: bool(s.messages and s.rtp and s.rtcp))  # type: ignore[misc]
            assert (seen.messages, seen.rtp, seen.rtcp) == ([message], [packet], [RTCP])
            assert seen.states == [BundleState.CONNECTING, BundleState.CONNECTED]
            assert end.transport.error == ""
        assert ours.id == (0 if role is DtlsRole.CLIENT else 1)


@pytest.mark.alone
async def test_connecting_takes_no_fixed_wait() -> None:
    """No timer of ICE or DTLS has to run out on a path without loss."""
    loop = asyncio.get_running_loop()
    times = []
    for _ in range(3):
        async with two_ends() as (a, b):
            started = loop.time()
            a.describe_to(b, DtlsRole.SERVER)
            b.describe_to(a, DtlsRole.CLIENT)
            await asyncio.gather(a.connected(), b.connected())
            times.append(loop.time() - started)
    assert min(times) < 0.1


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
async def test_descriptions_and_candidates_in_any_order(order: tuple[int, ...]) -> None:
    """The peer's checks and hello may come before its description does."""
    async with two_ends() as (a, b):
        to_a, to_b = b.transport.local_parameters, a.transport.local_parameters

        def candidates(sender: End, receiver: End) -> None:
            for candidate in sender.transport.ice.local_candidates:
                receiver.transport.add_remote_candidate(candidate)

        steps = [
            lambda: a.transport.set_remote(to_a.ice, [to_a.fingerprint], DtlsRole.CLIENT),
            lambda: b.transport.set_remote(to_b.ice, [to_b.fingerprint], DtlsRole.SERVER),
            lambda: candidates(a, b),
            lambda: candidates(b, a),
        ]
        for index in order:
            steps[index]()
            await asyncio.sleep(0.005)
        await asyncio.gather(a.connected(), b.connected())


async def test_a_hello_that_outruns_the_description_is_kept() -> None:
    async with two_ends() as (client, server):
        server.describe_to(client, DtlsRole.CLIENT)
        # The server's candidates are known to the client, but not the other way round: the answer is late.
        local = client.transport.local_parameters
        server.transport.ice.set_remote_parameters(local.ice)
        await poll(lambda: client.transport.dtls.state is DtlsState.CONNECTING)
        await asyncio.sleep(0.02)
        assert server.transport.dtls.state is DtlsState.NEW
        server.transport.set_remote(local.ice, [local.fingerprint], DtlsRole.SERVER)
        await asyncio.gather(client.connected(), server.connected())
        assert client.transport.dtls.counters.resent <= 2


async def test_lite_server_on_a_shared_port() -> None:
    async with lite_server() as (client, server, mux):
        channel = server.transport.create_data_channel("_reliable")
        client.describe_to(server, DtlsRole.SERVER)
        server.describe_to(client, DtlsRole.CLIENT)
        await asyncio.gather(client.connected(), server.connected())
        await client.seen.until(lambda: "_reliable" in client.transport.data_channels)
        channel.send(b"hello")
        await client.seen.until(lambda: client.seen.messages == [b"hello"])
        assert server.transport.ice.local_candidates[0].port == mux.address[1]
    assert (mux.users, mux.sources) == (0, 0)


async def test_channels_before_and_after_connecting_and_from_both_sides() -> None:
    async with connected_ends() as (a, b, ours, theirs):
        assert a.transport.data_channels == {"talk": ours}
        assert b.transport.data_channels == {"talk": theirs}
        late = b.transport.create_data_channel("late", ordered=False, max_retransmits=0)
        await a.seen.until(lambda: "late" in a.transport.data_channels)
        mirrored = a.transport.data_channels["late"]
        assert (mirrored.ordered, mirrored.max_retransmits) == (False, 0)
        assert mirrored.id == late.id
        assert mirrored.id is not None
        assert mirrored.id % 2 == 1
        mirrored.send(b"lossy")
        b.seen.listen(late)
        await b.seen.until(lambda: b.seen.messages == [b"lossy"])


async def test_messages_of_one_turn_share_packets_and_no_task_is_made() -> None:
    async with connected_ends() as (a, b, ours, _):
        await asyncio.sleep(0.02)
        tasks = asyncio.all_tasks()
        before = a.transport.sctp.counters.packets_sent
        for number in range(100):
            ours.send(b"%03d" % number)
        await b.seen.until(lambda: len(b.seen.messages) == 100)
        assert b.seen.messages == [b"%03d" % number for number in range(100)]
        assert a.transport.sctp.counters.packets_sent - before < 10
        assert asyncio.all_tasks() <= tasks


async def test_ice_restart_keeps_keys_and_channels() -> None:
    async with connected_ends() as (a, b, ours, theirs):
        dtls, srtp = a.transport.dtls, a.transport.dtls.srtp
        old = a.transport.local_parameters.ice
        for number in range(3):
            a.transport.restart_ice()
            b.transport.restart_ice()
            assert a.transport.local_parameters.ice.ufrag != old.ufrag
            a.describe_to(b, DtlsRole.SERVER)
            b.describe_to(a, DtlsRole.CLIENT)
            ours.send(b"during %d" % number)
            await b.seen.until(lambda n=number: len(b.seen.messages) == n + 1)  # type: ignore[misc]
            ufrag = b.transport.local_parameters.ice.ufrag
            await poll(lambda u=ufrag: selected_ufrag(a) == u)  # type: ignore[misc]
        theirs.send(b"back")
        await a.seen.until(lambda: a.seen.messages == [b"back"])
        assert (a.transport.dtls, a.transport.dtls.srtp) == (dtls, srtp)
        assert a.seen.states == [BundleState.CONNECTING, BundleState.CONNECTED]


async def test_a_wrong_certificate_fails_with_its_reason() -> None:
    async with two_ends() as (a, b):
        channel = a.transport.create_data_channel("never")
        a.describe_to(b, DtlsRole.SERVER)
        local = b.transport.local_parameters
        a.transport.set_remote(local.ice, [Fingerprint("sha-256", "AB:CD")], DtlsRole.CLIENT)
        for candidate in b.transport.ice.local_candidates:
            a.transport.add_remote_candidate(candidate)
        await a.seen.until(lambda: a.transport.state is BundleState.FAILED)
        assert "fingerprint" in a.transport.error
        assert channel.state is ChannelState.CLOSED
        assert not a.transport.send_rtp(rtp(1))
        await a.transport.aclose()
        assert "fingerprint" in a.transport.error


async def test_the_peer_closing_is_noticed_at_once() -> None:
    async with connected_ends() as (a, b, ours, theirs):
        await a.transport.aclose()
        await b.seen.until(lambda: b.transport.state is BundleState.FAILED)
        assert b.transport.error == "the peer closed the transport"
        assert ours.state is theirs.state is ChannelState.CLOSED


async def test_data_channels_that_fail_for_good_fail_the_transport() -> None:
    async with connected_ends() as (a, _, ours, _):
        # What twelve timeouts in a row end in.
        failed = Occasion(0.0, failure="the peer does not answer")
        sctp = a.transport.sctp
        sctp._tell(sctp.association._given(Input.ABORT_CALL, failed))
        assert a.transport.state is BundleState.FAILED
        assert a.transport.error == "data channels failed: the peer does not answer"
        assert ours.state is ChannelState.CLOSED


async def test_losing_the_path_is_disconnected_then_failed() -> None:
    quick = replace(QUICK, disconnected_after=0.4, failed_after=0.9, consent_interval=0.1)
    async with connected_ends(ice_config=quick) as (a, b, _, _):
        await b.transport.ice.aclose()  # like pulling the plug: nobody says good-bye
        await a.seen.until(lambda: a.transport.state is BundleState.FAILED)
        assert a.seen.states[-2:] == [BundleState.DISCONNECTED, BundleState.FAILED]
        assert a.transport.error


async def test_nobody_there_fails() -> None:
    quick = replace(QUICK, failed_after=0.3)
    a = End(CERTIFICATE, controlling=True, ice_config=quick)
    stranger = End(OTHER_CERTIFICATE, controlling=False)
    try:
        await a.transport.gather()
        a.transport.set_remote(
            stranger.transport.local_parameters.ice, [OTHER_CERTIFICATE.fingerprint], DtlsRole.CLIENT
        )
        a.transport.add_remote_candidate(Candidate.parse("candidate:1 1 udp 1 127.0.0.1 9 typ host"))
        await a.seen.until(lambda: a.transport.state is BundleState.FAILED)
        assert a.transport.error == "no ICE candidate pair works"
    finally:
        await asyncio.gather(a.transport.aclose(), stranger.transport.aclose())


async def test_closing_is_idempotent_and_ends_everything() -> None:
    async with connected_ends() as (a, b, ours, _):
        await asyncio.gather(*(a.transport.aclose() for _ in range(3)))
        await a.transport.aclose()
        assert a.transport.state is BundleState.CLOSED
        assert a.seen.states[-1] is BundleState.CLOSED
        assert a.seen.states.count(BundleState.CLOSED) == 1
        assert ours.state is ChannelState.CLOSED
        assert not a.transport.send_rtp(rtp(1))
        assert not a.transport.send_rtcp(RTCP)
        a.describe_to(b, DtlsRole.SERVER)
        b.describe_to(a, DtlsRole.CLIENT)
        assert a.transport.state is BundleState.CLOSED


async def test_closing_at_every_stage_of_connecting() -> None:
    for turns in (0, 1, 2, 3, 5, 8, 13, 21):
        async with two_ends() as (a, b):
            a.describe_to(b, DtlsRole.SERVER)
            b.describe_to(a, DtlsRole.CLIENT)
            for _ in range(turns):
                await asyncio.sleep(0)
            await a.transport.aclose()
            assert a.transport.state is BundleState.CLOSED
    ungathered = End(CERTIFICATE, controlling=True)
    await ungathered.transport.aclose()
    assert ungathered.transport.state is BundleState.CLOSED


async def test_a_closing_caller_may_be_cancelled() -> None:
    async with connected_ends() as (a, _, _, _):
        closing = asyncio.create_task(a.transport.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing
        await a.transport.aclose()
        assert a.transport.state is BundleState.CLOSED


class Raising(Recorder):
    """Records, then raises, whatever happens."""

    def on_candidate(self, candidate: Candidate | None) -> None:
        super().on_candidate(candidate)
        raise RuntimeError("candidate")

    def on_state(self, state: BundleState) -> None:
        super().on_state(state)
        raise RuntimeError("state")

    def on_rtp(self, data: bytes, now: float) -> None:
        super().on_rtp(data, now)
        raise RuntimeError("rtp")

    def on_data_channel(self, channel: DataChannel) -> None:
        super().on_data_channel(channel)
        raise RuntimeError("channel")


async def test_raising_observers_are_counted_and_stop_nothing(caplog: pytest.LogCaptureFixture) -> None:
    observers: list[Raising] = []

    def make(certificate: object, controlling: bool) -> BundleTransport:
        observers.append(Raising())
        return BundleTransport(
            certificate=certificate,  # type: ignore[arg-type]
            controlling=controlling,
            observer=observers[-1],
            ice_config=QUICK,
        )

    a, b = make(CERTIFICATE, True), make(OTHER_CERTIFICATE, False)
    try:
        await asyncio.gather(a.gather(), b.gather())
        channel = a.create_data_channel("x")
        for one, other, role in ((a, b, DtlsRole.SERVER), (b, a, DtlsRole.CLIENT)):
            other.set_remote(one.local_parameters.ice, [one.local_parameters.fingerprint], role)
            for candidate in one.ice.local_candidates:
                other.add_remote_candidate(candidate)
        seen = observers[1]
        await seen.until(lambda: a.state is b.state is BundleState.CONNECTED and bool(seen.channels))
        for number in range(MAX_LOGGED_ERRORS + 10):
            a.send_rtp(rtp(number))
        channel.send(b"still here")
        await seen.until(lambda: seen.messages == [b"still here"])
        assert len(seen.rtp) == MAX_LOGGED_ERRORS + 10
        assert b.counters.callback_errors > MAX_LOGGED_ERRORS + 10
        logged = [
            r for r in caplog.records if r.name == "lkpy.transport.bundle.guard" and "failed" in r.message
        ]
        assert 0 < len(logged) <= 2 * MAX_LOGGED_ERRORS
    finally:
        await asyncio.gather(a.aclose(), b.aclose())


def test_every_pair_of_layer_states_has_a_meaning() -> None:
    assert set(BUNDLE_STATES) == set(itertools.product(DtlsState, IceState))
    connected = {pair for pair, state in BUNDLE_STATES.items() if state is BundleState.CONNECTED}
    assert connected == {(DtlsState.CONNECTED, IceState.CONNECTED)}
