"""Signal messages without their secrets, for whoever watches."""

from __future__ import annotations

import re
from typing import TypeVar

from google.protobuf.message import Message

SECRET_FIELDS = frozenset({"refresh_token", "token", "credential", "password", "turn_password"})
"""Names of fields that hold a token or a password, in whichever message."""
HIDDEN = "***"

_ICE_PASSWORD = re.compile(r"(a=ice-pwd:)[^\r\n]*")

M = TypeVar("M", bound=Message)


def without_secrets(message: M) -> M:
    """A copy whose tokens, TURN passwords and ICE passwords (RFC 8839 section 5.4) are asterisks."""
    copy = type(message)()
    copy.CopyFrom(message)
    _hide(copy)
    return copy


def _hide(message: Message) -> None:
    for field, value in message.ListFields():
        if field.message_type is not None:
            # Maps of this protocol hold numbers and strings.
            if not field.message_type.GetOptions().map_entry:
                for part in (value,) if isinstance(value, Message) else value:
                    _hide(part)
        elif field.name in SECRET_FIELDS:
            setattr(message, field.name, HIDDEN)
        elif field.name == "sdp":
            setattr(message, field.name, _ICE_PASSWORD.sub(rf"\g<1>{HIDDEN}", value))
