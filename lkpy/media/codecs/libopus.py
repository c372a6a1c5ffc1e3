"""Opus through ctypes, on the libopus that every PyAV wheel carries (or the system's).

PyAV itself reaches neither DTX, nor a change of the bitrate, nor forward error correction. The functions
release the GIL while they run.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import functools
import importlib.util
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lkpy.errors import MediaError
from lkpy.media.rtp.opus import CLOCK_RATE, MAX_PACKET_SAMPLES

logger = logging.getLogger("lkpy.media")

_APPLICATIONS = {"voip": 2048, "audio": 2049}

_SET_BITRATE = 4002
_SET_COMPLEXITY = 4010
_SET_INBAND_FEC = 4012
_SET_PACKET_LOSS = 4014
_SET_DTX = 4016
_RESET_STATE = 4028

_MAX_ENCODED = 4000
"""Bytes; what libopus recommends for the output buffer."""

_PATTERNS = ("../av.libs/libopus*.so*", ".dylibs/libopus*.dylib", "../av.libs/libopus*.dll")


def _candidates() -> Iterator[str]:
    # Finding the package does not import it: loading libopus alone takes a millisecond.
    spec = importlib.util.find_spec("av")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        for pattern in _PATTERNS:
            base, _, name = pattern.rpartition("/")
            directory = folder / base
            if directory.is_dir():
                yield from sorted(str(path.resolve()) for path in directory.glob(name))
    found = ctypes.util.find_library("opus")
    if found is not None:
        yield found


@functools.cache
def load() -> Any | None:
    """The library with its prototypes set, None if none was found that works."""
    for candidate in _candidates():
        try:
            library = ctypes.CDLL(candidate)
            _declare(library)
        except (OSError, AttributeError) as error:
            logger.debug("libopus at %s does not load: %s", candidate, error)
            continue
        return library
    return None


def _declare(library: Any) -> None:
    pointer, integer, int32 = ctypes.c_void_p, ctypes.c_int, ctypes.c_int32
    error = ctypes.POINTER(integer)
    prototypes: dict[str, tuple[Any, list[Any]]] = {
        "opus_strerror": (ctypes.c_char_p, [integer]),
        "opus_get_version_string": (ctypes.c_char_p, []),
        "opus_encoder_create": (pointer, [int32, integer, integer, error]),
        "opus_encoder_destroy": (None, [pointer]),
        "opus_encode": (int32, [pointer, ctypes.c_char_p, integer, pointer, int32]),
        # The last argument is variadic, which some ABIs pass in another way: it must not be declared.
        "opus_encoder_ctl": (integer, [pointer, integer]),
        "opus_decoder_create": (pointer, [int32, integer, error]),
        "opus_decoder_destroy": (None, [pointer]),
        "opus_decode": (integer, [pointer, ctypes.c_char_p, int32, pointer, integer, integer]),
        "opus_decoder_ctl": (integer, [pointer, integer]),
    }
    for name, (result, arguments) in prototypes.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = arguments


def version() -> str | None:
    """What libopus calls itself, None without libopus."""
    library = load()
    return None if library is None else str(library.opus_get_version_string().decode())


def _check(library: Any, result: int, what: str) -> int:
    if result < 0:
        raise MediaError(f"Opus {what} failed: {library.opus_strerror(result).decode()}")
    return result


class LibopusEncoder:
    """An encoder handle; the arguments were checked by `OpusEncoder`."""

    def __init__(
        self,
        library: Any,
        channels: int,
        *,
        bitrate: int,
        application: str,
        complexity: int,
        fec: bool,
        packet_loss_percent: int,
        dtx: bool,
    ) -> None:
        self._library = library
        error = ctypes.c_int()
        self._handle: int | None = library.opus_encoder_create(
            CLOCK_RATE, channels, _APPLICATIONS[application], ctypes.byref(error)
        )
        _check(library, error.value, "encoder")
        self._output = ctypes.create_string_buffer(_MAX_ENCODED)
        self._output_address = ctypes.addressof(self._output)
        settings = {
            _SET_BITRATE: bitrate,
            _SET_COMPLEXITY: complexity,
            _SET_INBAND_FEC: int(fec),
            _SET_PACKET_LOSS: packet_loss_percent,
            _SET_DTX: int(dtx),
        }
        for request, value in settings.items():
            self._control(request, value)

    def _control(self, request: int, value: int) -> None:
        result = self._library.opus_encoder_ctl(self._handle, request, ctypes.c_int32(value))
        _check(self._library, result, "encoder setting")

    def encode(self, pcm: NDArray[np.int16]) -> bytes:
        # A copy of 2 kB costs a fifth of asking numpy for an address.
        size = self._library.opus_encode(
            self._handle, pcm.tobytes(), len(pcm), self._output_address, _MAX_ENCODED
        )
        if size < 0:
            _check(self._library, size, "encoding")
        return ctypes.string_at(self._output_address, size)

    def set_bitrate(self, bitrate: int) -> None:
        self._control(_SET_BITRATE, bitrate)

    def set_packet_loss(self, percent: int) -> None:
        self._control(_SET_PACKET_LOSS, percent)

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self._library.opus_encoder_destroy(handle)

    def __del__(self) -> None:
        # The handle is missing if the constructor failed; at interpreter exit the memory goes anyway.
        if getattr(self, "_handle", None) is not None and not sys.is_finalizing():
            self.close()


class LibopusDecoder:
    """A decoder handle; the arguments were checked by `OpusDecoder`."""

    def __init__(self, library: Any, channels: int) -> None:
        self._library = library
        error = ctypes.c_int()
        self._handle: int | None = library.opus_decoder_create(CLOCK_RATE, channels, ctypes.byref(error))
        _check(library, error.value, "decoder")
        self._pcm: NDArray[np.int16] = np.zeros((MAX_PACKET_SAMPLES, channels), np.int16)
        self._address = self._pcm.ctypes.data

    def decode(
        self, payload: bytes | None, samples: int = MAX_PACKET_SAMPLES, fec: int = 0
    ) -> NDArray[np.int16]:
        length = 0 if payload is None else len(payload)
        count = self._library.opus_decode(self._handle, payload, length, self._address, samples, fec)
        if count < 0:
            _check(self._library, count, "decoding")
        return self._pcm[:count].copy()

    def conceal(self, samples: int) -> NDArray[np.int16]:
        return self.decode(None, samples)

    def decode_fec(self, next_payload: bytes, samples: int) -> NDArray[np.int16]:
        return self.decode(next_payload, samples, 1)

    def reset(self) -> None:
        _check(self._library, self._library.opus_decoder_ctl(self._handle, _RESET_STATE), "reset")

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self._library.opus_decoder_destroy(handle)

    def __del__(self) -> None:
        if getattr(self, "_handle", None) is not None and not sys.is_finalizing():
            self.close()
