"""Opus both ways, on libopus and on PyAV."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lkpy.errors import MediaError
from lkpy.media.codecs import libopus
from lkpy.media.codecs.opus import OpusDecoder, OpusEncoder
from lkpy.media.rtp.opus import SILENCE_FRAME, fec_samples, is_dtx, packet_samples, parse_opus

RATE = 48_000
FRAME = 960

Samples = NDArray[np.int16]


def speech(seconds: float, channels: int = 1) -> Samples:
    """A buzzing voice of moving pitch that comes and goes with syllables, and some breath."""
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    phase = 2 * np.pi * np.cumsum(120 + 30 * np.sin(2 * np.pi * 1.3 * time)) / RATE
    voice = sum(np.sin(harmonic * phase) / harmonic for harmonic in range(1, 25))
    voice *= np.clip(np.sin(2 * np.pi * 2.1 * time), 0.02, 1)
    voice += 0.01 * np.random.default_rng(1).standard_normal(count)
    return np.repeat((5000 * voice).astype(np.int16)[:, None], channels, axis=1)


def frames(samples: Samples) -> Iterator[Samples]:
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        yield samples[start : start + FRAME]


def snr(reference: NDArray[np.generic], other: NDArray[np.generic]) -> float:
    """Decibels."""
    clean = reference.astype(float)
    return float(10 * np.log10(np.sum(clean**2) / max(np.sum((clean - other.astype(float)) ** 2), 1e-9)))


def aligned_snr(sent: Samples, heard: Samples) -> float:
    """The best over the delays a codec may have, up to 20 ms."""
    one, two = sent[:, 0], heard[:, 0]
    return max(snr(one[: len(one) - lag], two[lag : len(one)]) for lag in range(0, FRAME, 4))


def correlation(sent: Samples, heard: Samples) -> float:
    """The best over the delays a codec may have, up to 20 ms."""
    one, two = sent[:, 0].astype(float), heard[:, 0].astype(float)
    return max(
        float(np.corrcoef(one[: len(one) - lag], two[lag : len(one)])[0, 1]) for lag in range(0, FRAME, 8)
    )


@pytest.fixture(params=["libopus", "pyav"])
def backend(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each test with libopus, and as it would be without."""
    assert libopus.load() is not None, "the PyAV wheel has a libopus"
    if request.param == "pyav":
        monkeypatch.setattr(libopus, "load", lambda: None)
    return str(request.param)


def encode_all(encoder: OpusEncoder, samples: Samples) -> list[bytes]:
    packets = [encoder.encode(frame) for frame in frames(samples)]
    encoder.close()
    return packets


def decode_all(decoder: OpusDecoder, packets: list[bytes]) -> Samples:
    heard = np.concatenate([decoder.decode(packet) for packet in packets])
    decoder.close()
    return heard


def test_speech_at_the_default_settings(backend: str) -> None:
    sent = speech(2)
    assert correlation(sent, decode_all(OpusDecoder(1), encode_all(OpusEncoder(1), sent))) > 0.7


def test_libopus_of_the_wheel_is_found() -> None:
    version = libopus.version()
    assert version is not None
    assert version.startswith("libopus 1.")


@pytest.mark.parametrize("channels", [1, 2])
def test_what_comes_out_is_what_went_in(backend: str, channels: int) -> None:
    sent = speech(2, channels)
    # "voip" filters deep tones, which turns the phase: the ear does not mind, a comparison of samples does.
    packets = encode_all(OpusEncoder(channels, bitrate=64_000, application="audio"), sent)
    assert {packet_samples(packet) for packet in packets} == {FRAME}
    heard = decode_all(OpusDecoder(channels), packets)
    assert heard.dtype == np.int16
    assert heard.shape == sent.shape
    assert aligned_snr(sent, heard) > 8


def test_decoder_makes_the_channels_it_is_asked_for(backend: str) -> None:
    packets = encode_all(OpusEncoder(2), speech(0.2, 2))
    assert OpusDecoder(1).decode(packets[0]).shape == (FRAME, 1)
    packets = encode_all(OpusEncoder(1), speech(0.2))
    heard = decode_all(OpusDecoder(2), packets)
    assert heard.shape[1] == 2
    assert np.array_equal(heard[:, 0], heard[:, 1])


def test_bitrate_can_change_at_any_time(backend: str) -> None:
    sound = speech(4)
    encoder = OpusEncoder(1, bitrate=24_000)
    packets = [encoder.encode(frame) for frame in frames(sound[: 2 * RATE])]
    low = sum(map(len, packets))
    encoder.set_bitrate(64_000)
    assert encoder.bitrate == 64_000
    packets += [encoder.encode(frame) for frame in frames(sound[2 * RATE :])]
    high = sum(map(len, packets)) - low
    assert 1.8 < high / low < 4
    encoder.bitrate = 1
    assert encoder.bitrate == 6_000
    encoder.set_packet_loss(30)
    assert encoder.encode(sound[:FRAME])
    heard = decode_all(OpusDecoder(1), packets)
    assert correlation(sound, heard) > 0.7


