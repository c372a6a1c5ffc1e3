"""Where a scenario is played: its participants, in the processes of their SDKs, and the server's API."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any

from livekit import api

from lkpy.testing import make_token
from tests.interop.environment import API_KEY, API_SECRET
from tests.interop.official import OfficialPeer
from tests.scenarios.events import as_written, without_quirks
from tests.scenarios.language import AT_ANY_TIME

PATIENCE = 10.0
"""Seconds within which everything that a step makes happen has to be seen."""


class Differs(AssertionError):
    """A participant saw something else than the scenario says."""


@dataclass
class Participant:
    """One participant of a scenario: how its process is reached, and what it saw."""

    name: str
    identity: str
    sdk: str
    peer: OfficialPeer
    handle: str
    seen: list[dict[str, Any]] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    skip: int = 0
    """Events at the start that the scenario does not look at."""

    def listen(self) -> None:
        """Take this participant's events from the process."""
        self.peer.listeners[self.handle] = self._saw

    def _saw(self, event: dict[str, Any]) -> None:
        self.seen.append(event)
        self.changed.set()

    async def call(self, op: str, **command: Any) -> dict[str, Any]:
        """Let the participant do something."""
        return await self.peer.call(op, **{"as": self.handle}, **command)


class Stage:
    """The participants of one run of one scenario, and the names of what they made."""

    def __init__(
        self, url: str, processes: dict[str, tuple[str, OfficialPeer]], server: api.LiveKitAPI, single: bool
    ) -> None:
        self.url = url
        self.room = f"room-{secrets.token_hex(6)}"
        self.server = server.room
        self.participants: dict[str, Participant] = {}
        self.names: dict[str, str] = {}
        self.tracks: dict[str, tuple[str, str]] = {}
        """Track name -> (who published it, its sid)."""
        self._processes = processes
        self._single = single

    async def join(self, name: str, identity: str, **grants: Any) -> Participant:
        """Connect a participant: `alice` and her namesakes in the first process, others in the second."""
        sdk, peer = self._processes["first" if name.startswith("alice") else "second"]
        participant = Participant(name, identity, sdk, peer, f"{self.room}/{name}")
        self.participants[name] = participant
        self.names[identity] = identity
        participant.listen()
        auto_subscribe = grants.pop("auto_subscribe", True)
        grants = {"can_update_own_metadata": True, **grants}
        token = make_token(API_KEY, API_SECRET, identity=identity, room=self.room, **grants)
        await participant.call(
            "connect",
            url=self.url,
            token=token,
            single=self._single,
            auto_subscribe=auto_subscribe,
            listen=False,
            tell_data=True,
        )
        return participant

    def published(self, who: str, track: str, sid: str) -> None:
        """Remember a track's name."""
        self.tracks[track] = (who, sid)
        self.names[sid] = track

    def written(self, participant: Participant, wanted: list[str]) -> tuple[list[str], set[str]]:
        """What a participant saw: the events in order, and those whose place is open."""
        written = [as_written(event, self.names) for event in participant.seen[participant.skip :]]
        ordered = [event for event in written if event.split()[0] not in AT_ANY_TIME]
        return without_quirks(participant.sdk, ordered, wanted), set(written) - set(ordered)

    async def until(self, participant: Participant, in_order: list[str], at_any_time: set[str]) -> None:
        """Wait until a participant has seen all this. Raises Differs as soon as it saw something else."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    participant.changed.clear()
                    ordered, others = self.written(participant, in_order)
                    if len(ordered) >= len(in_order) and at_any_time <= others:
                        break
                    await participant.changed.wait()
        except TimeoutError:
            missing = [*in_order[len(ordered) :], *(at_any_time - others)]
            raise Differs(f"{participant.name} did not see {missing}; saw {ordered}") from None
        self.same(participant, in_order, ordered[: len(in_order)])

    def same(self, participant: Participant, wanted: list[str], ordered: list[str]) -> None:
        """Raises Differs, with both lists side by side, unless they are equal."""
        if wanted != ordered:
            wide = max(map(len, [*wanted, "wanted"]))
            rows = [("wanted", "saw"), *_side_by_side(wanted, ordered)]
            table = "\n".join(f"  {a:{wide}} {'|' if a == b else '!'} {b}" for a, b in rows)
            raise Differs(f"{participant.name} ({participant.sdk}):\n{table}")

    async def clear(self) -> None:
        """Everybody leaves."""
        for participant in self.participants.values():
            await participant.call("leave")
            participant.peer.listeners.pop(participant.handle, None)


def _side_by_side(left: list[str], right: list[str]) -> list[tuple[str, str]]:
    rows = max(len(left), len(right))
    return list(zip([*left, *[""] * (rows - len(left))], [*right, *[""] * (rows - len(right))], strict=True))
