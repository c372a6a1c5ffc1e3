"""Join a room and print what happens in it, until the room is closed or Ctrl-C.

python join_and_list_events.py URL TOKEN
"""

import asyncio
import sys

from livekit import rtc

EVENTS = (
    "participant_connected",
    "participant_disconnected",
    "participant_metadata_changed",
    "participant_name_changed",
    "participant_attributes_changed",
    "track_published",
    "track_unpublished",
    "track_subscribed",
    "track_unsubscribed",
    "track_muted",
    "track_unmuted",
    "active_speakers_changed",
    "room_metadata_changed",
    "connection_state_changed",
    "data_received",
)


async def main(url: str, token: str) -> None:
    room = rtc.Room()
    closed = asyncio.Event()

    def print_event(name: str):
        return lambda *arguments: print(name, *arguments, flush=True)

    for name in EVENTS:
        room.on(name, print_event(name))

    @room.on("disconnected")
    def on_disconnected(reason: rtc.DisconnectReason) -> None:
        print("disconnected", rtc.DisconnectReason.Name(reason), flush=True)
        closed.set()

    await room.connect(url, token)
    print("joined", room.name, "as", room.local_participant.identity, "sid", await room.sid, flush=True)
    for participant in room.remote_participants.values():
        print("here already:", participant.identity, flush=True)
        for publication in participant.track_publications.values():
            print("  ", rtc.TrackKind.Name(publication.kind), publication.name, flush=True)
    try:
        await closed.wait()
    finally:
        await room.disconnect()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
