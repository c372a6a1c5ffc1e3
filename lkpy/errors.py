"""Every exception lkpy raises, in one tree.

    Exception
    ├── LkpyError                    anything lkpy itself has to say; `.message` is the text
    │   ├── InvalidStateError        the caller asked for something the object cannot do now
    │   │   └── DataChannelError     a message cannot be sent on its data channel
    │   ├── IllegalInputError        lkpy's own mistake: an input that a table has no row for; in tests only
    │   ├── ProtocolError            the peer broke a protocol; never leaves the loop that reads from the peer
    │   ├── ConnectError             `Room.connect` failed; `.reason`, `.status` say how
    │   ├── PublishTrackError        a track was refused or the answer did not come in time
    │   ├── UnpublishTrackError      the track is not published
    │   ├── PublishDataError         a data packet was not sent
    │   ├── RequestError             the server refused a change; `.reason` is its word for why
    │   └── MediaError               a frame, a rate or a channel count does not fit
    └── ConnectionError
        └── StreamError              a data stream ended before it was complete

Three more stand where they belong: `RpcError` (lkpy.rpc) carries what an RPC handler at the other end said,
`TokenError` and `PortInUseError` (lkpy.testing) are the test server's. They are LkpyErrors too.

Names that the official SDK exports (`ConnectError`, `PublishTrackError`, ...) keep their names and their
`message` attribute. What the caller did wrong and what the peer did wrong are different classes; exceptions
of other libraries are mapped to these at the border and chained.
"""

from __future__ import annotations

import enum


class LkpyError(Exception):
    """Base of lkpy's own exceptions. `str(error)` and `error.message` are the same text."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidStateError(LkpyError):
    """The call does not fit the state of the object; the message says which call would."""


class DataChannelError(InvalidStateError):
    """A message cannot be sent: the channel is closed, or the message is larger than the peer accepts."""


class IllegalInputError(LkpyError):
    """A state machine got an input that its table does not know in this state.

    A mistake of lkpy's own. Raised in tests only; elsewhere it is counted and changes nothing.
    """


class ProtocolError(LkpyError):
    """The other end sent something that its protocol forbids. Readers count it and go on."""


class MediaError(LkpyError):
    """A frame, a sample rate or a channel count does not fit the object it was given to."""


class ConnectErrorReason(enum.Enum):
    """Why `Room.connect` failed."""

    BAD_URL = "bad url"
    """The URL has no `ws`, `wss`, `http` or `https` scheme, or no host."""
    UNREACHABLE = "unreachable"
    """No connection: refused, reset, name not found, TLS failed."""
    NOT_ALLOWED = "not allowed"
    """The server refused the token (HTTP 401 or 403)."""
    NOT_FOUND = "not found"
    """No LiveKit server at that URL, or the room does not exist (HTTP 404)."""
    SERVER_ERROR = "server error"
    """The server answered with another status than success."""
    TIMEOUT = "timeout"
    """The time given to `connect` ran out; the message names the step that was waiting."""
    LEAVE = "leave"
    """The server answered the join with a leave request."""
    PROTOCOL = "protocol"
    """The server said something that is not LiveKit's protocol."""
    MEDIA = "media"
    """Signalling worked, the peer connection did not come up."""


class ConnectError(LkpyError):
    """`Room.connect` failed. Nothing of the attempt is left; the room may be connected again.

    Attributes:
        message: what happened, in the server's words where it gave any; never holds the token.
        reason: the kind of failure.
        status: the HTTP status of the refusal, or None.
    """

    def __init__(
        self,
        message: str,
        reason: ConnectErrorReason = ConnectErrorReason.PROTOCOL,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.status = status


class PublishTrackError(LkpyError):
    """A track could not be published."""


class UnpublishTrackError(LkpyError):
    """A track could not be unpublished."""


class PublishDataError(LkpyError):
    """A data packet could not be sent: too large, not connected, or the channel is closed."""


class RequestError(LkpyError):
    """The server refused what was asked, or did not answer.

    Attributes:
        reason: the protocol's name for it (`NOT_ALLOWED`, `LIMIT_EXCEEDED`, ...), or `TIMEOUT`.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class StreamError(ConnectionError):
    """A data stream failed. `description` (also `message`) says how."""

    def __init__(self, description: str) -> None:
        super().__init__(description)
        self.description = description
        self.message = description
