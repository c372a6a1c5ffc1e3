"""What a hostile or broken peer may send: dropped and counted, never an exception, a hang, or memory without
bound."""

from __future__ import annotations

import random
import struct
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.transport.sctp import SctpEndpoint, SctpState
from lkpy.transport.sctp import chunks as wire
from lkpy.transport.sctp.checksum import HeaderChecksum
from lkpy.transport.sctp.chunks import ForwardTsnChunk, SackChunk, build_chunk
from lkpy.transport.sctp.dcep import DataChannelOpen
from lkpy.transport.sctp.handshake import ENTROPY_SIZE
from lkpy.transport.sctp.inbound import RECEIVE_BUFFER
from tests.transport.sctp.network import Network, collect, written


class Attacked:
    """A connected server, and what it takes to write packets to it in the client's name."""

    def __init__(self, seed: int = 1) -> None:
        self.network = Network(seed)
        self.ours, self.theirs = self.network.channel()
        self.network.settle()
        self.received = collect(self.theirs)
        self.server = self.network.server
        association = self.server.association
        self.header = HeaderChecksum(association.handshake.prefix)
        assert association.transfer.inbound is not None
        self.inbound = association.transfer.inbound
        self.counters = self.server.counters

    @property
    def tsn(self) -> int:
        """The next TSN that the server expects."""
        return (self.inbound.tsns.cumulative + 1) & wire.U32

    def give(self, *chunks: bytes) -> None:
        """Give the server a packet with a right tag and checksum."""
        self.server.receive(self.header.seal(b"".join(chunks)), self.network.now)

    def data(
        self,
        payload: bytes,
        *,
        tsn: int | None = None,
        flags: int = 3,
        stream: int = 0,
        ssn: int = 0,
        ppid: int = 53,
    ) -> bytes:
        """A DATA chunk with its padding."""
        fields = struct.pack("!LHHL", (self.tsn if tsn is None else tsn) & wire.U32, stream, ssn, ppid)
        return build_chunk(wire.DATA, fields + payload, flags)

    def assert_alive(self) -> None:
        """The association still carries messages, both ways."""
        assert self.server.state is SctpState.CONNECTED
        back = collect(self.ours)
        before = len(self.received)
        self.ours.send(b"still here")
        self.theirs.send(b"me too")
        self.network.run(lambda: len(self.received) > before and bool(back))
        assert self.received[-1] == b"still here"


def valid_packets() -> list[bytes]:
    """One packet of every kind that two endpoints exchange."""
    network = Network(seed=2, loss=0.1)
    network.record = True
    ours, _ = network.channel("_lossy", ordered=False, max_retransmits=0)
    for number in range(40):
        ours.send(bytes([number]) * 1_500)
        network.step()
    network.settle()
    ours.close()
    network.settle()
    network.client.shutdown(network.now)
    network.settle()
    found: dict[tuple[int, ...], bytes] = {}
    for _, _, packet in network.packets:
        found.setdefault(tuple(kind for kind, _, _ in wire.chunk_bounds(packet[12:])), packet)
    return list(found.values())


PACKETS = valid_packets()


def test_the_recorded_packets_hold_every_kind_of_chunk() -> None:
    kinds = {kind for packet in PACKETS for kind, _, _ in wire.chunk_bounds(packet[12:])}
    assert kinds >= {
        wire.DATA,
        wire.INIT,
        wire.INIT_ACK,
        wire.SACK,
        wire.COOKIE_ECHO,
        wire.COOKIE_ACK,
        wire.FORWARD_TSN,
        wire.RECONFIG,
        wire.SHUTDOWN,
    }


def test_truncated_packets_of_every_length() -> None:
    victim = Attacked()
    for packet in PACKETS:
        body = packet[12:]
        for length in range(len(packet)):
            victim.server.receive(packet[:length], victim.network.now)
        for length in range(min(len(body), 300)):
            # With a right checksum and tag, but the ends that would change the association left out.
            if body[0] not in (
                wire.ABORT,
                wire.SHUTDOWN,
                wire.SHUTDOWN_ACK,
                wire.DATA,
                wire.SACK,
                wire.RECONFIG,
            ):
                victim.server.receive(victim.header.seal(body[:length]), victim.network.now)
    assert victim.counters.malformed > 0
    assert victim.counters.bad_checksum + victim.counters.bad_tag > 0
    victim.assert_alive()


