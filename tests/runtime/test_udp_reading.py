"""How often a UDP socket is read: once for a lonely datagram, until it is empty in a burst."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

from lkpy._runtime.udp import BatchedUdp


class Counting(socket.socket):
    """Counts its reads."""

    reads = 0

    def recvmsg_into(self, *args: Any) -> Any:
        self.reads += 1
        return super().recvmsg_into(*args)

    def recvfrom_into(self, *args: Any) -> Any:
        self.reads += 1
        return super().recvfrom_into(*args)


class Rig:
    """A counted socket, and one that sends to it."""

    def __init__(self) -> None:
        self.sock = Counting(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.setblocking(False)
        self.sock.bind(("127.0.0.1", 0))
        self.got: list[bytes] = []
        self.arrived = asyncio.Event()
        self.udp = BatchedUdp(asyncio.get_running_loop(), self.sock, self.take)
        self.other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def take(self, data: bytes, address: tuple[str, int]) -> None:
        self.got.append(data)
        self.arrived.set()

    async def send(self, *datagrams: bytes) -> None:
        """Send, and wait until all of them came."""
        wanted = len(self.got) + len(datagrams)
        for data in datagrams:
            self.other.sendto(data, self.udp.address)
        async with asyncio.timeout(5):
            while len(self.got) < wanted:
                self.arrived.clear()
                await self.arrived.wait()

    async def aclose(self) -> None:
        self.other.close()
        await self.udp.aclose()


async def test_a_lonely_datagram_is_one_read() -> None:
    rig = Rig()
    for number in range(10):
        await rig.send(b"%d" % number)
        await asyncio.sleep(0.003)  # no burst
    assert rig.got == [b"%d" % number for number in range(10)]
    assert rig.sock.reads == 10
    await rig.aclose()


async def test_a_burst_is_read_until_the_socket_is_empty() -> None:
    rig = Rig()
    wanted = [bytes(size) for size in range(1, 60)]
    await rig.send(*wanted)
    assert rig.got == wanted
    assert rig.sock.reads <= len(wanted) + 2
    await rig.send(b"last")
    assert rig.got[-1] == b"last"
    assert rig.udp.errors == 0
    await rig.aclose()
