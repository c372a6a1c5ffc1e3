"""Corners that a good network and a polite peer never reach."""

from __future__ import annotations

import asyncio

import pytest

from lkpy.errors import InvalidStateError
from lkpy.transport.sctp import ChannelState, DataChannel, SctpCounters, SctpEndpoint, SctpState
from lkpy.transport.sctp import chunks as wire
from lkpy.transport.sctp.channel import Channel
from lkpy.transport.sctp.channel_table import ChannelTable
from lkpy.transport.sctp.chunks import InitChunk, OutgoingResetRequest, build_chunk, chunk_bounds
from lkpy.transport.sctp.congestion import INITIAL_PACKETS, CongestionWindow
from lkpy.transport.sctp.cookie import LIFETIME
from lkpy.transport.sctp.dcep import DataChannelOpen
from lkpy.transport.sctp.handshake import ENTROPY_SIZE
from lkpy.transport.sctp.reconfig import DENIED, IN_PROGRESS, OwnReset, StreamReconfiguration
from lkpy.transport.sctp.states import AssociationState
from tests.transport.sctp.network import Network, collect, written
from tests.transport.sctp.test_hostile import Attacked


def kinds(packet: bytes) -> list[int]:
    return [kind for kind, _, _ in chunk_bounds(packet[12:])]


# -- setup


def test_a_stale_cookie_begins_again_with_an_init() -> None:
    network = Network()
    held: list[bytes] = []

    def hold(source: SctpEndpoint, packet: bytes) -> bool:
        if source is network.client and wire.COOKIE_ECHO in kinds(packet):
            held.append(packet)
            return True
        return source is network.server and wire.INIT in kinds(packet)

    network.lose = hold
    network.client.start(network.now)
    network.run(lambda: bool(held))
    # The cookie comes a minute too late: the server counts it, and a stricter one says so.
    network.server.receive(held[0], network.now + LIFETIME + 1)
    assert network.server.counters.malformed == 1
    error = build_chunk(wire.ERROR, wire.build_parameter(wire.CAUSE_STALE_COOKIE, bytes(4)))
    other = build_chunk(wire.ERROR, wire.build_parameter(wire.CAUSE_UNRECOGNIZED_CHUNK, bytes(4)))
    lifecycle = network.client.association.lifecycle
    for chunk, state in ((other, AssociationState.COOKIE_ECHOED), (error, AssociationState.COOKIE_WAIT)):
        checksum = network.client.association._reader.checksum
        network.client.receive(checksum.seal(chunk), network.now)
        assert lifecycle.state is state
    network.lose = lambda source, packet: False
    network.run(lambda: network.client.state is SctpState.CONNECTED)


def test_init_with_another_chunk_or_a_tag_is_refused() -> None:
    victim = Attacked()
    init = build_chunk(wire.INIT, InitChunk(7, 100_000, 10, 10, 5).serialize())
    victim.give(init)
    victim.give(build_chunk(wire.HEARTBEAT, b"ping"), init, victim.data(b"not read"))
    stranger = wire.COMMON_PREFIX.pack(5000, 5000, 0)
    packet = type(victim.header)(stranger).seal(init + build_chunk(wire.HEARTBEAT, b"ping"))
    victim.server.receive(packet, victim.network.now)
    assert victim.counters.bad_tag == 3
    victim.assert_alive()


def test_the_path_comes_back_during_setup() -> None:
    network = Network(delay=0.01)
    network.lose = lambda source, packet: True
    network.start()
    end = network.now + 6
    while network.now < end:
        assert network.step()
    network.lose = lambda source, packet: False
    for endpoint in (network.client, network.server):
        endpoint.path_restored(network.now)
    began = network.now
    network.run(lambda: network.client.state is network.server.state is SctpState.CONNECTED)
    assert network.now - began < 0.1


def test_a_late_cookie_of_an_association_that_carried_nothing_is_a_collision() -> None:
    """RFC 9260 section 5.2.4: the peer began anew before any data went either way."""
    network = Network(seed=40)
    network.connect()
    other = Network(seed=41)
    other.client.start(network.now)
    for _ in range(4):
        for packet in written(other.client, network.now):
            network.server.receive(packet, network.now)
        for packet in written(network.server, network.now):
            other.client.receive(packet, network.now)
    assert network.server.state is other.client.state is SctpState.CONNECTED


