"""A data channel as the association knows it (RFC 8831)."""

from __future__ import annotations

import enum

from lkpy.transport.sctp.messages import OutboundStream


class ChannelState(enum.Enum):
    """As `RTCChannelState` of the WebRTC API."""

    CONNECTING = "connecting"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"


class Channel:
    """One channel.

    Attributes:
        label: its name.
        protocol: name of the protocol spoken on it, mostly empty.
        ordered: messages arrive in the order in which they were sent.
        max_retransmits: how often a lost part is sent again before its message is given up; None: reliable.
        stream: its outgoing stream; that of the peer has the same id.
        state: where in its life it is.
        confirmed: the peer is known to know the channel. Until then everything is sent in order, so that
            nothing overtakes the OPEN (RFC 8832 section 6).
        held: messages of it that wait because receiving is paused.
        messages_sent, bytes_sent: queued so far.
        messages_received, bytes_received: arrived so far.
    """

    __slots__ = (
        "bytes_received",
        "bytes_sent",
        "confirmed",
        "held",
        "label",
        "max_retransmits",
        "messages_received",
        "messages_sent",
        "ordered",
        "protocol",
        "state",
        "stream",
    )

    def __init__(
        self,
        label: str,
        *,
        stream_id: int | None = None,
        ordered: bool = True,
        max_retransmits: int | None = None,
        protocol: str = "",
    ) -> None:
        self.label = label
        self.protocol = protocol
        self.ordered = ordered
        self.max_retransmits = max_retransmits
        self.stream = OutboundStream(stream_id)
        self.state = ChannelState.CONNECTING
        self.confirmed = False
        self.held = 0
        self.messages_sent = self.bytes_sent = 0
        self.messages_received = self.bytes_received = 0

    @property
    def id(self) -> int | None:
        """Stream identifier; None until the DTLS role, which decides it, is known."""
        return self.stream.id