def test_silence_frame_is_silence(backend: str) -> None:
    heard = OpusDecoder(1).decode(SILENCE_FRAME)
    assert heard.shape == (FRAME, 1)
    assert not heard.any()


def test_dtx_gives_packets_that_need_not_be_sent() -> None:
    encoder = OpusEncoder(1, dtx=True)
    for frame in frames(speech(1)):
        encoder.encode(frame)
    silence = np.zeros((FRAME, 1), np.int16)
    packets = [encoder.encode(silence) for _ in range(150)]
    quiet = [is_dtx(packet) for packet in packets[25:]]
    assert quiet.count(True) > 0.9 * len(quiet)
    assert quiet.count(False) >= 4  # refreshed each 400 ms
    # And back to speech at once.
    assert len(encoder.encode(speech(1)[20000 : 20000 + FRAME])) > 20


def test_without_dtx_silence_is_sent() -> None:
    encoder = OpusEncoder(1)
    silence = np.zeros((FRAME, 1), np.int16)
    assert all(len(encoder.encode(silence)) > 2 for _ in range(50))


def lossy(packets: list[bytes], mode: str) -> tuple[Samples, NDArray[np.bool_]]:
    """Decode with every tenth packet lost; also which samples those are."""
    decoder = OpusDecoder(1)
    heard = []
    lost = np.zeros(len(packets) * FRAME, bool)
    for index, packet in enumerate(packets):
        if index % 10 != 7 or index + 1 == len(packets):
            heard.append(decoder.decode(packet))
            continue
        lost[index * FRAME : (index + 1) * FRAME] = True
        if mode == "silence":
            heard.append(np.zeros((FRAME, 1), np.int16))
        elif mode == "conceal":
            heard.append(decoder.conceal(FRAME))
        else:
            heard.append(decoder.decode_fec(packets[index + 1], FRAME))
    return np.concatenate(heard), lost


def test_concealment_beats_silence_and_fec_beats_concealment() -> None:
    packets = encode_all(OpusEncoder(1, bitrate=32_000, packet_loss_percent=15), speech(6))
    clean = decode_all(OpusDecoder(1), packets)
    ratios = []
    for mode in ("silence", "conceal", "fec"):
        heard, lost = lossy(packets, mode)
        ratios.append(snr(clean[lost], heard[lost]))
    silence, conceal, fec = ratios
    assert conceal > silence + 0.5
    assert fec > conceal + 1.5


def test_concealment_without_libopus_beats_silence(backend: str) -> None:
    packets = encode_all(OpusEncoder(1, bitrate=32_000), speech(6))
    clean = decode_all(OpusDecoder(1), packets)
    for mode in ("conceal", "fec"):
        heard, lost = lossy(packets, mode)
        assert snr(clean[lost], heard[lost]) > 0.5


def test_concealment_fades_out() -> None:
    packets = encode_all(OpusEncoder(1), speech(1))
    decoder = OpusDecoder(1)
    for packet in packets[:10]:
        decoder.decode(packet)
    made_up = np.concatenate([decoder.conceal(480) for _ in range(40)]).astype(float)
    assert np.abs(made_up[:480]).mean() > 100
    assert np.abs(made_up[-960:]).mean() < 30


def test_fec_flag_is_the_one_libopus_reads() -> None:
    library = libopus.load()
    assert library is not None
    flags = []
    for channels, bitrate in ((1, 24_000), (1, 48_000), (2, 64_000), (1, 96_000)):
        for packet in encode_all(
            OpusEncoder(channels, bitrate=bitrate, packet_loss_percent=15), speech(1, channels)
        ):
            flag = library.opus_packet_has_lbrr(packet, len(packet))
            assert bool(fec_samples(packet)) == bool(flag)
            flags.append(flag)
    assert 0 < sum(flags) < len(flags)


@given(st.binary(min_size=1, max_size=60))
@settings(max_examples=300, deadline=None)
def test_structure_is_read_as_libopus_reads_it(payload: bytes) -> None:
    library = libopus.load()
    assert library is not None
    samples = library.opus_packet_get_nb_samples(payload, len(payload), RATE)
    assert packet_samples(payload) == (samples if samples > 0 else None)


@given(st.lists(st.binary(max_size=80), max_size=8))
@settings(max_examples=200, deadline=None)
def test_hostile_payloads_are_refused_or_noise(payloads: list[bytes]) -> None:
    decoder = OpusDecoder(2)
    for payload in payloads:
        for decode in (decoder.decode, lambda data: decoder.decode_fec(data, FRAME)):
            try:
                assert decode(payload).shape[1] == 2
            except MediaError:
                continue
    decoder.close()