# -- data


def test_answers_that_fill_a_packet_go_out_before_data() -> None:
    victim = Attacked()
    for _ in range(2):
        for size in (280, 280, 280, 268):
            victim.give(build_chunk(wire.HEARTBEAT, bytes(size)))
    victim.give(build_chunk(wire.HEARTBEAT, bytes(300)))
    victim.theirs.send(b"behind the answers")
    packets = written(victim.server, victim.network.now)
    assert all(len(packet) <= 1152 for packet in packets)
    assert wire.DATA in kinds(packets[-1])
    assert sum(kind == wire.HEARTBEAT_ACK for packet in packets for kind in kinds(packet)) == 8, (
        "the one of 300 bytes is not worth an answer"
    )


def test_a_hundred_duplicates_are_reported_in_part() -> None:
    victim = Attacked()
    chunk = victim.data(b"once", ssn=victim.ours._stream.next_ssn)
    for _ in range(30):
        victim.give(chunk)
    assert victim.counters.duplicate_chunks == 29
    assert victim.received == [b"once"]
    (packet,) = written(victim.server, victim.network.now)
    assert len(packet) < 200


def test_the_same_number_twice_in_one_stream_is_dropped() -> None:
    victim = Attacked()
    ssn = victim.ours._stream.next_ssn
    victim.give(victim.data(b"early", ssn=ssn + 1), victim.data(b"again", tsn=victim.tsn + 1, ssn=ssn + 1))
    assert victim.counters.messages_dropped == 1
    victim.give(victim.data(b"first", ssn=ssn))
    assert victim.received == [b"first", b"early"]


def test_a_window_that_was_not_used_for_long_shrinks() -> None:
    window = CongestionWindow(1000)
    window.window = 40_000
    window.idle()
    assert window.window == 20_000
    window.idle()
    window.idle()
    assert window.window == INITIAL_PACKETS * 1000
    window.window = 5_000
    window.idle()
    assert window.window == 5_000


def test_sending_again_after_a_pause_starts_with_less() -> None:
    network = Network(seed=42)
    ours, theirs = network.channel()
    received = collect(theirs)
    for _ in range(60):
        ours.send(bytes(5_000))
    network.run(lambda: len(received) == 60)
    network.settle()
    window = network.client.association.transfer.outbound._congestion
    before = window.window
    network.now += 10
    ours.send(b"after a pause")
    network.run(lambda: len(received) == 61)
    assert window.window < before


def test_more_streams_than_one_forward_tsn_holds() -> None:
    network = Network(seed=43)
    network.connect()
    channels = [network.client.create_channel(str(n), max_retransmits=0) for n in range(230)]
    network.settle()
    assert len(network.server_channels) == 230
    network.lose = lambda source, packet: source is network.client
    for channel in channels:
        channel.send(b"lost")
    network.flush()
    network.lose = lambda source, packet: False
    network.settle()
    assert network.client.counters.messages_abandoned == 230
    received = [collect(channel) for channel in network.server_channels]
    for channel in channels:
        channel.send(b"next")
    network.settle()
    assert received == [[b"next"]] * 230


# -- channels


def test_names_and_numbers_that_do_not_fit_are_refused() -> None:
    endpoint = SctpEndpoint(True, wake=lambda: None, entropy=bytes(ENTROPY_SIZE))
    for names in ({"label": "ä" * 40_000}, {"label": "x", "protocol": "y" * 65_536}):
        with pytest.raises(ValueError, match="longer than 65535 bytes"):
            endpoint.create_channel(**names)
    for number in (-1, 2**32):
        with pytest.raises(ValueError, match="32-bit"):
            endpoint.create_channel("x", max_retransmits=number)
    assert endpoint.create_channel("x" * 65_535, max_retransmits=2**32 - 1).id == 0


def test_a_channel_without_id_is_forgotten() -> None:
    table = ChannelTable()
    waiting, numbered = Channel("waiting"), Channel("numbered")
    table.unnumbered.append(waiting)
    table.number(numbered, is_client=True, max_streams=10)
    for channel in (waiting, numbered):
        table.forget(channel)
    assert (table.unnumbered, table.by_id) == ([], {})


