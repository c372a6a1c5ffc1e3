"""What opens connections: the system's sockets, or a network that a test made up.

Rooms and the fake SFU hand one `Network` down to everything below them that sends or listens. Nothing else in
lkpy opens a socket.
"""

from __future__ import annotations

import asyncio
import ssl as ssl_module
from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

Address = tuple[str, int]
"""Host (an IP address) and port."""

DatagramReceiver = Callable[[bytes, Address], None]
"""Takes a datagram and where it came from; must not raise."""

_P = TypeVar("_P", bound=asyncio.Protocol)


class DatagramIo(Protocol):
    """Sends datagrams on one local path."""

    def send(self, data: bytes, address: Address) -> bool:
        """Never raises; False when the datagram was dropped."""

    def send_many(self, datagrams: Sequence[bytes], address: Address) -> int:
        """The same for several, in order. Returns how many were not dropped."""
        return sum(self.send(data, address) for data in datagrams)

    async def aclose(self) -> None:
        """Release everything; bounded. Idempotent."""


class DatagramEndpoint(DatagramIo, Protocol):
    """A bound socket for datagrams.

    Attributes:
        address: where it is bound.
    """

    address: Address


class Listener(Protocol):
    """A bound port that takes streams.

    Attributes:
        port: the port listened on.
    """

    port: int

    def stop(self) -> None:
        """Take no more streams; those there are go on."""

    async def aclose(self) -> None:
        """`stop`, and wait until the port is free. Idempotent."""


class Network(Protocol):
    """Opens datagram endpoints and streams; websockets are opened on streams."""

    def addresses(self) -> Sequence[str]:
        """The IP addresses of this machine's interfaces, without link-local ones."""

    def outgoing_address(self) -> str:
        """The IPv4 address from which others are reached; loopback where there are no others."""

    async def open_datagrams(self, host: str, port: int, receiver: DatagramReceiver) -> DatagramEndpoint:
        """Bind an endpoint (port 0: any free one) and deliver its datagrams to `receiver`.

        Raises:
            OSError: the address cannot be bound.
        """

    async def open_stream(
        self,
        host: str,
        port: int,
        protocol: Callable[[], _P],
        *,
        ssl: ssl_module.SSLContext | None = None,
        server_hostname: str | None = None,
    ) -> tuple[asyncio.Transport, _P]:
        """Connect a stream; `protocol` makes the object that gets its bytes, as for `create_connection`.

        Raises:
            OSError: refused, unreachable, unknown name, or TLS failed.
        """

    async def listen(self, host: str, port: int, protocol: Callable[[], asyncio.Protocol]) -> Listener:
        """Take streams at an address (port 0: any free one); `protocol` makes the object for each.

        Raises:
            OSError: the address cannot be bound.
        """

    async def resolve(self, host: str, port: int) -> Sequence[Address]:
        """The IP addresses of a name, best first.

        Raises:
            OSError: there are none.
        """
