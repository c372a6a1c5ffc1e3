"""HTTP/1.1 as far as a signalling server needs it (RFC 9112): read one request, write one response.

Pure: `RequestReader` is fed bytes and yields a request, `Response.serialize` gives bytes. A request is read
without a websocket library so that POST bodies (the server API) and upgrades can share one port.
"""

from __future__ import annotations

import http
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from lkpy.errors import ProtocolError

MAX_HEAD = 2 << 20
"""Bytes of request line and headers; a join request in the query may itself be 1 MiB."""

MAX_BODY = 10 << 20
"""Bytes of a request body, livekit-server's limit."""


@dataclass(slots=True)
class Request:
    """One request. Header names are lower case; a repeated header is joined with commas (RFC 9110 5.3)."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path with runs of slashes collapsed."""
        path = self.target.partition("?")[0].partition("#")[0]
        while "//" in path:
            path = path.replace("//", "/")
        return path.rstrip("/") or "/"

    @property
    def query(self) -> dict[str, str]:
        """First value of each query parameter."""
        query = self.target.partition("?")[2].partition("#")[0]
        try:
            return {k: v[0] for k, v in parse_qs(query, keep_blank_values=True, max_num_fields=100).items()}
        except ValueError:  # too many fields
            return {}

    @property
    def is_websocket(self) -> bool:
        return "websocket" in self.headers.get("upgrade", "").lower()


@dataclass(slots=True)
class Response:
    """One response; the connection is closed after it."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def text(cls, status: int, text: str) -> Response:
        return cls(status, text.encode())

    def serialize(self, *, head_only: bool = False) -> bytes:
        try:
            phrase = http.HTTPStatus(self.status).phrase
        except ValueError:
            phrase = ""
        lines = [
            f"HTTP/1.1 {self.status} {phrase}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(self.body)}",
            # A browser may only read the status of `validate` with this header.
            "Access-Control-Allow-Origin: *",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return (
            "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + (b"" if head_only else self.body)
        )


class RequestReader:
    """Collects the bytes of one request."""

    def __init__(self, *, max_head: int = MAX_HEAD, max_body: int = MAX_BODY) -> None:
        self._buffer = bytearray()
        self._request: Request | None = None
        self._needed = 0
        self._searched = 0
        self._max_head, self._max_body = max_head, max_body

    def feed(self, data: bytes) -> Request | None:
        """Take bytes; return the request once it is complete.

        Bytes behind a request without body stay in `rest` (the first websocket frames).

        Raises:
            ProtocolError: not HTTP/1.x, or larger than the limits.
        """
        self._buffer += data
        if self._request is None:
            end = self._buffer.find(b"\r\n\r\n", max(self._searched - 3, 0))
            if end < 0:
                self._searched = len(self._buffer)
                if len(self._buffer) > self._max_head:
                    raise ProtocolError("request head too large")
                return None
            if end > self._max_head:
                raise ProtocolError("request head too large")
            self._request = parse_head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
            self._needed = self._content_length(self._request)
        if len(self._buffer) < self._needed:
            return None
        self._request.body = bytes(self._buffer[: self._needed])
        del self._buffer[: self._needed]
        return self._request

    @property
    def rest(self) -> bytes:
        return bytes(self._buffer)

    def _content_length(self, request: Request) -> int:
        if "transfer-encoding" in request.headers:
            raise ProtocolError("chunked request bodies are not supported")
        value = request.headers.get("content-length", "0")
        if not (value.isascii() and value.isdigit()) or len(value) > 12:
            raise ProtocolError("bad content length")
        if int(value) > self._max_body:
            raise ProtocolError("request body too large")
        return int(value)


def parse_head(head: bytes) -> Request:
    """Parse a request line and its header lines, without the empty line that ends them.

    Raises:
        ProtocolError: it is not an HTTP/1.x request.
    """
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[0].isalpha():
        raise ProtocolError("not an HTTP/1.1 request")
    headers: dict[str, str] = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ProtocolError("bad header line")
        name, value = name.lower(), value.strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(words[0].upper(), words[1], headers)