def test_open_on_an_id_whose_reset_was_not_answered_yet() -> None:
    """The peer has had our answer to its reset and uses the id again before it answers ours."""
    victim = Attacked()
    channels = victim.network.server_channels
    request = OutgoingResetRequest(
        victim.network.client.association.transfer.reconfig._next_request, 0, victim.tsn - 1 & wire.U32, (0,)
    )
    reset = wire.build_parameter(wire.PARAM_OUTGOING_RESET, request.serialize())
    victim.give(build_chunk(wire.RECONFIG, reset))
    assert victim.theirs.state is ChannelState.CLOSED
    victim.give(victim.data(DataChannelOpen("second").serialize(), ppid=50))
    assert [channel.label for channel in channels] == ["_reliable", "second"]
    second = collect(channels[1])
    victim.give(victim.data(b"on the new one", ssn=1))
    assert second == [b"on the new one"]
    # The answer to our old reset concerns nobody any more.
    written(victim.server, victim.network.now)
    ours = victim.server.association.transfer.reconfig._next_request
    victim.give(build_chunk(wire.RECONFIG, wire.build_reconfig_response(ours, 1)))
    assert channels[1].state is ChannelState.OPEN


def test_open_said_again_while_there_is_much_to_send_is_not_answered() -> None:
    victim = Attacked()
    victim.theirs.send(bytes(60_000))
    before = len(victim.theirs._stream.queue)
    ssn = victim.ours._stream.next_ssn
    victim.give(victim.data(DataChannelOpen("_reliable").serialize(), ssn=ssn, ppid=50))
    assert len(victim.theirs._stream.queue) == before
    assert len(victim.network.server_channels) == 1


def test_a_peer_that_resets_a_channel_whose_message_is_half_sent() -> None:
    victim = Attacked()
    victim.theirs.send(bytes(60_000))
    victim.theirs.send(b"never sent")
    written(victim.server, victim.network.now)
    stream = victim.theirs._stream
    assert stream.queue[0].offset
    request = OutgoingResetRequest(
        victim.network.client.association.transfer.reconfig._next_request, 0, victim.tsn - 1 & wire.U32, (0,)
    )
    reset = wire.build_parameter(wire.PARAM_OUTGOING_RESET, request.serialize())
    victim.give(build_chunk(wire.RECONFIG, reset))
    assert [len(message.data) for message in stream.queue] == [60_000], "its end follows, the rest does not"
    assert 0 < stream.buffered < 60_000
    assert victim.theirs.state is ChannelState.CLOSED


# -- stream resets


def channel_stream() -> Channel:
    return Channel("x", stream_id=4)


def test_a_peer_that_cannot_reset_streams_is_not_asked() -> None:
    network = Network()
    network.connect()
    network.client.association.transfer.reconfig.meet(1, supported=False)
    ours = network.client.create_channel("x")
    network.settle()
    closed: list[bool] = []
    ours.on_close = lambda: closed.append(True)
    ours.close()
    assert closed == [True]
    assert ours.state is ChannelState.CLOSED


def test_a_reset_that_is_in_progress_at_the_peer_is_asked_for_again() -> None:
    reconfig = StreamReconfiguration(100)
    reconfig.meet(500, supported=True)
    stream = channel_stream().stream
    reconfig.close(stream)
    first = reconfig.request(7, 0.0, 1.0)
    assert first is not None
    assert reconfig.request(7, 0.0, 1.0) is None, "one at a time"
    reconfig.receive(wire.build_reconfig_response(100, IN_PROGRESS), 0)
    assert not reconfig.outcomes
    again = reconfig.repeat(1.0, 1.0)
    assert again != first
    reconfig.receive(wire.build_reconfig_response(100, 1), 0)
    assert not reconfig.outcomes, "an old number"
    reconfig.receive(wire.build_reconfig_response(101, DENIED), 0)
    assert list(reconfig.outcomes) == [OwnReset((stream,))]
    reconfig.stop()
    assert not reconfig.outcomes


