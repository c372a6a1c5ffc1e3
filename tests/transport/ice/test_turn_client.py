"""The TURN client without a network: a scripted server, and a clock that is a number."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.transport.ice.stun_codec import Class, Message, Method, parse
from lkpy.transport.ice.turn.channels import FIRST_NUMBER, MAX_DATA, MAX_PEERS, MAX_WAITING, REFRESH_AFTER
from lkpy.transport.ice.turn.client import MIN_REFRESH, Allocated, Ended, TurnClient, TurnState
from lkpy.transport.ice.turn.frames import FrameCutter
from lkpy.transport.ice.turn.requests import GIVE_UP_AFTER, MAX_CHALLENGES, MAX_SENT
from tests.transport.ice.turn_script import MAPPED, PEER, RELAYED, Server


@pytest.fixture
def server() -> Server:
    server = Server()
    server.allocate()
    assert server.events == [Allocated(RELAYED, MAPPED)]
    assert server.log == ["ALLOCATE", "ALLOCATE"]
    return server


def test_data_both_ways(server: Server) -> None:
    server.bind()
    assert server.log[2:] == ["CHANNEL_BIND"]
    frame = server.client.wrap(b"second", PEER)
    assert server.data == [b"\x40\x00\x00\x05first"]
    assert frame == b"\x40\x00\x00\x06second"
    assert server.client.unwrap(b"\x40\x00\x00\x02hi") == (b"hi", PEER)
    assert server.client.unwrap(b"\x40\x00\x00\x02hi\x00\x00") == (b"hi", PEER), "padding is allowed"
    for bad in (b"\x40", b"\x40\x00\x00", b"\x40\x00\x00\x03hi", b"\x40\x01\x00\x02hi", b"\x7f\xff\xff\xff"):
        assert server.client.unwrap(bad) is None
    assert server.client._channels.unknown == 5
    assert server.client.wrap(bytes(MAX_DATA + 1), PEER) is None
    assert not server.client.send(bytes(MAX_DATA + 1), PEER, server.now)
    assert server.client.dropped == 1


def test_a_stream_pads(server: Server) -> None:
    server = Server(stream=True)
    server.allocate()
    server.bind()
    assert server.data == [b"\x40\x00\x00\x05first\x00\x00\x00"]
    assert server.client.wrap(b"four", PEER) == b"\x40\x00\x00\x04four"


def test_an_hour_of_a_call(server: Server) -> None:
    """The allocation is refreshed at 5/6 of its life, a used channel before its permission ends."""
    server.bind()
    for _ in range(360):
        server.run(10)
        assert server.client.wrap(b"x", PEER) is not None
    assert server.events == [Allocated(RELAYED, MAPPED)]
    assert server.log.count("REFRESH") == 3600 // 500
    assert server.log.count("CHANNEL_BIND") == 1 + 3600 // int(REFRESH_AFTER)


def test_an_unused_channel_is_given_up_and_bound_again_with_its_number(server: Server) -> None:
    server.bind()
    server.run(3 * REFRESH_AFTER)
    assert server.log.count("CHANNEL_BIND") == 2, "the first datagram counts as use"
    assert server.client.wrap(b"x", PEER) is None
    assert server.client.unwrap(b"\x40\x00\x00\x01x") == (b"x", PEER), "what is under way is still taken"
    server.bind()
    assert server.data[-1] == b"\x40\x00\x00\x05first"


@pytest.mark.parametrize("lifetime", [0, 1, 5])
def test_refreshes_have_a_floor(server: Server, lifetime: int) -> None:
    """A server that grants no life is asked every ten seconds, not in a storm."""
    server = Server()
    server.lifetime = lifetime
    server.allocate()
    server.run(600)
    assert server.log.count("REFRESH") == 600 / MIN_REFRESH
    server.errors[Method.REFRESH] = 437
    server.run(20)
    assert server.events[-1] == Ended("437 no")
    assert server.client.next_deadline() is None


def test_nonces_and_realms_that_change(server: Server) -> None:
    for nonce, realm in ((b"n2", "lkpy"), (b"n3", "moved"), (b"n4", "lkpy")):
        server.nonce, server.realm = nonce, realm
        before = len(server.log)
        server.run(500)
        assert server.log[before:] == ["REFRESH", "REFRESH"]
    server.nonce = b"n5"
    server.left_out = {"REALM"}
    server.bind()
    assert server.log[-2:] == ["CHANNEL_BIND"] * 2, "438 need not name the realm"
    assert len(server.data) == 1
    assert server.events == [Allocated(RELAYED, MAPPED)]


def test_wrong_credentials_end_it_at_once() -> None:
    server = Server()
    server.client._requests._credential = "wrong"
    server.allocate()
    assert server.log == ["ALLOCATE", "ALLOCATE"]
    assert server.events == [Ended("401 who?")]
    assert server.client.state is TurnState.ENDED
    assert server.client.handle_timeout(server.now) == ()


def test_a_server_that_challenges_for_ever_is_left() -> None:
    server = Server()
    server.client._requests._credential = "wrong"
    numbers = itertools.count()
    answer = server.answer

    def new_nonce(request: Message) -> Message:
        server.nonce = b"%d" % next(numbers)
        return answer(request)

    server.answer = new_nonce  # type: ignore[method-assign]
    server.allocate()
    assert len(server.log) == 1 + MAX_CHALLENGES
    assert server.events == [Ended("401 who?")]


@pytest.mark.parametrize("left_out", ["NONCE", "REALM"])
def test_a_challenge_without_what_is_needed(left_out: str) -> None:
    server = Server()
    server.left_out = {left_out}
    server.allocate()
    assert server.events == [Ended("401 who?")]


@pytest.mark.parametrize("left_out", ["XOR-RELAYED-ADDRESS", "XOR-MAPPED-ADDRESS", "LIFETIME"])
def test_an_allocation_without_what_is_needed(left_out: str) -> None:
    server = Server()
    server.left_out = {left_out}
    server.allocate()
    assert server.events == [Ended("the answer lacks an address or the lifetime")]


def test_an_error_without_a_number_is_no_answer() -> None:
    server = Server()
    server.left_out = {"ERROR-CODE"}
    server.allocate()
    assert server.events == []
    assert server.client._requests.dropped == 1


def test_a_refused_allocation() -> None:
    server = Server()
    server.errors[Method.ALLOCATE] = 486
    server.allocate()
    assert server.events == [Ended("486 no")]


def test_a_refresh_without_a_lifetime_ends_it(server: Server) -> None:
    server.left_out = {"LIFETIME"}
    server.run(500)
    assert server.events[1:] == [Ended("the answer lacks the lifetime")]


@pytest.mark.parametrize("stream", [False, True])
def test_a_silent_server(stream: bool) -> None:
    server = Server(stream=stream)
    server.silent = set(Method)
    start = server.now
    server.allocate()
    server.run(100)
    assert server.events == [Ended("no answer")]
    assert len(server.log) == (1 if stream else MAX_SENT)
    assert server.now - start == 100
    server = Server(stream=stream)
    server.silent = set(Method)
    server.allocate()
    server.run(GIVE_UP_AFTER - 0.01)
    assert server.events == []
    server.run(0.02)
    assert server.events == [Ended("no answer")]


def test_a_lost_request_is_repeated(server: Server) -> None:
    server.silent = {Method.CHANNEL_BIND}
    server.bind()
    server.run(1)
    server.silent = set()
    server.run(1)
    assert server.log[2:] == ["CHANNEL_BIND"] * 3
    assert len(server.data) == 1


def test_a_deadline_that_comes_early_does_nothing(server: Server) -> None:
    server.silent = {Method.CHANNEL_BIND}
    server.bind()
    server.client.handle_timeout(server.now + 0.1)
    assert server.client.take_transmits() == []


def test_unsigned_answers_did_not_come(server: Server) -> None:
    server.sign = False
    server.bind()
    assert server.client.wrap(b"x", PEER) is None
    assert server.client._requests.dropped == 1
    server.sign = True
    server.run(1)
    assert server.client.wrap(b"x", PEER) is not None


def test_forged_and_odd_messages_are_dropped(server: Server) -> None:
    client = server.client
    client.send(b"x", PEER, server.now)
    request = parse(client.take_transmits()[0])
    assert request is not None
    odd = [
        Message(Method.CHANNEL_BIND, Class.RESPONSE, bytes(12)),
        Message(Method.REFRESH, Class.RESPONSE, request.transaction_id),
        Message(Method.CHANNEL_BIND, Class.INDICATION, request.transaction_id),
        Message(Method.DATA, Class.INDICATION, bytes(12), {"DATA": b"x", "XOR-PEER-ADDRESS": PEER}),
    ]
    for message in odd:
        assert client.receive(message.encode(server.key), server.now) == ()
    assert client._requests.dropped == len(odd)
    assert client.receive(b"\x00junk", server.now) == ()
    assert client.malformed == 1
    client.receive(server.answer(request).encode(server.key), server.now)
    assert client.wrap(b"x", PEER) is not None


def test_a_peer_that_is_refused_is_not_asked_for_again(server: Server) -> None:
    server.errors[Method.CHANNEL_BIND] = 403
    for _ in range(MAX_WAITING + 3):
        assert server.client.send(b"x", PEER, server.now)
    assert server.client.dropped == 3
    server.serve()
    assert server.client.dropped == MAX_WAITING + 3
    assert not server.client.send(b"x", PEER, server.now)
    assert server.log.count("CHANNEL_BIND") == 1
    server.errors.clear()
    server.bind(("192.0.2.2", 9))
    assert server.data == [b"\x40\x01\x00\x05first"]


def test_a_binding_nobody_answers_may_be_tried_again(server: Server) -> None:
    server.silent = {Method.CHANNEL_BIND}
    server.bind()
    server.run(40)
    assert server.client.dropped == 1
    server.silent = set()
    server.bind()
    assert server.client.wrap(b"x", PEER) is not None


def test_a_binding_that_is_not_refreshed_is_gone(server: Server) -> None:
    server.bind()
    server.silent = {Method.CHANNEL_BIND}
    server.run(REFRESH_AFTER + 1)
    assert server.client.wrap(b"x", PEER) is not None, "it lasts longer than the refresh takes"
    server.run(40)
    assert server.client.wrap(b"x", PEER) is None


def test_an_allocation_the_server_forgot(server: Server) -> None:
    server.errors[Method.CHANNEL_BIND] = 437
    server.bind()
    assert server.events[1:] == [Ended("437 no")]
    assert not server.client.send(b"x", PEER, server.now)


def test_peers_are_bounded(server: Server) -> None:
    for port in range(MAX_PEERS):
        server.bind(("192.0.2.1", 1 + port))
    assert not server.client.send(b"x", ("192.0.2.9", 1), server.now)
    assert int.from_bytes(server.data[-1][:2], "big") == FIRST_NUMBER + MAX_PEERS - 1


def test_giving_it_back(server: Server) -> None:
    server.silent = {Method.CHANNEL_BIND}
    server.bind()
    assert server.client.delete(server.now) == ()
    assert server.client.state is TurnState.DELETING
    server.serve()
    assert server.log[-1] == "REFRESH"
    assert server.events[1:] == [Ended("")]
    assert server.client.delete(server.now) == ()
    assert server.client.connection_lost() == ()
    assert TurnClient(username="", credential="", entropy=bytes, stream=False).delete(0) == (Ended(""),)


def test_a_channel_is_not_refreshed_while_it_is_given_back(server: Server) -> None:
    server.bind()
    server.silent = {Method.REFRESH}
    server.client.delete(server.now)
    server.run(2 * REFRESH_AFTER)
    assert server.log.count("CHANNEL_BIND") == 1
    assert server.events[1:] == [Ended("")]


def test_a_lost_connection(server: Server) -> None:
    assert server.client.connection_lost() == (Ended("the connection was lost"),)
    assert server.client.next_deadline() is None


def channel_data(data: bytes) -> bytes:
    return b"\x40\x00" + len(data).to_bytes(2, "big") + data + bytes(-len(data) % 4)


def stun_like(words: int) -> bytes:
    return b"\x00\x01" + (4 * words).to_bytes(2, "big") + bytes(16 + 4 * words)


_FRAMES = st.one_of(st.binary(max_size=40).map(channel_data), st.integers(0, 10).map(stun_like))


@settings(deadline=None)
@given(messages=st.lists(_FRAMES, max_size=8), cuts=st.lists(st.integers(0, 500), max_size=10))
def test_a_stream_is_cut_into_its_messages(messages: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(messages)
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    cutter = FrameCutter()
    out = [frame for a, b in itertools.pairwise(edges) for frame in cutter.feed(stream[a:b])]
    assert out == messages
    assert not cutter.broken


@pytest.mark.parametrize("bad", [b"\x80\x00\x00\x00", b"\xff\xff\xff\xff", b"\x00\x01\x00\x03"])
def test_a_stream_of_something_else_is_broken(bad: bytes) -> None:
    cutter = FrameCutter()
    assert cutter.feed(channel_data(b"") + bad + bytes(100)) == [channel_data(b"")]
    assert cutter.broken
    assert cutter.feed(bytes(100)) == []


@settings(deadline=None)
@given(data=st.binary(max_size=60))
def test_any_message_is_survived(data: bytes) -> None:
    server = Server()
    server.allocate()
    server.bind()
    assert server.client.receive(data, server.now) == ()
    found = server.client.unwrap(data)
    assert found is None or data[:2] == b"\x40\x00"
