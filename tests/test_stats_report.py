"""Statistics of rooms and tracks: real counters, in the messages and with the ids of the official SDK."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import lkpy as rtc
from lkpy._statistics.report import room_stats, track_stats
from lkpy.errors import InvalidStateError
from lkpy.protocol import stats_pb2
from lkpy.testing import FakeSfu
from lkpy.testing.tokens import make_token
from tests.interop.environment import API_KEY, API_SECRET, sdk
from tests.interop.servers import running_livekit

ROOT = Path(__file__).parent.parent
PROGRAM = Path(__file__).with_name("stats_program.py")

TRANSPORT_KINDS = {"certificate", "candidate_pair", "local_candidate", "remote_candidate", "transport"}
SENT = TRANSPORT_KINDS | {"codec", "outbound_rtp", "remote_inbound_rtp", "media_source"}
HEARD = TRANSPORT_KINDS | {"codec", "inbound_rtp", "remote_outbound_rtp"}

IDS = {
    "certificate": r"CF([0-9A-F]{2}:){31}[0-9A-F]{2}",
    "candidate_pair": r"CP[A-Za-z0-9+/]{8}_[A-Za-z0-9+/]{8}",
    "local_candidate": r"I[A-Za-z0-9+/]{8}",
    "remote_candidate": r"I[A-Za-z0-9+/]{8}",
    "transport": r"T01",
    "peer_connection": r"P",
    "data_channel": r"D\d+",
    "codec": r"C[IO]T01_\d+_minptime=10;[a-z=1;]*",
    "outbound_rtp": r"OT01A\d+",
    "inbound_rtp": r"IT01A\d+",
    "remote_inbound_rtp": r"RIA\d+",
    "remote_outbound_rtp": r"ROA\d+",
    "media_source": r"SA\d+",
}


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_livekit(tmp_path_factory.mktemp("livekit")) as url:
        yield url


async def run(url: str, tokens: list[str], *command: str) -> dict[str, list[dict[str, Any]]]:
    """Run the program and read its report."""
    process = await asyncio.create_subprocess_exec(
        *command,
        str(PROGRAM),
        url,
        *tokens,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, errors = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, errors.decode()
    report: dict[str, list[dict[str, Any]]] = json.loads(out.splitlines()[-1])
    return report


def kinds(entries: list[dict[str, Any]]) -> set[str]:
    return {entry["kind"] for entry in entries}


def of(entries: list[dict[str, Any]], kind: str) -> dict[str, str]:
    """The fields of the one entry of a kind."""
    [entry] = [entry for entry in entries if entry["kind"] == kind]
    fields: dict[str, str] = entry["fields"]
    return fields


def check_ids(entries: list[dict[str, Any]]) -> None:
    """Every id has its shape, the list is in their order, and what an entry refers to is there."""
    for entry in entries:
        assert re.fullmatch(IDS[entry["kind"]], entry["id"]), entry
    ids = [entry["id"] for entry in entries]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    references = {
        value
        for entry in entries
        for name, value in entry["fields"].items()
        if name.endswith("_id") and name != "stream.ssrc"
    }
    assert references <= set(ids)


async def test_a_talk_on_the_fake_sfu(sfu: FakeSfu) -> None:
    tokens = [sfu.token(name, room="talk") for name in ("alice", "bob")]
    report = await run(sfu.url, tokens, sys.executable, "-m", "lkpy.compat")
    assert kinds(report["sent"]) == SENT
    assert kinds(report["heard"]) == HEARD
    for name in ("sent", "heard", "alice publisher", "bob publisher"):
        check_ids(report[name])
    assert len([e for e in report["sent"] if e["kind"] == "certificate"]) == 2
    outbound, inbound = of(report["sent"], "outbound_rtp"), of(report["heard"], "inbound_rtp")
    assert int(inbound["received.packets_received"]) > 40
    assert int(outbound["sent.packets_sent"]) > 40
    assert 12 * int(outbound["sent.packets_sent"]) < int(outbound["outbound.header_bytes_sent"])
    assert outbound["outbound.target_bitrate"] == "48000.0"
    assert inbound["inbound.track_identifier"].startswith("TR_")
    assert 0.1 < float(of(report["sent"], "media_source")["audio.audio_level"]) < 0.3
    assert of(report["sent"], "remote_inbound_rtp")["remote_inbound.local_id"].startswith("OT01A")
    assert int(of(report["heard"], "remote_outbound_rtp")["sent.packets_sent"]) > 0
    channels = [e["fields"] for e in report["alice publisher"] if e["kind"] == "data_channel"]
    [reliable] = [c for c in channels if c["dc.label"] == "_reliable"]
    assert reliable["dc.messages_sent"] == "1"
    assert int(reliable["dc.bytes_sent"]) > 5


@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_lists_of_a_room_without_tracks(sfu: FakeSfu, single: bool) -> None:
    room = rtc.Room()
    options = rtc.RoomOptions(single_peer_connection=single)
    await room.connect(sfu.url, sfu.token("alice", room="quiet"), options)
    assert room._session is not None
    publisher, subscriber = room_stats(room._session)
    with pytest.raises(InvalidStateError, match="no transceiver found for track TR_none"):
        track_stats(room._session, "TR_none")
    await room.disconnect()
    names = [[entry.WhichOneof("stats") for entry in entries] for entries in (publisher, subscriber)]
    assert set(names[0]) == TRANSPORT_KINDS | {"peer_connection", "data_channel"}
    assert names[0].count("data_channel") == 3
    assert set(names[1]) - {"data_channel"} == (set() if single else TRANSPORT_KINDS | {"peer_connection"})
    assert all(isinstance(entry, stats_pb2.RtcStats) for entry in (*publisher, *subscriber))


@pytest.mark.interop
@pytest.mark.parametrize("version", ["1.0.17", "1.2.1"])
async def test_the_same_in_kind_as_the_official_sdk(server: str, version: str) -> None:
    """The same program on one server with either SDK: the same kinds of entries about a track."""
    reports = []
    for number, command in enumerate([(sdk(version).python,), (sys.executable, "-m", "lkpy.compat")]):
        tokens = [
            make_token(API_KEY, API_SECRET, identity=name, room=f"stats {version} {number}")
            for name in ("alice", "bob")
        ]
        reports.append(await run(server, tokens, *command))
    official, ours = reports
    for name in ("sent", "heard"):
        assert kinds(official[name]) == kinds(ours[name])
        check_ids(ours[name])
        for entry in official[name]:
            assert re.fullmatch(IDS[entry["kind"]], entry["id"]), entry
