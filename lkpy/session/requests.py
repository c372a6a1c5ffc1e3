"""Requests that the server answers by their id: changes of our own name, metadata and attributes.

A server of protocol 15 or newer acknowledges them too, after it has told everybody of the change.
"""

from __future__ import annotations

from dataclasses import dataclass

from lkpy.protocol import rtc_pb2 as rtc
from lkpy.protocol.numbers import name_of

REQUEST_TIMEOUT = 5.0
"""Seconds until an unanswered request has failed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The server's answer to a request.

    Attributes:
        request_id: which request.
        reason: the name of the wire's reason, `OK` when it was done.
        message: the server's words.
    """

    request_id: int
    reason: str
    message: str

    @property
    def accepted(self) -> bool:
        """Whether the server did what was asked."""
        return self.reason == "OK"


class PendingRequests:
    """Numbers requests and recognises their answers."""

    def __init__(self) -> None:
        self._last = 0
        self._waiting: set[int] = set()

    def begin(self) -> int:
        """The id of a new request."""
        self._last += 1
        self._waiting.add(self._last)
        return self._last

    def forget(self, request_id: int) -> None:
        """Nobody waits for this answer any more."""
        self._waiting.discard(request_id)

    def answer(self, response: rtc.RequestResponse) -> Answer | None:
        """The answer to one of our requests, or None."""
        if response.request_id not in self._waiting:
            return None
        self._waiting.discard(response.request_id)
        reason = name_of(rtc.RequestResponse.Reason, response.reason)
        return Answer(response.request_id, reason, response.message)
