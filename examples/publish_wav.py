"""Play a WAV file (16 bit) into a room, then leave.

python publish_wav.py URL TOKEN FILE
"""

import asyncio
import sys
import wave

from livekit import rtc


async def main(url: str, token: str, path: str) -> None:
    room = rtc.Room()
    await room.connect(url, token)
    with wave.open(path, "rb") as file:
        if file.getsampwidth() != 2:
            raise SystemExit("only 16-bit files")
        rate, channels = file.getframerate(), file.getnchannels()
        source = rtc.AudioSource(rate, channels)
        track = rtc.LocalAudioTrack.create_audio_track("file", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        publication = await room.local_participant.publish_track(track, options)
        print("published", publication.sid, flush=True)
        await publication.wait_for_subscription()
        samples = rate // 50
        while data := file.readframes(samples):
            count = len(data) // (2 * channels)
            await source.capture_frame(rtc.AudioFrame(data, rate, channels, count))
    await source.wait_for_playout()
    print("played", flush=True)
    await room.local_participant.unpublish_track(publication.sid)
    await room.disconnect()
    await source.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
