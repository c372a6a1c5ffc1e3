"""The examples, written for `livekit.rtc`, run unchanged on lkpy through its runner."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import sys
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

import lkpy as rtc
from lkpy.testing import FakeSfu

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
ROOM = "lobby"


@dataclass
class Program:
    """A running example: its lines as they come."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)

    async def line(self, start: str) -> str:
        """The first line that begins so, now or later."""
        for line in self.lines:
            if line.startswith(start):
                return line
        async with asyncio.timeout(30):
            async for line in self._read():
                if line.startswith(start):
                    return line
        raise AssertionError(f"no line {start!r} in {self.lines}")

    async def finished(self) -> list[str]:
        """All lines of the program, which must end well."""
        assert self.process.stderr is not None
        async with asyncio.timeout(30):
            async for _ in self._read():
                pass
            errors = await self.process.stderr.read()
            status = await self.process.wait()
        assert (status, errors.decode()) == (0, ""), self.lines
        return self.lines

    async def _read(self) -> AsyncIterator[str]:
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            self.lines.append(line.decode().rstrip("\n"))
            yield self.lines[-1]


@pytest.fixture
async def sfu() -> AsyncIterator[FakeSfu]:
    async with FakeSfu() as server:
        yield server


@contextlib.asynccontextmanager
async def running(
    sfu: FakeSfu, example: str, *identities: str, more: tuple[str, ...] = ()
) -> AsyncIterator[Program]:
    """Start an example with a token for each identity."""
    tokens = [sfu.token(identity, room=ROOM, can_update_own_metadata=True) for identity in identities]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lkpy.compat", str(EXAMPLES / example), sfu.url, *tokens, *more),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield Program(process)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


@contextlib.asynccontextmanager
async def listener(sfu: FakeSfu) -> AsyncIterator[rtc.Room]:
    """A participant of our own."""
    room = rtc.Room()
    try:
        yield room
    finally:
        await room.disconnect()


async def heard(room: rtc.Room, sfu: FakeSfu, seconds: float) -> np.ndarray:
    """Join and hear the first track for some seconds, from the first sound on (mono, 48 kHz)."""
    subscribed: asyncio.Future[rtc.RemoteAudioTrack] = asyncio.get_running_loop().create_future()
    room.on("track_subscribed", lambda track, *_: subscribed.set_result(track))
    await room.connect(sfu.url, sfu.token("listener", room=ROOM))
    blocks: list[np.ndarray] = []
    async with asyncio.timeout(30):
        stream = rtc.AudioStream(await subscribed)
        async for event in stream:
            block = np.frombuffer(event.frame.data, dtype=np.int16)
            if blocks or np.abs(block).max() > 1000:
                blocks.append(block)
            if len(blocks) >= seconds * 100:
                break
        await stream.aclose()
    return np.concatenate(blocks).astype(float)


def pitch(samples: np.ndarray) -> float:
    """The strongest frequency in Hz."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 48_000 / len(samples))


def test_examples_use_livekit_alone() -> None:
    for example in EXAMPLES.glob("*.py"):
        text = example.read_text()
        assert "from livekit import rtc" in text
        assert "lkpy" not in text


async def test_join_and_list_events(sfu: FakeSfu) -> None:
    async with listener(sfu) as room, running(sfu, "join_and_list_events.py", "watcher") as program:
        assert (await program.line("joined")).startswith("joined lobby as watcher sid RM_")
        await room.connect(sfu.url, sfu.token("bob", room=ROOM))
        assert "identity=bob" in await program.line("participant_connected")
        source = rtc.AudioSource(48_000, 1)
        track = rtc.LocalAudioTrack.create_audio_track("voice", source)
        await room.local_participant.publish_track(track)
        assert "name=voice" in await program.line("track_subscribed")
        await room.disconnect()
        assert "identity=bob" in await program.line("participant_disconnected")
        await source.aclose()


async def test_sine_tone(sfu: FakeSfu) -> None:
    async with listener(sfu) as room, running(sfu, "sine_tone.py", "alice", more=("523", "3")) as program:
        samples = await heard(room, sfu, 1.5)
        assert abs(pitch(samples) - 523) < 3
        # 8000 of full scale, less what the fade-in takes.
        assert 4500 < np.sqrt(np.mean(samples**2)) < 6500
        await program.finished()


async def test_publish_wav(sfu: FakeSfu, tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    time = np.arange(16_000) / 16_000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        for hertz in (330, 660):
            file.writeframes((8000 * np.sin(2 * np.pi * hertz * time)).astype(np.int16).tobytes())
    async with listener(sfu) as room, running(sfu, "publish_wav.py", "alice", more=(str(path),)) as program:
        samples = await heard(room, sfu, 1.8)
        assert abs(pitch(samples[: 48_000 * 8 // 10]) - 330) < 3
        assert abs(pitch(samples[48_000 * 11 // 10 :]) - 660) < 3
        assert (await program.finished())[-1] == "played"


async def test_several_rooms(sfu: FakeSfu) -> None:
    async with running(sfu, "several_rooms.py", "ann", "ben", "cid") as program:
        lines = await program.finished()
    assert sorted(lines) == [
        f"{who} heard {[f'hello from {other}' for other in ('ann', 'ben', 'cid') if other != who]}"
        for who in ("ann", "ben", "cid")
    ]


async def test_attributes(sfu: FakeSfu) -> None:
    async with running(sfu, "attributes.py", "alice", "bob") as program:
        lines = await program.finished()
    assert lines == [
        "name of alice was '' is 'Alice Liddell'",
        "metadata of alice was '' is 'a guest'",
        "changed [('mood', 'curious'), ('seat', '4')] now [('mood', 'curious'), ('seat', '4')]",
        "changed [('mood', 'good'), ('seat', '')] now [('mood', 'good')]",
    ]


async def test_data_streams(sfu: FakeSfu, tmp_path: Path) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(content := bytes(range(256)) * 400)
    async with running(sfu, "data_streams.py", "alice", "bob", more=(str(path),)) as program:
        lines = await program.finished()
    digest = hashlib.sha256(content).hexdigest()
    assert "text from alice on chat {'mood': 'good'} 'Grüße aus dem Beispiel'" in lines
    assert "text from alice on chat {} 'one two three'" in lines
    assert f"file from alice data.bin {len(content)} {digest}" in lines
    assert "sent chat 24" in lines
    assert f"sent data.bin {len(content)}" in lines


async def test_rpc(sfu: FakeSfu) -> None:
    async with running(sfu, "rpc.py", "alice", "bob") as program:
        lines = await program.finished()
    assert lines == [
        "answer 144 for alice",
        "error 101 not today",
        "error 1400 Method not supported at destination",
        "after unregistering unsupported",
    ]
