"""Gathering of local candidates: hosts at once, all STUN and TURN servers in the background (RFC 8838)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from lkpy._loop.tasks import OwnedTasks
from lkpy._runtime.network import Address, DatagramIo
from lkpy._runtime.runtime import Runtime
from lkpy.errors import ProtocolError
from lkpy.transport.ice.agent.ice_agent import IceAgent
from lkpy.transport.ice.candidate import Candidate, candidate_priority, canonical_ip, foundation, is_loopback
from lkpy.transport.ice.events import ServerReflexive
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceServer, ServerUrl
from lkpy.transport.ice.path import LocalPath
from lkpy.transport.ice.turn.relay import TurnRelay, allocate

logger = logging.getLogger(__name__)

MAX_HOST_ADDRESSES = 16

SERVER_TIMEOUT = 10.0
"""s for the name lookup and the allocation of one server."""

RELAY_PREFERENCES = {"udp": 3, "tcp": 2, "tls": 1}  # by the way we reach the server


class PathHost(Protocol):
    """The transport, as far as gathering needs it."""

    def new_path(self, mux: UdpMux | None = None) -> LocalPath:
        """A path without a socket yet, or one on `mux`."""

    def adopt(self, path: LocalPath, candidate: Candidate, io: DatagramIo | None = None) -> int:
        """Announce the path's base candidate, once it has its socket (`io`, unless it has one)."""

    def drop_path(self, number: int) -> None:
        """The path is gone."""

    def query_server(self, path: int, server: Address) -> None:
        """Ask a STUN server; `Gatherer.reflexive` follows."""


def host_addresses(config: IceConfig, addresses: Sequence[str]) -> list[tuple[str, int]]:
    """Those of `addresses` to gather, with their local preference (0 to 65535); the loopback first, as it
    is paired first."""
    loopback: list[str] = []
    others: list[str] = []
    for address in addresses:
        ip = canonical_ip(address)
        if ip is not None and (config.ipv6 or ":" not in ip) and ip not in loopback and ip not in others:
            (loopback if is_loopback(ip) else others).append(ip)
    others = others[:MAX_HOST_ADDRESSES]
    loopback = loopback[:MAX_HOST_ADDRESSES] if config.include_loopback else []
    return [(ip, 255 - index) for index, ip in enumerate(loopback)] + [
        (ip, 65535 - index) for index, ip in enumerate(others)
    ]