@pytest.mark.parametrize("payload", [b"", b"\xfb", bytes(70_000), b"\x03" * 2001, b"\xff" * 1500])
def test_hostile_payloads(backend: str, payload: bytes) -> None:
    decoder = OpusDecoder(1)
    with pytest.raises(MediaError, match="not an Opus packet"):
        decoder.decode(payload)
    with pytest.raises(MediaError, match="not an Opus packet"):
        decoder.decode_fec(payload, FRAME)
    packets = encode_all(OpusEncoder(1), speech(0.1))
    assert decoder.decode(packets[0]).shape == (FRAME, 1)


def test_every_truncation_is_refused_or_decoded(backend: str) -> None:
    packet = encode_all(OpusEncoder(1), speech(0.2))[8]
    decoder = OpusDecoder(1)
    for length in range(1, len(packet)):
        assert decoder.decode(packet[:length]).shape == (FRAME, 1)
    with pytest.raises(MediaError):
        decoder.decode(packet[:0])


@pytest.mark.parametrize("size", [120, 240, 480, 1920, 2880])
def test_other_frame_sizes(size: int) -> None:
    encoder, decoder = OpusEncoder(1), OpusDecoder(1)
    packet = encoder.encode(np.zeros((size, 1), np.int16))
    assert parse_opus(packet).samples == size
    assert decoder.decode(packet).shape == (size, 1)


def test_mono_may_be_flat_and_samples_need_not_lie_together(backend: str) -> None:
    sound = speech(0.1, 2)
    one, two = OpusEncoder(1), OpusEncoder(1)
    for frame in frames(sound):
        assert one.encode(frame[:, 0]) == two.encode(np.ascontiguousarray(frame[:, :1]))


@pytest.mark.parametrize(
    "pcm",
    [
        np.zeros((FRAME, 1), np.float32),
        np.zeros((FRAME, 2), np.int16),
        np.zeros((961, 1), np.int16),
        np.zeros((0, 1), np.int16),
        np.zeros((FRAME, 1, 1), np.int16),
    ],
    ids=lambda pcm: f"{pcm.dtype}{pcm.shape}",
)
def test_frames_that_do_not_fit(backend: str, pcm: Samples) -> None:
    with pytest.raises(MediaError, match="PCM"):
        OpusEncoder(1).encode(pcm)


def test_arguments_that_do_not_fit() -> None:
    for wrong in (
        {"channels": 3},
        {"channels": 1, "complexity": 11},
        {"channels": 1, "application": "music"},
        {"channels": 1, "packet_loss_percent": 101},
    ):
        with pytest.raises(MediaError):
            OpusEncoder(**wrong)
    with pytest.raises(MediaError):
        OpusDecoder(0)
    with pytest.raises(MediaError):
        OpusEncoder(1).set_packet_loss(-1)
    for samples in (0, -120, 100, 5880):
        with pytest.raises(MediaError, match="samples"):
            OpusDecoder(1).conceal(samples)


def test_reset_forgets_the_past(backend: str) -> None:
    packets = encode_all(OpusEncoder(1), speech(0.4))
    decoder = OpusDecoder(1)
    first = [decoder.decode(packet) for packet in packets]
    decoder.reset()
    again = [decoder.decode(packet) for packet in packets]
    assert np.array_equal(np.concatenate(first), np.concatenate(again))


def test_after_close_there_is_an_error_and_no_crash(backend: str) -> None:
    encoder, decoder = OpusEncoder(1), OpusDecoder(1)
    for _ in range(2):
        encoder.close()
        decoder.close()
    with pytest.raises(MediaError, match="closed"):
        encoder.encode(np.zeros((FRAME, 1), np.int16))
    with pytest.raises(MediaError, match="closed"):
        encoder.set_bitrate(20_000)
    for call in (
        lambda: decoder.decode(SILENCE_FRAME),
        lambda: decoder.conceal(480),
        lambda: decoder.decode_fec(SILENCE_FRAME, 480),
        decoder.reset,
    ):
        with pytest.raises(MediaError, match="closed"):
            call()


def test_what_was_decoded_stays_when_the_next_packet_comes(backend: str) -> None:
    packets = encode_all(OpusEncoder(1), speech(0.4))
    decoder = OpusDecoder(1)
    kept = decoder.decode(packets[5])
    copy = kept.copy()
    decoder.decode(packets[6])
    assert np.array_equal(kept, copy)


def test_without_any_libopus_only_20_ms_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libopus, "load", lambda: None)
    encoder = OpusEncoder(1)
    with pytest.raises(MediaError, match="960"):
        encoder.encode(np.zeros((480, 1), np.int16))
    # Before the first packet there is nothing to conceal from.
    assert not OpusDecoder(1).conceal(480).any()


def test_a_library_that_is_not_opus_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libopus, "_candidates", lambda: iter(["/nowhere/libopus.so", None]))
    assert libopus.load.__wrapped__() is None
