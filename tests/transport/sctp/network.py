"""Two endpoints on a virtual clock, and between them a seeded network that loses, delays, doubles."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable

from lkpy.transport.sctp import DataChannel, SctpEndpoint, SctpState
from lkpy.transport.sctp.handshake import ENTROPY_SIZE


class Network:
    """`client` and `server` joined in memory.

    Args:
        seed: of everything random, the endpoints' tags and TSNs included.
        loss: probability that a packet is lost.
        delay: seconds one way.
        jitter: seconds added at random to the delay, which reorders packets.
        duplication: probability that a packet comes twice.
        tsn: initial TSN of both ends, if given.
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        loss: float = 0.0,
        delay: float = 0.01,
        jitter: float = 0.0,
        duplication: float = 0.0,
        tsn: int | None = None,
    ) -> None:
        self.random = random.Random(seed)
        self.loss, self.delay, self.jitter, self.duplication = loss, delay, jitter, duplication
        self.now = 100.0
        self.lose: Callable[[SctpEndpoint, bytes], bool] = lambda source, packet: False
        self.packets: list[tuple[float, SctpEndpoint, bytes]] = []
        self.record = False
        self._queue: list[tuple[float, int, SctpEndpoint, bytes]] = []
        self._count = 0
        self.client_channels: list[DataChannel] = []
        self.server_channels: list[DataChannel] = []
        self.wakes = 0

        def entropy() -> bytes:
            drawn = self.random.randbytes(ENTROPY_SIZE)
            # The last four bytes are the initial TSN.
            return drawn if tsn is None else drawn[:-4] + tsn.to_bytes(4, "big")

        def wake() -> None:
            self.wakes += 1

        def endpoint(is_client: bool, channels: list[DataChannel]) -> SctpEndpoint:
            return SctpEndpoint(is_client, wake=wake, on_channel=channels.append, entropy=entropy())

        self.client = endpoint(True, self.client_channels)
        self.server = endpoint(False, self.server_channels)

    def flush(self) -> int:
        """Put what both ends have to send on the wire; returns the number of packets."""
        count = 0
        for source, target in ((self.client, self.server), (self.server, self.client)):
            for packet in written(source, self.now):
                count += 1
                if self.record:
                    self.packets.append((self.now, source, packet))
                if self.lose(source, packet):
                    continue
                for _ in range(1 + (self.random.random() < self.duplication)):
                    if self.random.random() >= self.loss:
                        self._count += 1
                        due = self.now + self.delay + self.random.random() * self.jitter
                        heapq.heappush(self._queue, (due, self._count, target, packet))
        return count

    def step(self) -> bool:
        """Go to the next thing that happens. Returns whether anything is left to happen."""
        self.flush()
        times = [self.client.next_deadline(), self.server.next_deadline()]
        if self._queue:
            times.append(self._queue[0][0])
        due = [time for time in times if time is not None]
        if not due:
            return False
        self.now = max(self.now, min(due))
        while self._queue and self._queue[0][0] <= self.now:
            _, _, target, packet = heapq.heappop(self._queue)
            target.receive(packet, self.now)
        self.client.handle_timeout(self.now)
        self.server.handle_timeout(self.now)
        self.flush()
        return True

    def run(self, until: Callable[[], bool], seconds: float = 60.0) -> None:
        """Run until the condition holds; fails if it does not within that much virtual time."""
        end = self.now + seconds
        while not until():
            assert self.step(), "nothing is left to happen"
            assert self.now <= end, f"still waiting after {seconds} s"

    def settle(self, seconds: float = 300.0) -> None:
        """Run until nothing is left to happen."""
        end = self.now + seconds
        while self.step():
            assert self.now <= end, "never settles"

    def start(self) -> None:
        """Both ends begin, as they do when DTLS stands."""
        self.client.start(self.now)
        self.server.start(self.now)

    def connect(self) -> None:
        """Start, and wait until both ends are connected."""
        self.start()
        self.run(lambda: self.client.state is self.server.state is SctpState.CONNECTED)

    def channel(self, label: str = "_reliable", **options: object) -> tuple[DataChannel, DataChannel]:
        """A channel made by the client, at both ends."""
        ours = self.client.create_channel(label, **options)  # type: ignore[arg-type]
        if self.client.state is SctpState.NEW:
            self.start()
        self.run(lambda: any(channel.label == label for channel in self.server_channels))
        return ours, next(channel for channel in self.server_channels if channel.label == label)


def written(endpoint: SctpEndpoint, now: float) -> list[bytes]:
    """What an endpoint has to send."""
    endpoint.write(now)
    return endpoint.take_packets()


def collect(channel: DataChannel) -> list[bytes | str]:
    """What arrives on a channel, from now on."""
    received: list[bytes | str] = []
    channel.on_message = received.append
    return received
