"""Set our name, metadata and attributes, and see them arrive: two participants in one program.

python attributes.py URL TOKEN OTHER_TOKEN
"""

import asyncio
import sys

from livekit import rtc


async def main(url: str, token: str, other_token: str) -> None:
    room, other = rtc.Room(), rtc.Room()
    complete = asyncio.Event()

    @other.on("participant_attributes_changed")
    def on_attributes(changed: dict, participant: rtc.Participant) -> None:
        print("changed", sorted(changed.items()), "now", sorted(participant.attributes.items()), flush=True)
        if participant.attributes.get("mood") == "good" and "seat" not in participant.attributes:
            complete.set()

    @other.on("participant_metadata_changed")
    def on_metadata(participant: rtc.Participant, old: str, new: str) -> None:
        print("metadata of", participant.identity, "was", repr(old), "is", repr(new), flush=True)

    @other.on("participant_name_changed")
    def on_name(participant: rtc.Participant, old: str, new: str) -> None:
        print("name of", participant.identity, "was", repr(old), "is", repr(new), flush=True)

    await other.connect(url, other_token)
    await room.connect(url, token)
    await room.local_participant.set_name("Alice Liddell")
    await room.local_participant.set_metadata("a guest")
    await room.local_participant.set_attributes({"mood": "curious", "seat": "4"})
    await room.local_participant.set_attributes({"mood": "good", "seat": ""})  # an empty value deletes
    await asyncio.wait_for(complete.wait(), 10)
    await room.disconnect()
    await other.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
