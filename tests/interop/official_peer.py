"""The official Python SDK as a driven process: JSON lines on stdin, JSON lines on stdout.

Runs under any Python that has `livekit` (1.0.17 or newer) and `numpy`; the argument `lkpy` puts lkpy in the
place of `livekit.rtc` with no other line changed. A command is `{"op": NAME, ...}`, its answer
`{"reply": NAME, ...}` or `{"reply": NAME, "error": TEXT}`; what happens in the room comes as
`{"event": NAME, ...}`. One process holds many participants: `as` in a command says which (its events say it
too), `id` is repeated in the answer. Commands of one participant are handled one after the other.

    connect      url, token, auto_subscribe=true, single=null (true, false: number of peer connections),
                 listen=true, tell_data=false (an event for each message)
    publish      tone=HZ or wav=PATH (16-bit mono) or idle=true, name="mic", red=null, dtx=null, loop=false,
                 source="microphone"
    play         sid, wav=PATH: through a published idle track; event `played` at the end
    publish_video width, height, fps=30, codec="vp8", simulcast=false, name="camera"
    unpublish    sid
    mute         sid, muted
    subscribe    sid, on
    send         count=1, prefix="", reliable=true, topic="", destinations=[], size=0 (padded to it, bytes)
    send_data    text, reliable=true, topic="", destinations=[]: one message
    set          metadata=TEXT, name=TEXT, attributes={}: whichever is given
    allow        all, participants=[[identity, all tracks, [sid, ...]], ...]: who may subscribe to our tracks
    send_text    text, topic="", destinations=[], attributes={}: a text stream; as event `text_stream` there
    send_bytes   size, name="file", topic="", destinations=[]: a byte stream; as event `byte_stream` there
    listen_for   text=[TOPIC, ...], bytes=[TOPIC, ...]: streams that are read (event at their end)
    register     method, answers=TEXT or error=[code, message] or raises=true: a method others may call
    call         to, method, payload, timeout=null: its answer, or `code` and `message` of the error
    dial         code, digit: a key of a telephone
    transcribe   whom, sid, text: what an agent heard
    state        everything the room shows now
    leave        disconnects; the participant's name is free for another
    record       sid, path: writes what was heard of a track so far as WAV (48 kHz mono, 16 bit)
    report       clear=false: what was heard, seen and received
    quit         disconnects and ends the process
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import itertools
import json
import sys
import time
import wave
from typing import Any

import numpy as np

rtc = importlib.import_module(sys.argv[1] if len(sys.argv) > 1 else "livekit.rtc")

RATE = 48000
FRAME = RATE // 100
TONE_LEVEL = 8000
QUIET_LEVEL = 200
SOURCES = {
    "microphone": rtc.TrackSource.SOURCE_MICROPHONE,
    "camera": rtc.TrackSource.SOURCE_CAMERA,
    "screen_share": rtc.TrackSource.SOURCE_SCREENSHARE,
    "screen_share_audio": rtc.TrackSource.SOURCE_SCREENSHARE_AUDIO,
    "unknown": rtc.TrackSource.SOURCE_UNKNOWN,
}
PLAIN_EVENTS = (
    "participant_connected",
    "participant_active",
    "participant_metadata_changed",
    "participant_name_changed",
    "participant_attributes_changed",
    "participant_permissions_changed",
    "local_track_published",
    "local_track_republished",
    "local_track_unpublished",
    "local_track_subscribed",
    "track_published",
    "track_unpublished",
    "track_unsubscribed",
    "track_muted",
    "track_unmuted",
    "track_subscription_failed",
    "active_speakers_changed",
    "connection_quality_changed",
    "connection_state_changed",
    "room_metadata_changed",
    "room_updated",
    "token_refreshed",
    "moved",
    "reconnecting",
    "reconnected",
    "disconnected",
)


def say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


PERMISSIONS = ("can_subscribe", "can_publish", "can_publish_data", "can_update_metadata", "hidden")


def describe(value: Any) -> Any:
    """An event's argument in JSON: identity or sid where there is one, permissions by what is allowed."""
    if isinstance(value, list | tuple):
        return [describe(entry) for entry in value]
    if hasattr(value, "can_publish_data"):
        return [name for name in PERMISSIONS if getattr(value, name)]
    for name in ("identity", "sid"):
        found = getattr(value, name, None)
        if isinstance(found, str) and found:
            return found
    return value if isinstance(value, str | int | float | bool | dict | None) else str(value)


