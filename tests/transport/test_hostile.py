"""Datagrams that mean harm, from a stranger and from the genuine peer: dropped, counted, connection alive."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence

from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.bundle.states import BundleState
from lkpy.transport.dtls.endpoint import DtlsState
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.states import IceState
from lkpy.transport.sctp.channels import DataChannel
from tests.transport.transport_pairs import End, connected_ends, lite_server, two_ends

SIZES = (0, 1, 2, 3, 4, 11, 12, 13, 19, 20, 1499, 1500, 1501, 2048, 4096, 8192, 8193, 16384, 40000, 65507)

STUN_REQUEST = struct.pack("!HHI", 1, 8, 0x2112A442) + b"abcdefghijkl" + struct.pack("!HHI", 0x8028, 4, 7)
DTLS_HELLO_HEADER = b"\x16\xfe\xfd" + bytes(8)
RTP = struct.pack("!BBHII", 0x80, 111, 1, 960, 7) + bytes(40)
RTCP = struct.pack("!BBHIIIIII", 0x80, 200, 6, 7, 1, 2, 3, 4, 5)


def every_length(*datagrams: bytes) -> Iterator[bytes]:
    for datagram in datagrams:
        for size in range(len(datagram) + 1):
            yield datagram[:size]


def junk(seed: int) -> Iterator[bytes]:
    """Each first byte, each awkward size, and random bytes under each protocol's first byte."""
    rng = random.Random(seed)
    for size in SIZES:
        for first in (0, 1, 19, 20, 22, 23, 63, 64, 127, 128, 191, 192, 255):
            yield (bytes([first]) + rng.randbytes(max(size - 1, 0)))[:size]
    for first in range(256):
        yield bytes([first])
        yield bytes([first]) + rng.randbytes(rng.randrange(1, 200))
    yield from every_length(STUN_REQUEST, DTLS_HELLO_HEADER + b"\x00\x10" + bytes(16), RTP, RTCP)


class Attack:
    """A victim `a`, its genuine peer `b`, and a proof of life."""

    def __init__(self, a: End, b: End, ours: DataChannel, theirs: DataChannel) -> None:
        self.a, self.b = a, b
        self.ours, self.theirs = ours, theirs
        self.count = 0

    async def still_talks(self) -> None:
        """A message and a packet each way get through."""
        self.count += 1
        text = b"proof %d" % self.count
        packet = struct.pack("!BBHII", 0x80, 111, 1000 + self.count, 0, 99) + text
        self.ours.send(text)
        self.theirs.send(text)
        self.a.transport.send_rtp(packet)
        self.b.transport.send_rtp(packet)
        for end in (self.a, self.b):
            seen = end.seen
            await seen.until(
                lambda s=seen: text in s.messages and packet in s.rtp  # type: ignore[misc]
            )
            assert end.transport.state is BundleState.CONNECTED
            assert BundleState.FAILED not in seen.states

    async def from_peer(self, datagrams: Iterable[bytes]) -> None:
        """Raw datagrams on the genuine path, below DTLS."""
        for number, datagram in enumerate(datagrams):
            self.b.transport.ice.send(datagram)
            if number % 32 == 31:
                await asyncio.sleep(0)

    async def inside_dtls(self, packets: Iterable[bytes]) -> None:
        """Packets that authenticate, given to SCTP."""
        for number, packet in enumerate(packets):
            (datagram,) = self.b.transport.dtls.encrypt([packet])
            self.b.transport.ice.send(datagram)
            if number % 32 == 31:
                await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def attack() -> AsyncIterator[Attack]:
    async with connected_ends() as (a, b, ours, theirs):
        await a.seen.until(lambda: a.transport.ice.selected_pair is not None)
        yield Attack(a, b, ours, theirs)


def addresses(end: End) -> list[tuple[str, int]]:
    return [(c.host, c.port) for c in end.transport.ice.local_candidates if c.transport == "udp"]


