"""What the local participant asks of its room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from lkpy._participant.rpc import RpcCommands
from lkpy.data_stream import StreamCommands
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import options_pb2 as options
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.track import LocalTrack
from lkpy.track_publication import LocalTrackPublication


class LocalCommands(StreamCommands, RpcCommands, Protocol):
    """What the local participant asks of its room."""

    async def update_own(
        self,
        *,
        name: str | None = None,
        metadata: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Change what is given."""

    def set_subscription_permission(self, permission: rtc.SubscriptionPermission) -> None:
        """Say who may subscribe to our tracks."""

    async def publish(self, track: LocalTrack, options: options.TrackPublishOptions) -> LocalTrackPublication:
        """Publish a track."""

    async def unpublish(self, publication: LocalTrackPublication) -> None:
        """Unpublish a track."""

    async def send_data(self, packet: models.DataPacket, *, reliable: bool) -> None:
        """Send a data packet."""
