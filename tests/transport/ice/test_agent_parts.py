"""Parts of an agent on their own, and what they do together in the corners."""

from __future__ import annotations

import random
from typing import Any

import pytest

from lkpy.transport.ice import stun
from lkpy.transport.ice.agent.checks import MAX_TRANSACTIONS, ConnectivityChecks
from lkpy.transport.ice.agent.full import full_agent
from lkpy.transport.ice.agent.generations import MAX_GENERATIONS, Generations
from lkpy.transport.ice.agent.lite import lite_agent
from lkpy.transport.ice.agent.local_paths import LocalPaths
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.agent.proven import MAX_KNOWN_ADDRESSES, ProvenAddresses
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.agent.selection import NOMINATION_HOLD, Selection
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import MAX_PAIRS, CandidatePair, Generation, PairState
from lkpy.transport.ice.events import (
    AddressForgotten,
    AddressLearned,
    Checked,
    ClosePath,
    GenerationRetired,
    IceCounters,
    OpenTcp,
    ServerReflexive,
)
from lkpy.transport.ice.parameters import IceConfig, IceParameters
from tests.transport.ice.conftest import Network, host

THEIRS = IceParameters("them", "p" * 24)


def entropy() -> Any:
    return random.Random(1).randbytes


def pair(path: int, port: int, priority: int = 1) -> CandidatePair:
    remote = host("10.0.0.2", port)
    return CandidatePair(path, host("10.0.0.1", 1), remote, ("10.0.0.2", port), priority)


def connected() -> tuple[Network, Any, Any]:
    net = Network()
    a, b = net.full(controlling=True), net.full(controlling=False)
    a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(0.1)
    assert a.agent.selected_pair is not None
    return net, a, b


class TestGenerations:
    def test_one_name_is_retired_when_nobody_answers_to_it(self) -> None:
        outbox = Outbox()
        generations = Generations(entropy(), outbox, lite=False)
        first = generations.newest.local
        assert generations.follow(THEIRS) is generations.oldest
        assert generations.follow(THEIRS) is None
        # The peer restarts: our credentials stay, so its retirement is nobody's.
        newest = generations.follow(IceParameters("more", "p" * 24))
        assert newest is not None
        assert newest.local == first
        assert generations.remote_parameters == newest.remote
        retired = generations.retire_before(newest)
        assert [g.remote for g in retired] == [THEIRS]
        assert outbox.take_events() == []
        for _ in range(MAX_GENERATIONS):
            generations.restart()
        assert len(list(generations)) == MAX_GENERATIONS
        assert first.ufrag in generations.local_ufrags, "the one that carries data stays"
        [event] = outbox.take_events()
        assert isinstance(event, GenerationRetired)
        assert generations.answering(event.ufrag) == []

    def test_the_same_peer_after_a_restart_of_ours(self) -> None:
        generations = Generations(entropy(), Outbox(), lite=True)
        assert generations.newest.local.lite
        generations.follow(THEIRS)
        generations.restart()
        assert generations.of_candidate(None) is generations.oldest
        assert generations.follow(THEIRS) is generations.newest
        assert generations.of_candidate("them") is generations.newest
        assert generations.of_candidate("nobody") is None


class TestProvenAddresses:
    def test_old_addresses_are_taken_until_the_next_retirement(self) -> None:
        outbox = Outbox()
        proven = ProvenAddresses(outbox)
        old, new, newer = pair(1, 1), pair(1, 2), pair(1, 3)
        proven.prove(old, None, 5.0)
        assert old.authenticated_at == 5.0
        proven.prove(new, None, 6.0)
        learned = [AddressLearned(p.path, p.address, p) for p in (old, new)]
        assert outbox.take_events() == [learned[0], Checked(), learned[1]]
        proven.retire([old])
        assert outbox.take_events() == []
        proven.prove(newer, None, 7.0)
        proven.retire([new])
        assert outbox.take_events()[1:] == [AddressForgotten(1, old.address)]
        proven.forget_path(1)
        assert outbox.take_events() == [AddressForgotten(1, p.address) for p in (new, newer)]
        proven.retire([newer])
        assert outbox.take_events() == []

    def test_memory_is_bounded_and_keeps_the_route(self) -> None:
        outbox = Outbox()
        proven = ProvenAddresses(outbox)
        route = pair(1, 1)
        proven.prove(route, None, 0)
        for port in range(2, MAX_KNOWN_ADDRESSES + 10):
            proven.prove(pair(1, port), route, 0)
        forgotten = [e.address for e in outbox.take_events() if isinstance(e, AddressForgotten)]
        assert forgotten == [("10.0.0.2", port) for port in range(2, 11)]


class TestSelection:
    def test_peers_that_nominate_everything_mean_the_best(self) -> None:
        generations = Generations(entropy(), Outbox(), lite=True)
        selection = Selection(generations, ProvenAddresses(Outbox()))
        generation = generations.oldest
        best, worse = pair(1, 1, priority=9), pair(1, 2, priority=1)
        for chosen, now in ((best, 10.0), (worse, 10.1)):
            selection.follow(generation, chosen, now)
            chosen.remote_nominated_at = now
        assert generation.selected is best
        selection.follow(generation, worse, 10.0 + NOMINATION_HOLD)
        assert generation.selected is worse
        selection.follow(generation, best, 10.6)
        assert (generation.selected, generation.selected_at) == (best, 10.6)


