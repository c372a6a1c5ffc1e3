"""Messages that a busy client finds all at once: none of them gets lost."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing import FakeSfu
from lkpy.testing.sfu.participant import Participant
from tests.room_rig import joined, publish


async def test_a_track_that_is_subscribed_as_soon_as_it_is_published(
    fake_sfu: FakeSfu, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The room has something else to tell already when both answers come."""
    send = Participant.send

    def together(participant: Participant, **case: Any) -> None:
        if "track_published" in case:
            send(participant, room_update=rtc.RoomUpdate(room=models.Room(name="lobby", metadata="new")))
            send(participant, **case)
            sid = case["track_published"].track.sid
            send(participant, track_subscribed=rtc.TrackSubscribed(track_sid=sid))
        else:
            send(participant, **case)

    monkeypatch.setattr(Participant, "send", together)
    room, log = await joined(fake_sfu, "alice")
    publication, source = await publish(room)
    async with asyncio.timeout(2):
        await publication.wait_for_subscription()
    assert (await log.wait("local_track_subscribed"))[1] is publication.track
    assert log.names.index("local_track_published") < log.names.index("local_track_subscribed")
    await room.disconnect()
    await source.aclose()
