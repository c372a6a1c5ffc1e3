"""Our tracks of a session: announced, sent, muted, taken back. The one owner of what is published.

The tracks outlive the connection: they are kept by `cid`, and bound to the peer connection that the link has
at the moment.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

from lkpy._runtime.runtime import Runtime
from lkpy.errors import InvalidStateError, PublishTrackError
from lkpy.media.audio.queue import SampleQueue
from lkpy.media.audio.send import AudioEncodingOptions, AudioSendPipeline
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.driver.link import Link
from lkpy.session.publishing import PUBLISH_TIMEOUT, AudioTrackRequest, Publication, Publications
from lkpy.transport.rtp.sender import RtpSender


class PublishedAudio:
    """One of our audio tracks, from the request that announces it to its end.

    Attributes:
        publication: the server's side of it, and whether it is muted.
        sender: its RTP stream.
        pipeline: what encodes it; None until the server has accepted it.
    """

    def __init__(
        self,
        publisher: Publisher,
        publication: Publication,
        sender: RtpSender,
        source: SampleQueue,
        encoding: AudioEncodingOptions,
    ) -> None:
        self.publication = publication
        self.sender = sender
        self.pipeline: AudioSendPipeline | None = None
        self.accepted: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._publisher = publisher
        self._source = source
        self._encoding = encoding

    @property
    def sid(self) -> str:
        """The server's id, empty until it has accepted the track."""
        return self.publication.sid

    @property
    def muted(self) -> bool:
        """Whether silence is sent."""
        return self.publication.muted

    @property
    def ended(self) -> bool:
        """Taken back, by us or by the server."""
        return self.publication.ended

    def set_muted(self, muted: bool) -> None:
        """Send silence, or the source again, and tell the room; nothing when it is so already."""
        self._publisher.set_muted(self, muted)

    def begin(self) -> None:
        """The server has accepted the track: send."""
        runtime = self._publisher.runtime
        self.pipeline = AudioSendPipeline(
            self._source, self.sender, self._encoding, muted=self.muted, runtime=runtime
        )

    def close(self) -> None:
        """Send no more. Idempotent."""
        if self.pipeline is not None:
            self.pipeline.close()


