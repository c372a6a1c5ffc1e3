"""What the local participant can do with data streams."""

from __future__ import annotations

import mimetypes
import os

from lkpy.data.stream_packets import BYTES_MIME, TEXT_MIME, StreamDescription
from lkpy.data_stream import (
    ByteStreamInfo,
    ByteStreamWriter,
    StreamCommands,
    TextStreamInfo,
    TextStreamWriter,
)
from lkpy.errors import StreamError


class StreamSending:
    """Sends data streams for the local participant, which documents what each method does."""

    def __init__(self, commands: StreamCommands) -> None:
        self._commands = commands

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
        """Send a text of any length; returns when all of it was handed to the data channel."""
        stream = await self._commands.streams.send_text(
            text,
            topic,
            destinations=destination_identities or (),
            attributes=attributes,
            reply_to=reply_to_id or "",
        )
        about = stream.description
        return TextStreamInfo(
            stream.address.stream_id,
            TEXT_MIME,
            topic,
            about.timestamp,
            about.total_length,
            dict(attributes or {}),
            [],
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
        """Begin a text that is written piece by piece; close the writer at the end."""
        writer = TextStreamWriter(
            self,
            topic=topic,
            attributes=attributes,
            stream_id=stream_id,
            total_size=total_size,
            reply_to_id=reply_to_id,
            destination_identities=destination_identities,
            sender_identity=sender_identity,
        )
        await writer._open()
        return writer

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
        """Begin a byte stream that is written piece by piece; close the writer at the end."""
        writer = ByteStreamWriter(
            self,
            name=name,
            topic=topic,
            attributes=attributes,
            stream_id=stream_id,
            total_size=total_size,
            mime_type=mime_type,
            destination_identities=destination_identities,
        )
        await writer._open()
        return writer

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
        """Send a file; returns when all of it was handed to the data channel."""
        from lkpy.session.driver.streams import new_address

        name = os.path.basename(file_path)
        mime_type = mimetypes.guess_type(name)[0] or BYTES_MIME
        address = new_address(destination_identities, stream_id)
        try:
            with open(file_path, "rb") as file:  # noqa: ASYNC230 - opening is quick, reading has its thread
                size = os.fstat(file.fileno()).st_size
                description = StreamDescription(
                    topic, mime_type, self._commands.streams.now_ms(), size, dict(attributes or {}), name
                )
                await self._commands.streams.send_file(file, address, description)
        except StreamError:
            raise
        except OSError as error:
            raise StreamError(f"I/O error: {error.strerror} (os error {error.errno})") from error
        return ByteStreamInfo(
            address.stream_id, mime_type, topic, description.timestamp, size, dict(attributes or {}), name
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
        """Send bytes as one stream; returns when all of them were handed to the data channel."""
        from lkpy.session.driver.streams import new_address

        address = new_address(destination_identities, stream_id)
        description = StreamDescription(
            topic,
            mime_type or BYTES_MIME,
            self._commands.streams.now_ms(),
            len(data),
            dict(attributes or {}),
            "unknown" if name is None else name,
        )
        await self._commands.streams.send_bytes(data, address, description)
        return ByteStreamInfo(
            address.stream_id,
            description.mime_type,
            topic,
            description.timestamp,
            len(data),
            dict(attributes or {}),
            description.name or "",
        )
