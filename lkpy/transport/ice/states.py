"""The states of an ICE transport and what moves it between them."""

from __future__ import annotations

import enum


class IceState(enum.Enum):
    """State of an ICE transport, named as in WebRTC's RTCIceTransportState."""

    NEW = "new"
    """No remote parameters yet, nothing received."""
    CHECKING = "checking"
    """Looking for a pair that works."""
    CONNECTED = "connected"
    """A pair carries data both ways and is consented to."""
    DISCONNECTED = "disconnected"
    """Nothing authenticated was heard for `IceConfig.disconnected_after`; may recover by itself."""
    FAILED = "failed"
    """Nothing for `IceConfig.failed_after`, or no pair in that time. Traffic or a restart leads out."""
    CLOSED = "closed"
    """`aclose` was called."""


class IceInput(enum.Enum):
    """What happened to the path, as far as the state cares."""

    START = "remote parameters of a new generation"
    ALIVE = "authenticated traffic on a usable pair"
    SILENT = "nothing for disconnected_after"
    LOST = "nothing for failed_after"
    CLOSE = "closed by the user"


_S, _I = IceState, IceInput

TRANSITIONS: dict[tuple[IceState, IceInput], IceState] = {
    (_S.NEW, _I.START): _S.CHECKING,
    (_S.NEW, _I.ALIVE): _S.CONNECTED,
    (_S.NEW, _I.CLOSE): _S.CLOSED,
    (_S.CHECKING, _I.ALIVE): _S.CONNECTED,
    (_S.CHECKING, _I.LOST): _S.FAILED,
    (_S.CHECKING, _I.CLOSE): _S.CLOSED,
    (_S.CONNECTED, _I.SILENT): _S.DISCONNECTED,
    (_S.CONNECTED, _I.LOST): _S.FAILED,
    (_S.CONNECTED, _I.CLOSE): _S.CLOSED,
    (_S.DISCONNECTED, _I.START): _S.CHECKING,
    (_S.DISCONNECTED, _I.ALIVE): _S.CONNECTED,
    (_S.DISCONNECTED, _I.LOST): _S.FAILED,
    (_S.DISCONNECTED, _I.CLOSE): _S.CLOSED,
    (_S.FAILED, _I.START): _S.CHECKING,
    (_S.FAILED, _I.ALIVE): _S.CONNECTED,
    (_S.FAILED, _I.CLOSE): _S.CLOSED,
}
"""Pairs that are not listed leave the state as it is."""


def advance(state: IceState, event: IceInput) -> IceState:
    """The state after `event`."""
    return TRANSITIONS.get((state, event), state)
