"""Sending data packets: waits for the channel, numbers reliable packets, keeps queues short.

Reliable packets wait while the channel holds more than `RELIABLE_HIGH` bytes; lossy ones are dropped and
counted above `LOSSY_HIGH`, because a lossy message that queues is late, and late is lost (6.3).
"""

from __future__ import annotations

import asyncio

from lkpy._loop.time_slice import TimeSlice
from lkpy.data.packets import encode_packet
from lkpy.data.reliable import ReliableSender
from lkpy.errors import PublishDataError
from lkpy.protocol import models_pb2 as models
from lkpy.session.driver.peers import Peers
from lkpy.transport.sctp.channels import ChannelState, DataChannel

CHANNEL_TIMEOUT = 15.0
"""Seconds to wait for the publisher connection and its channel."""
RELIABLE_HIGH = 1 << 20
"""Bytes in the reliable channel's queue above which senders wait."""
LOSSY_HIGH = 256 << 10
"""Bytes in the lossy channel's queue above which lossy packets are dropped."""


class DataSender:
    """The sending side of a session's two data channels."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers
        self._reliable = ReliableSender()
        self._slice = TimeSlice()
        self._closed = asyncio.Event()
        self._opened = asyncio.Event()
        for label in ("_reliable", "_lossy"):
            peers.publisher.data_channels[label].on_open = self._opened.set
        self.lossy_dropped = 0

    def close(self) -> None:
        """Everybody who waits for a channel gets an error."""
        self._closed.set()
        self._opened.set()

    async def send(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Hand a packet to its channel.

        Raises:
            PublishDataError: larger than the negotiated limit, or no open channel.
        """
        publisher, label = self._peers.publisher, "_reliable" if reliable else "_lossy"
        channel = publisher.data_channels[label]
        if channel.state is not ChannelState.OPEN or self._closed.is_set():
            channel = await self._open_channel(label)
        if not reliable:
            data = encode_packet(packet, publisher.max_message_size)
            if channel.buffered_amount > LOSSY_HIGH:
                self.lossy_dropped += 1
            else:
                channel.send(data)
            return
        while channel.buffered_amount > RELIABLE_HIGH and channel.state is ChannelState.OPEN:
            await channel.drain(RELIABLE_HIGH)
        await self._slice.give_way()
        self._check_open(channel)
        # Numbered and sent in one step: the order of the numbers is the order on the wire.
        channel.send(self._reliable.number(packet, publisher.max_message_size))
        self._reliable.drained(channel.buffered_amount)

    async def _open_channel(self, label: str) -> DataChannel:
        channel = self._peers.publisher.data_channels[label]
        if channel.state is ChannelState.CONNECTING and not self._closed.is_set():
            if not self._peers.negotiated:
                self._peers.request_negotiation()
            try:
                async with asyncio.timeout(CHANNEL_TIMEOUT):
                    while channel.state is ChannelState.CONNECTING and not self._closed.is_set():
                        self._opened.clear()
                        await self._opened.wait()
            except TimeoutError:
                raise PublishDataError(
                    f"the data channel {label} did not open in {CHANNEL_TIMEOUT:g} s"
                ) from None
        self._check_open(channel)
        return channel

    def _check_open(self, channel: DataChannel) -> None:
        if self._closed.is_set() or channel.state is not ChannelState.OPEN:
            raise PublishDataError("failed to send data, the room is closed")
