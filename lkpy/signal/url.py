"""URLs of a LiveKit server.

What users give is the server's address, `wss://host[:port][/prefix]`; `http` and `https` stand for `ws` and
`wss`. Paths are appended to the prefix.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from lkpy.errors import ConnectError, ConnectErrorReason

SINGLE_PATH = "/rtc/v1"
"""Signalling with one peer connection; everything is inside the parameter `join_request`."""
DUAL_PATH = "/rtc"
"""Signalling with two peer connections."""
VALIDATE = "/validate"
"""Appended to a signalling path: the same checks without a websocket, and the server's words as body."""

_WEBSOCKET_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}


def signal_url(url: str, path: str, params: Mapping[str, str]) -> str:
    """The websocket URL for `path` on the server at `url`.

    A query that `url` has is kept in front of `params`; a fragment is dropped.

    Raises:
        ConnectError: BAD_URL; no `ws`, `wss`, `http` or `https` scheme, no host, a port that is none, or a
            user name or password (the token identifies the user).
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise _bad(f"it cannot be read ({error})") from None
    scheme = _WEBSOCKET_SCHEMES.get(parts.scheme.lower())
    if scheme is None:
        given = f"its scheme is {parts.scheme!r}" if parts.scheme else "it has no scheme"
        raise _bad(f"{given}, it must begin with ws://, wss://, http:// or https://")
    if not host:
        raise _bad("it names no host")
    if parts.username is not None or parts.password is not None:
        raise _bad("it has a user name or password; the token says who joins")
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        raise _bad(f"{host!r} is not a host name") from None
    if any(character.isspace() or not character.isprintable() for character in ascii_host):
        raise _bad(f"{host!r} is not a host name")
    netloc = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    if port is not None:
        netloc = f"{netloc}:{port}"
    prefix = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    query = "&".join(filter(None, (parts.query, urlencode(params))))
    return urlunsplit((scheme, netloc, prefix + path, query, ""))


def _bad(problem: str) -> ConnectError:
    # The URL itself is not quoted: people put passwords and tokens into URLs.
    return ConnectError(f"bad URL: {problem}", ConnectErrorReason.BAD_URL)


def validate_url(url: str) -> str:
    """The validate URL that belongs to a signalling URL: same parameters, still a websocket scheme."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=parts.path + VALIDATE))


def origin(url: str) -> str:
    """Scheme, host and port of a URL: what may be shown."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
