"""The settings of a peer connection, and what it tells its owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from lkpy.transport.bundle.states import BundleState
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.jsep import DEFAULT_CAPABILITIES, Capabilities
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.sctp.channels import DataChannel

PeerConnectionState = BundleState
"""All media and data share one transport, so its state is the connection's."""


@dataclass(frozen=True, slots=True)
class PeerConnectionConfig:
    """Settings of a peer connection.

    Attributes:
        ice: servers and timing.
        certificate: for DTLS; None makes a new one.
        capabilities: codecs and header extensions.
    """

    ice: IceConfig = field(default_factory=IceConfig)
    certificate: Certificate | None = None
    capabilities: Capabilities = DEFAULT_CAPABILITIES


class PeerConnectionObserver(Protocol):
    """Who wants to know. Exceptions that these raise are logged and counted; the connection goes on."""

    def on_candidate(self, init_json: str) -> None:
        """A local candidate that the last description does not have, as RTCIceCandidateInit in JSON."""

    def on_state(self, state: PeerConnectionState) -> None:
        """The state changed."""

    def on_receiver_added(self, receiver: RtpReceiver) -> None:
        """A description brought a track. Set its `sink` here to lose nothing."""

    def on_receiver_removed(self, receiver: RtpReceiver) -> None:
        """A description ended the track; if its section was used again, the new track follows."""

    def on_data_channel(self, channel: DataChannel) -> None:
        """The peer opened a data channel. Set its `on_message` here to lose nothing."""
