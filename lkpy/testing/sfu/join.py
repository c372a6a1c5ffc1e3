"""Who wants to join and how: token, `/rtc` query, `/rtc/v1` join request. Pure.

`admit` turns an HTTP request into a `JoinParameters` or raises `Refusal` with the status and the words that
livekit-server would answer.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.http import Request
from lkpy.testing.tokens import Grants, TokenError, verify_token

MAX_NAME = 256
"""Characters of an identity, a room name, a participant's name."""

MAX_JOIN_REQUEST = 1 << 20
"""Bytes of a join request, packed and unpacked."""

DUAL_PATH, SINGLE_PATH = "/rtc", "/rtc/v1"
VALIDATE_SUFFIX = "/validate"


class Refusal(Exception):
    """A request that is answered with an HTTP status instead of a session."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


@dataclass(slots=True)
class JoinParameters:
    """Everything a client says when it opens the signalling connection."""

    grants: Grants
    client: models.ClientInfo
    single: bool
    """One peer connection (`/rtc/v1`) instead of two."""
    auto_subscribe: bool = True
    adaptive_stream: bool = False
    reconnect: bool = False
    publisher_offer: rtc.SessionDescription | None = None
    add_tracks: list[rtc.AddTrackRequest] = field(default_factory=list)
    sync_state: rtc.SyncState | None = None

    @property
    def protocol(self) -> int:
        return self.client.protocol

    @property
    def subscriber_primary(self) -> bool:
        """Whether the server offers its peer connection at once and calls the client active by it."""
        return self.protocol >= 3 and self.grants.may_subscribe and not self.single


def bearer_grants(request: Request, keys: Mapping[str, str], now: float) -> Grants:
    """Check the token of a request: the `Authorization` header, else the `access_token` parameter.

    Args:
        keys: API key to secret.
        now: Unix seconds.

    Raises:
        Refusal: 401 with livekit-server's words.
    """
    header = request.headers.get("authorization", "")
    if header and not header.startswith("Bearer "):
        raise Refusal(401, "invalid authorization header. Must start with Bearer ")
    token = header.removeprefix("Bearer ") or request.query.get("access_token", "")
    if not token:
        raise Refusal(401, "permissions denied")
    try:
        return verify_token(token, keys, now=now)
    except TokenError as error:
        raise Refusal(error.status, str(error)) from error


def admit(request: Request, keys: Mapping[str, str], now: float) -> JoinParameters:
    """Decide about a request to `/rtc` or `/rtc/v1` (or their `validate`), in livekit-server's order.

    Raises:
        Refusal: with the status and text to answer.
    """
    grants = bearer_grants(request, keys, now)
    if not grants.room_join:
        raise Refusal(401, "permissions denied")
    if not grants.identity:
        raise Refusal(400, "identity cannot be empty")
    if len(grants.identity) > MAX_NAME:
        raise Refusal(400, f"identity exceeds length limit of {MAX_NAME}")
    if not grants.room:
        raise Refusal(400, "no room name")
    if len(grants.room) > MAX_NAME:
        raise Refusal(400, f"room name exceeds length limit of {MAX_NAME}")
    query = request.query
    # Some SDKs send the join request on the old path; it decides, not the path.
    if request.path.startswith(SINGLE_PATH) or "join_request" in query:
        parameters = _from_join_request(grants, query)
    else:
        parameters = _from_query(grants, query)
    if "publish" in query and not parameters.reconnect:
        if not grants.may_publish:
            raise Refusal(401, "permissions denied")
        grants.identity += "#" + query["publish"]
        grants.can_subscribe = False
    return parameters


def _from_query(grants: Grants, query: Mapping[str, str]) -> JoinParameters:
    client = models.ClientInfo(
        version=query.get("version", ""),
        protocol=_integer(query.get("protocol")),
        os=query.get("os", ""),
        os_version=query.get("os_version", ""),
        device_model=query.get("device_model", ""),
        browser=query.get("browser", ""),
        browser_version=query.get("browser_version", ""),
        network=query.get("network", ""),
        client_protocol=_integer(query.get("client_protocol")),
    )
    sdk = {"IOS": "SWIFT", "REACTNATIVE": "REACT_NATIVE", "UNITYWEB": "UNITY_WEB"}
    name = query.get("sdk", "").upper()
    if (name := sdk.get(name, name)) in models.ClientInfo.SDK.keys():  # noqa: SIM118
        client.sdk = models.ClientInfo.SDK.Value(name)
    known = models.ClientInfo.Capability.keys()
    for capability in query.get("capabilities", "").split(","):
        if capability in known:
            client.capabilities.append(models.ClientInfo.Capability.Value(capability))
    attributes = query.get("attributes", "")
    if attributes:
        _override(grants, "", _json_map(attributes))
    return JoinParameters(
        grants,
        client,
        single=False,
        auto_subscribe=_boolean(query.get("auto_subscribe"), default=True),
        adaptive_stream=_boolean(query.get("adaptive_stream"), default=False),
        reconnect=_boolean(query.get("reconnect"), default=False),
    )


def _from_join_request(grants: Grants, query: Mapping[str, str]) -> JoinParameters:
    packed = query.get("join_request")
    if packed is None:
        raise Refusal(400, "join_request is required")
    request = _unpack(packed)
    if request.metadata or request.participant_attributes:
        _override(grants, request.metadata, dict(request.participant_attributes))
    settings = request.connection_settings
    return JoinParameters(
        grants,
        request.client_info,
        single=True,
        auto_subscribe=settings.auto_subscribe,
        adaptive_stream=settings.adaptive_stream,
        reconnect=request.reconnect,
        publisher_offer=request.publisher_offer if request.publisher_offer.sdp else None,
        add_tracks=list(request.add_track_requests),
        sync_state=request.sync_state if request.HasField("sync_state") else None,
    )


def _unpack(packed: str) -> rtc.JoinRequest:
    """Undo base64, the wrapper and gzip (bounded, whatever the stream claims)."""
    if len(packed) > MAX_JOIN_REQUEST * 4 // 3 + 4:
        raise Refusal(400, "join request too large")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        wrapped = rtc.WrappedJoinRequest.FromString(raw)
        data = wrapped.join_request
        if wrapped.compression == rtc.WrappedJoinRequest.GZIP:
            inflater = zlib.decompressobj(16 + zlib.MAX_WBITS)
            data = inflater.decompress(data, MAX_JOIN_REQUEST + 1)
            if len(data) > MAX_JOIN_REQUEST:
                raise Refusal(400, "join request too large")
            if not inflater.eof:
                raise Refusal(400, "invalid join request")
        return rtc.JoinRequest.FromString(data)
    except (binascii.Error, ValueError, zlib.error, DecodeError) as error:
        raise Refusal(400, "invalid join request") from error


def _override(grants: Grants, metadata: str, attributes: Mapping[str, str]) -> None:
    if not grants.can_update_own_metadata:
        raise Refusal(401, "permissions denied")
    grants.metadata = metadata or grants.metadata
    grants.attributes = {**grants.attributes, **attributes}


def _json_map(packed: str) -> dict[str, str]:
    try:
        value = json.loads(base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_"))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise Refusal(400, "invalid attributes") from error
    if not isinstance(value, dict):
        raise Refusal(400, "invalid attributes")
    return {str(key): str(entry) for key, entry in value.items()}


def _integer(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _boolean(text: str | None, *, default: bool) -> bool:
    return default if text is None or text == "" else text.lower() in ("1", "t", "true")