class Gatherer:
    """Finds local candidates for one transport and reports each.

    `on_candidate(None)` follows when every server has answered or was given up.
    """

    def __init__(
        self,
        host: PathHost,
        agent: IceAgent,
        config: IceConfig,
        mux: UdpMux | None,
        on_candidate: Callable[[Candidate | None], None],
        runtime: Runtime,
    ) -> None:
        self._runtime = runtime
        self._host = host
        self._agent = agent
        self.config = config
        self._mux = mux
        self._on_candidate = on_candidate
        self._hosts: dict[str, int] = {}
        self._mux_path: LocalPath | None = None
        self._relays: dict[tuple[ServerUrl, str], int] = {}
        self._tasks = OwnedTasks()
        self._asking = 0
        self._queries: set[tuple[int, Address]] = set()
        self._running = False

    async def gather(self, *, repeat: bool = False) -> None:
        """Bind the host addresses, then ask the servers in the background.

        May be called again: it reports what is new, or with `repeat` (after a restart) everything.
        """
        self._running = True
        for candidate in list(self._agent.local_candidates) if repeat else ():
            self._on_candidate(candidate)
        if self._mux is not None:
            self._add_mux(self._mux)
        elif not self.config.relay_only:
            await self._add_hosts()
        for server in self.config.servers:
            for url in server.urls:
                self._start_server(server, url)
        self._maybe_done()

    def reflexive(self, event: ServerReflexive) -> None:
        """A STUN server answered or was given up."""
        self._queries.discard((event.path, event.server))
        if event.mapped is not None:
            self._add_reflexive(event.path, event.server, event.mapped)
        self._maybe_done()

    def path_lost(self, number: int) -> None:
        """A path is gone; the next `gather` replaces it."""
        self._hosts = {ip: path for ip, path in self._hosts.items() if path != number}
        self._relays = {key: path for key, path in self._relays.items() if path != number}

    def renamed(self) -> None:
        """The agent has new local credentials."""
        if self._mux is not None and self._mux_path is not None:
            self._mux.register(self._agent.local_parameters.ufrag, self._mux_path)

    def retired(self, ufrag: str) -> None:
        """The agent does not answer to these credentials any more."""
        if self._mux is not None and self._mux_path is not None:
            self._mux.unregister(ufrag, self._mux_path)

    async def aclose(self) -> None:
        """Stop asking servers."""
        self._running = False
        await self._tasks.aclose()

    # ---- hosts

    def _add_mux(self, mux: UdpMux) -> None:
        if self._mux_path is not None:
            return
        self._mux_path = path = self._host.new_path(mux)
        self._host.adopt(path, _host_candidate(mux.address, 65535))
        for ufrag in self._agent.local_ufrags:
            mux.register(ufrag, path)
        self._report_newest()

    async def _add_hosts(self) -> None:
        network = self._runtime.network
        addresses = host_addresses(self.config, network.addresses())
        route = self._agent.route
        for ip in set(self._hosts) - {ip for ip, _ in addresses}:
            if route is None or route.path != self._hosts[ip]:
                self._host.drop_path(self._hosts[ip])
        for ip, preference in addresses:
            if ip in self._hosts:
                continue
            path = self._host.new_path()
            try:
                endpoint = await network.open_datagrams(ip, 0, path.receive)
            except OSError as error:
                logger.info("cannot bind %s: %s", ip, error)
                continue
            self._hosts[ip] = self._host.adopt(path, _host_candidate(endpoint.address, preference), endpoint)
            self._report_newest()

    def _report_newest(self) -> None:
        self._on_candidate(self._agent.local_candidates[-1])

    # ---- servers

    def _start_server(self, server: IceServer, text: str) -> None:
        try:
            url = ServerUrl.parse(text)
        except ProtocolError as error:
            logger.warning("ICE server left out: %s", error)
            return
        if url.scheme == "stun":
            if self.config.relay_only:
                return
            work = self._ask_stun(url)
        elif (url, server.username) in self._relays:
            return
        else:
            work = self._ask_turn(url, server)
        self._asking += 1
        self._tasks.spawn(self._ask(work, text), f"ice server {text}")

    async def _ask(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            async with asyncio.timeout(SERVER_TIMEOUT):
                await work
        except (OSError, ProtocolError) as error:
            # OSError covers TimeoutError. Only the candidate is missing.
            logger.info("ICE server %s gave no candidate: %r", name, error)
        finally:
            self._asking -= 1
            self._maybe_done()

    async def _ask_stun(self, url: ServerUrl) -> None:
        ip = canonical_ip(url.host)
        found = [(ip, url.port)] if ip else await self._runtime.network.resolve(url.host, url.port)
        # One address of each family: more of them would say the same.
        for server in {":" in address[0]: address for address in reversed(found)}.values():
            for own, number in self._hosts.items():
                if (":" in own) == (":" in server[0]) and is_loopback(own) == is_loopback(server[0]):
                    self._queries.add((number, server))
                    self._host.query_server(number, server)

    def _add_reflexive(self, path: int, server: Address, mapped: Address) -> None:
        base = next((c for c in self._agent.local_candidates if self._hosts.get(c.host) == path), None)
        if base is None or any((c.host, c.port) == mapped for c in self._agent.local_candidates):
            # RFC 8445 section 5.1.3: an address equal to its base is redundant.
            return
        self._agent.add_local_candidate(
            Candidate(
                foundation=foundation("srflx", "udp", base.host, server[0]),
                component=1,
                transport="udp",
                priority=candidate_priority("srflx", (base.priority >> 8) & 0xFFFF),
                host=mapped[0],
                port=mapped[1],
                type="srflx",
                related_address=base.host,
                related_port=base.port,
            )
        )
        self._report_newest()

    async def _ask_turn(self, url: ServerUrl, server: IceServer) -> None:
        path = self._host.new_path()
        relay: TurnRelay = await allocate(
            url,
            username=server.username,
            credential=server.credential,
            ssl_context=self.config.ssl_context,
            receiver=path.receive,
            on_lost=lambda: self._host.drop_path(path.number),
            runtime=self._runtime,
        )
        if not self._running:
            await relay.aclose()
            return
        candidate = Candidate(
            foundation=foundation("relay", "udp", relay.address[0], url.host),
            component=1,
            transport="udp",
            priority=candidate_priority(
                "relay", RELAY_PREFERENCES["tls" if url.scheme == "turns" else url.transport]
            ),
            host=relay.address[0],
            port=relay.address[1],
            type="relay",
            # RFC 9429 section 3.5.3: with relaying demanded, the address behind it stays private.
            related_address="0.0.0.0" if self.config.relay_only else relay.mapped_address[0],
            related_port=9 if self.config.relay_only else relay.mapped_address[1],
        )
        self._relays[url, server.username] = self._host.adopt(path, candidate, relay)
        self._report_newest()

    def _maybe_done(self) -> None:
        if self._running and not self._asking and not self._queries:
            self._running = False
            self._on_candidate(None)


def _host_candidate(address: Address, preference: int) -> Candidate:
    return Candidate(
        foundation=foundation("host", "udp", address[0]),
        component=1,
        transport="udp",
        priority=candidate_priority("host", preference),
        host=address[0],
        port=address[1],
        type="host",
    )