async def throw(target: tuple[str, int], datagrams: Iterable[bytes]) -> None:
    """Send from a socket that the target has never heard of."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.setblocking(False)
        for number, datagram in enumerate(datagrams):
            with contextlib.suppress(BlockingIOError):
                stranger.sendto(datagram, target)
            if number % 32 == 31:
                await asyncio.sleep(0)


async def test_a_stranger_can_do_nothing_to_a_connection() -> None:
    async with attack() as scene:
        for target in addresses(scene.a):
            await throw(target, junk(1))
            await scene.still_talks()
        counters = scene.a.transport.ice.stats().counters
        assert counters.empty > 0
        assert counters.unknown_source > 100
        assert scene.a.transport.dtls.counters.malformed == 0, "a stranger does not get as far as DTLS"


async def test_a_stranger_can_do_nothing_to_a_shared_port() -> None:
    async with lite_server() as (client, server, mux):
        channel = client.transport.create_data_channel("x")
        await throw(mux.address, junk(2))
        client.describe_to(server, DtlsRole.SERVER)
        server.describe_to(client, DtlsRole.CLIENT)
        await throw(mux.address, junk(3))
        await asyncio.gather(client.connected(), server.connected())
        await throw(mux.address, junk(4))
        channel.send(b"through")
        await server.seen.until(lambda: server.seen.messages == [b"through"])
        assert mux.counters.empty > 0
        assert mux.counters.unknown_source > 100


async def test_a_stranger_can_do_nothing_to_a_handshake() -> None:
    async with two_ends() as (a, b):
        for end in (a, b):
            await throw(addresses(end)[0], junk(5))
        a.describe_to(b, DtlsRole.SERVER)
        b.describe_to(a, DtlsRole.CLIENT)
        await asyncio.gather(throw(addresses(a)[0], junk(6)), throw(addresses(b)[0], junk(7)))
        await asyncio.gather(a.connected(), b.connected())


async def test_junk_on_the_genuine_path() -> None:
    """As if the peer's host, or somebody on the way, sent it from the right address."""
    async with attack() as scene:
        await scene.from_peer(junk(8))
        await scene.still_talks()
        bundle, dtls = scene.a.transport.counters, scene.a.transport.dtls
        assert bundle.unknown_datagrams > 100
        assert dtls.counters.malformed > 20
        assert dtls.srtp is not None
        assert dtls.srtp.counters.rejected_rtp > 20
        assert dtls.srtp.counters.rejected_rtcp > 10


async def test_truncated_replayed_and_forged_media_of_every_length() -> None:
    async with attack() as scene:
        srtp = scene.b.transport.dtls.srtp
        assert srtp is not None
        rtp, rtcp = srtp.protect_rtp(RTP), srtp.protect_rtcp(RTCP)
        assert rtp is not None
        assert rtcp is not None
        await scene.from_peer(datagram for datagram in every_length(rtp, rtcp) if datagram not in (rtp, rtcp))
        await scene.still_talks()
        assert RTP not in scene.a.seen.rtp
        assert scene.a.seen.rtcp == []
        await scene.from_peer([rtp, rtp, rtcp, rtcp, rtp])
        await scene.still_talks()
        assert scene.a.seen.rtp.count(RTP) == 1
        assert scene.a.seen.rtcp == [RTCP]
        flipped = [rtp[:i] + bytes([rtp[i] ^ 0x40]) + rtp[i + 1 :] for i in range(len(rtp))]
        await scene.from_peer(flipped)
        await scene.still_talks()
        assert scene.a.seen.rtp.count(RTP) == 1


async def test_truncated_and_replayed_dtls_of_every_length() -> None:
    async with attack() as scene:
        (record,) = scene.b.transport.dtls.encrypt([b"not SCTP, but authenticated"])
        await scene.from_peer(every_length(record[:-1]))
        await scene.from_peer([record] * 5)
        flipped = [record[:i] + bytes([record[i] ^ 1]) + record[i + 1 :] for i in range(len(record))]
        await scene.from_peer(flipped)
        await scene.still_talks()
        counters = scene.a.transport.dtls.counters
        assert counters.malformed >= len(record) - 20
        assert counters.unauthenticated >= 4


async def test_hostile_sctp_inside_dtls() -> None:
    """The peer is who it says, and still sends nonsense."""
    async with attack() as scene:
        genuine: list[bytes] = []
        encrypt = scene.b.transport.dtls.encrypt

        def overhear(messages: Sequence[bytes]) -> list[bytes]:
            genuine.extend(messages)
            return encrypt(messages)

        scene.b.transport.dtls.encrypt = overhear  # type: ignore[method-assign]
        scene.theirs.send(b"overheard")
        await scene.a.seen.until(lambda: b"overheard" in scene.a.seen.messages)
        scene.b.transport.dtls.encrypt = encrypt  # type: ignore[method-assign]
        rng = random.Random(9)
        packet = genuine[0]

        def hostile() -> Iterator[bytes]:
            yield from (p for p in every_length(*genuine) if p and p not in genuine)
            yield from (rng.randbytes(size) for size in (1, 2, 11, 12, 13, 100, 1200))
            for _ in range(500):
                mangled = bytearray(packet)
                for _ in range(rng.randrange(1, 4)):
                    mangled[rng.randrange(len(mangled))] = rng.randrange(256)
                yield bytes(mangled)

        await scene.inside_dtls(hostile())
        await scene.still_talks()
        counters = scene.a.transport.sctp.counters
        assert counters.bad_checksum + counters.malformed > 400
        assert counters.callback_errors == 0