def test_wrong_checksum_and_wrong_tag() -> None:
    victim = Attacked()
    packet = victim.header.seal(victim.data(b"forged"))
    for position in range(len(packet)):
        changed = bytearray(packet)
        changed[position] ^= 0x10
        victim.server.receive(bytes(changed), victim.network.now)
    assert victim.counters.bad_checksum == len(packet)
    for tag in (0, 1, 0xFFFFFFFF):
        header = HeaderChecksum(packet[:4] + struct.pack("!L", tag))
        victim.server.receive(header.seal(victim.data(b"forged")), victim.network.now)
        victim.server.receive(header.seal(build_chunk(wire.ABORT)), victim.network.now)
    assert victim.counters.bad_tag == 6
    assert victim.received == []
    victim.assert_alive()


@pytest.mark.parametrize("length", [0, 1, 2, 3, 5, 17, 1000, 0xFFFF])
@pytest.mark.parametrize("kind", [wire.DATA, wire.SACK, wire.HEARTBEAT, 0x3F, 0xFF])
def test_lying_chunk_lengths(kind: int, length: int) -> None:
    victim = Attacked()
    victim.server.receive(victim.header.seal(struct.pack("!BBH", kind, 0, length)), victim.network.now)
    assert victim.counters.malformed == 1
    victim.assert_alive()


def test_unknown_chunks_follow_their_action_bits() -> None:
    cases = ((0x3F, False, False), (0x7F, False, True), (0xBF, True, False), (0xFE, True, True))
    for kind, delivered, reported in cases:
        victim = Attacked()
        ssn = victim.network.client.channels[0]._stream.next_ssn
        victim.give(build_chunk(kind, b"what"), victim.data(b"behind", ssn=ssn))
        assert victim.received == ([b"behind"] if delivered else [])
        kinds = [
            found
            for packet in written(victim.server, victim.network.now)
            for found, _, _ in wire.chunk_bounds(packet[12:])
        ]
        assert (wire.ERROR in kinds) == reported
        assert victim.counters.unknown_chunks == 1


@pytest.mark.parametrize("distance", [0x10000, 0x100000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF])
def test_tsns_outside_the_window(distance: int) -> None:
    victim = Attacked()
    victim.give(victim.data(b"far away", tsn=victim.tsn + distance))
    assert victim.received == []
    assert victim.counters.refused_chunks + victim.counters.duplicate_chunks == 1
    victim.assert_alive()


def test_sacks_of_what_was_never_sent() -> None:
    victim = Attacked()
    last = (victim.server.association.transfer.outbound.flight.next_tsn - 1) & wire.U32
    for sack in (
        SackChunk((last + 1) & wire.U32, 1000),
        SackChunk((last + 0x7000_0000) & wire.U32, 1000),
        SackChunk((last - 10) & wire.U32, 1000),
        SackChunk(last, 1000, ((2, 3),)),
        SackChunk(last, 1000, ((2, 0xFFFF),)),
    ):
        victim.give(build_chunk(wire.SACK, sack.serialize()))
    assert victim.counters.unexpected >= 5
    for blocks in (((0, 0),), ((1, 1),), ((5, 4),), ((2, 5), (4, 8)), ((5, 6), (2, 3))):
        victim.give(build_chunk(wire.SACK, SackChunk(last, 1000, blocks).serialize()))
    victim.give(build_chunk(wire.SACK, struct.pack("!LLHH", last, 1000, 0xFFFF, 0xFFFF)))
    assert victim.counters.malformed == 6
    victim.assert_alive()


def test_gap_blocks_that_come_and_go() -> None:
    victim = Attacked()
    victim.network.lose = lambda source, packet: True
    for number in range(9):
        victim.theirs.send(bytes([number]) * 1_000)
    victim.network.flush()
    flight = victim.server.association.transfer.outbound.flight
    first = flight.cumulative & wire.U32
    source = random.Random(1)
    for _ in range(200):
        ends = sorted(source.sample(range(2, 10), 4))
        blocks = ((ends[0], ends[1]), (ends[2], ends[3])) if ends[1] < ends[2] else ()
        victim.give(build_chunk(wire.SACK, SackChunk(first, 100_000, blocks).serialize()))
        victim.network.flush()
        assert flight.bytes >= 0
    victim.network.lose = lambda source, packet: False
    back = collect(victim.ours)
    victim.network.run(lambda: len(back) == 9)
    assert back == [bytes([number]) * 1_000 for number in range(9)]
    victim.assert_alive()


