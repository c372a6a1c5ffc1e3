"""Sending data packets: waits for the channel, numbers reliable packets, keeps queues short.

Reliable packets wait while the channel holds more than `RELIABLE_HIGH` bytes; lossy ones are dropped and
counted above `LOSSY_HIGH`, because a lossy message that queues is late, and late is lost.
"""

from __future__ import annotations

import asyncio

from lkpy._loop.time_slice import TimeSlice
from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceKind
from lkpy.data.packets import encode_packet
from lkpy.data.reliable import ReliableSender
from lkpy.errors import PublishDataError
from lkpy.protocol import models_pb2 as models
from lkpy.session.driver.link import Link
from lkpy.session.driver.peers import LOSSY, RELIABLE
from lkpy.transport.peer_connection import PeerConnection
from lkpy.transport.sctp.channels import ChannelState, DataChannel

CHANNEL_TIMEOUT = 15.0
"""Seconds to wait for the publisher connection and its channel."""
RELIABLE_HIGH = 1 << 20
"""Bytes in the reliable channel's queue above which senders wait."""
LOSSY_HIGH = 256 << 10
"""Bytes in the lossy channel's queue above which lossy packets are dropped."""


class DataSender:
    """The sending side of a session's data packets; its numbers outlive a connection.

    Attributes:
        numbers: of reliable packets, with the newest of them kept for a replay.
        lossy_dropped: lossy packets that were not sent, because too many waited.
    """

    def __init__(self, link: Link, runtime: Runtime) -> None:
        self._link = link
        self._runtime = runtime
        self._publisher: PeerConnection | None = None
        self.numbers = ReliableSender()
        self._slice = TimeSlice()
        self._closed = False
        self._changed = asyncio.Event()
        self.lossy_dropped = 0

    def attach(self, publisher: PeerConnection) -> None:
        """Send on this connection from now on."""
        self._publisher = publisher

    def on_channel_open(self) -> None:
        """A channel takes messages now."""
        self._changed.set()

    def close(self) -> None:
        """Everybody who waits for a channel gets an error."""
        self._closed = True
        self._publisher = None
        self._changed.set()

    async def send(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Hand a packet to its channel.

        Raises:
            PublishDataError: larger than the negotiated limit, or no open channel.
        """
        publisher = self._publisher
        if publisher is None:
            state = "closed" if self._closed else "not connected"
            raise PublishDataError(f"failed to send data, the room is {state}")
        label = RELIABLE if reliable else LOSSY
        channel = publisher.data_channels[label]
        if channel.state is not ChannelState.OPEN:
            channel = await self._open_channel(publisher, label)
        if not reliable:
            data = encode_packet(packet, publisher.max_message_size)
            if channel.buffered_amount > LOSSY_HIGH:
                self.lossy_dropped += 1
            else:
                channel.send(data)
                if self._runtime.trace is not None:
                    self._tell(packet, data)
            return
        while channel.buffered_amount > RELIABLE_HIGH and channel.state is ChannelState.OPEN:
            await channel.drain(RELIABLE_HIGH)
        await self._slice.give_way()
        if self._closed or channel.state is not ChannelState.OPEN:
            raise PublishDataError("failed to send data, the room is closed")
        # Numbered and sent in one step: the order of the numbers is the order on the wire.
        data = self.numbers.number(packet, publisher.max_message_size)
        channel.send(data)
        self.numbers.drained(channel.buffered_amount)
        if self._runtime.trace is not None:
            self._tell(packet, data)

    def _tell(self, packet: models.DataPacket, data: bytes) -> None:
        self._runtime.tell(TraceKind.MESSAGE, TraceDirection.SENT, "data", packet, len(data))

    async def _open_channel(self, publisher: PeerConnection, label: str) -> DataChannel:
        channel = publisher.data_channels[label]
        if channel.state is ChannelState.CONNECTING:
            self._link.attempt.peers.want_publisher()
            try:
                async with asyncio.timeout(CHANNEL_TIMEOUT):
                    while channel.state is ChannelState.CONNECTING and not self._closed:
                        self._changed.clear()
                        await self._changed.wait()
            except TimeoutError:
                raise PublishDataError(
                    f"the data channel {label} did not open in {CHANNEL_TIMEOUT:g} s"
                ) from None
        if self._closed or channel.state is not ChannelState.OPEN:
            raise PublishDataError("failed to send data, the room is closed")
        return channel
