"""What the states of the peer connections mean for a session."""

from __future__ import annotations

from collections.abc import Collection

from lkpy.session.connection import Input
from lkpy.transport.bundle.states import BundleState


def transport_input(required: Collection[BundleState], everything: Collection[BundleState]) -> Input:
    """The input of the connection table for these states.

    Args:
        required: of the connections that must be up.
        everything: of all connections there are.
    """
    if BundleState.FAILED in everything:
        return Input.TRANSPORT_FAILED
    if all(state is BundleState.CONNECTED for state in required):
        return Input.TRANSPORT_READY
    return Input.TRANSPORT_PENDING
