"""Rooms on the fake SFU for tests: joined, with a list of everything their users hear."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, get_args

import numpy as np
import pytest

import lkpy as rtc
from lkpy.room import EventTypes
from lkpy.testing import FakeSfu

MODES = pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
TONE = (8000 * np.sin(2 * np.pi * 440 * np.arange(480) / 48_000)).astype(np.int16).tobytes()
AT_ANY_TIME = (
    "token_refreshed",
    "connection_quality_changed",
    "active_speakers_changed",
    "room_updated",
)
MOVE = [
    "token_refreshed",
    "track_unsubscribed",
    "track_unpublished",
    "participant_disconnected",
    "participant_connected",
    "participant_active",
    "track_published",
    "room_metadata_changed",
    "room_updated",
    "moved",
]
"""What a participant hears who is moved from a room with one speaker to another such room."""


class Log:
    """The events of a room, and a way to wait for one."""

    def __init__(self, room: rtc.Room) -> None:
        self.events: list[tuple[Any, ...]] = []
        self._changed = asyncio.Event()
        for name in get_args(EventTypes):
            room.on(name, self._recorder(name))

    def _recorder(self, name: str) -> Callable[..., None]:
        def record(*arguments: Any) -> None:
            self.events.append((name, *arguments))
            self._changed.set()

        return record

    @property
    def names(self) -> list[str]:
        """Event names in order, without those that come at any time."""
        return [event[0] for event in self.events if event[0] not in AT_ANY_TIME]

    async def wait(self, name: str, count: int = 1, *, timeout: float = 10) -> tuple[Any, ...]:  # noqa: ASYNC109
        """The count-th event of a name, now or later."""
        async with asyncio.timeout(timeout):
            while len(found := [event for event in self.events if event[0] == name]) < count:
                self._changed.clear()
                await self._changed.wait()
        return found[count - 1]


async def joined(
    sfu: FakeSfu, identity: str, single: bool = True, *, auto_subscribe: bool = True, **claims: Any
) -> tuple[rtc.Room, Log]:
    """A room that is connected, and what its user hears. `claims` are those of the token."""
    room = rtc.Room()
    log = Log(room)
    token = sfu.token(identity, **{"room": "lobby", **claims})
    options = rtc.RoomOptions(auto_subscribe=auto_subscribe, single_peer_connection=single)
    await room.connect(sfu.url, token, options)
    return room, log


async def publish(room: rtc.Room, name: str = "voice") -> tuple[rtc.LocalTrackPublication, rtc.AudioSource]:
    """Publish an audio track; its source is the caller's to close."""
    source = rtc.AudioSource(48_000, 1)
    track = rtc.LocalAudioTrack.create_audio_track(name, source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    return await room.local_participant.publish_track(track, options), source
