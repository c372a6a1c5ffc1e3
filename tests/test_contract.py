"""`lkpy` held against the public API of `livekit.rtc` 1.0.17: names, members, parameters, values, fields.

`data/livekit-rtc-1.0.17.json` lists what the official package offers. Every fact in it is one of four things:
it holds, it belongs to a part that comes later (`LATER`), it is the inside of the native SDK (`INTERNAL`), or
it differs on purpose (`DIFFERENT`). The lists are exact: an entry for a fact that holds fails too.
"""

from __future__ import annotations

import pytest

from tests.contract import facts, holds, read

CONTRACT = read("1.0.17")

VIDEO, ENCRYPTION, AUDIO_TOOLS = "video", "end-to-end encryption", "audio tools"

LATER = {
    "LocalVideoTrack": VIDEO,
    "VideoFrame": VIDEO,
    "VideoFrameEvent": VIDEO,
    "VideoSource": VIDEO,
    "VideoStream": VIDEO,
    "video_frame": VIDEO,
    "video_source": VIDEO,
    "video_stream": VIDEO,
    "E2EEManager": ENCRYPTION,
    "E2EEOptions": ENCRYPTION,
    "FrameCryptor": ENCRYPTION,
    "KeyProvider": ENCRYPTION,
    "KeyProviderOptions": ENCRYPTION,
    "Room.e2ee_manager": ENCRYPTION,
    "RoomOptions(e2ee)": ENCRYPTION,
    "RoomOptions(rtc_config)": "its place is after e2ee",
    "RoomOptions.e2ee": ENCRYPTION,
    "e2ee": ENCRYPTION,
    "AVSynchronizer": AUDIO_TOOLS,
    "AudioFilter": AUDIO_TOOLS,
    "AudioMixer": AUDIO_TOOLS,
    "AudioProcessingModule": AUDIO_TOOLS,
    "AudioResampler": AUDIO_TOOLS,
    "AudioResamplerQuality": AUDIO_TOOLS,
    "apm": AUDIO_TOOLS,
    "audio_filter": AUDIO_TOOLS,
    "audio_mixer": AUDIO_TOOLS,
    "audio_resampler": AUDIO_TOOLS,
    "synchronizer": AUDIO_TOOLS,
}
"""Facts (and everything below them) of parts that are not built yet, and which part it is."""

INTERNAL = {
    "resources": "holds the native library",
    "Track(owned_info)": "made by the room",
    "LocalAudioTrack(info)": "made by create_audio_track",
    "TrackPublication(owned_info)": "made by the room",
    "LocalTrackPublication(owned_info)": "made by publish_track",
    "RemoteTrackPublication(owned_info)": "made by the room",
    "Participant(owned_info)": "made by the room",
    "LocalParticipant(owned_info)": "made by the room",
    "LocalParticipant(room_queue)": "made by the room",
    "RemoteParticipant(owned_info)": "made by the room",
}
"""Facts about the native SDK's inside: parameters that are handles, files that hold the native library."""

DIFFERENT = {
    "Participant is a ABC": "a plain class, of which LocalParticipant and RemoteParticipant are made",
    "LocalParticipant is a ABC": "as above",
    "RemoteParticipant is a ABC": "as above",
}
"""Facts that do not hold, on purpose; docs/differences.md says the same at length."""


FACTS = tuple(facts(CONTRACT))


def test_the_whole_contract_is_read() -> None:
    assert len(FACTS) > 1000
    assert {fact.path.split("(")[0].split(".")[0].split(" ")[0] for fact in FACTS} == set(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_facts_hold(name: str) -> None:
    lists = (LATER, INTERNAL, DIFFERENT)
    broken = [
        fact.path
        for fact in FACTS
        if name in (fact.path, *fact.above) and not any(fact.listed(names) for names in lists)
        if not holds(fact)
    ]
    assert broken == []


@pytest.mark.parametrize("names", [LATER, INTERNAL, DIFFERENT], ids=["later", "internal", "different"])
def test_the_lists_shrink(names: dict[str, str]) -> None:
    """An entry names facts of the contract of which at least one does not hold."""
    used = {entry for fact in FACTS if (entry := fact.listed(names)) and not holds(fact)}
    assert sorted(set(names) - used) == []
