from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.checks import BURST
from lkpy.transport.ice.candidate import Candidate, candidate_priority
from lkpy.transport.ice.checklist import MAX_PAIRS, PairState
from lkpy.transport.ice.events import Checked, ClosePath, GenerationRetired, OpenTcp, ServerReflexive
from lkpy.transport.ice.parameters import IceConfig, IceParameters
from lkpy.transport.ice.states import IceState

S = IceState


def selected(*nodes: Any) -> bool:
    return all(node.agent.selected_pair is not None for node in nodes)


def connect(net: Any, **config: Any) -> tuple[Any, Any]:
    """Two full agents with a selected pair."""
    a, b = net.full(controlling=True, **config), net.full(controlling=False, **config)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(5, lambda: selected(a, b))
    assert selected(a, b)
    return a, b


def test_two_full_agents_connect_in_two_round_trips(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    took = net.run(5, lambda: selected(a, b))
    # 1 ms one way: check, response, nominating check; no pacing, no polling in between.
    assert took <= 0.0041
    assert a.states() == b.states() == [S.CHECKING, S.CONNECTED]
    assert sum(isinstance(event, Checked) for event in a.events) == 1
    assert a.agent.selected_pair.address == ("10.0.0.2", 2000)
    assert a.agent.selected_pair.nominated
    assert b.agent.selected_pair.address == ("10.0.0.1", 1000)
    a.send(b"\x80one")
    b.send(b"\x80two")
    net.run(0.1)
    assert (a.data, b.data) == ([b"\x80two"], [b"\x80one"])
    assert a.agent.selected_pair.rtt == pytest.approx(0.002, abs=1e-6)


def test_data_flows_before_nomination(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(1, lambda: any(isinstance(event, Checked) for event in b.events))
    assert b.agent.selected_pair is None
    assert b.send(b"\x80early")
    net.run(0.1)
    assert a.data == [b"\x80early"]


def test_nothing_is_sent_without_a_pair(net: Any) -> None:
    a = net.full(controlling=True)
    a.bind("10.0.0.1", 1000)
    assert a.agent.route is None
    assert a.agent.next_deadline() is None
    assert a.agent.state is S.NEW


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
@pytest.mark.parametrize("side", ["10.0.0.1", "10.0.0.2"])
def test_the_first_packets_of_a_side_are_lost(net: Any, lost: int, side: str) -> None:
    count = 0

    def drop(source: Any, target: Any, data: bytes) -> bool:
        nonlocal count
        count += source[0] == side
        return source[0] == side and count <= lost

    net.drop = drop
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    # One lost check costs an initial RTO of 0.1 s, the next ones twice as much each.
    assert net.run(5, lambda: selected(a, b)) < [0.01, 0.15, 0.35, 0.8][lost]


def test_30_percent_loss_both_ways(network: Any) -> None:
    for seed in range(20):
        net = network(seed)
        net.drop = lambda *_, net=net: net.random.random() < 0.3
        a, b = net.full(controlling=True), net.full(controlling=False)
        a.bind("10.0.0.1", 1000)
        b.bind("10.0.0.2", 2000)
        net.signal(a, b)
        net.run(14, lambda a=a, b=b: selected(a, b))
        assert selected(a, b), seed


def test_a_check_that_outruns_our_answer(net: Any) -> None:
    """The peer checks before we know its parameters: answered at once, used when they come."""
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    a.agent.set_remote_parameters(b.agent.local_parameters, net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    net.run(0.05)
    assert a.agent.state is S.CONNECTED
    assert any(isinstance(event, Checked) for event in b.events)
    b.agent.set_remote_parameters(a.agent.local_parameters, net.now)
    assert net.run(5, lambda: selected(a, b)) <= 0.005
    assert b.agent.selected_pair.remote.type == "prflx"
    # The candidate comes by signalling later and takes the place of the peer-reflexive one.
    b.agent.add_remote_candidate(a.candidates()[0], net.now)
    assert b.agent.selected_pair.remote.type == "host"
    assert len(b.agent.pairs) == 1


def test_our_check_reaches_a_peer_that_does_not_know_us(net: Any) -> None:
    """A lost race costs one RTO at most, and the peer's own check ends the wait."""
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.drop = lambda source, target, data: target[0] == "10.0.0.2"
    net.signal(a, b)
    net.run(0.05)
    net.drop = lambda *_: False
    b.agent.handle_timeout(net.now)
    assert net.run(5, lambda: selected(a, b)) < 0.06


@pytest.mark.parametrize("controlling", [True, False])
def test_role_conflict_is_repaired(network: Any, controlling: bool) -> None:
    for seed in range(6):
        net = network(seed)
        a, b = net.full(controlling=controlling), net.full(controlling=controlling)
        a.bind("10.0.0.1", 1000)
        b.bind("10.0.0.2", 2000)
        net.signal(a, b)
        net.run(5, lambda a=a, b=b: selected(a, b))
        assert selected(a, b)
        assert a.agent.controlling != b.agent.controlling
        assert a.agent.counters.role_conflicts + b.agent.counters.role_conflicts > 0


@pytest.mark.parametrize("claims", [True, False])
def test_a_lite_peer_is_controlled(net: Any, claims: bool) -> None:
    """Whatever we were told, the full agent controls a lite one (RFC 8445 section 6.1.1)."""
    a, b = net.full(controlling=claims), net.lite()
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    assert net.run(5, lambda: selected(a, b)) <= 0.0051
    assert a.agent.controlling
    assert a.states() == b.states() == [S.CHECKING, S.CONNECTED]
    checks = [s for s in net.sent if s[1][0] == "10.0.0.2" and s[3][:2] == b"\x00\x01"]
    assert checks == []
    a.send(b"\x80one")
    b.send(b"\x80two")
    net.run(0.1)
    assert (a.data, b.data) == ([b"\x80two"], [b"\x80one"])


def test_a_lite_agent_is_usable_before_its_peer_is_known(net: Any) -> None:
    a, b = net.full(controlling=True), net.lite()
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    a.agent.set_remote_parameters(b.agent.local_parameters, net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    net.run(1, lambda: selected(a, b))
    assert b.states() == [S.CONNECTED]
    assert b.send(b"\x80early")


def test_a_lite_agent_refuses_a_controlled_peer(net: Any) -> None:
    """A full peer that was not told: 487 makes it take control."""
    a, b = net.full(controlling=False), net.lite()
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    told = b.agent.local_parameters
    a.agent.set_remote_parameters(IceParameters(told.ufrag, told.pwd), net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    net.run(5, lambda: selected(a, b))
    assert a.agent.controlling
    assert selected(a, b)


def test_peer_reflexive_on_both_sides(net: Any) -> None:
    """Both behind NATs, no server: each learns the other's address from its checks."""
    net.nat = {("10.0.0.1", 1000): ("203.0.113.1", 31000), ("10.0.0.2", 2000): ("203.0.113.2", 32000)}
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b, candidates=False)
    # Only one of the public addresses is signalled.
    public = Candidate("s", 1, "udp", candidate_priority("srflx", 65535), "203.0.113.2", 32000, "srflx")
    a.agent.add_remote_candidate(public, net.now)
    net.run(5, lambda: selected(a, b))
    assert selected(a, b)
    assert b.agent.selected_pair.remote.type == "prflx"
    assert b.agent.selected_pair.address == ("203.0.113.1", 31000)
    assert a.agent.selected_pair.local.type == "prflx"
    assert (a.agent.selected_pair.local.host, a.agent.selected_pair.local.port) == ("203.0.113.1", 31000)
    assert a.agent.selected_pair.local.related_address == "10.0.0.1"


def test_candidates_wait_for_the_generation_they_name(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    stranger = b.candidates()[0].with_ufrag("else")
    a.agent.add_remote_candidate(stranger, net.now)
    assert a.agent.pairs == []
    net.signal(a, b, candidates=False)
    assert len(a.agent.pairs) == 1
    net.run(5, lambda: selected(a, b))
    assert selected(a, b)


def test_early_candidates_are_bounded(net: Any) -> None:
    a = net.full(controlling=True)
    a.bind("10.0.0.1", 1000)
    for n in range(1000):
        address = f"10.1.{n // 250}.{n % 250}"
        candidate = Candidate("1", 1, "udp", 1, address, 9, "host", ufrag=f"gen{n}")
        a.agent.add_remote_candidate(candidate, net.now)
    assert a.agent.counters.candidates_ignored == 1000 - 256


def test_pairs_are_bounded_and_paced(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b, candidates=False)
    for n in range(300):
        candidate = Candidate(str(n), 1, "udp", 1000 + n, f"10.1.{n // 250}.{n % 250}", 9, "host")
        a.agent.add_remote_candidate(candidate, net.now)
    net.flush()
    assert len(a.agent.pairs) == MAX_PAIRS
    assert len(net.sent) == BURST
    net.run(0.1)
    # 5 ms for each check beyond the first ten.
    assert len(net.sent) <= BURST + 21
    # A peer that proves itself gets a place even now.
    b.agent.add_remote_candidate(a.candidates()[0], net.now)
    net.run(5, lambda: selected(a, b))
    assert selected(a, b)


@pytest.mark.parametrize(
    "line",
    [
        "1 2 udp 2130706431 10.0.0.9 9 typ host",
        "1 1 udp 2130706431 2f0c1f4e-0000-4617-946e-0b38c19c0975.local 9 typ host",
        "1 1 sctp 2130706431 10.0.0.9 9 typ host",
        "1 1 udp 2130706431 10.0.0.9 9 typ magic",
        "1 1 tcp 2130706431 10.0.0.9 9 typ host tcptype active",
        "1 1 udp 2130706431 fd00::9 9 typ host",
    ],
)
def test_candidates_that_cannot_be_used_make_no_pair(net: Any, line: str) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    net.signal(a, b)
    a.agent.add_remote_candidate(Candidate.parse(line), net.now)
    assert a.agent.pairs == []


def test_the_best_pair_is_nominated(net: Any) -> None:
    """Two networks; all checks of the better one are answered first."""
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000, preference=100)
    a.bind("10.1.0.1", 1001, preference=200)
    b.bind("10.0.0.2", 2000, preference=100)
    b.bind("10.1.0.2", 2001, preference=200)
    net.drop = lambda source, target, data: source[0][:5] != target[0][:5]
    net.signal(a, b)
    net.run(5, lambda: selected(a, b))
    assert a.agent.selected_pair.local.host == "10.1.0.1"
    assert b.agent.selected_pair.local.host == "10.1.0.2"


def test_a_relay_waits_for_a_direct_pair(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    relay = a.agent.add_path(
        Candidate("r", 1, "udp", candidate_priority("relay", 3), "10.9.0.1", 900, "relay")
    )
    a.paths[relay] = ("10.9.0.1", 900)
    net.owners["10.9.0.1", 900] = (a, relay)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.drop = lambda source, target, data: net.now < 1000.05 and "10.0.0.1" in (source[0], target[0])
    net.signal(a, b)
    net.run(5, lambda: selected(a, b))
    assert a.agent.selected_pair.local.type == "host"
    assert net.now < 1000.2


def test_a_relay_alone_is_used_soon(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    relay = a.agent.add_path(
        Candidate("r", 1, "udp", candidate_priority("relay", 3), "10.9.0.1", 900, "relay")
    )
    a.paths[relay] = ("10.9.0.1", 900)
    net.owners["10.9.0.1", 900] = (a, relay)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    assert net.run(5, lambda: selected(a, b)) < 0.01


def test_nomination_moves_to_the_next_pair_when_the_first_dies(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000, preference=200)
    a.bind("10.1.0.1", 1001, preference=100)
    b.bind("10.0.0.2", 2000)
    net.drop = lambda source, target, data: (
        "10.0.0.1" in (source[0], target[0]) and any(e.state is S.CONNECTED for e in [a.agent])
    )
    net.signal(a, b)
    net.run(10, lambda: selected(a, b))
    assert a.agent.selected_pair.local.host == "10.1.0.1"


def test_no_pair_fails_in_15_seconds_and_recovers(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.drop = lambda *_: True
    net.signal(a, b)
    assert net.run(60, lambda: a.agent.state is S.FAILED) == pytest.approx(15)
    assert all(pair.state in (PairState.FAILED, PairState.IN_PROGRESS) for pair in a.agent.pairs)
    net.run(60)
    sent = len(net.sent)
    net.run(600)
    assert len(net.sent) == sent, "a failed agent is quiet"
    assert a.agent.next_deadline() is None
    net.drop = lambda *_: False
    a.agent.restart(net.now)
    b.agent.restart(net.now)
    net.signal(a, b)
    net.run(5, lambda: a.agent.state is S.CONNECTED and b.agent.state is S.CONNECTED)
    assert a.states() == [S.CHECKING, S.FAILED, S.CHECKING, S.CONNECTED]


def test_consent_is_asked_every_two_seconds(net: Any) -> None:
    connect(net)
    start = len(net.sent)
    net.run(60)
    requests = [s for s in net.sent[start:] if s[3][:2] == b"\x00\x01" and s[1] == ("10.0.0.1", 1000)]
    assert 25 <= len(requests) <= 38


def test_a_dead_path_is_disconnected_then_failed_then_recovers(net: Any) -> None:
    a, b = connect(net)
    net.run(7)
    net.drop = lambda *_: True
    lost_at = net.now
    net.run(10, lambda: a.agent.state is S.DISCONNECTED)
    # The last answer is up to 2.4 s old when the path dies.
    assert 2.5 <= net.now - lost_at <= 5.01
    net.run(20, lambda: a.agent.state is S.FAILED)
    assert 12.5 <= net.now - lost_at <= 15.01
    assert a.agent.route is not None
    net.drop = lambda *_: False
    assert net.run(10, lambda: a.agent.state is S.CONNECTED and b.agent.state is S.CONNECTED) <= 3
    a.send(b"\x80back")
    net.run(0.1)
    assert b.data == [b"\x80back"]
    assert a.states()[-3:] == [S.DISCONNECTED, S.FAILED, S.CONNECTED]


def test_a_short_interruption_is_no_event(net: Any) -> None:
    a, b = connect(net)
    for _ in range(5):
        net.run(4)
        net.drop = lambda *_: True
        net.run(2.4)
        net.drop = lambda *_: False
    assert a.states() == b.states() == [S.CHECKING, S.CONNECTED]


def test_disconnected_recovers_by_itself(net: Any) -> None:
    a, b = connect(net)
    net.drop = lambda *_: True
    net.run(10, lambda: a.agent.state is S.DISCONNECTED and b.agent.state is S.DISCONNECTED)
    net.drop = lambda *_: False
    assert net.run(10, lambda: a.agent.state is S.CONNECTED and b.agent.state is S.CONNECTED) <= 0.6


def test_loss_does_not_disturb_consent(network: Any) -> None:
    net = network(3)
    a, b = connect(net)
    net.drop = lambda *_: net.random.random() < 0.1
    net.run(300)
    assert a.states() == b.states() == [S.CHECKING, S.CONNECTED]


def test_another_valid_pair_takes_over(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000, preference=200)
    a.bind("10.1.0.1", 1001, preference=100)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(1)
    assert a.agent.selected_pair.local.host == "10.0.0.1"
    assert len([p for p in a.agent.pairs if p.state is PairState.SUCCEEDED]) == 2
    net.drop = lambda source, target, data: "10.0.0.1" in (source[0], target[0])
    net.run(20, lambda: a.agent.state is S.DISCONNECTED)
    net.run(5, lambda: a.agent.selected_pair.local.host == "10.1.0.1" and a.agent.state is S.CONNECTED)
    assert a.agent.selected_pair.local.host == "10.1.0.1"
    net.run(5, lambda: b.agent.state is S.CONNECTED)
    a.send(b"\x80a")
    b.send(b"\x80b")
    net.run(0.1)
    assert (a.data, b.data) == ([b"\x80b"], [b"\x80a"])


def test_a_lite_agent_notices_silence_and_return(net: Any) -> None:
    a, b = net.full(controlling=True), net.lite()
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(5)
    net.drop = lambda *_: True
    assert net.run(20, lambda: b.agent.state is S.DISCONNECTED) <= 7.5
    net.run(20, lambda: b.agent.state is S.FAILED)
    assert b.agent.state is S.FAILED
    net.drop = lambda *_: False
    assert net.run(10, lambda: b.agent.state is S.CONNECTED) <= 2.5


def test_data_keeps_a_lite_agent_connected(net: Any) -> None:
    a, b = net.full(controlling=True), net.lite()
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(1)
    net.drop = lambda source, target, data: data[0] < 4
    for _ in range(60):
        b.agent.route.packets_received += 1
        net.run(0.5)
    assert b.states() == [S.CHECKING, S.CONNECTED]


@pytest.mark.parametrize("lite", [False, True])
@pytest.mark.parametrize("offerer", ["a", "b"])
def test_restart_keeps_the_old_path_until_the_new_one_is_selected(net: Any, lite: bool, offerer: str) -> None:
    a = net.full(controlling=True)
    b = net.lite() if lite else net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(1)
    old_a, old_b = a.agent.local_parameters, b.agent.local_parameters
    for round_ in range(3):
        first, second = (a, b) if offerer == "a" else (b, a)
        first.agent.restart(net.now)
        offer = first.agent.local_parameters
        assert all(c.ufrag == offer.ufrag for c in first.candidates())
        # The offer and the answer take their time; the old path works throughout.
        for _ in range(10):
            a.send(b"\x80a")
            b.send(b"\x80b")
            net.run(0.01)
        second.agent.restart(net.now)
        answer = second.agent.local_parameters
        second.agent.set_remote_parameters(offer, net.now)
        for candidate in first.candidates():
            second.agent.add_remote_candidate(candidate, net.now)
        for _ in range(10):
            a.send(b"\x80a")
            b.send(b"\x80b")
            net.run(0.01)
        first.agent.set_remote_parameters(answer, net.now)
        for candidate in second.candidates():
            first.agent.add_remote_candidate(candidate, net.now)
        for _ in range(20):
            a.send(b"\x80a")
            b.send(b"\x80b")
            net.run(0.01)
        assert len(a.data) == len(b.data) == 40 * (round_ + 1)
        assert a.agent.local_ufrags == {a.agent.local_parameters.ufrag}
        assert b.agent.local_ufrags == {b.agent.local_parameters.ufrag}
    assert a.agent.local_parameters != old_a
    assert a.states() == b.states() == [S.CHECKING, S.CONNECTED]
    assert GenerationRetired(old_a.ufrag) in a.events
    assert GenerationRetired(old_b.ufrag) in b.events
    assert len(a.agent.pairs) == 1


def test_restart_of_the_remote_side_alone(net: Any) -> None:
    """The peer comes with other credentials, ours stay: a new generation all the same."""
    a, _ = connect(net)
    c = net.full(controlling=False)
    c.bind("10.0.0.3", 3000)
    ours = a.agent.local_parameters
    net.signal(a, c)
    net.run(5, lambda: selected(c))
    net.run(0.1)
    assert a.agent.local_parameters == ours
    assert a.agent.selected_pair.address == ("10.0.0.3", 3000)
    assert not [event for event in a.events if isinstance(event, GenerationRetired)]
    # Repeating what is known already changes nothing.
    pair = a.agent.selected_pair
    net.signal(a, c)
    net.run(1)
    assert a.agent.selected_pair is pair


def test_candidates_of_the_old_generation_do_not_mix_with_the_new(net: Any) -> None:
    a, b = connect(net)
    old = b.agent.local_parameters
    for node in (a, b):
        node.agent.restart(net.now)
    offer, answer = a.agent.local_parameters, b.agent.local_parameters
    a.agent.set_remote_parameters(answer, net.now)
    b.agent.set_remote_parameters(offer, net.now)
    late = Candidate("1", 1, "udp", 99, "10.0.0.77", 7, "host", ufrag=old.ufrag)
    a.agent.add_remote_candidate(late, net.now)
    for ours, theirs in ((a, b), (b, a)):
        for candidate in theirs.candidates():
            ours.agent.add_remote_candidate(candidate, net.now)
    net.run(1)
    assert [pair.address for pair in a.agent.pairs] == [("10.0.0.2", 2000)]


def test_restart_over_a_dead_path(net: Any) -> None:
    """The network changed: old addresses are dead, the restart finds the new ones."""
    a, b = connect(net)
    net.drop = lambda source, target, data: "10.0.0.1" in (source[0], target[0])
    net.run(10, lambda: a.agent.state is S.DISCONNECTED)
    a.bind("10.5.0.1", 1001)
    for node in (a, b):
        node.agent.restart(net.now)
    offer, answer = a.agent.local_parameters, b.agent.local_parameters
    assert offer != answer
    net.signal(a, b)
    assert net.run(5, lambda: a.agent.state is S.CONNECTED and b.agent.state is S.CONNECTED) < 0.1
    a.send(b"\x80a")
    net.run(0.1)
    assert b.data == [b"\x80a"]


def test_unanswered_restarts_are_bounded(net: Any) -> None:
    a, b = connect(net)
    for _ in range(20):
        a.agent.restart(net.now)
    assert len(a.agent.local_ufrags) <= 3
    a.send(b"\x80still")
    net.run(1)
    assert b.data == [b"\x80still"]


def test_tcp_opens_after_a_head_start_of_udp_and_closes_when_unused(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.drop = lambda *_: net.now < 1000.2
    net.signal(a, b)
    tcp = Candidate.parse("9 1 tcp 1671430143 10.0.0.2 4443 typ host tcptype passive")
    a.agent.add_remote_candidate(tcp, net.now)
    net.run(1, lambda: any(isinstance(event, OpenTcp) for event in a.events))
    assert net.now == pytest.approx(1000.05)
    opened = next(event for event in a.events if isinstance(event, OpenTcp))
    assert opened.address == ("10.0.0.2", 4443)
    assert ClosePath(opened.path) not in a.agent.tcp_opened(opened.path, ("10.0.0.1", 50000), net.now)
    a.paths[opened.path] = ("10.0.0.1", 50000)
    b_path = b.agent.add_path(Candidate("t", 1, "tcp", 5, "10.0.0.2", 4443, "host", tcptype="passive"))
    b.paths[b_path] = ("10.0.0.2", 4443)
    net.owners["10.0.0.1", 50000] = (a, opened.path)
    net.owners["10.0.0.2", 4443] = (b, b_path)
    net.run(5, lambda: selected(a, b))
    assert a.agent.selected_pair.local.transport == "udp", "UDP is better and works as well"
    net.run(3)
    assert ClosePath(opened.path) in a.events
    a.send(b"\x80udp")
    net.run(1)
    assert b.data == [b"\x80udp"]


def test_tcp_alone_carries_data_and_its_loss_is_noticed_at_once(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    net.signal(a, b)
    tcp = Candidate.parse("9 1 tcp 1671430143 10.0.0.2 4443 typ host tcptype passive")
    a.agent.add_remote_candidate(tcp, net.now)
    net.flush()
    opened = next(event for event in a.events if isinstance(event, OpenTcp))
    b_path = b.agent.add_path(Candidate("t", 1, "tcp", 5, "10.0.0.2", 4443, "host", tcptype="passive"))
    a.paths[opened.path], b.paths[b_path] = ("10.0.0.1", 50000), ("10.0.0.2", 4443)
    net.owners |= {("10.0.0.1", 50000): (a, opened.path), ("10.0.0.2", 4443): (b, b_path)}
    assert ClosePath(opened.path) not in a.agent.tcp_opened(opened.path, ("10.0.0.1", 50000), net.now)
    net.run(5, lambda: selected(a, b))
    assert a.agent.selected_pair.local.tcptype == "active"
    a.send(b"\x80tcp")
    net.run(1)
    assert b.data == [b"\x80tcp"]
    a.agent.path_lost(opened.path, net.now)
    net.flush()
    assert a.agent.state is S.DISCONNECTED
    assert a.agent.route is None
    assert net.run(60, lambda: a.agent.state is S.FAILED) == pytest.approx(15)
    assert a.agent.next_deadline() is None


def test_a_refused_tcp_connection_is_a_failed_pair(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    net.signal(a, b)
    tcp = Candidate.parse("9 1 tcp 1671430143 10.0.0.2 4443 typ host tcptype passive")
    a.agent.add_remote_candidate(tcp, net.now)
    net.flush()
    opened = next(event for event in a.events if isinstance(event, OpenTcp))
    a.agent.path_lost(opened.path, net.now)
    assert [pair.state for pair in a.agent.pairs] == [PairState.FAILED]
    assert a.agent.tcp_opened(opened.path, ("10.0.0.1", 50000), net.now) == [ClosePath(opened.path)]


def test_server_reflexive_question(net: Any) -> None:
    a = net.full(controlling=True)
    path = a.bind("10.0.0.1", 1000)
    server = ("192.0.2.9", 3478)
    a.agent.query_server(path, server, net.now)
    net.run(0.5)
    questions = [s for s in net.sent if s[2] == server]
    assert len(questions) == 2
    request = stun.parse(questions[0][3])
    reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
    reply.attributes["XOR-MAPPED-ADDRESS"] = ("203.0.113.5", 5555)
    a.agent.receive(path, bytes(reply), server, net.now)
    net.flush()
    assert ServerReflexive(path, server, ("203.0.113.5", 5555)) in a.events
    a.agent.receive(path, bytes(reply), server, net.now)
    assert a.agent.counters.unknown_transaction == 1


def test_a_silent_stun_server_is_given_up(net: Any) -> None:
    a = net.full(controlling=True)
    path = a.bind("10.0.0.1", 1000)
    a.agent.query_server(path, ("192.0.2.9", 3478), net.now)
    net.run(20, lambda: any(isinstance(event, ServerReflexive) for event in a.events))
    assert net.now == pytest.approx(1005)
    assert len(net.sent) == 5
    assert a.agent.next_deadline() is None


def test_known_addresses_are_bounded(net: Any) -> None:
    """An authenticated peer that checks from ever new ports does not grow our memory."""
    a, b = connect(net)
    for port in range(3000, 3300):
        _, request = stun.binding_request(
            net.random.randbytes,
            local=a.agent.local_parameters,
            remote=b.agent.local_parameters,
            priority=5,
            controlling=True,
            tie_breaker=1,
            use_candidate=False,
        )
        b.agent.receive(next(iter(b.paths)), request, ("10.0.0.1", port), net.now)
        net.flush()
    assert len(b.known) <= 64
    assert len(b.agent.pairs) <= MAX_PAIRS
    assert (next(iter(b.paths)), ("10.0.0.1", 1000)) in b.known, "the route is never forgotten"
    a.send(b"\x80x")
    net.run(1)
    assert b.data == [b"\x80x"]


def test_close_is_final(net: Any) -> None:
    a, b = connect(net)
    a.agent.close()
    net.flush()
    assert a.states()[-1] is S.CLOSED
    assert a.agent.route is None
    assert a.agent.next_deadline() is None
    sent = [s for s in net.sent if s[1][0] == "10.0.0.1"]
    net.run(30)
    assert [s for s in net.sent if s[1][0] == "10.0.0.1"] == sent
    a.agent.set_remote_parameters(b.agent.local_parameters, net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    assert a.states()[-1] is S.CLOSED


def forged(net: Any, a: Any, b: Any) -> list[bytes]:
    """Messages a stranger, or somebody on the path without the password, can make."""
    ours, theirs = a.agent.local_parameters, b.agent.local_parameters
    wrong = IceParameters(theirs.ufrag, "x" * 24)
    unknown = IceParameters("nobody", theirs.pwd)
    make = {"priority": 5, "controlling": True, "tie_breaker": 1, "use_candidate": True}
    entropy = net.random.randbytes
    messages = [
        stun.binding_request(entropy, local=ours, remote=wrong, **make)[1],
        stun.binding_request(entropy, local=ours, remote=unknown, **make)[1],
        stun.plain_binding_request(entropy)[1],
    ]
    binding, request = stun.Method.BINDING, stun.Class.REQUEST
    kinds = [(m, request) for m in (stun.Method.ALLOCATE, stun.Method.DATA, stun.Method.CHANNEL_BIND)]
    kinds += [(binding, kind) for kind in (stun.Class.RESPONSE, stun.Class.ERROR, stun.Class.INDICATION)]
    messages += [bytes(stun.Message(method, kind, entropy(12))) for method, kind in kinds]
    user = stun.Message(binding, request, entropy(12))
    user.attributes["USERNAME"] = f"{theirs.ufrag}:{ours.ufrag}"
    messages.append(bytes(user))
    return messages


def test_strangers_get_no_answer(net: Any) -> None:
    a, b = connect(net)
    path = next(iter(b.paths))
    counters = b.agent.counters
    sent, now = len(net.sent), net.now
    for message in forged(net, a, b) * 50:
        b.agent.receive(path, message, ("6.6.6.6", 666), now)
    net.flush()
    assert len(net.sent) == sent
    dropped = (
        counters.unauthenticated
        + counters.unknown_user
        + counters.bad_integrity
        + counters.unknown_transaction
        + counters.unexpected
    )
    assert dropped == 50 * len(forged(net, a, b))
    assert len(b.agent.pairs) == 1
    assert len(b.known) == 1


def test_every_truncation_and_every_flipped_byte_is_dropped(net: Any) -> None:
    a, b = connect(net)
    path = next(iter(b.paths))
    _, good = stun.binding_request(
        net.random.randbytes,
        local=a.agent.local_parameters,
        remote=b.agent.local_parameters,
        priority=5,
        controlling=True,
        tie_breaker=1,
        use_candidate=False,
    )
    sent = len(net.sent)
    for size in range(len(good)):
        b.agent.receive(path, good[:size], ("6.6.6.6", 666), net.now)
    # FINGERPRINT, the last eight bytes, may become an attribute nobody knows, which is legal.
    for index in range(len(good) - 8):
        broken = bytearray(good)
        broken[index] ^= 0xFF
        b.agent.receive(path, bytes(broken), ("6.6.6.6", 666), net.now)
    net.flush()
    assert len(net.sent) == sent
    assert len(b.known) == 1


def test_responses_from_the_wrong_place_are_not_taken(net: Any) -> None:
    """RFC 8445 section 7.2.5.2.1."""
    a, b = net.full(controlling=True), net.full(controlling=False)
    path = a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    a.agent.set_remote_parameters(b.agent.local_parameters, net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    net.flush()
    request = stun.parse(net.sent[-1][3])
    reply = stun.binding_response(request, ("10.0.0.1", 1000), b.agent.local_parameters.pwd)
    a.agent.receive(path, reply, ("6.6.6.6", 666), net.now)
    assert a.agent.counters.asymmetric == 1
    assert a.agent.route is None


def test_unsigned_errors_do_not_stop_the_checks(net: Any) -> None:
    a, b = net.full(controlling=True), net.full(controlling=False)
    path = a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    a.agent.set_remote_parameters(b.agent.local_parameters, net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    net.flush()
    request = stun.parse(net.sent[-1][3])
    for code in (400, 401, 487, 500):
        error = stun.Message(stun.Method.BINDING, stun.Class.ERROR, request.transaction_id)
        error.attributes["ERROR-CODE"] = (code, "no")
        a.agent.receive(path, bytes(error), ("10.0.0.2", 2000), net.now)
    assert a.agent.controlling
    net.signal(a, b)
    net.run(5, lambda: selected(a, b))
    assert selected(a, b)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=200), header=st.sampled_from([b"", b"\x00\x01", b"\x01\x01", b"\x01\x11"]))
def test_any_datagram_is_survived(network: Any, data: bytes, header: bytes) -> None:
    net = network()
    for node in (net.full(controlling=True), net.lite()):
        path = node.bind("10.0.0.1", 1000)
        cookie = b"\x21\x12\xa4\x42" if header else b""
        length = max(0, len(data) - 12).to_bytes(2, "big") if header else b""
        node.agent.receive(path, header + length + cookie + data, ("6.6.6.6", 666), net.now)
        assert node.agent.route is None


_ATTRIBUTES = st.lists(
    st.tuples(
        st.sampled_from(
            [1, 4, 6, 8, 9, 0xC, 0xD, 0x12, 0x14, 0x20, 0x24, 0x25, 0x8022, 0x8028, 0x8029, 0x802A, 7]
        ),
        st.binary(max_size=24),
        st.integers(-4, 4),
    ),
    max_size=8,
)


@settings(max_examples=400, deadline=None)
@given(kind=st.sampled_from([0x0001, 0x0101, 0x0111, 0x0011, 0x0003, 0x3FFF]), attributes=_ATTRIBUTES)
def test_any_attributes_are_survived(kind: int, attributes: list[tuple[int, bytes, int]]) -> None:
    body = b""
    for number, value, error in attributes:
        body += number.to_bytes(2, "big") + max(0, len(value) + error).to_bytes(2, "big") + value
        body += bytes(-len(value) % 4)
    data = kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + b"\x21\x12\xa4\x42" + bytes(12) + body
    message = stun.parse(data)
    assert message is None or message.transaction_id == bytes(12)


def test_default_configuration_is_what_is_documented() -> None:
    config = IceConfig()
    assert (config.disconnected_after, config.failed_after) == (5.0, 15.0)
    assert (config.consent_interval, config.initial_rto) == (2.0, 0.1)
    assert config.include_loopback
