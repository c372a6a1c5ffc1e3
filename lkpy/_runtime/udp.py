"""Non-blocking UDP sockets that are read in batches."""

from __future__ import annotations

import asyncio
import logging
import socket
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, cast

from lkpy._runtime import offload
from lkpy._runtime.network import Address, DatagramEndpoint, DatagramIo, DatagramReceiver

logger = logging.getLogger(__name__)

BATCH = 64
"""Datagrams read per wake of the loop at most."""
BATCH_SECONDS = 0.002
"""Time for one batch: a burst of data messages must not keep the loop from the audio of the next 10 ms."""

BURST_SECONDS = 0.001
"""A wake so soon after the one before is part of a burst: then the socket is read until it is empty. Else one
read is enough, and the next one would fail for most packets of a call."""

BUFFER_SIZE = 4 << 20
"""Bytes asked for; the kernel gives what it allows. Overflow is the main loss on loopback."""

MAX_DATAGRAM = 65535


async def open_udp(host: str, port: int, receiver: DatagramReceiver) -> DatagramEndpoint:
    """Bind a UDP socket and deliver its datagrams to `receiver`, which must not raise.

    Raises:
        OSError: the address cannot be bound.
    """
    loop = asyncio.get_running_loop()
    sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        sock.setblocking(False)
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            sock.setsockopt(socket.SOL_SOCKET, option, BUFFER_SIZE)
        sock.bind((host, port))
        try:
            return BatchedUdp(loop, sock, receiver)
        except NotImplementedError:
            # Loops without add_reader (Windows' proactor).
            _, protocol = await loop.create_datagram_endpoint(lambda: AsyncioUdp(receiver), sock=sock)
            return protocol
    except BaseException:
        sock.close()
        raise


class BatchedUdp(DatagramIo):
    """Reads a batch of datagrams whenever the socket is readable.

    Attributes:
        address: what the socket is bound to.
        errors: failed system calls.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, sock: socket.socket, receiver: DatagramReceiver
    ) -> None:
        name = sock.getsockname()
        self.address: Address = (name[0], name[1])
        self.errors = 0
        self._loop = loop
        self._sock = sock
        self._receiver = receiver
        self._closed = False
        self._v6 = sock.family == socket.AF_INET6
        self._buffer = bytearray(MAX_DATAGRAM)
        self._view = memoryview(self._buffer)
        self._receive = self._receive_run if offload.enable_receiving(sock) else self._receive_one
        self._segmentation = offload.can_send(sock)
        # Datagrams of the last read that are not delivered yet.
        self._unread: deque[bytes] = deque()
        self._from: Address = ("", 0)
        self._again: asyncio.Handle | None = None
        self._read_at = 0.0
        loop.add_reader(sock, self._readable)

    def _readable(self) -> None:
        if self._again is not None:
            return  # a batch that was cut short goes on in this turn of the loop already; one is enough
        clock, unread, receiver = time.perf_counter, self._unread, self._receiver
        now = clock()
        until, burst, self._read_at = now + BATCH_SECONDS, now - self._read_at < BURST_SECONDS, now
        for _ in range(BATCH):
            if not unread:
                try:
                    self._receive()
                except (BlockingIOError, InterruptedError):
                    return
                except OSError:
                    # An ICMP error of an earlier datagram; the next read goes on.
                    self.errors += 1
                    continue
            address = self._from
            while unread:
                receiver(unread.popleft(), address)
                if self._closed:
                    return
                if clock() > until:
                    if unread:
                        self._again = self._loop.call_soon(self._go_on)
                    return
            if not burst:
                return

    def _go_on(self) -> None:
        """Deliver what is left of the last read: the socket may stay silent."""
        self._again = None
        self._readable()

    def _receive_one(self) -> None:
        size, address = self._sock.recvfrom_into(self._buffer)
        self._from = address[:2] if self._v6 else address
        self._unread.append(self._view[:size].tobytes())

    def _receive_run(self) -> None:
        size, ancillary, _, address = self._sock.recvmsg_into((self._buffer,), offload.ANCILLARY_SIZE)
        self._from = address[:2] if self._v6 else address
        view = self._view
        step = offload.segment_size(ancillary, size) if ancillary else size
        if step >= size:
            self._unread.append(view[:size].tobytes())
        else:
            self._unread.extend(view[at : min(at + step, size)].tobytes() for at in range(0, size, step))

    def send_many(self, datagrams: Sequence[bytes], address: Address) -> int:
        sent = 0
        for run in offload.runs(datagrams):
            if len(run) > 1 and self._segmentation:
                try:
                    offload.send_run(self._sock, run, address)
                except BlockingIOError:
                    self.errors += 1
                    continue
                except OSError as error:
                    self._segmentation = error.errno not in offload.REFUSALS
                else:
                    sent += len(run)
                    continue
            sent += sum(self.send(data, address) for data in run)
        return sent

    def send(self, data: bytes, address: Address) -> bool:
        try:
            self._sock.sendto(data, address)
        except OSError:
            # Full buffer, no route, too large, or closed: lost, as on a network.
            self.errors += 1
            return False
        return True

    def close(self) -> None:
        """Close the socket now."""
        if not self._closed:
            self._closed = True
            self._unread.clear()
            if self._again is not None:
                self._again.cancel()
            self._loop.remove_reader(self._sock)
            self._sock.close()

    async def aclose(self) -> None:
        self.close()


class AsyncioUdp(asyncio.DatagramProtocol, DatagramIo):
    """The same over an asyncio datagram transport: one datagram per turn of the loop."""

    def __init__(self, receiver: DatagramReceiver) -> None:
        self.address: Address = ("", 0)
        self.errors = 0
        self._receiver = receiver
        self._transport: asyncio.DatagramTransport | None = None
        self._lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # asyncio's own transport is not a subclass of its DatagramTransport.
        self._transport = cast(asyncio.DatagramTransport, transport)
        name = transport.get_extra_info("sockname")
        self.address = (name[0], name[1])

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        self._receiver(data, (addr[0], addr[1]))

    def error_received(self, exc: Exception) -> None:
        self.errors += 1

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost.set()

    def send(self, data: bytes, address: Address) -> bool:
        if self._transport is None or self._transport.is_closing():
            return False
        try:
            self._transport.sendto(data, address)
        except OSError:
            self.errors += 1
            return False
        return True

    async def aclose(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            await self._lost.wait()
