"""Twirp (version 7) requests and responses: protobuf or its JSON form over POST, errors as JSON. Pure.

A service is a table from method name to `Method`; `call` reads the request, runs it and writes the answer.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from lkpy.testing.sfu.http import Request, Response

PROTOBUF, JSON = "application/protobuf", "application/json"

STATUSES: Mapping[str, int] = {
    "canceled": 408,
    "unknown": 500,
    "invalid_argument": 400,
    "malformed": 400,
    "deadline_exceeded": 408,
    "not_found": 404,
    "bad_route": 404,
    "already_exists": 409,
    "permission_denied": 403,
    "unauthenticated": 401,
    "resource_exhausted": 429,
    "failed_precondition": 412,
    "aborted": 409,
    "out_of_range": 400,
    "unimplemented": 501,
    "internal": 500,
    "unavailable": 503,
}
"""HTTP status of each error code."""

MAX_DEPTH = 20


class TwirpError(Exception):
    """A call that is answered with an error.

    Attributes:
        code: one of `STATUSES`.
        message: what the caller reads.
        meta: more about it.
    """

    def __init__(self, code: str, message: str, **meta: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.meta = meta

    def response(self) -> Response:
        fields: dict[str, object] = {"code": self.code, "msg": self.message}
        if self.meta:
            fields["meta"] = self.meta
        body = json.dumps(fields).encode()
        return Response(STATUSES[self.code], body, JSON)


@dataclass(frozen=True, slots=True)
class Method:
    """One method of a service.

    Attributes:
        request: the message class it takes.
        run: from the message and the caller to the answer, now or later; may raise TwirpError.
    """

    request: type[Message]
    run: Callable[[Any, Any], Message | Awaitable[Message]]


@dataclass(frozen=True, slots=True)
class Service:
    """A service by its full name, such as `livekit.RoomService`."""

    name: str
    methods: Mapping[str, Method] = field(default_factory=dict)

    async def call(self, request: Request, caller: object) -> Response:
        """Answer a request to `/twirp/<service>/<method>`; errors become responses, too."""
        if not request.path.startswith(f"/twirp/{self.name}/"):
            return Response.text(404, "404 page not found\n")
        try:
            method, encoding = self._route(request)
            body = _decode(request.body, method.request, encoding)
            answer = method.run(body, caller)
            return _encode(await answer if inspect.isawaitable(answer) else answer, encoding)
        except TwirpError as error:
            return error.response()

    def _route(self, request: Request) -> tuple[Method, str]:
        method = self.methods.get(request.path.rpartition("/")[2])
        where = {"twirp_invalid_route": f"{request.method} {request.path}"}
        if request.method != "POST":
            words = f'unsupported method "{request.method}" (only POST is allowed)'
            raise TwirpError("bad_route", words, **where)
        if method is None:
            raise TwirpError("bad_route", f'no handler for path "{request.path}"', **where)
        encoding = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if encoding not in (PROTOBUF, JSON):
            raise TwirpError("bad_route", f'unexpected Content-Type: "{encoding}"', **where)
        return method, encoding


def _decode(body: bytes, kind: type[Message], encoding: str) -> Message:
    try:
        if encoding == PROTOBUF:
            return kind.FromString(body)
        return json_format.Parse(body, kind(), ignore_unknown_fields=True, max_recursion_depth=MAX_DEPTH)
    except (DecodeError, json_format.ParseError, UnicodeDecodeError, RecursionError) as error:
        wire = "json" if encoding == JSON else "protobuf"
        raise TwirpError("malformed", f"the {wire} request could not be decoded") from error


def _encode(message: Message, encoding: str) -> Response:
    if encoding == PROTOBUF:
        return Response(200, message.SerializeToString(), PROTOBUF)
    text = json_format.MessageToJson(
        message, indent=None, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return Response(200, text.encode(), JSON)