@pytest.mark.parametrize("same_number", [True, False])
def test_a_reset_ahead_of_its_data_is_done_when_that_has_come(same_number: bool) -> None:
    victim = Attacked()
    number = victim.network.client.association.transfer.reconfig._next_request
    ssn = victim.ours._stream.next_ssn
    last = victim.data(b"last words", ssn=ssn)
    for turn in range(3):
        request = OutgoingResetRequest(number + (0 if same_number else turn), 0, victim.tsn, (0,))
        reset = wire.build_parameter(wire.PARAM_OUTGOING_RESET, request.serialize())
        victim.give(build_chunk(wire.RECONFIG, reset))
        assert victim.theirs.state is ChannelState.OPEN
    victim.give(last)
    assert victim.received == [b"last words"]
    assert victim.theirs.state is ChannelState.CLOSED
    victim.give(build_chunk(wire.RECONFIG, reset))
    assert victim.counters.malformed == 0


def test_a_reset_that_is_never_answered_ends_the_association() -> None:
    network = Network()
    ours, _ = network.channel()
    network.settle()
    network.lose = lambda source, packet: source is network.client and wire.RECONFIG in kinds(packet)
    ours.close()
    network.run(lambda: network.client.state is SctpState.FAILED, seconds=900)
    assert network.client.failure == "the peer does not answer stream resets"
    assert ours.state is ChannelState.CLOSED


# -- callbacks


def test_a_callback_that_ends_everything_hears_of_nothing_after_it() -> None:
    network = Network()
    network.client.create_channel("early")
    opened: list[str] = []

    def close(state: SctpState) -> None:
        if state is SctpState.CONNECTED:
            network.server.close(network.now)

    network.server._on_state = close
    network.server._on_channel = lambda channel: opened.append(channel.label)
    theirs = network.server.create_channel("also early")
    theirs.on_open = lambda: opened.append("also early")
    # The peer's OPEN comes in the very packet that brings the association up.
    network.lose = lambda source, packet: source is network.client and wire.COOKIE_ECHO in kinds(packet)
    network.start()
    network.settle()
    assert opened == []
    assert network.server.state is SctpState.CLOSED


def test_a_channel_that_its_own_side_closes_while_it_opens_is_not_told_open() -> None:
    network = Network()
    ours = network.client.create_channel("brief")
    told: list[str] = []
    ours.on_open = lambda: told.append("open")
    ours.on_close = lambda: told.append("closed")

    def close(state: SctpState) -> None:
        if state is SctpState.CONNECTED:
            ours.close()

    network.client._on_state = close
    network.start()
    network.settle()
    assert told == ["closed"]


async def test_a_waiter_that_was_cancelled_a_moment_ago_is_passed_over() -> None:
    network = Network()
    ours, _ = network.channel()
    network.settle()
    ours.send(bytes(60_000))
    waiting = asyncio.create_task(ours.drain(0))
    await asyncio.sleep(0)
    waiting.cancel()
    network.client.close(network.now)
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ours.state is ChannelState.CLOSED


def test_what_the_peer_accepts_can_be_read_back() -> None:
    endpoint = SctpEndpoint(wake=lambda: None, entropy=bytes(ENTROPY_SIZE))
    assert endpoint.remote_max_message_size == 65_536
    endpoint.remote_max_message_size = 7
    assert endpoint.remote_max_message_size == 7
    assert endpoint.rtt is None


def test_a_channel_counts_what_it_carries() -> None:
    network = Network()
    ours, theirs = network.channel()
    received = collect(theirs)
    for data in (b"four", "ä", b""):
        ours.send(data)
    network.settle()
    assert received == [b"four", "ä", b""]
    assert (ours.messages_sent, ours.bytes_sent) == (3, 6)
    assert (theirs.messages_received, theirs.bytes_received) == (3, 6)
    assert isinstance(network.server.counters, SctpCounters)
    assert isinstance(theirs, DataChannel)


def test_a_start_without_role_or_ids_enough_is_refused() -> None:
    endpoint = SctpEndpoint(wake=lambda: None, entropy=bytes(ENTROPY_SIZE))
    for number in range(513):
        endpoint.create_channel(str(number))
    with pytest.raises(InvalidStateError, match="pass is_client"):
        endpoint.start(0.0)
    with pytest.raises(InvalidStateError, match="all stream ids are taken"):
        endpoint.start(0.0, False)