def test_nonsense_forward_tsn() -> None:
    victim = Attacked()
    cumulative = victim.tsn - 1
    for chunk in (
        ForwardTsnChunk(cumulative & wire.U32, ((0, 5),)),
        ForwardTsnChunk((cumulative - 100) & wire.U32),
        ForwardTsnChunk((cumulative + 0x7000_0000) & wire.U32, ((0, 5),)),
        ForwardTsnChunk((cumulative + 0x9000_0000) & wire.U32),
    ):
        victim.give(build_chunk(wire.FORWARD_TSN, chunk.serialize()))
    victim.give(build_chunk(wire.FORWARD_TSN, b"\0\0"))
    victim.give(build_chunk(wire.FORWARD_TSN, bytes(7)))
    assert victim.counters.unexpected == 4
    assert victim.counters.malformed == 2
    victim.assert_alive()


def test_ten_thousand_streams() -> None:
    victim = Attacked()
    for stream in range(10_000):
        victim.give(victim.data(b"x", stream=stream, ssn=9, flags=3))
        victim.give(victim.data(DataChannelOpen(f"c{stream}").serialize(), stream=stream, ppid=50, flags=7))
        written(victim.server, victim.network.now)
    assert len(victim.network.server_channels) <= 1024
    assert len(victim.inbound.reassembly._streams) <= 1024
    assert victim.counters.refused_chunks >= 2 * (10_000 - 1024)
    forward = ForwardTsnChunk((victim.tsn) & wire.U32, tuple((stream, 3) for stream in range(0, 60_000, 7)))
    victim.give(build_chunk(wire.FORWARD_TSN, forward.serialize()))
    assert len(victim.inbound.reassembly._streams) <= 1024


@pytest.mark.parametrize(
    "shape",
    [
        "every second TSN",
        "endless message",
        "tiny fragments",
        "ordered behind a hole",
        "large fragments",
        "begins only",
    ],
)
def test_the_receive_buffer_is_bounded(shape: str) -> None:
    victim = Attacked()
    ssn = victim.network.client.channels[0]._stream.next_ssn
    first = victim.tsn
    tracemalloc.start()
    try:
        for number in range(3_000 if shape == "large fragments" else 12_000):
            if victim.server.state is not SctpState.CONNECTED:
                break
            match shape:
                case "every second TSN":
                    chunk = victim.data(b"x", tsn=first + 1 + 2 * number, flags=0, ssn=ssn)
                case "endless message":
                    chunk = victim.data(bytes(100), flags=0 if number else 2, ssn=ssn)
                case "tiny fragments":
                    chunk = victim.data(b"x", tsn=first + 1 + number, flags=0, ssn=ssn)
                case "ordered behind a hole":
                    chunk = victim.data(bytes(200), ssn=ssn + 1 + number & 0x7FFF)
                case "large fragments":
                    chunk = victim.data(bytes(16_000), tsn=first + 60_000 - number, flags=0, ssn=ssn)
                case _:
                    chunk = victim.data(bytes(200), flags=2, ssn=ssn, stream=number % 1000)
            victim.give(chunk)
            if number % 100 == 0:
                written(victim.server, victim.network.now)
                assert victim.inbound.reassembly.buffered <= 2 * RECEIVE_BUFFER + 20_000
        memory = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert memory < 16 << 20
    assert victim.received == []


def test_floods_of_requests_are_not_answered_without_bound() -> None:
    victim = Attacked()
    init = wire.InitChunk(1234, 100_000, 10, 10, 5).serialize()
    header = HeaderChecksum(struct.pack("!HHL", 5000, 5000, 0))
    for _ in range(1000):
        victim.give(build_chunk(wire.HEARTBEAT, bytes(200)), build_chunk(0xFE, bytes(500)))
        victim.server.receive(header.seal(build_chunk(wire.INIT, init)), victim.network.now)
    assert sum(map(len, written(victim.server, victim.network.now))) < 20_000
    victim.assert_alive()


def test_dcep_nonsense() -> None:
    victim = Attacked()
    ssn = victim.network.client.channels[0]._stream.next_ssn
    opening = DataChannelOpen("label", "protocol").serialize()
    messages = [opening[:length] for length in range(1, len(opening))]
    messages += [b"\x05", b"\x03\x77" + opening[2:], opening[:8] + b"\xff\xff" + opening[10:]]
    messages += [opening[:12] + b"\xff\xfe" + opening[14:]]
    for number, message in enumerate(messages):
        victim.give(victim.data(message, stream=4, ssn=number, ppid=50))
    assert len(victim.network.server_channels) == 1
    assert victim.counters.messages_dropped == len(messages)
    # An ACK for a stream that nobody opened, messages for it, kinds of messages that do not exist.
    victim.give(victim.data(b"\x02", stream=6, ppid=50))
    victim.give(victim.data(b"lost", stream=6, ssn=1))
    victim.give(victim.data(b"\xff\xfe not UTF-8", ssn=ssn, ppid=51))
    victim.give(victim.data(b"partial", ssn=ssn + 1, ppid=52))
    assert victim.counters.messages_dropped == len(messages) + 4
    assert victim.received == []
    victim.ours._stream.next_ssn = ssn + 2
    victim.give(victim.data(b"fine", ssn=ssn + 2))
    assert victim.received == [b"fine"]


