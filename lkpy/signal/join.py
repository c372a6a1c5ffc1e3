"""What a client says when it joins: the query of `/rtc`, and the join request of `/rtc/v1`."""

from __future__ import annotations

import base64
import gzip
import platform
from dataclasses import dataclass

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.version import __version__

PROTOCOL = 17
"""The signalling version announced. It obliges to: late room sids and replaced sids (12),
`LeaveRequest.action` (13), acknowledgements of requests (15), being moved to another room (16)."""


@dataclass(frozen=True, slots=True)
class SignalOptions:
    """What a client wants of a session, and what it says about itself.

    Attributes:
        auto_subscribe: the server subscribes us to every track.
        adaptive_stream: new video subscriptions begin at the lowest layer.
        single_peer_connection: try `/rtc/v1` first; False goes straight to `/rtc`.
        client_protocol: what other clients may send us: 0 nothing special, 1 RPC over data streams, 2 inline
            and compressed data streams.
        capabilities: values of `ClientInfo.Capability`.
    """

    auto_subscribe: bool = True
    adaptive_stream: bool = False
    single_peer_connection: bool = True
    client_protocol: int = 0
    capabilities: tuple[models.ClientInfo.Capability, ...] = ()


def client_info(options: SignalOptions) -> models.ClientInfo:
    """What this client says about itself."""
    return models.ClientInfo(
        sdk=models.ClientInfo.PYTHON,
        version=__version__,
        protocol=PROTOCOL,
        client_protocol=options.client_protocol,
        os=platform.system(),
        os_version=platform.release(),
        capabilities=options.capabilities,
    )


def dual_query(options: SignalOptions) -> dict[str, str]:
    """The query parameters of `/rtc`."""
    info = client_info(options)
    params = {
        "sdk": "python",
        "version": info.version,
        "protocol": str(info.protocol),
        "client_protocol": str(info.client_protocol),
        "os": info.os,
        "os_version": info.os_version,
        "auto_subscribe": _flag(options.auto_subscribe),
        "adaptive_stream": _flag(options.adaptive_stream),
    }
    if options.capabilities:
        known = models.ClientInfo.Capability.DESCRIPTOR.values_by_number
        names = [known[value].name for value in options.capabilities if value in known]
        params["capabilities"] = ",".join(names)
    return params


def _flag(value: bool) -> str:
    return "1" if value else "0"


def join_request(options: SignalOptions, publisher_offer: rtc.SessionDescription | None) -> rtc.JoinRequest:
    """The join request of `/rtc/v1`, with the first offer when there is one."""
    return rtc.JoinRequest(
        client_info=client_info(options),
        connection_settings=rtc.ConnectionSettings(
            auto_subscribe=options.auto_subscribe, adaptive_stream=options.adaptive_stream
        ),
        publisher_offer=publisher_offer,
    )


def single_query(options: SignalOptions, publisher_offer: rtc.SessionDescription | None) -> dict[str, str]:
    """The query parameters of `/rtc/v1`."""
    return {"join_request": wrap_join_request(join_request(options, publisher_offer))}


def wrap_join_request(request: rtc.JoinRequest) -> str:
    """Padded url-safe base64 of the wrapped request; compressed (RFC 1952) only when that is smaller."""
    plain = request.SerializeToString()
    # Without the time of day, equal requests are equal.
    packed = gzip.compress(plain, mtime=0)
    if len(packed) < len(plain):
        wrapped = rtc.WrappedJoinRequest(compression=rtc.WrappedJoinRequest.GZIP, join_request=packed)
    else:
        wrapped = rtc.WrappedJoinRequest(join_request=plain)
    return base64.urlsafe_b64encode(wrapped.SerializeToString()).decode()
