"""What an association tells its owner."""

from __future__ import annotations

from typing import Protocol

from lkpy.transport.sctp.messages import OutboundStream


class AssociationObserver(Protocol):
    """Who owns the association. Called synchronously, from inside the association's methods."""

    def on_established(self) -> None:
        """Data can flow."""

    def on_message(self, stream_id: int, ppid: int, data: bytes) -> None:
        """A whole message arrived."""

    def on_streams_reset(self, streams: tuple[int, ...] | None) -> None:
        """The peer reset these streams of its own; None: all of them."""

    def on_streams_closed(self, streams: list[OutboundStream]) -> None:
        """Streams given to `close_stream` are reset."""

    def on_terminated(self, failure: str | None) -> None:
        """The association is over; `failure` says why unless one of the ends wanted it."""
