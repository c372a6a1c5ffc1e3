"""Several connections in one program: everybody says hello to everybody.

python several_rooms.py URL TOKEN TOKEN [TOKEN ...]
"""

import asyncio
import sys

from livekit import rtc


class Guest:
    """One connection, and what it heard."""

    def __init__(self, others: int) -> None:
        self.room = rtc.Room()
        self.heard: list[str] = []
        self.met_all, self.heard_all = asyncio.Event(), asyncio.Event()
        self.others = others
        self.room.on("participant_connected", self.count)
        self.room.on("data_received", self.on_data)

    def count(self) -> None:
        if len(self.room.remote_participants) == self.others:
            self.met_all.set()

    def on_data(self, packet: rtc.DataPacket) -> None:
        self.heard.append(packet.data.decode())
        if len(self.heard) == self.others:
            self.heard_all.set()

    async def visit(self, url: str, token: str) -> None:
        await self.room.connect(url, token)
        self.count()
        await asyncio.wait_for(self.met_all.wait(), 10)
        me = self.room.local_participant
        await me.publish_data(f"hello from {me.identity}", topic="hello")
        await asyncio.wait_for(self.heard_all.wait(), 10)
        print(me.identity, "heard", sorted(self.heard), flush=True)


async def main(url: str, *tokens: str) -> None:
    guests = {token: Guest(len(tokens) - 1) for token in tokens}
    await asyncio.gather(*(guest.visit(url, token) for token, guest in guests.items()))
    await asyncio.gather(*(guest.room.disconnect() for guest in guests.values()))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
