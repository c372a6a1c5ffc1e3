"""The system's sockets."""

from __future__ import annotations

import asyncio
import socket
import ssl as ssl_module
from collections.abc import Callable, Sequence
from typing import TypeVar

import ifaddr

from lkpy._runtime.network import Address, DatagramEndpoint, DatagramReceiver, Listener
from lkpy._runtime.udp import open_udp

_P = TypeVar("_P", bound=asyncio.Protocol)

BACKLOG = 512


class SystemNetwork:
    """See `Network`. Belongs to no loop: each call uses the running one."""

    def addresses(self) -> Sequence[str]:
        """Of all interfaces, in the system's order."""
        # IPv6 comes as (address, flow info, scope id); a scope means link-local, of no use to a server.
        ips = (ip.ip for adapter in ifaddr.get_adapters() for ip in adapter.ips)
        return [ip if isinstance(ip, str) else ip[0] for ip in ips if isinstance(ip, str) or not ip[2]]

    def outgoing_address(self) -> str:
        """Of the interface of the default route."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.connect(("192.0.2.1", 9))  # no packet is sent; TEST-NET-1 (RFC 5737)
                return str(probe.getsockname()[0])
            except OSError:
                return "127.0.0.1"

    async def open_datagrams(self, host: str, port: int, receiver: DatagramReceiver) -> DatagramEndpoint:
        """A UDP socket."""
        return await open_udp(host, port, receiver)

    async def open_stream(
        self,
        host: str,
        port: int,
        protocol: Callable[[], _P],
        *,
        ssl: ssl_module.SSLContext | None = None,
        server_hostname: str | None = None,
    ) -> tuple[asyncio.Transport, _P]:
        """A TCP connection."""
        loop = asyncio.get_running_loop()
        transport, made = await loop.create_connection(
            protocol, host, port, ssl=ssl, server_hostname=server_hostname
        )
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return transport, made

    async def listen(self, host: str, port: int, protocol: Callable[[], asyncio.Protocol]) -> Listener:
        """A TCP port."""
        server = await asyncio.get_running_loop().create_server(protocol, host, port, backlog=BACKLOG)
        return _Server(server)

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """The system's resolver, in a thread."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [(str(address[0]), int(address[1])) for *_, address in found]


class _Server:
    def __init__(self, server: asyncio.Server) -> None:
        self._server = server
        self.port: int = server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._server.close()

    async def aclose(self) -> None:
        self._server.close()
        await self._server.wait_closed()
