"""Which channel has which stream id, and which ids are free (RFC 8832 section 6, RFC 8831 section 6.7)."""

from __future__ import annotations

from collections.abc import Iterable

from lkpy.errors import InvalidStateError
from lkpy.transport.sctp.channel import Channel
from lkpy.transport.sctp.inbound import MAX_STREAMS
from lkpy.transport.sctp.messages import OutboundStream


class ChannelTable:
    """The channels of an association.

    An id is taken from the opening of a channel until both sides have reset their stream of it.

    Attributes:
        by_id: channels that have an id which is not free.
        unnumbered: channels that wait for the DTLS role to decide their ids.
    """

    __slots__ = ("_by_stream", "_half_closed", "by_id", "unnumbered")

    def __init__(self) -> None:
        self.by_id: dict[int, Channel] = {}
        self.unnumbered: list[Channel] = []
        self._by_stream: dict[OutboundStream, Channel] = {}
        # Ids that one side has reset and the other not yet.
        self._half_closed: set[int] = set()

    def number(self, channel: Channel, *, is_client: bool, max_streams: int) -> None:
        """Give a channel the lowest free id of our parity: even for the DTLS client.

        Raises:
            InvalidStateError: all are taken.
        """
        for stream_id in range(0 if is_client else 1, min(MAX_STREAMS, max_streams), 2):
            if stream_id not in self.by_id:
                channel.stream.id = stream_id
                self.register(stream_id, channel)
                return
        raise InvalidStateError(f"cannot open data channel {channel.label!r}: all stream ids are taken")

    def register(self, stream_id: int, channel: Channel) -> None:
        """The id belongs to the channel."""
        self.by_id[stream_id] = channel
        self._by_stream[channel.stream] = channel

    def of_stream(self, stream: OutboundStream) -> Channel | None:
        """The channel that sends on a stream."""
        return self._by_stream.get(stream)

    def forget(self, channel: Channel) -> None:
        """A channel that was never known to the peer is given up."""
        self._by_stream.pop(channel.stream, None)
        if channel in self.unnumbered:
            self.unnumbered.remove(channel)
        if channel.id is not None:
            self.by_id.pop(channel.id, None)

    def peer_reset(self, stream_ids: Iterable[int] | None) -> list[Channel]:
        """The peer has reset streams of its own; None: all of them.

        Returns:
            The channels whose reset by us is still to come or to be answered; the other ids are free.
        """
        waiting = []
        for stream_id in tuple(self.by_id) if stream_ids is None else stream_ids:
            if stream_id in self._half_closed:
                self._free(stream_id)
            elif (channel := self.by_id.get(stream_id)) is not None:
                self._half_closed.add(stream_id)
                waiting.append(channel)
        return waiting

    def we_reset(self, stream: OutboundStream) -> Channel | None:
        """Our reset of a stream was answered. Returns the channel that it ends."""
        channel = self._by_stream.pop(stream, None)
        if channel is None or stream.id is None:
            return None
        if stream.id in self._half_closed:
            self._free(stream.id)
        else:
            self._half_closed.add(stream.id)
        return channel

    def reused(self, stream_id: int, channel: Channel) -> None:
        """The peer opens another channel on an id, so both sides have reset it; what we know is old."""
        self._half_closed.discard(stream_id)
        self._by_stream.pop(channel.stream, None)

    def clear(self) -> list[Channel]:
        """Forget everything. Returns the channels there were."""
        channels = [*self.by_id.values(), *self.unnumbered]
        self.by_id.clear()
        self.unnumbered.clear()
        self._half_closed.clear()
        self._by_stream.clear()
        return channels

    def _free(self, stream_id: int) -> None:
        self._half_closed.discard(stream_id)
        self.by_id.pop(stream_id, None)
