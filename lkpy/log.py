"""Loggers: one root, `lkpy`, with a child per room (`lkpy.signal`, `lkpy.session`, ...).

Nothing is printed unless the application configures logging. No record carries a secret: code that handles
tokens redacts them before they reach a message, and the loggers given to other libraries pass through
`RedactingFilter`.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from urllib.parse import quote

ROOT = "lkpy"

REDACTED = "<secret>"

SHORTEST = 4
"""Characters that a secret has at least."""
SHORTEST_PART = 12
"""Characters from which on a part of a secret is secret too."""

_SECRETS = re.compile(
    r"""
    eyJ[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,2}              # a JSON web token, or its beginning (RFC 7519)
    | (?<=[Bb]earer\ )\S+                                   # RFC 6750 section 2.1
    | (?<=access_token=)[^&\s"']+
    | (?<=://)[^/\s:@]+:[^/\s@]*(?=@)                        # user:password@ in a URL
    """,
    re.VERBOSE,
)

logging.getLogger(ROOT).addHandler(logging.NullHandler())


def get_logger(room: str) -> logging.Logger:
    """The logger of a room of the house: `get_logger("signal")` is `lkpy.signal`."""
    return logging.getLogger(f"{ROOT}.{room}")


def redact(text: str, *secrets: str) -> str:
    """Replace secrets in a text: the given ones, and whatever looks like a token.

    Args:
        text: for example what a server answered; LiveKit servers quote the token they refuse.
        secrets: strings that must not stay, nor their parts between dots; shorter than 4 characters is no
            secret.
    """
    forms = {form for secret in secrets if len(secret) >= SHORTEST for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, REDACTED)
    return _SECRETS.sub(REDACTED, text)


def _forms(secret: str) -> Iterator[str]:
    """A secret and its parts, as they are and as servers escape them."""
    for part in (secret, *(part for part in secret.split(".") if len(part) >= SHORTEST_PART)):
        yield part
        yield json.dumps(part)[1:-1]
        yield quote(part, safe="")


class RedactingFilter(logging.Filter):
    """For loggers that other libraries write to: no debug records, and what is left is redacted.

    websockets writes the headers of the handshake, `Authorization` among them, at debug level.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to keep the record; its message is redacted in place."""
        if record.levelno < logging.INFO:
            return False
        record.msg = redact(record.getMessage())
        record.args = None
        return True
