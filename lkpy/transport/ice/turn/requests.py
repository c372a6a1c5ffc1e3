"""Requests to a TURN server: repetition (RFC 8489 section 6.2) and long-term credentials (section 9.2)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from lkpy.transport.ice.parameters import Entropy
from lkpy.transport.ice.stun_codec import TRANSACTION_ID_LENGTH, Class, Message, Method

RTO = 0.5
"""s until a request is repeated the first time; doubles each time."""

MAX_SENT = 7
"""Times that a request is sent."""

LAST_WAIT = 16
"""Times the RTO that the answer to the last one is awaited."""

GIVE_UP_AFTER = 39.5
"""s after which a request on a stream is given up (section 6.2.2); the others add up to the same."""

MAX_CHALLENGES = 3
"""Times that a server may ask for other credentials before a request is taken as refused."""

UNAUTHORIZED, STALE_NONCE = 401, 438


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for; the attributes of the credentials come in addition."""

    method: Method
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """How a request ended.

    Attributes:
        attributes: of the success response; empty otherwise.
        error: the code of the error response; 0 after success, None when nothing came.
        reason: the error as a text.
    """

    request: Request
    attributes: dict[str, Any] = field(default_factory=dict)
    error: int | None = 0
    reason: str = ""


@dataclass(slots=True)
class _Pending:
    request: Request
    data: bytes
    key: bytes | None
    challenge: tuple[str, bytes]
    due_at: float
    sent: int = 1
    challenges: int = 0


class TurnRequests:
    """All requests without an answer.

    Args:
        stream: the connection is reliable, nothing is repeated.

    Attributes:
        dropped: responses that were not signed, or answer nothing.
    """

    def __init__(self, username: str, credential: str, entropy: Entropy, *, stream: bool) -> None:
        self.dropped = 0
        self._username = username
        self._credential = credential
        self._entropy = entropy
        self._stream = stream
        self._key: bytes | None = None
        self._challenge: tuple[str, bytes] = ("", b"")
        """The realm and nonce that the server wants to see."""
        self._pending: dict[bytes, _Pending] = {}
        self._transmits: list[bytes] = []

    def take_transmits(self) -> list[bytes]:
        """Messages to send, in order; they are handed out once."""
        taken, self._transmits = self._transmits, []
        return taken

    def start(self, request: Request, now: float) -> None:
        """Send a request; exactly one `Answer` follows, out of `receive` or `run`."""
        self._send(request, 0, now)

    def cancel(self) -> None:
        """Forget all requests; no answer follows."""
        self._pending.clear()

    def receive(self, message: Message, now: float) -> Answer | None:
        """A message of the server. None: it answers nothing, or the request was sent again."""
        pending = self._pending.get(message.transaction_id)
        error = message.error_code
        failed = message.message_class is Class.ERROR and error is not None
        if (
            pending is None
            or message.method is not pending.request.method
            or not (failed or message.message_class is Class.RESPONSE)
        ):
            self.dropped += 1
            return None
        challenged = failed and error in (UNAUTHORIZED, STALE_NONCE)
        # RFC 8489 section 9.2.5: what is not signed did not come, except for a challenge.
        if pending.key is not None and not challenged and not message.check_message_integrity(pending.key):
            self.dropped += 1
            return None
        del self._pending[message.transaction_id]
        if challenged and self._take_challenge(message, pending):
            self._send(pending.request, pending.challenges + 1, now)
            return None
        if failed:
            code, reason = message.attributes["ERROR-CODE"]
            return Answer(pending.request, error=code, reason=f"{code} {reason}")
        return Answer(pending.request, message.attributes)

    def run(self, now: float) -> list[Answer]:
        """Repeat what is due. Returns the requests that were given up."""
        lost: list[Answer] = []
        for transaction_id, pending in list(self._pending.items()):
            if now < pending.due_at:
                continue
            if self._stream or pending.sent >= MAX_SENT:
                del self._pending[transaction_id]
                lost.append(Answer(pending.request, error=None, reason="no answer"))
                continue
            self._transmits.append(pending.data)
            wait = 2**pending.sent if pending.sent + 1 < MAX_SENT else LAST_WAIT
            pending.sent += 1
            pending.due_at = now + RTO * wait
        return lost

    def deadline(self) -> float | None:
        """When `run` has something to do."""
        return min((pending.due_at for pending in self._pending.values()), default=None)

    def _send(self, request: Request, challenges: int, now: float) -> None:
        transaction_id = self._entropy(TRANSACTION_ID_LENGTH)
        message = Message(request.method, Class.REQUEST, transaction_id, dict(request.attributes))
        if self._key is not None:
            realm, nonce = self._challenge
            message.attributes |= {"USERNAME": self._username, "NONCE": nonce, "REALM": realm}
        data = message.encode(self._key)
        due_at = now + (GIVE_UP_AFTER if self._stream else RTO)
        self._pending[transaction_id] = _Pending(
            request, data, self._key, self._challenge, due_at, challenges=challenges
        )
        self._transmits.append(data)

    def _take_challenge(self, message: Message, pending: _Pending) -> bool:
        """Whether to ask again with the realm and nonce of the error (RFC 8489 sections 9.2.5)."""
        realm = message.attributes.get("REALM", self._challenge[0])
        nonce = message.attributes.get("NONCE")
        if nonce is None or not realm or pending.challenges >= MAX_CHALLENGES:
            return False
        challenge = (realm, nonce)
        if challenge == pending.challenge:
            # It has seen these, so it is the user name or the password that it does not accept.
            return False
        self._challenge = challenge
        secret = ":".join((self._username, realm, self._credential)).encode()
        self._key = hashlib.md5(secret, usedforsecurity=False).digest()
        return True