class TestRole:
    @pytest.mark.parametrize(("ours", "theirs", "agreed"), [(5, 6, True), (6, 6, False), (7, 6, False)])
    def test_the_larger_tie_breaker_keeps_the_role(self, ours: int, theirs: int, agreed: bool) -> None:
        generations, counters = Generations(entropy(), Outbox(), lite=False), IceCounters()
        role = Role(generations, counters, controlling=True, tie_breaker=ours)
        check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, bytes(12), {"ICE-CONTROLLING": theirs})
        assert role.agree(check) is agreed
        assert role.controlling is not agreed
        assert counters.role_conflicts == 1
        check.attributes = {}
        assert role.agree(check)
        assert counters.role_conflicts == 1


class TestLocalPaths:
    def test_what_stood_on_a_lost_path_is_not_offered_again(self) -> None:
        paths = LocalPaths()
        base = host("10.0.0.1", 7)
        kept = Candidate("r", 1, "udp", 1, "192.0.2.1", 9, "relay", "0.0.0.0", 9)
        path = paths.add(base)
        paths.candidates += [Candidate("s", 1, "udp", 1, "192.0.2.2", 9, "srflx", "10.0.0.1", 7), kept]
        unoffered = paths.reserve(Candidate("t", 1, "tcp", 1, "0.0.0.0", 9, "host", tcptype="active"))
        paths.lose(unoffered)
        assert len(paths.candidates) == 3, "the address of a relay behind it is no base"
        paths.lose(path)
        paths.lose(path)
        assert paths.candidates == [kept]
        paths.rename("new")
        assert [c.ufrag for c in paths.candidates] == ["new"]


class TestChecks:
    def test_unanswered_checks_are_bounded(self) -> None:
        outbox, counters = Outbox(), IceCounters()
        generations = Generations(entropy(), outbox, lite=False)
        role = Role(generations, counters, controlling=True, tie_breaker=1)
        checks = ConnectivityChecks(IceConfig(), entropy(), generations, role, outbox, counters)
        generation = Generation(generations.newest.local, THEIRS)
        for _ in range(MAX_TRANSACTIONS + 1):
            checks.request(generation, pair(1, 1), 0.0, nominates=False)
        sent = [stun.parse(transmit.data) for transmit in outbox.take_transmits()]
        assert [checks.owns(message.transaction_id) for message in sent if message] == (
            [False] + [True] * MAX_TRANSACTIONS
        )


def test_a_lite_agent_wants_no_connections() -> None:
    agent = lite_agent(config=IceConfig(), entropy=entropy())
    assert agent.tcp_opened(7, ("10.0.0.1", 1), 0.0) == [ClosePath(7)]
    assert agent.path_lost(7, 0.0) == []
    response = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, bytes(12))
    assert agent.receive_message(1, response, ("10.0.0.1", 1), 0.0) == []
    assert agent.counters.unknown_transaction == 1
    assert not agent.owns_transaction(bytes(12))


def test_inputs_return_their_own_events_once() -> None:
    agent = full_agent(controlling=True, config=IceConfig(), entropy=entropy())
    agent.add_path(host("10.0.0.1", 1))
    assert [type(e).__name__ for e in agent.set_remote_parameters(THEIRS, 1.0)] == ["StateChanged"]
    assert agent.set_remote_parameters(THEIRS, 1.0) == ()
    assert agent.add_remote_candidate(host("10.0.0.2", 2), 1.0) == []
    assert [transmit.address for transmit in agent.take_transmits()] == [("10.0.0.2", 2)]
    assert agent.take_transmits() == []
    assert [type(e).__name__ for e in agent.close()] == ["StateChanged"]
    assert agent.close() == []
    assert agent.handle_timeout(9.0) == []


def test_a_question_answered_on_the_wrong_path() -> None:
    agent = lite_agent(config=IceConfig(), entropy=entropy())
    path, server = agent.add_path(host("10.0.0.1", 1)), ("192.0.2.9", 3478)
    agent.query_server(path, server, 0.0)
    agent.handle_timeout(0.0)
    request = stun.parse(agent.take_transmits()[0].data)
    assert request is not None
    assert agent.owns_transaction(request.transaction_id)
    reply = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, request.transaction_id)
    assert agent.receive_message(path, reply, server, 0.1) == []
    reply.attributes["XOR-MAPPED-ADDRESS"] = ("203.0.113.1", 1)
    assert agent.receive_message(path + 1, reply, server, 0.1) == []
    assert agent.counters.asymmetric == 2
    refusal = stun.Message(stun.Method.BINDING, stun.Class.ERROR, request.transaction_id)
    refusal.attributes["ERROR-CODE"] = (500, "no")
    assert agent.receive_message(path, refusal, server, 0.1) == [ServerReflexive(path, server, None)]


