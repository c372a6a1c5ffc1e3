"""Our tracks of a session: announced, sent, muted, taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from lkpy.errors import PublishTrackError
from lkpy.media.audio.queue import SampleQueue
from lkpy.media.audio.send import AudioEncodingOptions
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.driver.media import LocalAudio
from lkpy.session.driver.peers import Peers
from lkpy.session.publishing import PUBLISH_TIMEOUT, AudioPublication, PendingPublications
from lkpy.transport.rtp.sender import RtpSender


class Publisher:
    """The tracks that one session publishes.

    Args:
        peers: the session's peer connections.
        emit: takes the events.
    """

    def __init__(self, peers: Peers, emit: Callable[[ev.SessionEvent], None]) -> None:
        self._peers = peers
        self._emit = emit
        self._pending = PendingPublications()
        self._answers: dict[str, asyncio.Future[models.TrackInfo]] = {}
        self._sending: dict[str, LocalAudio] = {}
        self._closed = False

    @property
    def sending(self) -> Mapping[str, LocalAudio]:
        """The published tracks by sid."""
        return self._sending

    async def publish_audio(
        self, publication: AudioPublication, source: SampleQueue, *, bitrate: int
    ) -> LocalAudio:
        """Announce a track, add a section for it and send; returns when the server accepted it.

        Args:
            publication: what the server is told.
            source: where the audio comes from.
            bitrate: bit/s of the encoder.

        Raises:
            PublishTrackError: refused, the session ended, or no answer in 10 s.
        """
        cid = publication.cid
        answer = self._answers[cid] = asyncio.get_running_loop().create_future()
        self._pending.add(cid)
        self._peers.send(add_track=publication.request())
        sender = self._peers.publisher.add_sender("audio", cid=cid)
        self._peers.request_negotiation()
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT):
                info = await answer
        except TimeoutError:
            self._remove_sender(sender)
            raise PublishTrackError(
                "track publication timed out, no response received from the server"
            ) from None
        except BaseException:
            self._remove_sender(sender)
            raise
        finally:
            self._pending.discard(cid)
            self._answers.pop(cid, None)
        encoding = AudioEncodingOptions(bitrate=bitrate, stereo=publication.stereo, dtx=publication.dtx)
        audio = self._sending[info.sid] = LocalAudio(
            info,
            source,
            sender,
            encoding,
            on_muted=lambda muted: self._tell_muted(info.sid, muted),
            on_close=lambda: self._stop(info.sid, sender),
        )
        return audio

    def close(self) -> None:
        """The session is over: nothing is sent any more, who waits for an answer gets an error."""
        self._closed = True
        for audio in list(self._sending.values()):
            audio.close()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(PublishTrackError("the room was disconnected while publishing"))

    # Messages of the server ---

    def on_track_published(self, response: rtc.TrackPublishedResponse) -> None:
        """The server accepted a track."""
        published = self._pending.published(response)
        if published is not None and not self._answers[published.cid].done():
            self._answers[published.cid].set_result(published.track)

    def on_request_response(self, response: rtc.RequestResponse) -> None:
        """The server refused something, perhaps a track."""
        refused = self._pending.refused(response)
        if refused is not None and not self._answers[refused.cid].done():
            self._answers[refused.cid].set_exception(
                PublishTrackError(f"the server refused the track: {refused.message}")
            )

    def on_mute(self, request: rtc.MuteTrackRequest) -> None:
        """The server mutes one of our tracks; it expects the confirmation that our own muting sends too."""
        audio = self._sending.get(request.sid)
        if audio is not None:
            audio.set_muted(request.muted)

    def on_track_unpublished(self, response: rtc.TrackUnpublishedResponse) -> None:
        """The server took one of our tracks out of the room."""
        audio = self._sending.get(response.track_sid)
        if audio is not None:
            audio.close()
            self._emit(ev.LocalTrackUnpublished(response.track_sid))

    def on_track_subscribed(self, response: rtc.TrackSubscribed) -> None:
        """Somebody receives one of our tracks."""
        self._emit(ev.LocalTrackSubscribed(response.track_sid))

    # ---

    def _tell_muted(self, track_sid: str, muted: bool) -> None:
        self._peers.send(mute=rtc.MuteTrackRequest(sid=track_sid, muted=muted))
        self._emit(ev.LocalTrackMuted(track_sid, muted))

    def _stop(self, track_sid: str, sender: RtpSender) -> None:
        self._sending.pop(track_sid, None)
        self._remove_sender(sender)

    def _remove_sender(self, sender: RtpSender) -> None:
        """Free the section of a track and offer without it."""
        if not self._closed:
            self._peers.publisher.remove_sender(sender)
            self._peers.request_negotiation()
