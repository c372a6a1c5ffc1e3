"""What full and lite agents do differently."""

from __future__ import annotations

from typing import Protocol

from lkpy._runtime.network import Address
from lkpy.transport.ice.agent.responder import Check
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.checklist import Generation
from lkpy.transport.ice.stun import Message


class Conduct(Protocol):
    """The side of an agent that does more than answer. `FullConduct` checks, `LiteConduct` listens."""

    def begin(self, generation: Generation) -> None:
        """A generation got its remote parameters."""

    def add_path(self, path: int) -> None:
        """A path can be paired."""

    def add_candidate(self, generation: Generation, candidate: Candidate, now: float) -> None:
        """A remote candidate that was not known."""

    def tcp_opened(self, path: int, local: Address) -> None:
        """A connection asked for stands."""

    def lose_path(self, path: int) -> None:
        """A path is gone."""

    def take_check(self, check: Check, now: float) -> None:
        """The peer checked a pair and was answered."""

    def take_response(self, path: int, message: Message, address: Address, now: float) -> bool:
        """A response that answers no question to a STUN server. Whether it changed anything."""

    def owns(self, transaction_id: bytes) -> bool:
        """Whether a response answers one of our checks."""

    def hear(self, now: float) -> None:
        """A deadline came: note what was heard since, before silence is judged."""

    def run(self, now: float) -> None:
        """Do what is due; route and state are settled."""

    def deadline(self) -> float | None:
        """When `run` or `hear` has something to do."""
