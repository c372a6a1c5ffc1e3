"""Publish a tone.

python sine_tone.py URL TOKEN [HZ [SECONDS]]
"""

import asyncio
import sys

import numpy as np
from livekit import rtc

RATE = 48000
FRAME = RATE // 100


async def main(url: str, token: str, hertz: str = "440", seconds: str = "10") -> None:
    room = rtc.Room()
    await room.connect(url, token)
    source = rtc.AudioSource(RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track("sine", source)
    options = rtc.TrackPublishOptions()
    options.source = rtc.TrackSource.SOURCE_MICROPHONE
    publication = await room.local_participant.publish_track(track, options)
    print("published", publication.sid, flush=True)
    time = np.arange(FRAME) / RATE
    for number in range(int(float(seconds) * 100)):
        frame = rtc.AudioFrame.create(RATE, 1, FRAME)
        samples = np.frombuffer(frame.data, dtype=np.int16)
        samples[:] = 8000 * np.sin(2 * np.pi * float(hertz) * (time + number * FRAME / RATE))
        await source.capture_frame(frame)
    await source.wait_for_playout()
    await room.disconnect()
    await source.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
