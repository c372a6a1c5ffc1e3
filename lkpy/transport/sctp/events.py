"""What an association tells its driver."""

from __future__ import annotations

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


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A whole message arrived on a channel."""

    channel: Channel
    data: bytes | str


@dataclass(frozen=True, slots=True)
class BufferedAmountLow:
    """What a channel has queued fell to the amount that is watched for, or below."""

    channel: Channel


@dataclass(frozen=True, slots=True)
class ChannelClosed:
    """A channel is CLOSED. Nothing comes on it any more."""

    channel: Channel


SctpEvent = StateChanged | ChannelOpened | MessageReceived | BufferedAmountLow | ChannelClosed