class Peer:
    """One room and what was heard in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.lock = asyncio.Lock()
        self.room = rtc.Room()
        self.listen, self.tell_data = True, False
        self.tasks: set[asyncio.Task[None]] = set()
        self.players: dict[str, asyncio.Task[None]] = {}
        self.listeners: dict[str, asyncio.Task[None]] = {}
        self.tracks: dict[str, Any] = {}
        self.sources: dict[str, Any] = {}
        self.heard: dict[str, list[np.ndarray]] = {}
        self.heard_at: dict[str, list[float]] = {}
        self.seen: dict[str, list[tuple[float, int, int]]] = {}
        self.owners: dict[str, str] = {}
        self.received: list[list[Any]] = []
        self._watch()

    def _tell(self, event: str, *arguments: Any, **more: Any) -> None:
        say(event=event, args=[describe(argument) for argument in arguments], **{"as": self.name}, **more)

    def _watch(self) -> None:
        for name in PLAIN_EVENTS:
            self.room.on(name, lambda *arguments, name=name: self._tell(name, *arguments))

        def participant_disconnected(participant: Any) -> None:
            self._tell("participant_disconnected", participant, participant.disconnect_reason)

        def data_received(packet: Any) -> None:
            sender = packet.participant.identity if packet.participant else None
            reliable = packet.kind == rtc.DataPacketKind.KIND_RELIABLE
            text = packet.data.decode("utf-8", "replace").rstrip("\0")
            self.received.append([text, len(packet.data), packet.topic, reliable, sender])
            if self.tell_data:
                self._tell("data_received", text, sender, packet.topic, reliable)

        def track_subscribed(track: Any, publication: Any, participant: Any) -> None:
            self.owners[publication.sid] = participant.identity
            is_audio = track.kind == rtc.TrackKind.KIND_AUDIO
            # The SDK's streams outlive their track and would play the next one of the same m-line.
            self._stop_listening(publication.sid)
            if self.listen:
                listen = self._hear if is_audio else self._see
                self.listeners[publication.sid] = self._spawn(listen(track, publication.sid))
            kind = "audio" if is_audio else "video"
            self._tell(
                "track_subscribed",
                publication.sid,
                participant.identity,
                kind=kind,
                mime=publication.mime_type,
            )

        def track_unsubscribed(track: Any, publication: Any, participant: Any) -> None:
            self._stop_listening(publication.sid)

        def transcription_received(segments: Any, participant: Any, publication: Any) -> None:
            self._tell("transcription_received", [s.text for s in segments], participant, publication)

        def sip_dtmf_received(key: Any) -> None:
            self._tell("sip_dtmf_received", key.code, key.digit, key.participant)

        self.room.on("transcription_received", transcription_received)
        self.room.on("sip_dtmf_received", sip_dtmf_received)
        self.room.on("participant_disconnected", participant_disconnected)
        self.room.on("data_received", data_received)
        self.room.on("track_unsubscribed", track_unsubscribed)
        self.room.on("track_subscribed", track_subscribed)

    def _stop_listening(self, sid: str) -> None:
        listener = self.listeners.pop(sid, None)
        if listener is not None:
            listener.cancel()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _hear(self, track: Any, sid: str) -> None:
        frames, times = self.heard.setdefault(sid, []), self.heard_at.setdefault(sid, [])
        async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
            frames.append(np.frombuffer(event.frame.data, np.int16).copy())
            times.append(time.time())

    async def _see(self, track: Any, sid: str) -> None:
        frames = self.seen.setdefault(sid, [])
        async for event in rtc.VideoStream(track):
            frames.append((time.time(), event.frame.width, event.frame.height))

    # Commands

    async def connect(self, command: dict[str, Any]) -> dict[str, Any]:
        options = rtc.RoomOptions(auto_subscribe=command.get("auto_subscribe", True))
        single = command.get("single")
        if single is not None and hasattr(options, "single_peer_connection"):
            options.single_peer_connection = single
        self.listen, self.tell_data = command.get("listen", True), command.get("tell_data", False)
        began = time.perf_counter()
        await self.room.connect(command["url"], command["token"], options)
        took = time.perf_counter() - began
        others = {
            p.identity: [publication.sid for publication in p.track_publications.values()]
            for p in self.room.remote_participants.values()
        }
        return {"sid": self.room.local_participant.sid, "seconds": round(took, 4), "participants": others}

    async def publish(self, command: dict[str, Any]) -> dict[str, Any]:
        source = rtc.AudioSource(RATE, 1)
        track = rtc.LocalAudioTrack.create_audio_track(command.get("name", "mic"), source)
        options = rtc.TrackPublishOptions(source=SOURCES[command.get("source", "microphone")])
        for name in ("red", "dtx"):
            if command.get(name) is not None:
                setattr(options, name, command[name])
        publication = await self.room.local_participant.publish_track(track, options)
        if "wav" in command:
            player = self._play(source, read_wav(command["wav"]), command.get("loop", False))
            self.players[publication.sid] = self._spawn(player)
        elif not command.get("idle"):
            player = self._tone(source, float(command.get("tone", 440)))
            self.players[publication.sid] = self._spawn(player)
        self.tracks[publication.sid] = track
        self.sources[publication.sid] = source
        return {"sid": publication.sid}

    async def play(self, command: dict[str, Any]) -> dict[str, Any]:
        player = self._play(self.sources[command["sid"]], read_wav(command["wav"]), False)
        self.players[command["sid"]] = self._spawn(player)
        return {}

    async def publish_video(self, command: dict[str, Any]) -> dict[str, Any]:
        width, height = command["width"], command["height"]
        source = rtc.VideoSource(width, height)
        track = rtc.LocalVideoTrack.create_video_track(command.get("name", "camera"), source)
        options = rtc.TrackPublishOptions(
            source=rtc.TrackSource.SOURCE_CAMERA,
            simulcast=command.get("simulcast", False),
            video_codec=getattr(rtc.VideoCodec, command.get("codec", "vp8").upper()),
        )
        publication = await self.room.local_participant.publish_track(track, options)
        show = self._show(source, width, height, command.get("fps", 30))
        self.players[publication.sid] = self._spawn(show)
        self.tracks[publication.sid] = track
        return {"sid": publication.sid}

    async def unpublish(self, command: dict[str, Any]) -> dict[str, Any]:
        if command["sid"] in self.players:
            self.players.pop(command["sid"]).cancel()
        self.tracks.pop(command["sid"])
        await self.room.local_participant.unpublish_track(command["sid"])
        return {}

    async def mute(self, command: dict[str, Any]) -> dict[str, Any]:
        track = self.tracks[command["sid"]]
        if command.get("muted", True):
            track.mute()
        else:
            track.unmute()
        return {}

    async def subscribe(self, command: dict[str, Any]) -> dict[str, Any]:
        found = False
        for participant in self.room.remote_participants.values():
            for publication in participant.track_publications.values():
                if publication.sid == command["sid"]:
                    publication.set_subscribed(command["on"])
                    found = True
        return {"found": found}

    async def send(self, command: dict[str, Any]) -> dict[str, Any]:
        for number in range(command.get("count", 1)):
            payload = f"{command.get('prefix', '')}{number}".encode().ljust(command.get("size", 0), b"\0")
            await self.room.local_participant.publish_data(
                payload,
                reliable=command.get("reliable", True),
                destination_identities=command.get("destinations", []),
                topic=command.get("topic", ""),
            )
        return {}

    async def send_data(self, command: dict[str, Any]) -> dict[str, Any]:
        await self.room.local_participant.publish_data(
            command["text"].encode(),
            reliable=command.get("reliable", True),
            destination_identities=command.get("destinations", []),
            topic=command.get("topic", ""),
        )
        return {}

    async def set(self, command: dict[str, Any]) -> dict[str, Any]:
        local = self.room.local_participant
        for name in ("metadata", "name", "attributes"):
            if name in command:
                await getattr(local, f"set_{name}")(command[name])
        return {}

    async def allow(self, command: dict[str, Any]) -> dict[str, Any]:
        permissions = [
            rtc.ParticipantTrackPermission(
                participant_identity=identity, allow_all=everything, allowed_track_sids=sids
            )
            for identity, everything, sids in command.get("participants", [])
        ]
        self.room.local_participant.set_track_subscription_permissions(
            allow_all_participants=command["all"], participant_permissions=permissions
        )
        return {}

    async def send_text(self, command: dict[str, Any]) -> dict[str, Any]:
        info = await self.room.local_participant.send_text(
            command["text"],
            topic=command.get("topic", ""),
            destination_identities=command.get("destinations", []),
            attributes=command.get("attributes", {}),
        )
        return {"size": info.size}

    async def send_bytes(self, command: dict[str, Any]) -> dict[str, Any]:
        payload = pattern(command["size"])
        writer = await self.room.local_participant.stream_bytes(
            command.get("name", "file"),
            total_size=len(payload),
            topic=command.get("topic", ""),
            destination_identities=command.get("destinations", []),
        )
        await writer.write(payload)
        await writer.aclose()
        return {"sha256": hashlib.sha256(payload).hexdigest()}

    async def listen_for(self, command: dict[str, Any]) -> dict[str, Any]:
        async def read_text(reader: Any, identity: str) -> None:
            try:
                text = await reader.read_all()
                self._tell(
                    "text_stream", reader.info.topic, identity, text, dict(reader.info.attributes or {})
                )
            except Exception as error:
                self._tell("stream_failed", identity, str(error))

        async def read_bytes(reader: Any, identity: str) -> None:
            digest, size = hashlib.sha256(), 0
            try:
                async for chunk in reader:
                    digest.update(chunk)
                    size += len(chunk)
                self._tell("byte_stream", reader.info.topic, identity, size, digest.hexdigest())
            except Exception as error:
                self._tell("stream_failed", identity, str(error))

        for topic in command.get("text", []):
            self.room.register_text_stream_handler(topic, lambda r, who: self._spawn(read_text(r, who)))
        for topic in command.get("bytes", []):
            self.room.register_byte_stream_handler(topic, lambda r, who: self._spawn(read_bytes(r, who)))
        return {}

    async def register(self, command: dict[str, Any]) -> dict[str, Any]:
        async def handle(invocation: Any) -> str:
            self._tell("rpc", invocation.caller_identity, command["method"], invocation.payload)
            if "error" in command:
                raise rtc.RpcError(command["error"][0], command["error"][1])
            if command.get("raises"):
                raise ValueError("handler failed")
            await asyncio.sleep(command.get("delay", 0))
            return command.get("answers", invocation.payload)

        self.room.local_participant.register_rpc_method(command["method"], handle)
        return {}

    async def call(self, command: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = await self.room.local_participant.perform_rpc(
                destination_identity=command["to"],
                method=command["method"],
                payload=command["payload"],
                response_timeout=command.get("timeout"),
            )
        except rtc.RpcError as error:
            return {"code": error.code, "message": error.message}
        return {"answer": answer}

    async def dial(self, command: dict[str, Any]) -> dict[str, Any]:
        await self.room.local_participant.publish_dtmf(code=command["code"], digit=command["digit"])
        return {}

    async def transcribe(self, command: dict[str, Any]) -> dict[str, Any]:
        segment = rtc.TranscriptionSegment(
            id="s1", text=command["text"], start_time=0, end_time=500, language="en", final=True
        )
        await self.room.local_participant.publish_transcription(
            rtc.Transcription(
                participant_identity=command["whom"], track_sid=command["sid"], segments=[segment]
            )
        )
        return {}

    async def state(self, command: dict[str, Any]) -> dict[str, Any]:
        room = self.room
        people = [room.local_participant, *room.remote_participants.values()]
        return {
            "room": room.name,
            "metadata": room.metadata,
            "connected": room.isconnected(),
            "participants": {person.identity: self._person(person) for person in people},
        }

    def _person(self, person: Any) -> dict[str, Any]:
        return {
            "name": person.name,
            "metadata": person.metadata,
            "attributes": dict(person.attributes),
            "kind": person.kind,
            "tracks": {
                sid: {
                    "name": publication.name,
                    "kind": publication.kind,
                    "source": publication.source,
                    "muted": publication.muted,
                    "has_track": publication.track is not None,
                }
                for sid, publication in person.track_publications.items()
            },
        }

    async def leave(self, command: dict[str, Any]) -> dict[str, Any]:
        await self.room.disconnect()
        await self._stop()
        return {}

    async def record(self, command: dict[str, Any]) -> dict[str, Any]:
        pcm = joined(self.heard.get(command["sid"], []))
        with wave.open(command["path"], "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(pcm.tobytes())
        return {"seconds": round(pcm.size / RATE, 3)}

    async def report(self, command: dict[str, Any]) -> dict[str, Any]:
        answer = {
            "audio": {sid: self._audio_report(sid, frames) for sid, frames in self.heard.items()},
            "video": {sid: video_report(frames) for sid, frames in self.seen.items()},
            "data": list(self.received),
        }
        if command.get("clear"):
            for frames in [*self.heard.values(), *self.heard_at.values(), *self.seen.values()]:
                frames.clear()
            self.received.clear()
        return answer

    def _audio_report(self, sid: str, frames: list[np.ndarray]) -> dict[str, Any]:
        pcm = joined(frames)
        last = pcm[-RATE:].astype(float)
        hz = None
        if last.size >= RATE // 10:
            spectrum = np.abs(np.fft.rfft(last * np.hanning(last.size)))
            hz = round(float(np.argmax(spectrum)) * RATE / last.size, 1)
        whole = pcm[: pcm.size // FRAME * FRAME].reshape(-1, FRAME).astype(int)
        times = self.heard_at[sid]
        gaps = [b - a for a, b in itertools.pairwise(times)]
        return {
            "from": self.owners.get(sid),
            "seconds": round(pcm.size / RATE, 3),
            "hz": hz,
            "rms": round(float(np.sqrt(np.mean(last**2))), 1) if last.size else 0.0,
            "quiet_10ms": int((np.abs(whole).max(axis=1) < QUIET_LEVEL).sum()) if whole.size else 0,
            "longest_wait": round(max(gaps, default=0.0), 3),
        }

    async def quit(self, command: dict[str, Any]) -> dict[str, Any]:
        await self._stop()
        await self.room.disconnect()
        return {}

    async def _stop(self) -> None:
        for task in [*self.tasks]:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)
        for source in self.sources.values():
            await source.aclose()
        self.sources.clear()

    # Sources

    async def _tone(self, source: Any, hz: float) -> None:
        position = 0
        while True:
            phase = 2 * np.pi * hz * np.arange(position, position + FRAME) / RATE
            position += FRAME
            samples = (TONE_LEVEL * np.sin(phase)).astype(np.int16)
            await source.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, FRAME))

    async def _play(self, source: Any, pcm: np.ndarray, loop: bool) -> None:
        while True:
            for at in range(0, pcm.size - FRAME + 1, FRAME):
                frame = rtc.AudioFrame(pcm[at : at + FRAME].tobytes(), RATE, 1, FRAME)
                await source.capture_frame(frame)
            if not loop:
                await source.wait_for_playout()
                self._tell("played")
                return

    async def _show(self, source: Any, width: int, height: int, fps: float) -> None:
        start, number = time.perf_counter(), 0
        while True:
            luma = np.full((height, width), 60 + number % 120, np.uint8)
            luma[: height // 2, : width // 2] = 200
            buffer = luma.tobytes() + bytes([128]) * (width * height // 2)
            source.capture_frame(rtc.VideoFrame(width, height, rtc.VideoBufferType.I420, buffer))
            number += 1
            await asyncio.sleep(max(0.0, start + number / fps - time.perf_counter()))


def joined(frames: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(frames) if frames else np.zeros(0, np.int16)


def read_wav(path: str) -> np.ndarray:
    """A 16-bit mono file at 48 kHz, other rates by nearest neighbour (good enough for a test tone)."""
    with wave.open(path, "rb") as file:
        rate, pcm = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    if rate == RATE:
        return pcm
    positions = np.arange(int(pcm.size * RATE / rate)) * rate / RATE
    return np.interp(positions, np.arange(pcm.size), pcm).astype(np.int16)


def video_report(frames: list[tuple[float, int, int]]) -> dict[str, Any]:
    sizes: dict[str, int] = {}
    for _, width, height in frames:
        sizes[f"{width}x{height}"] = sizes.get(f"{width}x{height}", 0) + 1
    gaps = [b[0] - a[0] for a, b in itertools.pairwise(frames)]
    return {"frames": len(frames), "sizes": sizes, "longest_wait": round(max(gaps, default=0.0), 3)}


def pattern(size: int) -> bytes:
    """Bytes of that many, never the same 15 000 twice."""
    return b"".join(hashlib.sha256(number.to_bytes(8)).digest() for number in range(size // 32 + 1))[:size]


class Process:
    """The participants of this process, and its commands."""

    def __init__(self) -> None:
        self.peers: dict[str, Peer] = {}
        self.over = asyncio.Event()

    async def handle(self, command: dict[str, Any]) -> None:
        name, who = command["op"], command.get("as", "")
        peer = self.peers.get(who) or self.peers.setdefault(who, Peer(who))
        async with peer.lock:
            try:
                answer = await getattr(peer, name)(command)
            except Exception as error:
                answer = {"error": repr(error)}
        say(reply=name, id=command.get("id"), **answer)
        if name == "leave":
            self.peers.pop(who, None)
        if name == "quit":
            self.over.set()

    async def run(self) -> None:
        reader = asyncio.StreamReader(limit=1 << 20)
        loop = asyncio.get_running_loop()
        pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        say(event="ready", args=[])
        over, tasks = loop.create_task(self.over.wait()), set()
        while not over.done():
            read = loop.create_task(reader.readline())
            await asyncio.wait((read, over), return_when=asyncio.FIRST_COMPLETED)
            if not read.done() or not read.result():
                read.cancel()
                break
            task = loop.create_task(self.handle(json.loads(read.result())))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        over.cancel()
        pipe.close()


if __name__ == "__main__":
    asyncio.run(Process().run())
