"""Streams in memory: pairs of `asyncio.Transport`s with flow control, half-closing and resets, as with TCP.

A direction sends as long as its window is open: what the other end has not taken yet, because it is under way
or because reading is paused there, is bounded.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, cast

from lkpy._runtime.network import Address
from lkpy.testing.virtual_network.link import Link

WINDOW = 64 << 10
"""Bytes of one direction that are under way or not taken yet."""
SEGMENT = 16 << 10
"""Bytes sent as one piece."""
HIGH_WATER = 64 << 10
"""Bytes waiting to be sent from which on the protocol is asked to pause, unless it sets other limits."""

_logger = logging.getLogger("lkpy.testing")


class VirtualTransport(asyncio.Transport):
    """One end of a stream. Made in pairs by `connect_pair`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        link: Link,
        sockname: Address,
        peername: Address,
    ) -> None:
        super().__init__({"sockname": sockname, "peername": peername})
        self._loop = loop
        self._link = link
        self._peer: VirtualTransport
        self._protocol = asyncio.Protocol()
        # Out.
        self._unsent = bytearray()
        self._not_taken = 0
        self._high, self._low = HIGH_WATER, HIGH_WATER // 4
        self._writing_paused = False
        self._ending = False
        """Nothing more is written."""
        self._ended = False
        """The end has been sent."""
        # In.
        self._arrived: deque[bytes] = deque()
        self._reading = True
        self._heard_end = False
        self._told_end = False
        # Both.
        self._closing = False
        self._lost = False

    def connected(self, protocol: asyncio.Protocol) -> None:
        """The stream is open at this end."""
        self._protocol = protocol
        protocol.connection_made(self)

    # Transport: in general

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._protocol = cast(asyncio.Protocol, protocol)

    def is_closing(self) -> bool:
        return self._closing

    def close(self) -> None:
        """Read no more, send what waits, then end."""
        if self._closing:
            return
        self._closing = self._ending = True
        while self._arrived:
            self._peer._taken(len(self._arrived.popleft()))
        self._send()

    def abort(self) -> None:
        """Cut both directions; the other end sees a reset."""
        self._reset(None)

    def _reset(self, error: Exception | None) -> None:
        if self._lost:
            return
        self._closing = self._ending = self._ended = True
        self._unsent.clear()
        self._link.carry_segment(0, self._peer._on_reset)
        self._lose(error)

    def _on_reset(self) -> None:
        if not self._lost:
            self._closing = self._ending = self._ended = True
            self._unsent.clear()
            self._lose(ConnectionResetError("Connection reset by peer"))

    def _lose(self, error: Exception | None) -> None:
        self._lost = True
        self._loop.call_soon(self._protocol.connection_lost, error)

    # Transport: writing

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._closing:
            return
        if self._ending:
            raise RuntimeError("Cannot call write() after write_eof()")
        self._unsent += data
        self._send()

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        if not self._ending:
            self._ending = True
            self._send()

    def get_write_buffer_size(self) -> int:
        return len(self._unsent)

    def get_write_buffer_limits(self) -> tuple[int, int]:
        return self._low, self._high

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        if high is None:
            high = HIGH_WATER if low is None else 4 * low
        low = high // 4 if low is None else low
        if not high >= low >= 0:
            raise ValueError(f"high ({high}) must be >= low ({low}) must be >= 0")
        self._high, self._low = high, low
        self._pause_or_resume_writing()

    def _send(self) -> None:
        """Send what the window lets through, and the end behind it."""
        while self._unsent and self._not_taken < WINDOW:
            piece = bytes(self._unsent[: min(SEGMENT, WINDOW - self._not_taken)])
            del self._unsent[: len(piece)]
            self._not_taken += len(piece)
            self._link.carry_segment(len(piece), partial(self._peer._on_data, piece))
        if self._ending and not self._unsent and not self._ended:
            self._ended = True
            self._link.carry_segment(0, self._peer._on_end)
        if self._closing and self._ended and not self._lost:
            self._lose(None)
        self._pause_or_resume_writing()

    def _taken(self, size: int) -> None:
        """The other end has handed bytes to its protocol. Acknowledgements take no time."""
        self._not_taken -= size
        if not self._lost:
            self._send()

    def _pause_or_resume_writing(self) -> None:
        size = len(self._unsent)
        if size > self._high and not self._writing_paused:
            self._writing_paused = True
            self._protocol.pause_writing()
        elif size <= self._low and self._writing_paused:
            self._writing_paused = False
            self._protocol.resume_writing()

    # Transport: reading

    def is_reading(self) -> bool:
        return self._reading and not self._closing

    def pause_reading(self) -> None:
        self._reading = False

    def resume_reading(self) -> None:
        if not self._reading:
            self._reading = True
            self._loop.call_soon(self._hand_over)

    def _on_data(self, piece: bytes) -> None:
        if not self._closing:
            self._arrived.append(piece)
            self._hand_over()
        elif self._lost:
            # As with TCP: whoever sends to a closed end is told so.
            self._link.carry_segment(0, self._peer._on_reset)
        else:
            self._peer._taken(len(piece))  # still sending, no longer reading

    def _on_end(self) -> None:
        self._heard_end = True
        self._hand_over()

    def _hand_over(self) -> None:
        while self._arrived and self.is_reading():
            piece = self._arrived.popleft()
            self._call(self._protocol.data_received, piece)
            self._peer._taken(len(piece))
        if self._heard_end and not self._told_end and not self._arrived and self.is_reading():
            self._told_end = True
            if not self._call(self._protocol.eof_received):
                self.close()

    def _call(self, method: Callable[..., Any], *args: object) -> Any:
        """Call the protocol. One that raises loses its connection, as with asyncio's own transports."""
        try:
            return method(*args)
        except Exception as error:
            _logger.exception("a protocol raised")
            self._reset(error)
            return True


def connect_pair(
    loop: asyncio.AbstractEventLoop, there: Link, back: Link, near: Address, far: Address
) -> tuple[VirtualTransport, VirtualTransport]:
    """The two ends of a stream: at `near`, which sends on `there`, and at `far`, which sends on `back`."""
    ours = VirtualTransport(loop, there, near, far)
    theirs = VirtualTransport(loop, back, far, near)
    ours._peer, theirs._peer = theirs, ours
    return ours, theirs
