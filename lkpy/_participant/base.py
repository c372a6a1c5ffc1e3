"""What local and remote participants have in common."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import numbers
from lkpy.protocol import options_pb2 as options
from lkpy.protocol.connection_quality import ConnectionQuality
from lkpy.track_publication import TrackPublication


class Participant:
    """What local and remote participants have in common; the fields are the server's `ParticipantInfo`."""

    def __init__(self, info: models.ParticipantInfo) -> None:
        self._info = info
        self._track_publications: dict[str, TrackPublication] = {}
        self._disconnect_reason: options.DisconnectReason | None = None
        self._connection_quality = ConnectionQuality.QUALITY_UNKNOWN

    @property
    def sid(self) -> str:
        """The server's id of this participant's session, `PA_...`."""
        return self._info.sid

    @property
    def identity(self) -> str:
        """The application's name for the participant, unique in the room."""
        return self._info.identity

    @property
    def name(self) -> str:
        """The display name."""
        return self._info.name

    @property
    def metadata(self) -> str:
        """The application's text for the participant."""
        return self._info.metadata

    @property
    def attributes(self) -> dict[str, str]:
        """The application's key-value pairs for the participant (a copy)."""
        return dict(self._info.attributes)

    @property
    def kind(self) -> options.ParticipantKind:
        """Whether this is a person, an agent, a recorder, ..."""
        return numbers.PARTICIPANT_KINDS.get(self._info.kind, options.PARTICIPANT_KIND_STANDARD)

    @property
    def kind_details(self) -> list[options.ParticipantKindDetail]:
        """More about the kind: forwarded from another room, a connector to some service, ..."""
        return [numbers.KIND_DETAILS[n] for n in self._info.kind_details if n in numbers.KIND_DETAILS]

    @property
    def state(self) -> options.ParticipantState:
        """Joining, joined, active or disconnected."""
        return self._info.state  # type: ignore[return-value]

    @property
    def joined_at(self) -> datetime.datetime | None:
        """When the participant joined (aware, UTC); None when the server did not say."""
        milliseconds = self._info.joined_at_ms or self._info.joined_at * 1000
        if not milliseconds:
            return None
        return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)

    @property
    def permissions(self) -> models.ParticipantPermission:
        """What the participant may do."""
        return self._info.permission

    @property
    def connection_quality(self) -> ConnectionQuality:
        """The last quality that the server told, `QUALITY_UNKNOWN` before the first."""
        return self._connection_quality

    @property
    def disconnect_reason(self) -> options.DisconnectReason | None:
        """Why the participant left; None while it is there or when nobody said why."""
        return self._disconnect_reason

    @property
    def track_publications(self) -> Mapping[str, TrackPublication]:
        """The participant's publications by track sid (live)."""
        return self._track_publications