class Publisher:
    """The tracks that one session publishes.

    Args:
        link: the way to the server.
        emit: takes the events.
    """

    def __init__(self, link: Link, emit: Callable[[ev.SessionEvent], None], runtime: Runtime) -> None:
        self._link = link
        self._emit = emit
        self.runtime = runtime
        self._publications = Publications()
        self._tracks: dict[str, PublishedAudio] = {}
        self._closed = False

    def __iter__(self) -> Iterator[PublishedAudio]:
        """The tracks that the server has accepted."""
        return iter([track for track in self._tracks.values() if track.sid])

    def find(self, track_sid: str) -> PublishedAudio | None:
        """The accepted track with this sid, or None."""
        publication = self._publications.find(track_sid)
        return None if publication is None else self._tracks[publication.cid]

    def announce_audio(
        self, request: AudioTrackRequest, source: SampleQueue, *, bitrate: int, track: object
    ) -> PublishedAudio:
        """Ask the server to take a track, and add a section for it; `accepted` has its answer.

        Args:
            request: what the server is told.
            source: where the audio comes from.
            bitrate: bit/s of the encoder.
            track: whom the room's event shall name.

        Raises:
            PublishTrackError: there is no connection.
        """
        cid = request.cid
        try:
            self._link.send(rtc.SignalRequest(add_track=request.message()))
        except InvalidStateError as error:
            raise PublishTrackError(f"cannot publish: {error.message}") from error
        peers = self._link.attempt.peers
        encoding = AudioEncodingOptions(bitrate=bitrate, stereo=request.stereo, dtx=request.dtx)
        publication = self._publications.begin(cid, muted=request.muted, track=track)
        sender = peers.publisher.add_sender("audio", cid=cid)
        published = self._tracks[cid] = PublishedAudio(self, publication, sender, source, encoding)
        peers.request_negotiation()
        return published

    async def accepted(self, published: PublishedAudio) -> None:
        """Wait until the server has accepted the track; whatever prevents it takes the track back.

        Raises:
            PublishTrackError: refused, the session ended, or no answer in 10 s.
        """
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT):
                await published.accepted
        except TimeoutError:
            self.unpublish(published)
            raise PublishTrackError(
                "track publication timed out, no response received from the server"
            ) from None
        except BaseException:
            self.unpublish(published)
            raise

    def unpublish(self, published: PublishedAudio) -> None:
        """Take a track back, accepted or not. Nothing when it was before."""
        publication = self._publications.end(published.publication.cid)
        if publication is None:
            return
        del self._tracks[publication.cid]
        published.close()
        if not published.accepted.done():
            published.accepted.cancel()
        if self._link.connected and not self._closed:
            peers = self._link.attempt.peers
            peers.publisher.remove_sender(published.sender)
            peers.request_negotiation()
        if publication.sid:
            self._emit(ev.LocalTrackUnpublished(publication.sid))

    def set_muted(self, published: PublishedAudio, muted: bool) -> None:
        """See `PublishedAudio.set_muted`. A track that is not accepted yet is muted when it is."""
        publication = published.publication
        if publication.muted == muted:
            return
        publication.muted = muted
        if publication.sid and not publication.ended:
            self._tell_muted(published)

    def unpublish_all(self) -> None:
        """The session is over: nothing is sent any more, who waits for an answer gets an error."""
        self._closed = True
        for published in list(self._tracks.values()):
            if not published.accepted.done():
                self._refuse(published, "the room was disconnected while publishing")
            self.unpublish(published)

    # Messages of the server ---
    def on_track_published(self, response: rtc.TrackPublishedResponse) -> None:
        """The server accepted a track."""
        publication = self._publications.accepted(response)
        if publication is None:
            return
        published = self._tracks[publication.cid]
        published.begin()
        info = models.TrackInfo()
        info.CopyFrom(response.track)
        self._emit(ev.LocalTrackPublished(info, publication.track, published))
        if publication.muted != info.muted:  # muted or unmuted while the request was under way
            self._tell_muted(published)
        if not published.accepted.done():
            published.accepted.set_result(None)

    def on_request_response(self, response: rtc.RequestResponse) -> None:
        """The server refused something, perhaps a track."""
        refused = self._publications.refused(response)
        if refused is not None:
            publication, words = refused
            self._refuse(self._tracks[publication.cid], f"the server refused the track: {words}")

    def on_mute(self, request: rtc.MuteTrackRequest) -> None:
        """The server mutes one of our tracks; it expects the confirmation that our own muting sends too."""
        published = self.find(request.sid)
        if published is not None:
            self.set_muted(published, request.muted)

    def on_track_unpublished(self, response: rtc.TrackUnpublishedResponse) -> None:
        """The server took one of our tracks out of the room."""
        published = self.find(response.track_sid)
        if published is not None:
            self.unpublish(published)

    def on_track_subscribed(self, response: rtc.TrackSubscribed) -> None:
        """Somebody receives one of our tracks."""
        self._emit(ev.LocalTrackSubscribed(response.track_sid))

    # ---
    def _refuse(self, published: PublishedAudio, text: str) -> None:
        if not published.accepted.done():
            published.accepted.set_exception(PublishTrackError(text))

    def _tell_muted(self, published: PublishedAudio) -> None:
        if published.pipeline is not None:
            published.pipeline.muted = published.muted
        mute = rtc.MuteTrackRequest(sid=published.sid, muted=published.muted)
        self._link.try_send(rtc.SignalRequest(mute=mute))
        self._emit(ev.LocalTrackMuted(published.sid, published.muted))
