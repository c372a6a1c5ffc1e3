"""The parts that full and lite agents share, put together once."""

from __future__ import annotations

from dataclasses import dataclass, field

from lkpy.transport.ice.agent.generations import Generations
from lkpy.transport.ice.agent.liveness import Liveness
from lkpy.transport.ice.agent.local_paths import LocalPaths
from lkpy.transport.ice.agent.outbox import Outbox
from lkpy.transport.ice.agent.proven import ProvenAddresses
from lkpy.transport.ice.agent.role import Role
from lkpy.transport.ice.agent.selection import Selection
from lkpy.transport.ice.events import IceCounters
from lkpy.transport.ice.parameters import Entropy, IceConfig


@dataclass(slots=True)
class AgentParts:
    """What an agent is made of, whether it checks or only answers."""

    config: IceConfig
    entropy: Entropy
    counters: IceCounters
    outbox: Outbox
    generations: Generations
    paths: LocalPaths
    proven: ProvenAddresses
    role: Role
    liveness: Liveness
    selection: Selection = field(init=False)

    def __post_init__(self) -> None:
        self.selection = Selection(self.generations, self.proven)

    @classmethod
    def make(
        cls, *, config: IceConfig, entropy: Entropy, controlling: bool, lite: bool, patience: float = 1.0
    ) -> AgentParts:
        """The parts of a new agent; see `Role` and `Liveness`."""
        outbox, counters = Outbox(), IceCounters()
        tie_breaker = int.from_bytes(entropy(8), "big")
        generations = Generations(entropy, outbox, lite=lite)
        return cls(
            config=config,
            entropy=entropy,
            counters=counters,
            outbox=outbox,
            generations=generations,
            paths=LocalPaths(),
            proven=ProvenAddresses(outbox),
            role=Role(generations, counters, controlling=controlling, tie_breaker=tie_breaker, fixed=lite),
            liveness=Liveness(generations, outbox, config, patience=patience),
        )
