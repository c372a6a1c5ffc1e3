"""SCTP for data channels: RFC 9260 over DTLS (RFC 8261), RFC 3758, RFC 6525, RFC 8831, RFC 8832. No I/O.

from lkpy.transport.sctp import SctpEndpoint, DataChannel, DataChannelError
"""

from lkpy.errors import DataChannelError
from lkpy.transport.sctp.channel import ChannelState
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sctp.counters import SctpCounters
from lkpy.transport.sctp.endpoint import SctpEndpoint
from lkpy.transport.sctp.states import SctpState

__all__ = [
    "ChannelState",
    "DataChannel",
    "DataChannelError",
    "SctpCounters",
    "SctpEndpoint",
    "SctpState",
]
