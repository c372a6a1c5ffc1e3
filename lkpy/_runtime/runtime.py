"""What a room or a server runs on: clock, network, and who watches."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy._loop.clock import Clock, LoopClock
from lkpy._runtime.network import Network
from lkpy._runtime.system_network import SystemNetwork
from lkpy._runtime.trace import GuardedTrace, Trace, TraceDirection, TraceEvent, TraceKind


@dataclass(frozen=True, slots=True)
class Runtime:
    """Handed down from `Room` and `FakeSfu` to every driver below them.

    Attributes:
        clock: tells the time and sets timers.
        network: opens connections.
        trace: hears what crosses a border; None costs nothing: `if trace is not None: trace(...)`.
    """

    clock: Clock
    network: Network
    trace: Trace | None = None

    @classmethod
    def running(cls, network: Network | None = None, trace: Trace | None = None) -> Runtime:
        """The runtime of the running event loop; the system's network unless another is given.

        Raises:
            RuntimeError: no event loop is running.
        """
        return cls(LoopClock.running(), network or SystemNetwork(), trace)

    def __post_init__(self) -> None:
        if self.trace is not None and not isinstance(self.trace, GuardedTrace):
            object.__setattr__(self, "trace", GuardedTrace(self.trace))

    @property
    def trace_failures(self) -> int:
        """Exceptions that the trace raised."""
        return self.trace.failures if isinstance(self.trace, GuardedTrace) else 0

    def tell(
        self, kind: TraceKind, direction: TraceDirection, where: str, content: object, size: int = 0
    ) -> None:
        """Tell the trace, if there is one, that something crosses a border now."""
        if self.trace is not None:
            self.trace(TraceEvent(self.clock.now(), kind, direction, where, content, size))
