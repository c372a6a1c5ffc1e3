"""`AudioFrame`: a piece of 16-bit PCM audio."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

_SAMPLE_SIZE = 2
_OWNED = (bytes, bytearray)
_WAV_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
_WAV_FORMAT_PCM = 1


class AudioFrame:
    """Interleaved 16-bit signed PCM samples in native byte order.

    Args:
        data: `bytes`, `bytearray` or a contiguous `memoryview`. It is not copied: a frame made of a
            `bytearray` is writable through `data` and shares its memory. It may be longer than needed.
        sample_rate: Hz.
        num_channels: interleaved channels.
        samples_per_channel: samples of one channel in the frame.
        userdata: a dict that travels with the frame; a new one when None.

    Raises:
        TypeError: `data` is something else, or a memoryview that is not contiguous.
        ValueError: `data` is shorter than the frame, or is not a whole number of samples.
    """

    def __init__(
        self,
        data: bytes | bytearray | memoryview,
        sample_rate: int,
        num_channels: int,
        samples_per_channel: int,
        *,
        userdata: dict[str, Any] | None = None,
    ) -> None:
        if not isinstance(data, _OWNED):
            if not isinstance(data, memoryview):
                raise TypeError(f"expected bytes, bytearray, or memoryview, got {type(data)}")
            data = data.cast("B")
        size = len(data)
        if size < num_channels * samples_per_channel * _SAMPLE_SIZE:
            raise ValueError("data length must be >= num_channels * samples_per_channel * sizeof(int16)")
        if size % _SAMPLE_SIZE:
            raise ValueError("data length must be a multiple of sizeof(int16)")
        self._data = data
        self._sample_rate = sample_rate
        self._num_channels = num_channels
        self._samples_per_channel = samples_per_channel
        self._userdata = userdata

    @staticmethod
    def create(sample_rate: int, num_channels: int, samples_per_channel: int) -> AudioFrame:
        """Make a writable frame of silence."""
        data = bytearray(num_channels * samples_per_channel * _SAMPLE_SIZE)
        return AudioFrame(data, sample_rate, num_channels, samples_per_channel)

    @property
    def userdata(self) -> dict[str, Any]:
        """A dict of the application's own, one per frame."""
        if self._userdata is None:
            self._userdata = {}
        return self._userdata

    @property
    def data(self) -> memoryview:
        """The samples, a memoryview of format `h`; writable unless the frame was made of `bytes`."""
        return memoryview(self._data).cast("B").cast("h")

    @property
    def sample_rate(self) -> int:
        """Samples of one channel per second, in Hz."""
        return self._sample_rate

    @property
    def num_channels(self) -> int:
        """How many channels are interleaved."""
        return self._num_channels

    @property
    def samples_per_channel(self) -> int:
        """Samples of one channel."""
        return self._samples_per_channel

    @property
    def duration(self) -> float:
        """How long the frame lasts, in seconds."""
        return self._samples_per_channel / self._sample_rate

    def to_wav_bytes(self) -> bytes:
        """The whole buffer as the bytes of a 16-bit PCM WAV file."""
        block = self._num_channels * _SAMPLE_SIZE
        header = _WAV_HEADER.pack(
            b"RIFF",
            _WAV_HEADER.size - 8 + len(self._data),
            b"WAVE",
            b"fmt ",
            16,
            _WAV_FORMAT_PCM,
            self._num_channels,
            self._sample_rate,
            self._sample_rate * block,
            block,
            8 * _SAMPLE_SIZE,
            b"data",
            len(self._data),
        )
        return header + bytes(self._data)

    def __repr__(self) -> str:
        return (
            f"rtc.AudioFrame(sample_rate={self.sample_rate}, "
            f"num_channels={self.num_channels}, "
            f"samples_per_channel={self.samples_per_channel}, "
            f"duration={self.duration:.3f})"
        )

    @classmethod
    def _from_fields(cls, fields: dict[str, Any]) -> AudioFrame:
        data = fields["data"]
        if isinstance(data, str):
            data = base64.b64decode(data)
        return cls(
            data=data,
            sample_rate=fields["sample_rate"],
            num_channels=fields["num_channels"],
            samples_per_channel=fields["samples_per_channel"],
        )

    def _to_fields(self) -> dict[str, Any]:
        return {
            "data": base64.b64encode(self._data).decode("ascii"),
            "sample_rate": self._sample_rate,
            "num_channels": self._num_channels,
            "samples_per_channel": self._samples_per_channel,
        }

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: object) -> CoreSchema:
        """How pydantic (if it is there) reads and writes a frame: samples travel as base64."""
        from pydantic_core import core_schema

        def validate(value: object) -> AudioFrame:
            if isinstance(value, AudioFrame):
                return value
            if isinstance(value, dict):
                return cls._from_fields(value)
            raise TypeError("Invalid type for AudioFrame")

        names = {
            "data": core_schema.str_schema(),
            "sample_rate": core_schema.int_schema(),
            "num_channels": core_schema.int_schema(),
            "samples_per_channel": core_schema.int_schema(),
        }
        fields = core_schema.typed_dict_schema(
            {name: core_schema.typed_dict_field(schema) for name, schema in names.items()}
        )
        return core_schema.json_or_python_schema(
            json_schema=core_schema.no_info_after_validator_function(cls._from_fields, fields),
            python_schema=core_schema.no_info_plain_validator_function(validate),
            serialization=core_schema.plain_serializer_function_ser_schema(lambda frame: frame._to_fields()),
        )