def test_no_connection_is_planned_when_the_list_is_full() -> None:
    net = Network()
    a = net.full(controlling=True)
    a.bind("10.0.0.1", 1000)
    a.agent.set_remote_parameters(THEIRS, net.now)
    for port in range(1, MAX_PAIRS + 1):
        a.agent.add_remote_candidate(host("10.0.0.2", port), net.now)
    tcp = Candidate.parse("9 1 tcp 1671430143 10.0.0.2 4443 typ host tcptype passive")
    a.agent.add_remote_candidate(tcp, net.now)
    net.run(1)
    assert len(a.agent.pairs) == MAX_PAIRS
    assert not [event for event in a.events if isinstance(event, OpenTcp)]


def test_a_check_may_outrun_the_news_of_the_connection() -> None:
    net = Network()
    a, b = net.full(controlling=False), net.full(controlling=True)
    net.signal(a, b)
    tcp = Candidate.parse("9 1 tcp 1671430143 10.0.0.2 4443 typ host tcptype passive")
    a.agent.add_remote_candidate(tcp, net.now)
    [opened] = [event for event in a.events if isinstance(event, OpenTcp)]
    _, request = stun.binding_request(
        entropy(),
        local=b.agent.local_parameters,
        remote=a.agent.local_parameters,
        priority=5,
        controlling=True,
        tie_breaker=1,
        use_candidate=False,
    )
    a.agent.receive(opened.path, request, ("10.0.0.2", 4443), net.now)
    assert [p.state for p in a.agent.pairs] == [PairState.IN_PROGRESS]
    assert len(a.agent.take_transmits()) == 2, "its answer, and a check of our own"


def test_a_signed_error_of_another_kind_is_counted() -> None:
    net = Network()
    a, b = net.full(controlling=True), net.full(controlling=False)
    path = a.bind("10.0.0.1", 1000)
    b.bind("10.0.0.2", 2000)
    a.agent.set_remote_parameters(b.agent.local_parameters, net.now)
    a.agent.add_remote_candidate(b.candidates()[0], net.now)
    [check] = a.agent.take_transmits()
    request = stun.parse(check.data)
    assert request is not None
    error = stun.Message(stun.Method.BINDING, stun.Class.ERROR, request.transaction_id)
    error.attributes["ERROR-CODE"] = (500, "no")
    key = b.agent.local_parameters.pwd.encode()
    a.agent.receive(path, error.encode(key), ("10.0.0.2", 2000), net.now)
    assert a.agent.counters.unexpected == 1
    net.signal(a, b)
    net.run(1, lambda: a.agent.selected_pair is not None)
    assert a.agent.selected_pair is not None, "the check is repeated"


def test_a_peer_that_restarted_is_answered_before_we_know() -> None:
    _, a, b = connected()
    _, request = stun.binding_request(
        entropy(),
        local=IceParameters("newborn", "x" * 24),
        remote=b.agent.local_parameters,
        priority=5,
        controlling=True,
        tie_breaker=1,
        use_candidate=True,
    )
    b.agent.receive(next(iter(b.paths)), request, ("10.0.0.9", 9), 2000.0)
    assert len(b.agent.take_transmits()) == 1
    assert [p.address for p in b.agent.pairs] == [("10.0.0.1", 1000)]
    assert a.agent.selected_pair is not None


def test_a_path_lost_while_it_is_nominated_lets_the_next_one_be() -> None:
    net = Network()
    a, b = net.full(controlling=True), net.full(controlling=False)
    first = a.bind("10.0.0.1", 1000, preference=200)
    a.bind("10.1.0.1", 1001, preference=100)
    b.bind("10.0.0.2", 2000)
    net.signal(a, b)
    net.run(1, lambda: any(p.nominating for p in a.agent.pairs))
    [nominated] = [p for p in a.agent.pairs if p.nominating]
    assert nominated.path == first
    a.agent.path_lost(first, net.now)
    net.owners.pop(("10.0.0.1", 1000))
    net.run(5, lambda: a.agent.selected_pair is not None)
    assert a.agent.selected_pair.local.host == "10.1.0.1"


def test_a_signalled_candidate_takes_the_place_of_a_learned_one_in_its_pairs_alone() -> None:
    _, a, b = connected()
    now = 2000.0
    path = next(iter(b.paths))
    _, request = stun.binding_request(
        entropy(),
        local=a.agent.local_parameters,
        remote=b.agent.local_parameters,
        priority=5,
        controlling=True,
        tie_breaker=1,
        use_candidate=False,
    )
    b.agent.receive(path, request, ("10.0.0.7", 7), now)
    signalled = host("10.0.0.7", 7)
    b.agent.add_remote_candidate(signalled, now)
    assert sorted(p.remote.host for p in b.agent.pairs) == ["10.0.0.1", "10.0.0.7"]
    assert [p.remote for p in b.agent.pairs if p.address[1] == 7] == [signalled]
    b.agent.add_remote_candidate(signalled, now)
    assert len(b.agent.pairs) == 2
