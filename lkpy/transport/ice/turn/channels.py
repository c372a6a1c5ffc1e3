"""Channels of an allocation (RFC 8656 section 12): four bytes before each datagram, bound peer by peer."""

from __future__ import annotations

import enum
from collections import deque
from dataclasses import dataclass, field

from lkpy._runtime.network import Address

FIRST_NUMBER = 0x4000

MAX_PEERS = 128

MAX_WAITING = 32
"""Datagrams kept per peer while its channel is being bound."""

MAX_DATA = 65535
"""Bytes that the length of channel data can tell."""

REFRESH_AFTER = 240.0
"""s after which a binding that was used is refreshed. It lasts 600 s, but the permission that it installs
lasts 300 s and is refreshed with it (RFC 8656 sections 9 and 12): permissions need no requests of their own."""


class ChannelState(enum.Enum):
    """What is known of a peer's channel."""

    UNBOUND = "unbound"
    BINDING = "binding"
    BOUND = "bound"
    REFUSED = "refused"


@dataclass(slots=True, eq=False)
class Channel:
    """A peer and its channel.

    Attributes:
        header: the number as it stands before each datagram.
        used: something was sent since the binding was made or refreshed.
        refresh_at: s, when a binding is refreshed, or given up if it was not used.
        waiting: datagrams to send once it is bound.
    """

    address: Address
    number: int
    header: bytes
    state: ChannelState = ChannelState.UNBOUND
    used: bool = False
    refresh_at: float | None = None
    waiting: deque[bytes] = field(default_factory=deque)


class TurnChannels:
    """All peers. A number belongs to its peer for good, as it may not go to another one for long.

    Args:
        stream: channel data is padded to whole words (section 12.5).

    Attributes:
        dropped: datagrams that could not be sent.
        unknown: channel data that is cut off or of an unknown channel.
    """

    def __init__(self, *, stream: bool) -> None:
        self.dropped = 0
        self.unknown = 0
        self._stream = stream
        self._all: dict[Address, Channel] = {}
        self._bound: dict[Address, Channel] = {}
        self._by_number: dict[int, Channel] = {}

    def wrap(self, data: bytes, address: Address) -> bytes | None:
        """The datagram as channel data; None while the peer has no channel, or when it is too long."""
        channel = self._bound.get(address)
        size = len(data)
        if channel is None or size > MAX_DATA:
            return None
        channel.used = True
        frame = channel.header + size.to_bytes(2, "big") + data
        return frame + bytes(-size % 4) if self._stream and size % 4 else frame

    def unwrap(self, frame: bytes) -> tuple[bytes, Address] | None:
        """The datagram in channel data, and whose it is. None, and counted, when there is none."""
        channel = self._by_number.get(int.from_bytes(frame[:2], "big"))
        end = 4 + int.from_bytes(frame[2:4], "big")
        if channel is None or not 4 <= end <= len(frame):
            self.unknown += 1
            return None
        return frame[4:end], channel.address

    def wait(self, data: bytes, address: Address) -> tuple[bool, Channel | None]:
        """Keep a datagram until the peer has a channel.

        Returns:
            Whether it is kept, and the channel to bind if that is not under way.
        """
        channel = self._all.get(address) or self._add(address)
        if channel is None or channel.state is ChannelState.REFUSED or len(data) > MAX_DATA:
            self.dropped += 1
            return False, None
        if len(channel.waiting) >= MAX_WAITING:
            self.dropped += 1
            channel.waiting.popleft()
        channel.waiting.append(data)
        if channel.state is ChannelState.BINDING:
            return True, None
        channel.state = ChannelState.BINDING
        return True, channel

    def bound(self, number: int, now: float) -> list[bytes]:
        """The server bound a channel, or refreshed it. Returns what waited for it, as channel data."""
        channel = self._by_number[number]
        channel.state = ChannelState.BOUND
        channel.refresh_at = now + REFRESH_AFTER
        channel.used = False
        self._bound[channel.address] = channel
        waiting = [self.wrap(data, channel.address) for data in channel.waiting]
        channel.waiting.clear()
        return [frame for frame in waiting if frame is not None]

    def failed(self, number: int, *, refused: bool) -> None:
        """A channel was not bound or not refreshed. The server is not asked again for one that it refused:
        it forbids peers by their address (section 9.2)."""
        channel = self._by_number[number]
        channel.state = ChannelState.REFUSED if refused else ChannelState.UNBOUND
        channel.refresh_at = None
        self._bound.pop(channel.address, None)
        self.dropped += len(channel.waiting)
        channel.waiting.clear()

    def run(self, now: float) -> list[Channel]:
        """Returns the channels to refresh now; those that were not used are given up."""
        due = [c for c in self._bound.values() if c.refresh_at is not None and now >= c.refresh_at]
        for channel in due:
            channel.refresh_at = None
            if not channel.used:
                channel.state = ChannelState.UNBOUND
                del self._bound[channel.address]
        return [channel for channel in due if channel.used]

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        return min((c.refresh_at for c in self._bound.values() if c.refresh_at is not None), default=None)

    def _add(self, address: Address) -> Channel | None:
        if len(self._all) >= MAX_PEERS:
            return None
        number = FIRST_NUMBER + len(self._all)
        channel = Channel(address, number, number.to_bytes(2, "big"))
        self._all[address] = self._by_number[number] = channel
        return channel