async def test_hostile_rtp_and_rtcp_inside_srtp() -> None:
    async with attack() as scene:
        rng = random.Random(10)
        for sequence in range(1, 300):
            body = rng.randbytes(rng.randrange(0, 1300))
            first = rng.choice((0x80, 0xA0))
            scene.b.transport.send_rtp(struct.pack("!BBHII", first, 111, sequence, 0, 5) + body)
            scene.b.transport.send_rtcp(struct.pack("!BBHI", 0x80, 200 + sequence % 8, 1, 5) + body)
            if sequence % 16 == 0:
                await asyncio.sleep(0)
        await scene.still_talks()
        assert scene.a.transport.counters.callback_errors == 0


async def test_a_raising_callback_and_text_that_is_no_text() -> None:
    async with attack() as scene:
        received: list[bytes | str] = []

        def raising(message: bytes | str) -> None:
            received.append(message)
            raise RuntimeError("user code")

        listen: Callable[[bytes | str], None] | None = scene.ours.on_message
        scene.ours.on_message = raising
        for _ in range(10):
            scene.theirs.send(b"provoke")
        scene.theirs.send("last")
        async with asyncio.timeout(5):
            while len(received) < 11:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        scene.ours.on_message = listen
        # A string whose bytes are not UTF-8: PPID 51 (RFC 8831 section 8).
        association = scene.b.transport.sctp.association
        association.transfer.outbound.queue.push(scene.theirs._stream, 51, b"\xff\xfe\xfa")
        scene.b.transport.sctp.wake_if_connected()
        await scene.still_talks()
        counters = scene.a.transport.sctp.counters
        assert counters.callback_errors == 10 + 1
        assert counters.messages_dropped == 1


async def test_flooding_makes_nothing_grow() -> None:
    async with attack() as scene:
        rng = random.Random(11)

        def flood() -> Iterator[bytes]:
            for number in range(4000):
                kind = (20, 22, 23, 128, 200, 64)[number % 6]
                yield bytes([kind, 0xFE, 0xFD]) + rng.randbytes(rng.randrange(1, 100))

        await scene.from_peer(flood())
        await throw(addresses(scene.a)[0], flood())
        await scene.still_talks()
        gc.collect()
        before = len(gc.get_objects())
        tasks = len(asyncio.all_tasks())
        await scene.from_peer(flood())
        await throw(addresses(scene.a)[0], flood())
        await scene.still_talks()
        gc.collect()
        assert len(gc.get_objects()) - before < 300
        assert len(asyncio.all_tasks()) <= tasks


async def test_early_datagrams_before_any_description_are_bounded() -> None:
    async with two_ends() as (a, b):
        # ICE is ready and the peer is genuine; our side has no fingerprint to check it by.
        local_a, local_b = a.transport.local_parameters, b.transport.local_parameters
        a.transport.ice.set_remote_parameters(local_b.ice)
        b.transport.ice.set_remote_parameters(local_a.ice)
        for one, other in ((a, b), (b, a)):
            for candidate in one.transport.ice.local_candidates:
                other.transport.add_remote_candidate(candidate)
        async with asyncio.timeout(5):
            while not all(e.transport.ice.state is IceState.CONNECTED for e in (a, b)):  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        record = DTLS_HELLO_HEADER + b"\x00\x10" + bytes(16)
        for number in range(200):
            b.transport.ice.send(record)
            b.transport.ice.send(RTP)
            if number % 16 == 15:
                await asyncio.sleep(0)
        async with asyncio.timeout(5):
            while not a.transport.dtls.counters.early_dropped:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        assert a.transport.dtls.state is DtlsState.NEW
        assert a.transport.counters.early_media > 0


async def test_hostile_candidates_are_survived() -> None:
    """Thousands of candidates that lead nowhere do not keep the good one from working, nor pile up."""
    async with two_ends() as (a, b):
        for number in range(2000):
            a.transport.add_remote_candidate(
                Candidate.parse(f"candidate:{number} 1 udp 1 127.0.0.1 {1 + number % 60000} typ host")
            )
            if number == 50:
                a.describe_to(b, DtlsRole.SERVER)
                b.describe_to(a, DtlsRole.CLIENT)
        await asyncio.gather(a.connected(), b.connected())
        assert len(a.transport.ice.stats().pairs) < 500
