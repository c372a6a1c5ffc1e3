"""Candidate pairs and the check list of one generation (RFC 8445 section 6.1.2)."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field

from lkpy._runtime.network import Address
from lkpy.transport.ice.candidate import Candidate, pair_priority
from lkpy.transport.ice.parameters import IceParameters

MAX_PAIRS = 100
"""RFC 8445 section 6.1.2.5."""

MAX_REMOTE_CANDIDATES = 128


class PairState(enum.Enum):
    """RFC 8445 section 6.1.2.6. FROZEN here: a TCP pair without a connection, or not needed any more."""

    FROZEN = "frozen"
    WAITING = "waiting"
    IN_PROGRESS = "in-progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class CandidatePair:
    """A local path and a remote address that may work together, with what was seen of them.

    Attributes:
        path: number of the local path (socket, connection or allocation) that sends.
        local, remote: the candidates; a peer-reflexive local one replaces the base once it is known.
        address: where datagrams go.
        nominated: chosen by the controlling side for data.
        authenticated_at: s, when authenticated traffic was last seen, or None.
        rtt, total_rtt: s, of the last answered check and the sum over all of them.
        requests_*, responses_*: binding requests and responses.
        packets_*, bytes_*: application datagrams and their payload bytes.
    """

    path: int
    local: Candidate
    remote: Candidate
    address: Address
    priority: int = 0
    state: PairState = PairState.WAITING
    nominated: bool = False
    authenticated_at: float | None = None

    nominating: bool = False
    """Our next checks carry USE-CANDIDATE."""
    remote_nominated_at: float | None = None
    """When the peer's last check with USE-CANDIDATE arrived."""
    next_check_at: float | None = 0.0
    """When the next check is due; None while nothing is."""
    sent_at: float | None = None
    """When the last check left."""
    tries: int = 0
    give_up_at: float | None = None

    rtt: float | None = None
    total_rtt: float = 0.0
    requests_sent: int = 0
    requests_received: int = 0
    responses_sent: int = 0
    responses_received: int = 0
    packets_sent: int = 0
    packets_received: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0


@dataclass(slots=True, eq=False)
class Generation:
    """What lives from one pair of credentials to the next (RFC 8445 section 9: an ICE session)."""

    local: IceParameters
    remote: IceParameters | None = None
    pairs: list[CandidatePair] = field(default_factory=list)
    """Sorted, best first."""
    remote_candidates: dict[tuple[str, str, int], Candidate] = field(default_factory=dict)
    """By transport, canonical address and port."""
    selected: CandidatePair | None = None
    selected_at: float | None = None
    """When `selected` was chosen."""
    nominate_at: float | None = None
    """When the best pair that works by then is nominated."""

    def find(self, path: int, address: Address) -> CandidatePair | None:
        """The pair of a path and a remote address."""
        for pair in self.pairs:
            if pair.path == path and pair.address == address:
                return pair
        return None

    def add(self, pair: CandidatePair, controlling: bool, *, authenticated: bool = False) -> bool:
        """Insert by priority; False if refused. A full list makes room for a peer that proved itself."""
        if len(self.pairs) >= MAX_PAIRS:
            unproven = (p for p in reversed(self.pairs) if p.authenticated_at is None)
            victim = next((p for p in unproven if p.local.transport == "udp"), None)
            if victim is None or not authenticated:
                return False
            self.pairs.remove(victim)
        set_priority(pair, controlling)
        self.pairs.append(pair)
        self.pairs.sort(key=_by_priority)
        return True

    def reprioritise(self, controlling: bool) -> None:
        """Recompute all priorities after a role switch (RFC 8445 section 7.3.1.1)."""
        for pair in self.pairs:
            set_priority(pair, controlling)
        self.pairs.sort(key=_by_priority)

    def lose_path(self, path: int) -> None:
        """Nothing can be sent on the path any more."""
        for pair in self.pairs:
            if pair.path == path:
                pair.state = PairState.FAILED
                pair.authenticated_at = pair.next_check_at = None
                if self.selected is pair:
                    self.selected = None

    def best(self) -> CandidatePair | None:
        """The pair that should carry data: selected, else valid, else the one the peer was heard on last."""
        return self.selected if self.selected is not None else self.best_since(float("-inf"))

    def best_since(self, since: float) -> CandidatePair | None:
        """The best valid pair the peer was heard on after `since`, else the one it was heard on last."""
        heard: CandidatePair | None = None
        last = since
        for pair in self.pairs:
            at = pair.authenticated_at
            if at is None or at <= since:
                continue
            if pair.state is PairState.SUCCEEDED:
                return pair
            if at > last:
                heard, last = pair, at
        return heard


def set_priority(pair: CandidatePair, controlling: bool) -> None:
    """Set the pair's priority for our role."""
    ours, theirs = pair.local.priority, pair.remote.priority
    pair.priority = pair_priority(ours, theirs) if controlling else pair_priority(theirs, ours)


def _by_priority(pair: CandidatePair) -> int:
    return -pair.priority
