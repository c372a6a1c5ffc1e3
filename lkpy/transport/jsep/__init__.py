"""Negotiation of a peer connection by offer and answer, without I/O: `Negotiator`."""

from lkpy.transport.jsep.capabilities import DEFAULT_CAPABILITIES, Capabilities, CodecCapability
from lkpy.transport.jsep.negotiator import Negotiator, NegotiatorRole
from lkpy.transport.jsep.results import (
    NegotiatedReceiver,
    NegotiatedSender,
    NegotiationResult,
    RemoteTransport,
)

__all__ = [
    "DEFAULT_CAPABILITIES",
    "Capabilities",
    "CodecCapability",
    "NegotiatedReceiver",
    "NegotiatedSender",
    "NegotiationResult",
    "Negotiator",
    "NegotiatorRole",
    "RemoteTransport",
]
