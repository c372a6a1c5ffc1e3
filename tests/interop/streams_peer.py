"""One participant that sends and receives data streams and calls: JSON lines on stdin and stdout.

Runs under any Python that has `livekit` 1.0.17 or newer; the argument `lkpy` puts lkpy in the place of
`livekit.rtc` with no other line changed. A command is `{"op": NAME, ...}`, its answer `{"reply": NAME, ...}`
or `{"reply": NAME, "error": TEXT}`; a stream that was received to its end is
`{"event": "stream", "kind", "sender", "size", "sha256", "seconds", "info", "error"}`.

    connect   url, token: joins, takes streams of the topic "t", answers calls (see HANDLERS)
    text      text or characters=N (of a fixed pattern), destinations=[], attributes={}
    write     pieces=[TEXT, ...], reason="", attributes={}: a text written piece by piece
    file      path, destinations=[]
    bytes     size, name="data", total=true: a byte stream of a fixed pattern
    call      to, method, payload="", patience=null: the answer, or code, message and data of the error
    load      to, count, at_once: calls of `echo`; how many were answered right, and how long each took
    quit      disconnects and ends the process
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
import sys
import time
from typing import Any

rtc = importlib.import_module(sys.argv[1] if len(sys.argv) > 1 else "livekit.rtc")

LETTERS = "aé€😀ß語 \n"
BLOCK = bytes(range(256)) * 257 + b"odd"


def say(**message: Any) -> None:
    print(json.dumps(message), flush=True)


def pattern(size: int) -> bytes:
    return (BLOCK * (size // len(BLOCK) + 1))[:size]


def letters(count: int) -> str:
    return (LETTERS * (count // len(LETTERS) + 1))[:count]


async def echo(call: Any) -> str:
    return str(call.payload)


async def refuse(call: Any) -> str:
    raise rtc.RpcError(int(call.payload), "refused", "by the handler")


async def broken(call: Any) -> str:
    raise KeyError("bug")


async def long_answer(call: Any) -> str:
    return "x" * int(call.payload)


async def wait(call: Any) -> str:
    say(event="called")
    await asyncio.sleep(float(call.payload))
    return "waited"


HANDLERS = {"echo": echo, "refuse": refuse, "broken": broken, "long": long_answer, "wait": wait}


class Peer:
    """One room."""

    def __init__(self) -> None:
        self.room = rtc.Room()
        self.tasks: set[asyncio.Task[None]] = set()

    async def connect(self, url: str, token: str) -> dict[str, Any]:
        self.room.register_text_stream_handler("t", lambda reader, who: self._read("text", reader, who))
        self.room.register_byte_stream_handler("t", lambda reader, who: self._read("bytes", reader, who))
        self.room.on("participant_connected", lambda p: say(event="joined", identity=p.identity))
        await self.room.connect(url, token)
        for method, handler in HANDLERS.items():
            self.room.local_participant.register_rpc_method(method, handler)
        return {"others": list(self.room.remote_participants)}

    def _read(self, kind: str, reader: Any, sender: str) -> None:
        task = asyncio.get_running_loop().create_task(self._consume(kind, reader, sender))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _consume(self, kind: str, reader: Any, sender: str) -> None:
        began, digest, size, error = time.perf_counter(), hashlib.sha256(), 0, None
        try:
            async for piece in reader:
                data = piece.encode() if kind == "text" else piece
                digest.update(data)
                size += len(data)
        except Exception as failure:
            error = str(failure)
        info = reader.info
        say(
            event="stream",
            kind=kind,
            sender=sender,
            size=size,
            sha256=digest.hexdigest(),
            seconds=time.perf_counter() - began,
            info={
                "size": info.size,
                "topic": info.topic,
                "mime_type": info.mime_type,
                "attributes": dict(info.attributes or {}),
                "name": getattr(info, "name", None),
            },
            error=error,
        )

    @property
    def _me(self) -> Any:
        return self.room.local_participant

    async def text(
        self,
        text: str | None = None,
        characters: int = 0,
        destinations: list[str] | None = None,
        attributes: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        text = letters(characters) if text is None else text
        info = await self._me.send_text(
            text, topic="t", destination_identities=destinations, attributes=attributes or {}
        )
        return {"sha256": hashlib.sha256(text.encode()).hexdigest(), "size": info.size}

    async def write(
        self, pieces: list[str], reason: str = "", attributes: dict[str, str] | None = None
    ) -> dict[str, Any]:
        writer = await self._me.stream_text(topic="t", attributes={})
        for piece in pieces:
            await writer.write(piece)
        await writer.aclose(reason=reason, attributes=attributes or {})
        return {"sha256": hashlib.sha256("".join(pieces).encode()).hexdigest()}

    async def file(self, path: str, destinations: list[str] | None = None) -> dict[str, Any]:
        info = await self._me.send_file(path, topic="t", destination_identities=destinations)
        return {"name": info.name, "mime_type": info.mime_type, "size": info.size}

    async def bytes(self, size: int, name: str = "data", total: bool = True) -> dict[str, Any]:
        content = pattern(size)
        writer = await self._me.stream_bytes(name, topic="t", total_size=size if total else None)
        await writer.write(content)
        await writer.aclose()
        return {"sha256": hashlib.sha256(content).hexdigest()}

    async def call(
        self, to: str, method: str, payload: str = "", patience: float | None = None
    ) -> dict[str, Any]:
        try:
            answer = await self._me.perform_rpc(
                destination_identity=to, method=method, payload=payload, response_timeout=patience
            )
        except rtc.RpcError as error:
            return {"code": int(error.code), "message": error.message, "data": error.data}
        return {"answer": answer}

    async def load(self, to: str, count: int, at_once: int) -> dict[str, Any]:
        numbers, seconds, failed = iter(range(count)), [], []

        async def caller() -> None:
            for number in numbers:
                began = time.perf_counter()
                result = await self.call(to, "echo", f"{number}")
                seconds.append(time.perf_counter() - began)
                if result.get("answer") != f"{number}":
                    failed.append([number, result])

        began = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(at_once)))
        duration = time.perf_counter() - began
        seconds.sort()
        return {
            "answered": len(seconds) - len(failed),
            "failed": failed[:5],
            "per_second": count / duration,
            "p50_ms": 1000 * seconds[len(seconds) // 2],
            "p99_ms": 1000 * seconds[len(seconds) * 99 // 100],
        }

    async def quit(self) -> dict[str, Any]:
        await self.room.disconnect()
        return {}


async def main() -> None:
    peer = Peer()
    reader = asyncio.StreamReader(limit=1 << 20)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    say(event="ready")
    while line := await reader.readline():
        command = json.loads(line)
        name = command.pop("op")
        try:
            say(reply=name, **await getattr(peer, name)(**command))
        except Exception as error:
            say(reply=name, error=repr(error))
        if name == "quit":
            return


if __name__ == "__main__":
    asyncio.run(main())
