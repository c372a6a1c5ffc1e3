"""Statistics messages, in the place of `livekit.rtc.stats`: what `get_stats` and `get_rtc_stats` return.

Each `RtcStats` holds one of its kinds; `WhichOneof("stats")` tells which (W3C webrtc-stats names).
"""

from __future__ import annotations

from lkpy.protocol import stats_pb2 as _stats
from lkpy.protocol.stats_pb2 import *  # noqa: F403 - the messages and enum values, whichever there are

__all__ = [name for name in dir(_stats) if name[0].isupper() and name != "DESCRIPTOR"]
