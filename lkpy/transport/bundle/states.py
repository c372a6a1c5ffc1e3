"""The states of a bundled transport, from those of its ICE and DTLS layers."""

from __future__ import annotations

import enum

from lkpy.transport.dtls.endpoint import DtlsState
from lkpy.transport.ice.states import IceState


class BundleState(enum.Enum):
    """State of a transport, named as in WebRTC's RTCPeerConnectionState (W3C WebRTC section 4.3.3)."""

    NEW = "new"
    """The peer's parameters are not known."""
    CONNECTING = "connecting"
    """Looking for a path, shaking hands, or restarting ICE after a failure."""
    CONNECTED = "connected"
    """Data and media pass."""
    DISCONNECTED = "disconnected"
    """Nothing was heard for some seconds; may recover by itself."""
    FAILED = "failed"
    """No path (an ICE restart may help) or no DTLS (nothing helps); `BundleTransport.error` says why."""
    CLOSED = "closed"
    """`aclose` was called."""


_I, _D, _B = IceState, DtlsState, BundleState

_WHILE_SHAKING_HANDS = {
    _I.NEW: _B.NEW,
    _I.CHECKING: _B.CONNECTING,
    _I.CONNECTED: _B.CONNECTING,
    _I.DISCONNECTED: _B.DISCONNECTED,
    _I.FAILED: _B.FAILED,
    _I.CLOSED: _B.CLOSED,
}
_WITH_KEYS = _WHILE_SHAKING_HANDS | {_I.NEW: _B.CONNECTING, _I.CONNECTED: _B.CONNECTED}
_WITHOUT_DTLS = dict.fromkeys(IceState, _B.FAILED) | {_I.CLOSED: _B.CLOSED}

BUNDLE_STATES: dict[tuple[DtlsState, IceState], BundleState] = {
    (dtls, ice): state
    for dtls, row in {
        _D.NEW: _WHILE_SHAKING_HANDS,
        _D.CONNECTING: _WHILE_SHAKING_HANDS,
        _D.CONNECTED: _WITH_KEYS,
        _D.CLOSED: _WITHOUT_DTLS,
        _D.FAILED: _WITHOUT_DTLS,
    }.items()
    for ice, state in row.items()
}
"""Every pair of layer states has one meaning. A peer that closed DTLS is gone, whatever ICE still hears."""
