"""Audio of a session: what is received and what is sent, each bound to its RTP stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from lkpy.media.audio.queue import SampleQueue
from lkpy.media.audio.receive import AudioReceivePipeline
from lkpy.media.audio.send import AudioEncodingOptions, AudioSendPipeline
from lkpy.media.audio.taps import Tap, TapCallback
from lkpy.protocol import models_pb2 as models
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender


class RemoteMedia:
    """The receiving side of one track. Audio is decoded while somebody listens; video is not decoded.

    Attributes:
        pipeline: of audio; None for video.
    """

    def __init__(self, receiver: RtpReceiver) -> None:
        self.receiver = receiver
        self.kind: Literal["audio", "video"] = "audio" if receiver.kind == "audio" else "video"
        self.pipeline: AudioReceivePipeline | None = None
        if self.kind == "audio":
            self.pipeline = AudioReceivePipeline()
            receiver.sink = self.pipeline.receive

    def add_tap(self, rate: int, channels: int, callback: TapCallback, on_end: Callable[[], None]) -> Tap:
        """Hear the track; see `AudioTrackMedia`."""
        assert self.pipeline is not None
        return self.pipeline.add_tap(rate, channels, callback, on_end)

    def close(self) -> None:
        """Everybody who listens comes to the end. Idempotent."""
        self.receiver.sink = None
        if self.pipeline is not None:
            self.pipeline.close()


class LocalAudio:
    """The sending side of one published track.

    Attributes:
        info: the server's description of the publication.
        sender, pipeline: what sends it.
    """

    def __init__(
        self,
        info: models.TrackInfo,
        queue: SampleQueue,
        sender: RtpSender,
        encoding: AudioEncodingOptions,
        *,
        on_muted: Callable[[bool], None],
        on_close: Callable[[], None],
    ) -> None:
        self.info = info
        self._on_muted, self._on_close = on_muted, on_close
        self.sender = sender
        self.pipeline = AudioSendPipeline(queue, sender, encoding)
        self.pipeline.muted = info.muted

    def set_muted(self, muted: bool) -> None:
        """Send silence, or the source again, and tell the room; nothing when it is so already."""
        if self.pipeline.muted == muted:
            return
        self.pipeline.muted = muted
        self._on_muted(muted)

    def close(self) -> None:
        """Send no more and free the section. Idempotent."""
        self.pipeline.close()
        self._on_close()
