"""The fake SFU in a process of its own, with a room "crowd" full of participants that are made up.

    crowded_server.py PORT PARTICIPANTS

Each line on its standard input is a number: so many updates are sent to "witness", the one who really is
there, each with new metadata of one of the others. Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import sys

from measure import told

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu
from lkpy.testing.sfu.room import Room

AT_ONCE = 100
"""Updates after which the server's connections get their turn."""


class Crowd:
    """Those who are made up."""

    def __init__(self, count: int) -> None:
        self.infos = [
            models.ParticipantInfo(
                sid=f"PA_{number:012}",
                identity=f"guest {number}",
                name=f"Guest {number}",
                state=models.ParticipantInfo.State.ACTIVE,
                joined_at=1,
                version=1,
            )
            for number in range(count)
        ]
        self._updates = 0

    def install(self) -> None:
        """Every join response names them."""
        original = Room.join_response

        def join_response(room: Room, participant: object) -> rtc.JoinResponse:
            made = original(room, participant)  # type: ignore[arg-type]
            made.other_participants.extend(self.infos)
            return made

        Room.join_response = join_response  # type: ignore[method-assign, assignment]

    def update(self) -> rtc.ParticipantUpdate:
        """The next one has new metadata."""
        info = self.infos[self._updates % len(self.infos)]
        self._updates += 1
        info.version += 1
        info.metadata = f"update {self._updates}"
        return rtc.ParticipantUpdate(participants=[info])


async def main(port: int, participants: int) -> None:
    crowd = Crowd(participants - 1)
    crowd.install()
    async with FakeSfu(port=port) as sfu:
        while line := await told():
            witness = sfu.rooms["crowd"].participants["witness"]
            for number in range(int(line)):
                witness.send(update=crowd.update())
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
