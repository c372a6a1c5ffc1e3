"""A snapshot of an ICE transport for `getStats`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lkpy.transport.ice.agent.ice_agent import IceAgent
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import CandidatePair, PairState
from lkpy.transport.ice.events import IceCounters
from lkpy.transport.ice.states import IceState


@dataclass(frozen=True, slots=True)
class PairStats:
    """One candidate pair (RTCIceCandidatePairStats).

    Attributes:
        selected: carries data now.
        priority: RFC 8445 section 6.1.2.3.
        rtt: s, of the last answered check, or None; total_rtt: s, sum over `responses_received` checks.
        bytes_*, packets_*: application datagrams, payload bytes.
    """

    local: Candidate
    remote: Candidate
    state: PairState
    nominated: bool
    selected: bool
    priority: int
    rtt: float | None
    total_rtt: float
    requests_sent: int
    requests_received: int
    responses_sent: int
    responses_received: int
    packets_sent: int
    packets_received: int
    bytes_sent: int
    bytes_received: int

    @classmethod
    def of(cls, pair: CandidatePair, selected: CandidatePair | None) -> PairStats:
        """Snapshot of a pair."""
        return cls(
            local=pair.local,
            remote=pair.remote,
            state=pair.state,
            nominated=pair.nominated,
            selected=pair is selected,
            priority=pair.priority,
            rtt=pair.rtt,
            total_rtt=pair.total_rtt,
            requests_sent=pair.requests_sent,
            requests_received=pair.requests_received,
            responses_sent=pair.responses_sent,
            responses_received=pair.responses_received,
            packets_sent=pair.packets_sent,
            packets_received=pair.packets_received,
            bytes_sent=pair.bytes_sent,
            bytes_received=pair.bytes_received,
        )


@dataclass(frozen=True, slots=True)
class IceStats:
    """An ICE transport (RTCTransportStats, RTCIceCandidateStats).

    Attributes:
        controlling: our role.
        pairs: all pairs, `selected` marks the one that carries data.
        counters: what was dropped; a copy.
    """

    state: IceState
    controlling: bool
    local_ufrag: str
    pairs: tuple[PairStats, ...]
    local_candidates: tuple[Candidate, ...]
    remote_candidates: tuple[Candidate, ...]
    counters: IceCounters

    @classmethod
    def of(cls, agent: IceAgent) -> IceStats:
        """Snapshot of an agent."""
        return cls(
            state=agent.state,
            controlling=agent.controlling,
            local_ufrag=agent.local_parameters.ufrag,
            pairs=tuple(PairStats.of(pair, agent.route) for pair in agent.pairs),
            local_candidates=tuple(agent.local_candidates),
            remote_candidates=tuple(agent.remote_candidates),
            counters=replace(agent.counters),
        )

    @property
    def selected(self) -> PairStats | None:
        """The pair that carries data."""
        return next((pair for pair in self.pairs if pair.selected), None)
