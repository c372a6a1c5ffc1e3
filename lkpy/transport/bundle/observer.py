"""What a bundle transport tells its owner, and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lkpy.transport.bundle.states import BundleState
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.sctp.channels import DataChannel


class BundleObserver(Protocol):
    """Who wants to know. Exceptions that these raise are logged and counted; the transport goes on."""

    def on_candidate(self, candidate: Candidate | None) -> None:
        """A local candidate to be signalled; None is the end of gathering."""

    def on_state(self, state: BundleState) -> None:
        """The state changed."""

    def on_rtp(self, data: bytes, now: float) -> None:
        """A decrypted RTP packet arrived at `now` (the loop's time, seconds)."""

    def on_rtcp(self, data: bytes, now: float) -> None:
        """A decrypted compound RTCP packet arrived at `now`."""

    def on_data_channel(self, channel: DataChannel) -> None:
        """The peer opened a data channel."""


@dataclass(slots=True)
class BundleCounters:
    """Packets that went no further, and errors of others' code."""

    unknown_datagrams: int = 0
    """Received: neither DTLS nor SRTP nor SRTCP, or too short to tell."""
    early_media: int = 0
    """Received SRTP or SRTCP while there were no keys."""
    unsent: int = 0
    """RTP, RTCP or SCTP packets of ours while there were no keys, or unfit to be sent."""
    callback_errors: int = 0
    """Exceptions raised by the observer."""
    rtp_received: int = 0
    rtcp_received: int = 0
    rtp_sent: int = 0
    rtcp_sent: int = 0
