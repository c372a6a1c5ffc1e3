"""Ourselves: what the local participant can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar, cast, overload

from lkpy._participant.base import Participant
from lkpy._participant.commands import LocalCommands
from lkpy._participant.messages import dtmf_packet, subscription_permission, transcription_packet
from lkpy._participant.rpc import Calling
from lkpy._participant.streams import StreamSending
from lkpy.data.packets import user_packet
from lkpy.data.rpc_interceptors import RpcInterceptor
from lkpy.data.rpc_invocation import RpcHandler
from lkpy.data.stream_packets import BYTES_MIME
from lkpy.data_stream import (
    ByteStreamInfo,
    ByteStreamWriter,
    TextStreamInfo,
    TextStreamWriter,
)
from lkpy.errors import UnpublishTrackError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.track import LocalTrack
from lkpy.track_publication import LocalTrackPublication
from lkpy.transcription import Transcription

_Handler = TypeVar("_Handler", bound=RpcHandler)


class LocalParticipant(Participant):
    """Ourselves."""

    def __init__(self, info: models.ParticipantInfo, commands: LocalCommands) -> None:
        super().__init__(info)
        self._commands = commands
        self._streams = StreamSending(commands)
        self._rpc = Calling(commands)

    @property
    def track_publications(self) -> Mapping[str, LocalTrackPublication]:
        """Our publications by track sid (live)."""
        return cast("Mapping[str, LocalTrackPublication]", self._track_publications)

    async def publish_track(
        self,
        track: LocalTrack,
        options: options.TrackPublishOptions = options.TrackPublishOptions(),  # noqa: B008
    ) -> LocalTrackPublication:
        """Publish a track; returns when the server has accepted it.

        Of the options, audio uses `source`, `dtx` (on unless set), `stream` and `audio_encoding.max_bitrate`
        (bit/s).

        Raises:
            PublishTrackError: refused by the server (at once, with its reason), not connected, or no answer
                within 10 s.
        """
        return await self._commands.publish(track, options)

    async def unpublish_track(self, track_sid: str) -> None:
        """Stop sending a track and take it out of the room.

        Raises:
            UnpublishTrackError: no track with that sid is published.
        """
        publication = self.track_publications.get(track_sid)
        if publication is None:
            raise UnpublishTrackError(f"no local track is published with the sid {track_sid!r}")
        await self._commands.unpublish(publication)

    async def publish_data(
        self,
        payload: bytes | str,
        *,
        reliable: bool = True,
        destination_identities: list[str] = [],  # noqa: B006 - the official signature
        topic: str = "",
    ) -> None:
        """Send a message to the others in the room.

        Args:
            payload: bytes, or text that is sent as UTF-8. With its envelope at most 64 000 bytes.
            reliable: ordered and repeated until it arrives, or sent once and perhaps lost.
            destination_identities: who gets it; everybody else in the room when empty.
            topic: a name that receivers can filter by.

        Raises:
            PublishDataError: too large, or the room is not connected.
        """
        packet = user_packet(
            payload, reliable=reliable, topic=topic, destination_identities=destination_identities
        )
        await self._commands.send_data(packet, reliable=reliable)

    async def publish_dtmf(self, *, code: int, digit: str) -> None:
        """Press a key of a telephone.

        Args:
            code: number of the key (RFC 4733 section 3.2).
            digit: what is written on it.

        Raises:
            PublishDataError: the room is not connected.
        """
        await self._commands.send_data(dtmf_packet(code, digit), reliable=True)

    async def publish_transcription(self, transcription: Transcription) -> None:
        """Send what somebody said; the server forwards it only from agents.

        Raises:
            PublishDataError: the room is not connected.
        """
        await self._commands.send_data(transcription_packet(transcription), reliable=True)

    async def set_metadata(self, metadata: str) -> None:
        """Change our metadata; returns when the server has told everybody.

        Raises:
            RequestError: refused, or no answer in 5 s. (The official SDK swallows this.)
            InvalidStateError: the room is not connected.
        """
        await self._commands.update_own(metadata=metadata)

    async def set_name(self, name: str) -> None:
        """Change our display name; as `set_metadata`."""
        await self._commands.update_own(name=name)

    async def set_attributes(self, attributes: dict[str, str]) -> None:
        """Merge into our attributes; an empty value deletes its key. As `set_metadata`."""
        await self._commands.update_own(attributes=attributes)

    def set_track_subscription_permissions(
        self,
        *,
        allow_all_participants: bool,
        participant_permissions: list[options.ParticipantTrackPermission] | None = None,
    ) -> None:
        """Say who may subscribe to our tracks; replaces what was said before.

        Args:
            allow_all_participants: everybody may, to everything.
            participant_permissions: else these may, to the tracks named.

        Raises:
            InvalidStateError: the room is not connected.
        """
        self._commands.set_subscription_permission(
            subscription_permission(allow_all_participants, participant_permissions or ())
        )

    # Data streams ---
    # All raise StreamError when the room is not connected, and when topic, attributes and the rest of the
    # header take more than 15 000 bytes.
    async def send_text(
        self,
        text: str,
        *,
        destination_identities: list[str] | None = None,
        topic: str = "",
        attributes: dict[str, str] | None = None,
        reply_to_id: str | None = None,
        compress: bool = True,
    ) -> TextStreamInfo:
        """Send a text of any length; returns when all of it was handed to the data channel.

        Args:
            text: the text.
            destination_identities: who gets it; everybody else in the room when None or empty.
            topic: receivers register their handlers for it.
            attributes: key-value pairs that come with it.
            reply_to_id: id of the stream that this one answers.
            compress: accepted for compatibility; nothing is compressed.
        """
        return await self._streams.send_text(
            text,
            destination_identities=destination_identities,
            topic=topic,
            attributes=attributes,
            reply_to_id=reply_to_id,
            compress=compress,
        )

    async def stream_text(
        self,
        *,
        destination_identities: list[str] | None = None,
        topic: str = "",
        attributes: dict[str, str] | None = None,
        stream_id: str | None = None,
        reply_to_id: str | None = None,
        total_size: int | None = None,
        sender_identity: str | None = None,
    ) -> TextStreamWriter:
        """Begin a text that is written piece by piece; close the writer at the end.

        Args:
            destination_identities: who gets it; everybody else in the room when None or empty.
            topic: receivers register their handlers for it.
            attributes: key-value pairs that come with it.
            stream_id: unique; made when not given.
            reply_to_id: id of the stream that this one answers.
            total_size: bytes, for `writer.info` only.
            sender_identity: appear as another participant; servers let agents do that.
        """
        return await self._streams.stream_text(
            destination_identities=destination_identities,
            topic=topic,
            attributes=attributes,
            stream_id=stream_id,
            reply_to_id=reply_to_id,
            total_size=total_size,
            sender_identity=sender_identity,
        )

    async def stream_bytes(
        self,
        name: str,
        *,
        total_size: int | None = None,
        mime_type: str = BYTES_MIME,
        attributes: dict[str, str] | None = None,
        stream_id: str | None = None,
        destination_identities: list[str] | None = None,
        topic: str = "",
    ) -> ByteStreamWriter:
        """Begin a byte stream that is written piece by piece; close the writer at the end.

        Args:
            name: of the file.
            total_size: bytes; receivers hold the content to it.
            mime_type: of the content.
            attributes: key-value pairs that come with it.
            stream_id: unique; made when not given.
            destination_identities: who gets it; everybody else in the room when None or empty.
            topic: receivers register their handlers for it.
        """
        return await self._streams.stream_bytes(
            name,
            total_size=total_size,
            mime_type=mime_type,
            attributes=attributes,
            stream_id=stream_id,
            destination_identities=destination_identities,
            topic=topic,
        )

    async def send_file(
        self,
        file_path: str,
        *,
        topic: str = "",
        destination_identities: list[str] | None = None,
        attributes: dict[str, str] | None = None,
        stream_id: str | None = None,
        compress: bool = True,
    ) -> ByteStreamInfo:
        """Send a file; returns when all of it was handed to the data channel.

        Name and type of the stream are those of the file's name. The file is read while it is sent, in a
        thread of its own.

        Args:
            file_path: which file.
            topic: receivers register their handlers for it.
            destination_identities: who gets it; everybody else in the room when None or empty.
            attributes: key-value pairs that come with it.
            stream_id: unique; made when not given.
            compress: accepted for compatibility; nothing is compressed.

        Raises:
            StreamError: also when the file cannot be read.
        """
        return await self._streams.send_file(
            file_path,
            topic=topic,
            destination_identities=destination_identities,
            attributes=attributes,
            stream_id=stream_id,
            compress=compress,
        )

    async def send_bytes(
        self,
        data: bytes,
        *,
        topic: str = "",
        name: str | None = None,
        mime_type: str | None = None,
        destination_identities: list[str] | None = None,
        attributes: dict[str, str] | None = None,
        stream_id: str | None = None,
        compress: bool = True,
    ) -> ByteStreamInfo:
        """Send bytes as one stream; returns when all of them were handed to the data channel.

        Args:
            data: the content.
            topic: receivers register their handlers for it.
            name: of the file; `unknown` when not given.
            mime_type: of the content; `application/octet-stream` when not given.
            destination_identities: who gets it; everybody else in the room when None or empty.
            attributes: key-value pairs that come with it.
            stream_id: unique; made when not given.
            compress: accepted for compatibility; nothing is compressed.
        """
        return await self._streams.send_bytes(
            data,
            topic=topic,
            name=name,
            mime_type=mime_type,
            destination_identities=destination_identities,
            attributes=attributes,
            stream_id=stream_id,
            compress=compress,
        )

    # Remote procedure calls ---
    async def perform_rpc(
        self,
        *,
        destination_identity: str,
        method: str,
        payload: str,
        response_timeout: float | None = None,
        max_round_trip_latency: float | None = None,
    ) -> str:
        """Call a method of another participant.

        Args:
            destination_identity: who is called.
            method: what the other end registered with `register_rpc_method`.
            payload: at most 15 360 bytes as UTF-8; of any length when the other end takes version 2.
            response_timeout: seconds to wait for the answer after the other end has acknowledged the call;
                15 when not given.
            max_round_trip_latency: seconds to wait for that acknowledgement; 7 when not given.

        Returns:
            what the handler at the other end returned.

        Raises:
            RpcError: what the handler raised, or with a code of `RpcError.ErrorCode` why there is no answer.
        """
        return await self._rpc.perform_rpc(
            destination_identity=destination_identity,
            method=method,
            payload=payload,
            response_timeout=response_timeout,
            max_round_trip_latency=max_round_trip_latency,
        )

    def add_rpc_interceptor(self, interceptor: RpcInterceptor) -> None:
        """Have calls of both directions go through an interceptor, inside those that were added before.

        It keeps its place when the room connects again. Calls that are under way are not concerned.
        """
        self._rpc.add_rpc_interceptor(interceptor)

    def remove_rpc_interceptor(self, interceptor: RpcInterceptor) -> None:
        """Have calls no longer go through an interceptor; one that was never added is ignored."""
        self._rpc.remove_rpc_interceptor(interceptor)

    @overload
    def register_rpc_method(self, method_name: str, handler: _Handler) -> _Handler: ...

    @overload
    def register_rpc_method(
        self, method_name: str, handler: None = None
    ) -> Callable[[_Handler], _Handler]: ...

    def register_rpc_method(
        self, method_name: str, handler: _Handler | None = None
    ) -> _Handler | Callable[[_Handler], _Handler]:
        """Answer calls of a method; an earlier handler of the method is replaced.

        The handler gets an `RpcInvocationData`, and returns the answer's payload or raises an `RpcError`,
        which the caller gets. It may be a coroutine function; then it is cancelled when the caller's time is
        over (the caller gets RESPONSE_TIMEOUT) and when the room disconnects. A plain function runs on the
        event loop and should be short. It keeps its place when the room connects again.

        Without a handler, returns a decorator.
        """
        return self._rpc.register_rpc_method(method_name, handler)

    def unregister_rpc_method(self, method: str) -> None:
        """Answer no more calls of a method; those that run are finished. Unknown methods are ignored."""
        self._rpc.unregister_rpc_method(method)

    def __repr__(self) -> str:
        return f"rtc.LocalParticipant(sid={self.sid}, identity={self.identity}, name={self.name})"
