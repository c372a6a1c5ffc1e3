"""What a sans-IO ICE agent asks of its driver and tells it."""

from __future__ import annotations

from dataclasses import dataclass

from lkpy._runtime.network import Address
from lkpy.transport.ice.checklist import CandidatePair
from lkpy.transport.ice.states import IceState


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send `data` to `address` on the local path."""

    path: int
    data: bytes
    address: Address


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The agent's state is another one."""

    state: IceState


@dataclass(frozen=True, slots=True)
class Checked:
    """The first authenticated message of the peer arrived: a path exists, DTLS may start. Once per agent."""


@dataclass(frozen=True, slots=True)
class AddressLearned:
    """Datagrams from `address` on the path belong to the peer; count them on `pair`."""

    path: int
    address: Address
    pair: CandidatePair


@dataclass(frozen=True, slots=True)
class AddressForgotten:
    """Datagrams from `address` on the path do not belong to the peer any more."""

    path: int
    address: Address


@dataclass(frozen=True, slots=True)
class OpenTcp:
    """Connect to `address`; report `tcp_opened` or `path_lost` for the path."""

    path: int
    address: Address


@dataclass(frozen=True, slots=True)
class ClosePath:
    """The path is not needed any more."""

    path: int


@dataclass(frozen=True, slots=True)
class GenerationRetired:
    """Checks for this local user name fragment are not answered any more."""

    ufrag: str


@dataclass(frozen=True, slots=True)
class ServerReflexive:
    """A STUN server said what `path` looks like from outside, or None when it did not answer in time."""

    path: int
    server: Address
    mapped: Address | None


Event = (
    StateChanged
    | Checked
    | AddressLearned
    | AddressForgotten
    | OpenTcp
    | ClosePath
    | GenerationRetired
    | ServerReflexive
)


@dataclass(slots=True)
class IceCounters:
    """What was dropped and why.

    Attributes:
        malformed: datagrams that look like STUN and are not.
        unauthenticated: requests without user name or integrity.
        unknown_user: requests for another user name fragment.
        bad_integrity: requests or responses that fail their integrity check.
        unknown_transaction: responses to nothing we asked.
        asymmetric: responses from another address than the one asked (RFC 8445 section 7.2.5.2.1).
        unexpected: other STUN messages (indications, methods, error responses).
        role_conflicts: repaired role conflicts.
        unknown_source: datagrams from addresses without authenticated traffic.
        empty: datagrams without a byte.
        unroutable: datagrams not sent because there is no pair.
        not_sent: datagrams the socket or stream refused.
        candidates_ignored: remote candidates that cannot be used.
        callback_errors: exceptions out of the user's callbacks.
    """

    malformed: int = 0
    unauthenticated: int = 0
    unknown_user: int = 0
    bad_integrity: int = 0
    unknown_transaction: int = 0
    asymmetric: int = 0
    unexpected: int = 0
    role_conflicts: int = 0
    unknown_source: int = 0
    empty: int = 0
    unroutable: int = 0
    not_sent: int = 0
    candidates_ignored: int = 0
    callback_errors: int = 0
