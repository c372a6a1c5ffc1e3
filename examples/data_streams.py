"""Send text and a file to another participant, and read both there.

python data_streams.py URL TOKEN OTHER_TOKEN [FILE]
"""

import asyncio
import hashlib
import sys

from livekit import rtc


async def main(url: str, token: str, other_token: str, path: str = __file__) -> None:
    sender, receiver = rtc.Room(), rtc.Room()
    tasks: set[asyncio.Task] = set()
    done: asyncio.Queue[str] = asyncio.Queue()

    async def read_text(reader: rtc.TextStreamReader, identity: str) -> None:
        text = "".join([piece async for piece in reader])
        info = reader.info
        print("text from", identity, "on", info.topic, dict(info.attributes), repr(text), flush=True)
        await done.put("text")

    async def read_file(reader: rtc.ByteStreamReader, identity: str) -> None:
        digest, size = hashlib.sha256(), 0
        async for chunk in reader:
            digest.update(chunk)
            size += len(chunk)
        print("file from", identity, reader.info.name, size, digest.hexdigest(), flush=True)
        await done.put("file")

    def start(coroutine) -> None:
        task = asyncio.create_task(coroutine)
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    receiver.register_text_stream_handler("chat", lambda reader, who: start(read_text(reader, who)))
    receiver.register_byte_stream_handler("files", lambda reader, who: start(read_file(reader, who)))

    await receiver.connect(url, other_token)
    await sender.connect(url, token)
    local = sender.local_participant

    info = await local.send_text("Grüße aus dem Beispiel", topic="chat", attributes={"mood": "good"})
    print("sent", info.topic, info.size, flush=True)

    writer = await local.stream_text(topic="chat")
    for word in ("one ", "two ", "three"):
        await writer.write(word)
    await writer.aclose()

    info = await local.send_file(path, topic="files")
    print("sent", info.name, info.size, flush=True)

    for _ in range(3):
        await asyncio.wait_for(done.get(), 20)
    await sender.disconnect()
    await receiver.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
