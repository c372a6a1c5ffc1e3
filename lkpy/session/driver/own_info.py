"""Changes of our own name, metadata and attributes, and who may subscribe to our tracks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from lkpy.errors import InvalidStateError, RequestError
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session.driver.link import Link
from lkpy.session.requests import REQUEST_TIMEOUT, Answer, PendingRequests
from lkpy.session.roster import Roster


class OwnInfo:
    """What one session tells the server about ourselves.

    Args:
        roster: holds our current name, metadata and attributes.
        link: the way to the server.
    """

    def __init__(self, roster: Roster, link: Link) -> None:
        self._roster = roster
        self._link = link
        self._pending = PendingRequests()
        self._answers: dict[int, asyncio.Future[Answer]] = {}

    async def update(
        self,
        *,
        name: str | None = None,
        metadata: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Change what is given; the rest goes along as it is. Returns when the server has done it.

        Raises:
            RequestError: the server refused, or did not answer in 5 s.
            InvalidStateError: the room is not connected.
        """
        own = self._roster.local
        request_id = self._pending.begin()
        answer = self._answers[request_id] = asyncio.get_running_loop().create_future()
        update = rtc.UpdateParticipantMetadata(
            name=own.name if name is None else name,
            metadata=own.metadata if metadata is None else metadata,
            attributes=attributes or {},
            request_id=request_id,
        )
        try:
            self._link.send(rtc.SignalRequest(update_metadata=update))
            async with asyncio.timeout(REQUEST_TIMEOUT):
                done = await answer
        except TimeoutError:
            raise RequestError("the server did not answer the request", "TIMEOUT") from None
        finally:
            self._pending.forget(request_id)
            del self._answers[request_id]
        if not done.accepted:
            text = f"the server refused the request: {done.message or done.reason}"
            raise RequestError(text, done.reason)

    def set_permissions(self, permission: rtc.SubscriptionPermission) -> None:
        """Say who may subscribe to our tracks. Raises InvalidStateError when not connected."""
        self._link.send(rtc.SignalRequest(subscription_permission=permission))

    def on_request_response(self, response: rtc.RequestResponse) -> None:
        """The server answered something, perhaps a request of ours."""
        answer = self._pending.answer(response)
        if answer is not None and not self._answers[answer.request_id].done():
            self._answers[answer.request_id].set_result(answer)

    def close(self) -> None:
        """The session is over: who waits gets an error."""
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(InvalidStateError("the room was disconnected"))
