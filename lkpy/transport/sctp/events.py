"""What an association tells its driver."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lkpy.transport.sctp.channel import Channel
from lkpy.transport.sctp.states import SctpState


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The association came up or ended; `failure` says why it is FAILED."""

    state: SctpState
    failure: str | None


@dataclass(frozen=True, slots=True)
class ChannelOpened:
    """A channel is OPEN: one of ours, or one that the peer made."""

    channel: Channel
    by_peer: bool


@dataclass(frozen=True, slots=True, init=False)
class MessageReceived:
    """A whole message arrived on a channel."""

    channel: Channel
    data: bytes | str

    def __init__(self, channel: Channel, data: bytes | str) -> None:
        # The constructor that dataclasses make takes as long as all the rest of a small message's reception.
        _set_channel(self, channel)
        _set_data(self, data)


_set_channel: Callable[[MessageReceived, Channel], None] = vars(MessageReceived)["channel"].__set__
_set_data: Callable[[MessageReceived, bytes | str], None] = vars(MessageReceived)["data"].__set__


@dataclass(frozen=True, slots=True)
class BufferedAmountLow:
    """What a channel has queued fell to the amount that is watched for, or below."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """A channel is CLOSED. Nothing comes on it any more."""

    channel: Channel


SctpEvent = StateChanged | ChannelOpened | MessageReceived | BufferedAmountLow | ChannelClosed
