"""The way to the server at this moment: the one place that may be without a connection."""

from __future__ import annotations

from lkpy.errors import InvalidStateError
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.driver.attempt import Attempt


class Link:
    """What the parts of a session send on. They outlive the attempt behind it, which may be replaced."""

    def __init__(self) -> None:
        self._attempt: Attempt | None = None

    def connect(self, attempt: Attempt) -> None:
        """Send on this attempt from now on."""
        self._attempt = attempt

    def disconnect(self) -> None:
        """There is no way to the server any more."""
        self._attempt = None

    @property
    def attempt(self) -> Attempt:
        """The attempt there is.

        Raises:
            InvalidStateError: there is none.
        """
        if self._attempt is None:
            raise InvalidStateError("the room is not connected")
        return self._attempt

    @property
    def connected(self) -> bool:
        """Whether there is a way to the server."""
        return self._attempt is not None

    def send(self, request: rtc.SignalRequest) -> None:
        """Send a signal request.

        Raises:
            InvalidStateError: there is no signal connection, or it is congested.
        """
        if not self.attempt.send(request):
            raise InvalidStateError("the request was not sent: the signal connection is closed or congested")

    def try_send(self, request: rtc.SignalRequest) -> bool:
        """The same for what nobody waits for: False when it was not sent."""
        return self._attempt is not None and self._attempt.send(request)
