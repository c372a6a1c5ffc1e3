"""The error of a remote procedure call, and the codes that all LiveKit SDKs share."""

from __future__ import annotations

import enum
from typing import ClassVar

from lkpy.data.chunks import truncate_text
from lkpy.errors import LkpyError
from lkpy.protocol import models_pb2 as models

MAX_MESSAGE = 256
"""Bytes of an error's message on the wire."""
MAX_PAYLOAD = 15_360
"""Bytes of a payload, and of an error's data, in a packet of version 1."""


class RpcError(LkpyError):
    """A remote procedure call failed, or shall fail: handlers raise it to answer with an error.

    Attributes:
        code: one of `RpcError.ErrorCode`, or a number of the application.
        message: at most 256 bytes are sent.
        data: more about it, at most 15 360 bytes as UTF-8.
    """

    class ErrorCode(enum.IntEnum):
        """Why a call failed. 1001 to 1999 are reserved for these; applications use other numbers."""

        APPLICATION_ERROR = 1500
        """The handler raised something else than an `RpcError`."""
        CONNECTION_TIMEOUT = 1501
        """Nobody acknowledged the request in time: the recipient is not there, or too far away."""
        RESPONSE_TIMEOUT = 1502
        """The recipient acknowledged the request, but did not answer in time."""
        RECIPIENT_DISCONNECTED = 1503
        """The recipient, or the caller, left before the answer."""
        RESPONSE_PAYLOAD_TOO_LARGE = 1504
        """The handler's result does not fit into an answer."""
        SEND_FAILED = 1505
        """The request could not be sent."""
        UNSUPPORTED_METHOD = 1400
        """The recipient has no handler for the method."""
        RECIPIENT_NOT_FOUND = 1401
        """There is no such recipient."""
        REQUEST_PAYLOAD_TOO_LARGE = 1402
        """The payload does not fit into a request."""
        UNSUPPORTED_SERVER = 1403
        """The server is older than remote procedure calls."""
        UNSUPPORTED_VERSION = 1404
        """The recipient does not know this version of remote procedure calls."""

    ErrorMessage: ClassVar[dict[ErrorCode, str]] = {
        ErrorCode.APPLICATION_ERROR: "Application error in method handler",
        ErrorCode.CONNECTION_TIMEOUT: "Connection timeout",
        ErrorCode.RESPONSE_TIMEOUT: "Response timeout",
        ErrorCode.RECIPIENT_DISCONNECTED: "Recipient disconnected",
        ErrorCode.RESPONSE_PAYLOAD_TOO_LARGE: "Response payload too large",
        ErrorCode.SEND_FAILED: "Failed to send",
        ErrorCode.UNSUPPORTED_METHOD: "Method not supported at destination",
        ErrorCode.RECIPIENT_NOT_FOUND: "Recipient not found",
        ErrorCode.REQUEST_PAYLOAD_TOO_LARGE: "Request payload too large",
        ErrorCode.UNSUPPORTED_SERVER: "RPC not supported by server",
        ErrorCode.UNSUPPORTED_VERSION: "Unsupported RPC version",
    }
    """What each code says."""

    def __init__(self, code: int | ErrorCode, message: str, data: str | None = None) -> None:
        super().__init__(message)
        self._code, self._data = code, data

    @property
    def code(self) -> int:
        """The number of the error."""
        return self._code

    @property
    def data(self) -> str | None:
        """More about it; an empty text when it came from the other end and there is no more."""
        return self._data

    @classmethod
    def _built_in(cls, code: ErrorCode, data: str | None = None) -> RpcError:
        """The error of a code, with the text that belongs to it."""
        return cls(code, cls.ErrorMessage[code], data)


ErrorCode = RpcError.ErrorCode


def to_wire(error: RpcError) -> models.RpcError:
    """The error as it is sent, shortened to what fits."""
    return models.RpcError(
        code=int(error.code) & 0xFFFF_FFFF,
        message=truncate_text(str(error.message), MAX_MESSAGE),
        data=truncate_text(str(error.data), MAX_PAYLOAD) if error.data else "",
    )


def from_wire(error: models.RpcError) -> RpcError:
    """The error as it came."""
    return RpcError(error.code, error.message, error.data)
