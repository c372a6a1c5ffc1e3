"""What `livekit.rtc` 1.2.1 has beyond 1.0.17, held against lkpy; exact lists, as in test_contract.py."""

from __future__ import annotations

import pytest

from tests.contract import facts, holds, read
from tests.test_contract import AUDIO_TOOLS, ENCRYPTION, VIDEO
from tests.test_contract import LATER as OLDER

DATA_TRACKS, RECONNECTION, DEVICES = "data tracks", "reconnection", "sound devices"
CANCELLATION, LIMIT = "why a handler is cancelled", "a limit for data streams"

LATER = {
    "DataTrackFrame": DATA_TRACKS,
    "DataTrackInfo": DATA_TRACKS,
    "DataTrackStream": DATA_TRACKS,
    "LocalDataTrack": DATA_TRACKS,
    "LocalParticipant.publish_data_track": DATA_TRACKS,
    "PushFrameError": DATA_TRACKS,
    "RemoteDataTrack": DATA_TRACKS,
    "SubscribeDataTrackError": DATA_TRACKS,
    "data_track": DATA_TRACKS,
    "Room.simulate_scenario": RECONNECTION,
    "SimulateScenarioKind": RECONNECTION,
    "RpcInvocationData(cancel_reason)": CANCELLATION,
    "RpcInvocationData.cancel_reason": CANCELLATION,
    "DataStreamOptions": LIMIT,
    "RoomOptions(data_stream)": LIMIT,
    "RoomOptions.data_stream": LIMIT,
    "AudioDeviceInfo": DEVICES,
    "MediaDevices": DEVICES,
    "PlatformAudio": DEVICES,
    "PlatformAudioError": DEVICES,
    "PlatformAudioOptions": DEVICES,
    "PlatformAudioSource": DEVICES,
    "media_devices": DEVICES,
    "platform_audio": DEVICES,
    "FrameProcessor": AUDIO_TOOLS,
    "frame_processor": AUDIO_TOOLS,
    "KeyDerivationFunction": ENCRYPTION,
    "RoomOptions(encryption)": ENCRYPTION,
    "RoomOptions.encryption": ENCRYPTION,
    "RoomOptions(connect_timeout)": "its place is after e2ee and encryption",
    "RoomOptions(single_peer_connection)": "its place is after e2ee and encryption",
    "DegradationPreference": VIDEO,
    "EncodedFrameType": VIDEO,
    "EncodedRateControl": VIDEO,
    "EncodedVideoFrame": VIDEO,
    "EncodedVideoSource": VIDEO,
    "EncodedVideoSourceFeedback": VIDEO,
    "VideoEncoderBackend": VIDEO,
    "encoded_video": VIDEO,
}
"""Facts (and everything below them) of parts that are not built yet, and which part it is."""

DIFFERENT = {
    "ByteStreamReader(owned_info)": "made from the header, as in 1.0.17",
    "ByteStreamReader(on_close)": "made from the header, as in 1.0.17",
    "TextStreamReader(owned_info)": "made from the header, as in 1.0.17",
    "TextStreamReader(on_close)": "made from the header, as in 1.0.17",
    "TextStreamWriter(attributes)": "an empty dict, as in 1.0.17",
}
"""Facts in which the two versions contradict each other, or which are the native SDK's inside."""

KNOWN = {(fact.path, fact.told) for fact in facts(read("1.0.17"))}
FACTS = tuple(fact for fact in facts(read("1.2.1")) if (fact.path, fact.told) not in KNOWN)


def test_what_is_newer_holds_or_is_listed() -> None:
    assert len(FACTS) > 300
    lists = (OLDER, LATER, DIFFERENT)
    broken = [
        fact.path for fact in FACTS if not holds(fact) and not any(fact.listed(names) for names in lists)
    ]
    assert broken == []


@pytest.mark.parametrize("names", [LATER, DIFFERENT], ids=["later", "different"])
def test_the_lists_shrink(names: dict[str, str]) -> None:
    """An entry names facts of which at least one does not hold."""
    used = {entry for fact in FACTS if (entry := fact.listed(names)) and not holds(fact)}
    assert sorted(set(names) - used) == []
