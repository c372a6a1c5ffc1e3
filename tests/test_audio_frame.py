"""AudioFrame and the helpers around it."""

from __future__ import annotations

import array
import io
import json
import wave

import numpy as np
import pytest

from lkpy.audio_frame import AudioFrame
from lkpy.utils import combine_audio_frames, sine_wave_generator


def test_data_is_a_view_of_the_buffer() -> None:
    buffer = bytearray(np.arange(960, dtype=np.int16).tobytes())
    frame = AudioFrame(buffer, 48000, 2, 480)
    assert frame.data.format == "h"
    assert len(frame.data) == 960
    assert frame.data[959] == 959
    frame.data[0] = -7
    assert buffer[:2] == np.int16(-7).tobytes()
    assert AudioFrame(bytes(960), 48000, 1, 480).data.readonly


def test_memoryviews_of_any_format() -> None:
    samples = np.arange(960, dtype=np.int16).reshape(480, 2)
    assert AudioFrame(memoryview(samples), 48000, 2, 480).data.tolist() == list(range(960))
    with pytest.raises(TypeError):
        AudioFrame(memoryview(samples)[::2], 48000, 2, 240)


def test_create_makes_writable_silence() -> None:
    frame = AudioFrame.create(16000, 2, 160)
    assert frame.data.tolist() == [0] * 320
    assert not frame.data.readonly
    assert (frame.sample_rate, frame.num_channels, frame.samples_per_channel) == (16000, 2, 160)
    assert frame.duration == pytest.approx(0.01)


def test_longer_data_is_kept() -> None:
    frame = AudioFrame(bytes(970), 48000, 1, 480)
    assert len(frame.data) == 485
    assert frame.samples_per_channel == 480


@pytest.mark.parametrize("data", [np.zeros(480, np.int16), array.array("h", [0] * 480), [0] * 960, None])
def test_other_types_are_refused(data: object) -> None:
    with pytest.raises(TypeError, match="expected bytes, bytearray, or memoryview, got"):
        AudioFrame(data, 48000, 1, 480)  # type: ignore[arg-type]


def test_wrong_lengths_are_refused() -> None:
    with pytest.raises(
        ValueError, match=r"data length must be >= num_channels \* samples_per_channel \* sizeof\(int16\)"
    ):
        AudioFrame(bytes(959), 48000, 1, 480)
    with pytest.raises(ValueError, match=r"data length must be a multiple of sizeof\(int16\)"):
        AudioFrame(bytes(961), 48000, 1, 480)


def test_userdata_is_one_dict_per_frame() -> None:
    first, second = AudioFrame.create(48000, 1, 480), AudioFrame.create(48000, 1, 480)
    first.userdata["mark"] = 1
    assert first.userdata == {"mark": 1}
    assert second.userdata == {}
    shared = {"a": 2}
    assert AudioFrame(b"", 48000, 1, 0, userdata=shared).userdata is shared


def test_repr() -> None:
    assert repr(AudioFrame.create(48000, 2, 480)) == (
        "rtc.AudioFrame(sample_rate=48000, num_channels=2, samples_per_channel=480, duration=0.010)"
    )


def test_wav() -> None:
    samples = np.arange(-100, 100, dtype=np.int16)
    data = AudioFrame(samples.tobytes(), 16000, 2, 100).to_wav_bytes()
    with wave.open(io.BytesIO(data)) as reader:
        assert reader.getparams()[:4] == (2, 2, 16000, 100)
        assert reader.readframes(100) == samples.tobytes()


def test_pydantic_round_trip() -> None:
    pydantic = pytest.importorskip("pydantic")
    adapter = pydantic.TypeAdapter(AudioFrame)
    frame = AudioFrame(np.array([1, -2], np.int16).tobytes(), 16000, 1, 2)
    fields = {"data": "AQD+/w==", "sample_rate": 16000, "num_channels": 1, "samples_per_channel": 2}
    assert adapter.dump_python(frame) == fields
    assert json.loads(adapter.dump_json(frame)) == fields
    assert adapter.validate_python(frame) is frame
    for copy in (adapter.validate_python(fields), adapter.validate_json(adapter.dump_json(frame))):
        assert copy.data.tolist() == [1, -2]
        assert copy.sample_rate == 16000
    assert adapter.validate_python({**fields, "data": b"\1\0\2\0"}).data.tolist() == [1, 2]
    with pytest.raises(TypeError, match="Invalid type for AudioFrame"):
        adapter.validate_python(3)
    with pytest.raises(pydantic.ValidationError):
        adapter.validate_json('{"data": "AAAA"}')
    assert adapter.json_schema()["properties"].keys() == fields.keys()


def test_combine() -> None:
    first = AudioFrame(np.array([1, 2], np.int16).tobytes(), 8000, 1, 2)
    second = AudioFrame(bytearray(np.array([3], np.int16).tobytes()), 8000, 1, 1)
    joined = combine_audio_frames([first, second])
    assert joined.data.tolist() == [1, 2, 3]
    assert joined.samples_per_channel == 3
    assert not joined.data.readonly
    assert combine_audio_frames(first) is first


def test_combine_refuses_what_does_not_fit() -> None:
    frame = AudioFrame.create(48000, 1, 480)
    with pytest.raises(ValueError, match="buffer is empty"):
        combine_audio_frames([])
    with pytest.raises(ValueError, match="Sample rate mismatch: expected 48000, got 16000"):
        combine_audio_frames([frame, AudioFrame.create(16000, 1, 160)])
    with pytest.raises(ValueError, match="Channel count mismatch: expected 1, got 2"):
        combine_audio_frames([frame, AudioFrame.create(48000, 2, 480)])


async def test_sine_wave() -> None:
    frames = [frame async for frame in sine_wave_generator(440, 0.25)]
    assert [frame.samples_per_channel for frame in frames] == [4800, 4800]
    assert max(frames[0].data) == 9830
    assert frames[0].data[:5].tolist() == [0, 565, 1129, 1690, 2244]
    wave_ = np.concatenate([np.array(frame.data) for frame in frames])
    assert np.argmax(np.abs(np.fft.rfft(wave_))) == 440 * len(wave_) // 48000
