"""Connections to the peer's passive TCP candidates (RFC 6544): when they are opened and let go."""

from __future__ import annotations

from lkpy._runtime.network import Address
from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.local_paths import LocalPaths
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.agent.proven import ProvenAddresses
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.candidate import Candidate, candidate_priority, canonical_ip, foundation
from lkpy.transport.ice.checklist import CandidatePair, Generation, PairState
from lkpy.transport.ice.events import ClosePath, OpenTcp
from lkpy.transport.ice.parameters import IceConfig

HEAD_START = 0.05
"""s that UDP checks get before connections are opened."""

PRUNE_AFTER = 2.0
"""s after the selection when connections that were not chosen are closed."""


class ActiveTcp:
    """Our connections. Only this side opens any (RFC 6544 section 7.1); tells `OpenTcp` and `ClosePath`."""

    def __init__(
        self,
        config: IceConfig,
        generations: Generations,
        paths: LocalPaths,
        proven: ProvenAddresses,
        role: Role,
        outbox: Outbox,
    ) -> None:
        self._config = config
        self._generations = generations
        self._paths = paths
        self._proven = proven
        self._role = role
        self._outbox = outbox
        self._planned: dict[int, float] = {}
        """When the connection of a path is to be opened."""
        self._asked: set[int] = set()
        self._open: set[int] = set()

    def plan(self, generation: Generation, candidate: Candidate, now: float) -> None:
        """A remote TCP candidate; a pair in the generation stands for the connection to it."""
        if candidate.tcptype != "passive" or not self._config.tcp or self._config.relay_only:
            return
        ip = canonical_ip(candidate.host)
        if ip is None or (":" in ip and not self._config.ipv6) or generation.selected is not None:
            return
        local = _local("::" if ":" in ip else "0.0.0.0", 9)
        path = self._paths.reserve(local)
        pair = CandidatePair(path, local, candidate, (ip, candidate.port), state=PairState.FROZEN)
        if not generation.add(pair, self._role.controlling):
            self._paths.lose(path)
            return
        has_udp = any(other.local.transport == "udp" for other in generation.pairs)
        self._planned[path] = now + HEAD_START if has_udp else now

    def opened(self, path: int, local: Address) -> None:
        """A connection asked for stands; its pairs can be checked. One that is not needed is closed."""
        if path not in self._asked:
            self._outbox.tell(ClosePath(path))
            return
        self._asked.remove(path)
        self._open.add(path)
        base = self._paths.bases[path] = _local(*local)
        for pair in self._generations.pairs:
            if pair.path == path:
                pair.local = base
                pair.state = PairState.WAITING

    def lost(self, path: int) -> None:
        """A connection could not be opened, or is gone."""
        self._planned.pop(path, None)
        self._asked.discard(path)
        self._open.discard(path)

    def run(self, now: float) -> None:
        """Open what is due, close what is not needed."""
        if not (self._planned or self._asked or self._open):
            return
        addresses = {pair.path: pair.address for pair in self._generations.pairs}
        spare = self._spare()
        for path in [*self._planned, *self._asked, *self._open]:
            due, spare_at = self._planned.get(path), spare.get(path)
            if path not in addresses or (spare_at is not None and now >= spare_at):
                self._close(path)
            elif due is not None and now >= due:
                del self._planned[path]
                self._asked.add(path)
                self._outbox.tell(OpenTcp(path, addresses[path]))

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        return min([*self._planned.values(), *self._spare().values()], default=None)

    def _spare(self) -> dict[int, float]:
        """Connections that were not chosen, and when they are closed."""
        own = self._planned.keys() | self._asked | self._open
        return {
            pair.path: generation.selected_at + PRUNE_AFTER
            for generation in self._generations
            if generation.selected is not None and generation.selected_at is not None
            for pair in generation.pairs
            if pair.path in own and pair is not generation.selected
        }

    def _close(self, path: int) -> None:
        self.lost(path)
        self._paths.lose(path)
        for pair in self._generations.pairs:
            if pair.path == path:
                pair.state = PairState.FAILED
        self._outbox.tell(ClosePath(path))
        self._proven.forget_path(path)


def _local(host: str, port: int) -> Candidate:
    """The local candidate of an active connection (RFC 6544 section 4.1)."""
    return Candidate(
        foundation=foundation("host", "tcp", host),
        component=1,
        transport="tcp",
        priority=candidate_priority("host", 8191, transport="tcp"),
        host=host,
        port=port,
        type="host",
        tcptype="active",
    )
