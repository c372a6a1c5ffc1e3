from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.errors import ProtocolError
from lkpy.transport.ice.candidate import Candidate, candidate_priority, foundation, pair_priority
from lkpy.transport.ice.parameters import IceParameters, IceServer, ServerUrl

TRACES = Path(__file__).parents[2] / "data" / "traces"


def recorded_lines() -> list[str]:
    """Every candidate line of the recorded sessions, from descriptions and from trickling."""
    lines: set[str] = set()
    for file in TRACES.glob("*.jsonl.gz"):
        lines.update(re.findall(r'candidate:[0-9]+ [^"\\]*', gzip.decompress(file.read_bytes()).decode()))
    return sorted(lines)


def test_recorded_candidates_are_read_and_written_back() -> None:
    lines = recorded_lines()
    assert len(lines) > 1000
    for line in lines:
        candidate = Candidate.parse(line)
        assert Candidate.parse("a=" + line) == Candidate.parse(line.removeprefix("candidate:")) == candidate
        assert Candidate.parse(candidate.to_sdp()) == candidate
        assert sorted(candidate.to_sdp().split()) == sorted(line.split())
        assert candidate.component in (1, 2)
        assert candidate.type == "host"
        assert (candidate.tcptype == "passive") == (candidate.transport == "tcp")
        assert (candidate.ip is None) == candidate.host.endswith(".local")


def test_fields() -> None:
    candidate = Candidate.parse(
        "a=candidate:4057561 1 UDP 1694498815 203.0.113.7 61000 typ srflx raddr 10.0.0.7 rport 50000"
        " generation 0 ufrag EsAw network-cost 999\r\n"
    )
    assert candidate == Candidate(
        foundation="4057561",
        component=1,
        transport="udp",
        priority=1694498815,
        host="203.0.113.7",
        port=61000,
        type="srflx",
        related_address="10.0.0.7",
        related_port=50000,
        ufrag="EsAw",
        extensions=(("generation", "0"), ("network-cost", "999")),
    )
    assert candidate.to_sdp().startswith(
        "candidate:4057561 1 udp 1694498815 203.0.113.7 61000 typ srflx raddr "
    )


def test_canonical_address() -> None:
    line = "1 1 udp 5 FD00:0:0::0002 9 typ host"
    assert Candidate.parse(line).ip == "fd00::2"
    assert Candidate.parse(line).host == "FD00:0:0::0002"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "candidate:",
        "a=candidate:1 1 udp 5 10.0.0.1 9",
        "1 1 udp 5 10.0.0.1 9 host typ",
        "1 1 udp 5 10.0.0.1 99999 typ host",
        "1 1 udp 5 10.0.0.1 0 typ host",
        "1 1 udp 5 10.0.0.1 -1 typ host",
        "1 0 udp 5 10.0.0.1 9 typ host",
        "1 x udp 5 10.0.0.1 9 typ host",
        "1 1 udp 99999999999 10.0.0.1 9 typ host",
        "1 1 udp 4294967296 10.0.0.1 9 typ host",
        "1 1 udp 1_0 10.0.0.1 9 typ host",
        "1 1 udp ٣ 10.0.0.1 9 typ host",
        "1 1 udp 5 10.0.0.1\x00 9 typ host",
        "1 1 udp 5 10.0.0.1 9 typ host raddr 1.1.1.1 rport 70000",
        "1" * 33 + " 1 udp 5 10.0.0.1 9 typ host",
        "1 1 udp 5 10.0.0.1 9 typ host " + "x y " * 600,
    ],
)
def test_what_is_not_a_candidate(line: str) -> None:
    with pytest.raises(ProtocolError):
        Candidate.parse(line)


def test_a_name_without_value_is_left_out() -> None:
    assert Candidate.parse("1 1 udp 5 10.0.0.1 9 typ host generation").extensions == ()


@settings(deadline=None)
@given(st.text(max_size=80) | st.lists(st.text(max_size=8), min_size=7, max_size=14).map(" ".join))
def test_any_text_is_a_candidate_or_a_protocol_error(text: str) -> None:
    try:
        candidate = Candidate.parse(text)
    except ProtocolError:
        return
    assert Candidate.parse(candidate.to_sdp()) == candidate


def test_priorities() -> None:
    """The values of RFC 8445's formula, with the type preferences it recommends."""
    assert candidate_priority("host", 65535) == 2130706431
    assert candidate_priority("srflx", 65535) == 1694498815
    assert candidate_priority("relay", 0) == 255
    assert candidate_priority("host", 8191, transport="tcp") < candidate_priority("srflx", 0)
    assert pair_priority(2, 1) == (1 << 32) + 4 + 1
    assert pair_priority(1, 2) == (1 << 32) + 4


def test_foundations_differ_by_what_rfc_8445_lists() -> None:
    values = {
        foundation("host", "udp", "10.0.0.1"),
        foundation("host", "udp", "10.0.0.2"),
        foundation("host", "tcp", "10.0.0.1"),
        foundation("srflx", "udp", "10.0.0.1", "10.0.0.9"),
        foundation("srflx", "udp", "10.0.0.1", "10.0.0.8"),
    }
    assert len(values) == 5
    assert foundation("host", "udp", "10.0.0.1") in values


def test_credentials() -> None:
    source = iter(range(10_000))
    parameters = IceParameters.generate(lambda n: bytes(next(source) % 256 for _ in range(n)))
    assert re.fullmatch("[A-Za-z0-9]{8}", parameters.ufrag)
    assert re.fullmatch("[A-Za-z0-9]{24}", parameters.pwd)
    assert parameters.pwd not in repr(parameters)
    assert "hush" not in repr(IceServer(("turn:h",), "user", "hush"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stun:stun.example.org", ServerUrl("stun", "stun.example.org", 3478, "udp")),
        ("STUN:stun.example.org:19302", ServerUrl("stun", "stun.example.org", 19302, "udp")),
        ("turn:10.0.0.1:80?transport=tcp", ServerUrl("turn", "10.0.0.1", 80, "tcp")),
        ("turn:[fd00::1]:80", ServerUrl("turn", "fd00::1", 80, "udp")),
        ("turns:t.example.org", ServerUrl("turns", "t.example.org", 5349, "tcp")),
        ("turns:t.example.org:443?transport=tcp", ServerUrl("turns", "t.example.org", 443, "tcp")),
    ],
)
def test_server_urls(text: str, expected: ServerUrl) -> None:
    assert ServerUrl.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "http://x",
        "stun:",
        "stuns:x",
        "turn:x:99999",
        "turn:x:0",
        "turn:x?transport=udp2",
        "turns:x?transport=udp",
        "turn:a b",
    ],
)
def test_what_is_not_a_server_url(text: str) -> None:
    with pytest.raises(ProtocolError):
        ServerUrl.parse(text)