def test_open_said_twice_is_confirmed_twice_and_opens_once() -> None:
    victim = Attacked()
    opening = DataChannelOpen("new").serialize()
    for number in range(2):
        victim.give(victim.data(opening, stream=2, ssn=number, ppid=50))
        packets = written(victim.server, victim.network.now)
        assert any(b"\x02" in packet[28:] for packet in packets)
    assert [channel.label for channel in victim.network.server_channels] == ["_reliable", "new"]
    assert victim.server.counters.messages_dropped == 0


def test_data_without_user_data_ends_the_association() -> None:
    victim = Attacked()
    victim.give(victim.data(b""))
    assert victim.server.state is SctpState.FAILED
    victim.network.settle()
    assert victim.network.client.state is not SctpState.CONNECTED


def test_stream_resets_out_of_turn() -> None:
    victim = Attacked()
    for sequence in (0, 1, 0x8000_0000, 0xFFFF_FFFF):
        request = wire.OutgoingResetRequest(sequence, 0, 0, (0,)).serialize()
        victim.give(build_chunk(wire.RECONFIG, wire.build_parameter(wire.PARAM_OUTGOING_RESET, request)))
        victim.give(build_chunk(wire.RECONFIG, wire.build_reconfig_response(sequence, 1)))
    for kind in (14, 15, 17, 18, 99):
        victim.give(build_chunk(wire.RECONFIG, wire.build_parameter(kind, bytes(8))))
        victim.give(build_chunk(wire.RECONFIG, wire.build_parameter(kind, b"")))
    victim.give(build_chunk(wire.RECONFIG, struct.pack("!HH", 13, 3)))
    victim.assert_alive()


def _mutate(source: random.Random, packet: bytes) -> bytes:
    changed = bytearray(packet)
    for _ in range(source.choice((1, 1, 2, 5))):
        position = source.randrange(len(changed))
        match source.randrange(4):
            case 0:
                changed[position] = source.randrange(256)
            case 1:
                del changed[position : position + source.randrange(1, 9)]
            case 2:
                changed[position:position] = source.randbytes(source.randrange(1, 9))
            case _:
                changed[position] = source.choice((0, 1, 0x7F, 0x80, 0xFF))
        if not changed:
            break
    return bytes(changed)


def test_mutated_packets_with_right_checksums() -> None:
    source = random.Random(99)
    bodies = [packet[12:] for packet in PACKETS]
    for round_number in range(40):
        victim = Attacked(round_number)
        init = HeaderChecksum(victim.header.prefix[:4] + bytes(4))
        for _ in range(60):
            header = init if source.random() < 0.1 else victim.header
            victim.server.receive(header.seal(_mutate(source, source.choice(bodies))), victim.network.now)
            victim.network.now += source.random()
            victim.server.handle_timeout(victim.network.now)
            for packet in written(victim.server, victim.network.now):
                victim.network.client.receive(packet, victim.network.now)
            written(victim.network.client, victim.network.now)


_chunk = st.builds(
    lambda kind, flags, value: build_chunk(kind, value, flags),
    st.sampled_from([0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 14, 63, 130, 192, 255]),
    st.integers(0, 255),
    st.binary(max_size=64),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_chunk, max_size=6), st.binary(max_size=8), st.booleans())
def test_arbitrary_chunks(chunks: list[bytes], tail: bytes, as_stranger: bool) -> None:
    victim = Attacked()
    body = b"".join(chunks) + tail
    header = HeaderChecksum(victim.header.prefix[:4] + bytes(4)) if as_stranger else victim.header
    victim.server.receive(header.seal(body), victim.network.now)
    written(victim.server, victim.network.now)
    victim.server.handle_timeout(victim.network.now + 1)
    written(victim.server, victim.network.now + 1)
    assert victim.server.counters.callback_errors == 0


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_before_during_and_after(data: bytes) -> None:
    endpoint = SctpEndpoint(True, wake=lambda: None, entropy=bytes(ENTROPY_SIZE))
    endpoint.receive(data, 0.0)
    endpoint.start(0.0)
    endpoint.receive(data, 0.0)
    endpoint.close(0.0)
    endpoint.receive(data, 0.0)
    counters = endpoint.counters
    assert counters.bad_checksum + counters.bad_tag + counters.malformed + counters.unexpected >= 3
