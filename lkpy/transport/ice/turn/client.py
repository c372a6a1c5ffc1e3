"""A TURN client (RFC 8656), sans-IO: one allocation, kept alive, and the channels of its peers."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lkpy._runtime.network import Address
from lkpy.transport.ice.parameters import Entropy
from lkpy.transport.ice.stun_codec import Method, parse
from lkpy.transport.ice.turn.channels import Channel, TurnChannels
from lkpy.transport.ice.turn.requests import Answer, Request, TurnRequests

LIFETIME = 600
"""s asked for; what servers grant by default (RFC 8656 section 3.2)."""

REFRESH_SHARE = 5 / 6
"""Of the granted lifetime, after which it is refreshed."""

MIN_REFRESH = 10.0
"""s between refreshes at least, whatever the server grants."""

UDP = 17
"""REQUESTED-TRANSPORT."""

ALLOCATION_MISMATCH = 437


class TurnState(enum.Enum):
    """Of the allocation."""

    NEW = "new"
    ALLOCATING = "allocating"
    ALLOCATED = "allocated"
    DELETING = "deleting"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Allocated:
    """The server relays from `relayed`; `mapped` is our address as it sees it."""

    relayed: Address
    mapped: Address


@dataclass(frozen=True, slots=True)
class Ended:
    """There is no allocation, or none any more; `reason` is empty when we gave it back."""

    reason: str


TurnEvent = Allocated | Ended


class TurnClient:
    """Inputs return events; what is to be sent to the server is fetched with `take_transmits`.

    Args:
        username, credential: long-term credentials.
        entropy: source of transaction ids.
        stream: the server is reached by TCP or TLS.

    Attributes:
        state: see `TurnState`.
        malformed: messages of the server that are none.
    """

    def __init__(self, *, username: str, credential: str, entropy: Entropy, stream: bool) -> None:
        self.state = TurnState.NEW
        self.malformed = 0
        self._requests = TurnRequests(username, credential, entropy, stream=stream)
        self._channels = TurnChannels(stream=stream)
        self._transmits: list[bytes] = []
        self._refresh_at: float | None = None
        self.wrap = self._channels.wrap
        """See `TurnChannels`: the hot paths lead there directly."""
        self.unwrap = self._channels.unwrap
        self._on_answer: dict[Method, Callable[[Answer, float], Sequence[TurnEvent]]] = {
            Method.ALLOCATE: self._on_allocate,
            Method.REFRESH: self._on_refresh,
            Method.CHANNEL_BIND: self._on_channel_bind,
        }

    @property
    def dropped(self) -> int:
        """Datagrams that could not be sent."""
        return self._channels.dropped

    # ---- outputs

    def take_transmits(self) -> list[bytes]:
        """Messages and channel data to send, in order; they are handed out once."""
        taken, self._transmits = self._requests.take_transmits() + self._transmits, []
        return taken

    def next_deadline(self) -> float | None:
        """When `handle_timeout` is due; None: not at all."""
        dues = (self._refresh_at, self._requests.deadline(), self._channels.deadline())
        return (
            None if self.state is TurnState.ENDED else min((d for d in dues if d is not None), default=None)
        )

    # ---- inputs

    def allocate(self, now: float) -> Sequence[TurnEvent]:
        """Ask for an allocation; `Allocated` or `Ended` follows."""
        self.state = TurnState.ALLOCATING
        attributes = {"LIFETIME": LIFETIME, "REQUESTED-TRANSPORT": UDP}
        self._requests.start(Request(Method.ALLOCATE, attributes), now)
        return ()

    def delete(self, now: float) -> Sequence[TurnEvent]:
        """Give the allocation back; `Ended` follows, at once if there is none."""
        if self.state is not TurnState.ALLOCATED:
            return self._end("")
        self.state = TurnState.DELETING
        self._refresh_at = None
        self._requests.cancel()
        self._refresh(0, now)
        return ()

    def send(self, data: bytes, address: Address, now: float) -> bool:
        """A datagram to a peer that `wrap` knows no channel for: one is bound. False: it was dropped."""
        if self.state is not TurnState.ALLOCATED:
            self._channels.dropped += 1
            return False
        kept, channel = self._channels.wait(data, address)
        if channel is not None:
            self._bind(channel, now)
        return kept

    def receive(self, data: bytes, now: float) -> Sequence[TurnEvent]:
        """A STUN message of the server. Never raises."""
        message = parse(data)
        if message is None:
            self.malformed += 1
            return ()
        answer = self._requests.receive(message, now)
        return () if answer is None else self._on_answer[answer.request.method](answer, now)

    def connection_lost(self) -> Sequence[TurnEvent]:
        """The connection to the server is gone."""
        return self._end("the connection was lost")

    def handle_timeout(self, now: float) -> Sequence[TurnEvent]:
        """Do what is due."""
        if self.state is TurnState.ENDED:
            return ()
        events: list[TurnEvent] = []
        for answer in self._requests.run(now):
            events += self._on_answer[answer.request.method](answer, now)
        if self._refresh_at is not None and now >= self._refresh_at:
            self._refresh_at = None
            self._refresh(LIFETIME, now)
        if self.state is TurnState.ALLOCATED:
            for channel in self._channels.run(now):
                self._bind(channel, now)
        return events

    # ---- inner

    def _refresh(self, lifetime: int, now: float) -> None:
        self._requests.start(Request(Method.REFRESH, {"LIFETIME": lifetime}), now)

    def _bind(self, channel: Channel, now: float) -> None:
        attributes = {"CHANNEL-NUMBER": channel.number, "XOR-PEER-ADDRESS": channel.address}
        self._requests.start(Request(Method.CHANNEL_BIND, attributes), now)

    def _on_allocate(self, answer: Answer, now: float) -> Sequence[TurnEvent]:
        if answer.error != 0:
            return self._end(answer.reason)
        relayed = answer.attributes.get("XOR-RELAYED-ADDRESS")
        mapped = answer.attributes.get("XOR-MAPPED-ADDRESS")
        lifetime = answer.attributes.get("LIFETIME")
        if relayed is None or mapped is None or lifetime is None:
            return self._end("the answer lacks an address or the lifetime")
        self.state = TurnState.ALLOCATED
        self._plan_refresh(lifetime, now)
        return (Allocated(relayed, mapped),)

    def _on_refresh(self, answer: Answer, now: float) -> Sequence[TurnEvent]:
        if self.state is TurnState.DELETING:
            return self._end("")
        lifetime = answer.attributes.get("LIFETIME")
        if lifetime is None:
            # It expires unless it is refreshed (RFC 8656 section 8), so it is not used any more.
            return self._end(answer.reason or "the answer lacks the lifetime")
        self._plan_refresh(lifetime, now)
        return ()

    def _on_channel_bind(self, answer: Answer, now: float) -> Sequence[TurnEvent]:
        number = answer.request.attributes["CHANNEL-NUMBER"]
        if answer.error == 0:
            self._transmits += self._channels.bound(number, now)
        elif answer.error == ALLOCATION_MISMATCH:
            return self._end(answer.reason)
        else:
            self._channels.failed(number, refused=answer.error is not None)
        return ()

    def _plan_refresh(self, lifetime: int, now: float) -> None:
        self._refresh_at = now + max(MIN_REFRESH, lifetime * REFRESH_SHARE)

    def _end(self, reason: str) -> Sequence[TurnEvent]:
        if self.state is TurnState.ENDED:
            return ()
        self.state = TurnState.ENDED
        self._refresh_at = None
        self._requests.cancel()
        return (Ended(reason),)
