"""How to connect, and what comes in: the small value classes around `Room`."""

from __future__ import annotations

import ssl as ssl_module
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lkpy.protocol import options_pb2 as options
from lkpy.protocol import stats_pb2 as stats

if TYPE_CHECKING:
    from lkpy._runtime.network import Network
    from lkpy._runtime.trace import Trace
    from lkpy.participant import RemoteParticipant


@dataclass
class RtcConfiguration:
    """How the media connection is made.

    Attributes:
        ice_transport_type: `IceTransportType.TRANSPORT_ALL`, or `TRANSPORT_RELAY` for TURN servers only.
        continual_gathering_policy: kept for compatibility; candidates are gathered once.
        ice_servers: replace the list that the server gives, when not empty.
    """

    ice_transport_type: options.IceTransportType = options.TRANSPORT_ALL
    continual_gathering_policy: options.ContinualGatheringPolicy = options.GATHER_CONTINUALLY
    ice_servers: list[options.IceServer] = field(default_factory=list)


@dataclass
class RoomOptions:
    """How to connect.

    Attributes:
        auto_subscribe: receive every track without asking.
        dynacast: kept for compatibility; it is about video.
        rtc_config: ICE servers and policy; None takes what the server says.
        connect_timeout: seconds for the whole of `connect`; None means 15 s.
        single_peer_connection: None or True asks for one peer connection and falls back to two on servers
            that do not know it; False asks for two.
        proxy: URL of an HTTP or SOCKS proxy for the websocket; True takes the environment's, None uses none.
        ssl: TLS settings for `wss://`; None verifies with the system's authorities.
        network: opens every connection of the room; None means the system's sockets. `lkpy.testing` has one
            that a test makes up.
        trace: hears what crosses a border of lkpy (messages, descriptions, packets, frames, decisions,
            events); None costs nothing.
    """

    auto_subscribe: bool = True
    dynacast: bool = False
    rtc_config: RtcConfiguration | None = None
    connect_timeout: float | None = None
    single_peer_connection: bool | None = None
    proxy: str | bool | None = True
    ssl: ssl_module.SSLContext | None = field(default=None, repr=False)
    network: Network | None = field(default=None, repr=False)
    trace: Trace | None = field(default=None, repr=False)


@dataclass
class DataPacket:
    """A message that came in, the argument of `data_received`.

    Attributes:
        data: the bytes.
        kind: `DataPacketKind.KIND_RELIABLE` or `KIND_LOSSY`, from the channel it came on.
        participant: the sender; None when the server itself sent it or the sender is not known (yet).
        topic: the sender's topic, or `""`.
    """

    data: bytes
    kind: options.DataPacketKind
    participant: RemoteParticipant | None
    topic: str | None = None


@dataclass
class SipDTMF:
    """A key pressed on a telephone, the argument of `sip_dtmf_received`.

    Attributes:
        code: number of the key (RFC 4733 section 3.2).
        digit: what is written on it.
        participant: who pressed it.
    """

    code: int
    digit: str
    participant: RemoteParticipant | None = None


@dataclass
class RtcStats:
    """The counters of a room's peer connections, as `Room.get_rtc_stats` gives them.

    Attributes:
        publisher_stats: of the connection that we send on.
        subscriber_stats: of the one that we receive on; empty when it is the same.
    """

    publisher_stats: list[stats.RtcStats]
    subscriber_stats: list[stats.RtcStats]
