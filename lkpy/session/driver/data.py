"""Sending data packets: waits for the channel, numbers reliable packets, keeps queues short.

Reliable packets wait while the channel holds more than `RELIABLE_HIGH` bytes; lossy ones are dropped and
counted above `LOSSY_HIGH`, because a lossy message that queues is late and late is lost (protocol document
6.3).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lkpy.data.packets import MAX_PACKET_SIZE
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
        self._sequence = 0
        self._closed = asyncio.Event()
        self.lossy_dropped = 0

    def close(self) -> None:
        """Everybody who waits for a channel gets an error."""
        self._closed.set()

    async def send(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Hand a packet to its channel.

        Raises:
            PublishDataError: larger than the negotiated limit, or no open channel.
        """
        channel = await self._open_channel("_reliable" if reliable else "_lossy")
        packet.kind = models.DataPacket.RELIABLE if reliable else models.DataPacket.LOSSY
        self._check_size(packet)
        if not reliable:
            if channel.buffered_amount > LOSSY_HIGH:
                self.lossy_dropped += 1
                return
            channel.send(packet.SerializeToString())
            return
        while channel.buffered_amount > RELIABLE_HIGH and channel.state is ChannelState.OPEN:
            await channel.drain(RELIABLE_HIGH)
        if self._closed.is_set() or channel.state is not ChannelState.OPEN:
            raise PublishDataError("failed to send data, the room is closed")
        # Numbered and sent in one step: the order of the numbers is the order on the wire.
        self._sequence += 1
        packet.sequence = self._sequence
        channel.send(packet.SerializeToString())

    def _check_size(self, packet: models.DataPacket) -> None:
        limit = min(self._peers.publisher.max_message_size or MAX_PACKET_SIZE, MAX_PACKET_SIZE)
        size = packet.ByteSize()
        if size > limit:
            raise PublishDataError(
                f"data packet size ({size} bytes) exceeds the negotiated maximum message size ({limit} bytes)"
            )

    async def _open_channel(self, label: str) -> DataChannel:
        channel = self._peers.publisher.data_channels[label]
        if channel.state is ChannelState.OPEN and not self._closed.is_set():
            return channel
        if not self._peers.negotiated:
            self._peers.request_negotiation()
        opened = asyncio.get_running_loop().create_future()

        def wake(*_: object) -> None:
            if not opened.done():
                opened.set_result(None)

        previous: Callable[[], None] | None = channel.on_open
        channel.on_open = lambda: (wake(), previous() if previous else None)[0]
        closing = asyncio.create_task(self._closed.wait())
        closing.add_done_callback(wake)
        try:
            async with asyncio.timeout(CHANNEL_TIMEOUT):
                if channel.state is ChannelState.CONNECTING:
                    await opened
        except TimeoutError:
            raise PublishDataError(
                f"the data channel {label} did not open in {CHANNEL_TIMEOUT:g} s"
            ) from None
        finally:
            closing.cancel()
        if self._closed.is_set() or channel.state is not ChannelState.OPEN:
            raise PublishDataError("failed to send data, the room is closed")
        return channel
