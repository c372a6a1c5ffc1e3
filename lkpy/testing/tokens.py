"""LiveKit access tokens: JWT (RFC 7519) with HS256 (RFC 7518 section 3.2), on the standard library alone.

`Grants` is what a token says, `encode_token` writes one, `verify_token` reads one as livekit-server does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lkpy.errors import LkpyError

DEFAULT_TTL = 6 * 3600
"""Seconds a token lives when nothing else is said (what LiveKit's own SDKs use)."""

LEEWAY = 60
"""Seconds by which the clocks of issuer and server may differ."""


class TokenError(LkpyError):
    """A token was refused. `str(error)` is the text livekit-server answers; it never holds the token.

    Attributes:
        status: the HTTP status that goes with it.
    """

    def __init__(self, message: str, status: int = 401) -> None:
        super().__init__(message)
        self.status = status


@dataclass(slots=True)
class Grants:
    """What an access token allows.

    Field names follow livekit-api's `VideoGrants`; None means "not said", which LiveKit reads as allowed for
    `can_publish`, `can_subscribe` and `can_publish_data` (the latter follows `can_publish`).
    """

    identity: str = ""
    name: str = ""
    metadata: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    kind: str = ""
    kind_details: tuple[str, ...] = ()
    room: str = ""
    room_join: bool = False
    room_create: bool = False
    room_list: bool = False
    room_admin: bool = False
    can_publish: bool | None = None
    can_subscribe: bool | None = None
    can_publish_data: bool | None = None
    can_publish_sources: tuple[str, ...] = ()
    can_update_own_metadata: bool = False
    can_subscribe_metrics: bool = False
    hidden: bool = False
    recorder: bool = False
    agent: bool = False
    destination_room: str = ""
    """Where the server API may move or forward participants to."""
    expires_at: float = 0.0
    """Unix seconds."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Everything the token says, known here or not."""

    @property
    def may_publish(self) -> bool:
        return self.can_publish is not False

    @property
    def may_subscribe(self) -> bool:
        return self.can_subscribe is not False

    @property
    def may_publish_data(self) -> bool:
        return self.may_publish if self.can_publish_data is None else self.can_publish_data

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> Grants:
        """Read LiveKit's claims; a claim of the wrong type counts as not said."""
        video = claims.get("video")
        video = video if isinstance(video, dict) else {}
        attributes = claims.get("attributes")
        sources = video.get("canPublishSources")
        details = claims.get("kindDetails")
        grants = cls(
            identity=_text(claims.get("sub")) or _text(claims.get("jti")),
            name=_text(claims.get("name")),
            metadata=_text(claims.get("metadata")),
            kind=_text(claims.get("kind")),
            kind_details=tuple(_text(d) for d in details) if isinstance(details, list) else (),
            room=_text(video.get("room")),
            destination_room=_text(video.get("destinationRoom")),
            can_publish_sources=tuple(_text(s) for s in sources) if isinstance(sources, list) else (),
            expires_at=_number(claims.get("exp")) or 0.0,
            claims=dict(claims),
        )
        if isinstance(attributes, dict):
            grants.attributes = {str(key): _text(value) for key, value in attributes.items()}
        for python, wire in _FLAGS.items():
            setattr(grants, python, video.get(wire) is True)
        for python, wire in _OPTIONAL_FLAGS.items():
            setattr(grants, python, _flag(video.get(wire)))
        return grants

    def to_claims(self) -> dict[str, Any]:
        """The claims without `iss`, `nbf` and `exp`; what is not said is left out."""
        video: dict[str, Any] = {wire: True for python, wire in _FLAGS.items() if getattr(self, python)}
        for python, wire in _OPTIONAL_FLAGS.items():
            value = getattr(self, python)
            if value is not None:
                video[wire] = value
        if self.room:
            video["room"] = self.room
        if self.destination_room:
            video["destinationRoom"] = self.destination_room
        if self.can_publish_sources:
            video["canPublishSources"] = list(self.can_publish_sources)
        claims: dict[str, Any] = {"sub": self.identity, "video": video}
        for key in ("name", "metadata", "attributes", "kind"):
            if value := getattr(self, key):
                claims[key] = value
        if self.kind_details:
            claims["kindDetails"] = list(self.kind_details)
        return claims


_FLAGS = {
    "room_join": "roomJoin",
    "room_create": "roomCreate",
    "room_list": "roomList",
    "room_admin": "roomAdmin",
    "can_update_own_metadata": "canUpdateOwnMetadata",
    "can_subscribe_metrics": "canSubscribeMetrics",
    "hidden": "hidden",
    "recorder": "recorder",
    "agent": "agent",
}
_OPTIONAL_FLAGS = {
    "can_publish": "canPublish",
    "can_subscribe": "canSubscribe",
    "can_publish_data": "canPublishData",
}


def encode_token(
    claims: Mapping[str, Any], key: str, secret: str, *, ttl: float = DEFAULT_TTL, now: float | None = None
) -> str:
    """Sign `claims` as `key`.

    Args:
        ttl: seconds the token is valid; negative makes a token that has expired.
        now: Unix seconds, the real time by default.
    """
    issued = int(time.time() if now is None else now)
    body = {**claims, "iss": key, "nbf": min(issued, issued + int(ttl)), "exp": issued + int(ttl)}
    head = _encode_part({"alg": "HS256", "typ": "JWT"})
    signed = f"{head}.{_encode_part(body)}"
    return f"{signed}.{_base64url(_signature(signed.encode(), secret))}"


def make_token(
    api_key: str,
    api_secret: str,
    *,
    identity: str,
    room: str = "",
    name: str = "",
    metadata: str = "",
    attributes: Mapping[str, str] | None = None,
    ttl: float = DEFAULT_TTL,
    now: float | None = None,
    **grants: Any,
) -> str:
    """A token that lets `identity` join `room`.

    Args:
        ttl: seconds the token is valid.
        now: Unix seconds, the real time by default.
        grants: further fields of `Grants`, such as `can_publish=False` or `room_admin=True`.

    Raises:
        TypeError: a grant that `Grants` does not know.
    """
    fields = {"room_join": bool(room), **grants}
    said = Grants(
        identity=identity,
        room=room,
        name=name,
        metadata=metadata,
        attributes=dict(attributes or {}),
        **fields,
    )
    return encode_token(said.to_claims(), api_key, api_secret, ttl=ttl, now=now)


def verify_token(token: str, keys: Mapping[str, str], *, now: float | None = None) -> Grants:
    """Check `token` against `keys` (API key to secret) and read its grants.

    Raises:
        TokenError: not a JWT, not HS256, unknown key, wrong signature, expired, not yet valid.
    """
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenError("invalid authorization token")
    header, claims, signature = _decode_json(parts[0]), _decode_json(parts[1]), _decode_base64url(parts[2])
    if header is None or claims is None or signature is None or header.get("alg") != "HS256":
        raise TokenError("invalid authorization token")
    secret = keys.get(_text(claims.get("iss")))
    if secret is None:
        raise TokenError("invalid API key")
    if not hmac.compare_digest(signature, _signature(f"{parts[0]}.{parts[1]}".encode(), secret)):
        raise TokenError("invalid token: signature is invalid")
    current = time.time() if now is None else now
    expires, not_before = _number(claims.get("exp")), _number(claims.get("nbf"))
    if expires is None:
        raise TokenError("invalid token: token is missing required claim: exp claim is required")
    if current > expires + LEEWAY:
        raise TokenError("invalid token: token is expired")
    if not_before is not None and current < not_before - LEEWAY:
        raise TokenError("invalid token: token is not valid yet")
    return Grants.from_claims(claims)


def _signature(data: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), data, hashlib.sha256).digest()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _encode_part(value: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _decode_base64url(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None


def _decode_json(part: str) -> dict[str, Any] | None:
    raw = _decode_base64url(part)
    try:
        value = json.loads(raw) if raw is not None else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
