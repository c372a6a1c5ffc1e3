"""Written by proto/generate.py from proto/lkpy/protocol/room.proto; do not edit."""

from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias

from google.protobuf import descriptor as _descriptor, message as _message
from google.protobuf.internal import containers as _containers
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
from lkpy.protocol import models_pb2 as _models_pb2

DESCRIPTOR: _descriptor.FileDescriptor

class CreateRoomRequest(_message.Message):
    """Grant roomCreate. An existing room is returned as it is. Timeouts in seconds, playout delays in ms."""
    DESCRIPTOR: _descriptor.Descriptor
    NAME_FIELD_NUMBER: _Literal[1]
    name: str
    ROOM_PRESET_FIELD_NUMBER: _Literal[12]
    room_preset: str
    EMPTY_TIMEOUT_FIELD_NUMBER: _Literal[2]
    empty_timeout: int
    DEPARTURE_TIMEOUT_FIELD_NUMBER: _Literal[10]
    departure_timeout: int
    MAX_PARTICIPANTS_FIELD_NUMBER: _Literal[3]
    max_participants: int
    NODE_ID_FIELD_NUMBER: _Literal[4]
    node_id: str
    METADATA_FIELD_NUMBER: _Literal[5]
    metadata: str
    TAGS_FIELD_NUMBER: _Literal[15]
    @property
    def tags(self) -> _containers.ScalarMap[str, str]: ...
    EGRESS_FIELD_NUMBER: _Literal[6]
    @property
    def egress(self) -> RoomEgress: ...
    MIN_PLAYOUT_DELAY_FIELD_NUMBER: _Literal[7]
    min_playout_delay: int
    MAX_PLAYOUT_DELAY_FIELD_NUMBER: _Literal[8]
    max_playout_delay: int
    SYNC_STREAMS_FIELD_NUMBER: _Literal[9]
    sync_streams: bool
    REPLAY_ENABLED_FIELD_NUMBER: _Literal[13]
    replay_enabled: bool
    def __init__(
        self,
        *,
        name: str | None = ...,
        room_preset: str | None = ...,
        empty_timeout: int | None = ...,
        departure_timeout: int | None = ...,
        max_participants: int | None = ...,
        node_id: str | None = ...,
        metadata: str | None = ...,
        tags: _Mapping[str, str] | None = ...,
        egress: RoomEgress | None = ...,
        min_playout_delay: int | None = ...,
        max_playout_delay: int | None = ...,
        sync_streams: bool | None = ...,
        replay_enabled: bool | None = ...,
    ) -> None: ...

class RoomConfiguration(_message.Message):
    """The same inside a token (`roomConfig`)."""
    DESCRIPTOR: _descriptor.Descriptor
    NAME_FIELD_NUMBER: _Literal[1]
    name: str
    EMPTY_TIMEOUT_FIELD_NUMBER: _Literal[2]
    empty_timeout: int
    DEPARTURE_TIMEOUT_FIELD_NUMBER: _Literal[3]
    departure_timeout: int
    MAX_PARTICIPANTS_FIELD_NUMBER: _Literal[4]
    max_participants: int
    METADATA_FIELD_NUMBER: _Literal[11]
    metadata: str
    EGRESS_FIELD_NUMBER: _Literal[5]
    @property
    def egress(self) -> RoomEgress: ...
    MIN_PLAYOUT_DELAY_FIELD_NUMBER: _Literal[7]
    min_playout_delay: int
    MAX_PLAYOUT_DELAY_FIELD_NUMBER: _Literal[8]
    max_playout_delay: int
    SYNC_STREAMS_FIELD_NUMBER: _Literal[9]
    sync_streams: bool
    TAGS_FIELD_NUMBER: _Literal[12]
    @property
    def tags(self) -> _containers.ScalarMap[str, str]: ...
    def __init__(
        self,
        *,
        name: str | None = ...,
        empty_timeout: int | None = ...,
        departure_timeout: int | None = ...,
        max_participants: int | None = ...,
        metadata: str | None = ...,
        egress: RoomEgress | None = ...,
        min_playout_delay: int | None = ...,
        max_playout_delay: int | None = ...,
        sync_streams: bool | None = ...,
        tags: _Mapping[str, str] | None = ...,
    ) -> None: ...

class RoomEgress(_message.Message):
    """What to record on its own; all its fields belong to the egress API."""
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class RoomAgent(_message.Message):
    """Agents to dispatch; belongs to the agent dispatch API."""
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class ListRoomsRequest(_message.Message):
    """Grant roomList. No names: all rooms."""
    DESCRIPTOR: _descriptor.Descriptor
    NAMES_FIELD_NUMBER: _Literal[1]
    @property
    def names(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    def __init__(
        self,
        *,
        names: _Iterable[str] | None = ...,
    ) -> None: ...

class ListRoomsResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOMS_FIELD_NUMBER: _Literal[1]
    @property
    def rooms(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.Room]: ...
    def __init__(
        self,
        *,
        rooms: _Iterable[_models_pb2.Room] | None = ...,
    ) -> None: ...

class DeleteRoomRequest(_message.Message):
    """Grant roomCreate. Everybody is sent away with ROOM_DELETED."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    def __init__(
        self,
        *,
        room: str | None = ...,
    ) -> None: ...

class DeleteRoomResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class UpdateRoomMetadataRequest(_message.Message):
    """Grant roomAdmin. Answered by the room."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    METADATA_FIELD_NUMBER: _Literal[2]
    metadata: str
    def __init__(
        self,
        *,
        room: str | None = ...,
        metadata: str | None = ...,
    ) -> None: ...

class ListParticipantsRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    def __init__(
        self,
        *,
        room: str | None = ...,
    ) -> None: ...

class ListParticipantsResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANTS_FIELD_NUMBER: _Literal[1]
    @property
    def participants(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.ParticipantInfo]: ...
    def __init__(
        self,
        *,
        participants: _Iterable[_models_pb2.ParticipantInfo] | None = ...,
    ) -> None: ...

class RoomParticipantIdentity(_message.Message):
    """GetParticipant and RemoveParticipant."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    REVOKE_TOKEN_TS_FIELD_NUMBER: _Literal[3]
    revoke_token_ts: int
    def __init__(
        self,
        *,
        room: str | None = ...,
        identity: str | None = ...,
        revoke_token_ts: int | None = ...,
    ) -> None: ...

class RemoveParticipantResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class MuteRoomTrackRequest(_message.Message):
    """Unmuting is refused unless the server allows it."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    TRACK_SID_FIELD_NUMBER: _Literal[3]
    track_sid: str
    MUTED_FIELD_NUMBER: _Literal[4]
    muted: bool
    def __init__(
        self,
        *,
        room: str | None = ...,
        identity: str | None = ...,
        track_sid: str | None = ...,
        muted: bool | None = ...,
    ) -> None: ...

class MuteRoomTrackResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_FIELD_NUMBER: _Literal[1]
    @property
    def track(self) -> _models_pb2.TrackInfo: ...
    def __init__(
        self,
        *,
        track: _models_pb2.TrackInfo | None = ...,
    ) -> None: ...

class UpdateParticipantRequest(_message.Message):
    """Empty strings change nothing; an empty attribute deletes it."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    METADATA_FIELD_NUMBER: _Literal[3]
    metadata: str
    PERMISSION_FIELD_NUMBER: _Literal[4]
    @property
    def permission(self) -> _models_pb2.ParticipantPermission: ...
    NAME_FIELD_NUMBER: _Literal[5]
    name: str
    ATTRIBUTES_FIELD_NUMBER: _Literal[6]
    @property
    def attributes(self) -> _containers.ScalarMap[str, str]: ...
    def __init__(
        self,
        *,
        room: str | None = ...,
        identity: str | None = ...,
        metadata: str | None = ...,
        permission: _models_pb2.ParticipantPermission | None = ...,
        name: str | None = ...,
        attributes: _Mapping[str, str] | None = ...,
    ) -> None: ...

class UpdateSubscriptionsRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    TRACK_SIDS_FIELD_NUMBER: _Literal[3]
    @property
    def track_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    SUBSCRIBE_FIELD_NUMBER: _Literal[4]
    subscribe: bool
    PARTICIPANT_TRACKS_FIELD_NUMBER: _Literal[5]
    @property
    def participant_tracks(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.ParticipantTracks]: ...
    def __init__(
        self,
        *,
        room: str | None = ...,
        identity: str | None = ...,
        track_sids: _Iterable[str] | None = ...,
        subscribe: bool | None = ...,
        participant_tracks: _Iterable[_models_pb2.ParticipantTracks] | None = ...,
    ) -> None: ...

class UpdateSubscriptionsResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class ForwardParticipantRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    DESTINATION_ROOM_FIELD_NUMBER: _Literal[3]
    destination_room: str
    def __init__(
        self,
        *,
        room: str | None = ...,
        identity: str | None = ...,
        destination_room: str | None = ...,
    ) -> None: ...

class ForwardParticipantResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class MoveParticipantRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    IDENTITY_FIELD_NUMBER: _Literal[2]
    identity: str
    DESTINATION_ROOM_FIELD_NUMBER: _Literal[3]
    destination_room: str
    def __init__(
        self,
        *,
        room: str | None = ...,
        identity: str | None = ...,
        destination_room: str | None = ...,
    ) -> None: ...

class MoveParticipantResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class SendDataRequest(_message.Message):
    """Arrives as a UserPacket without identity. A `nonce` of 16 bytes makes repeats harmless."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    DATA_FIELD_NUMBER: _Literal[2]
    data: bytes
    KIND_FIELD_NUMBER: _Literal[3]
    kind: _models_pb2.DataPacket.Kind
    DESTINATION_SIDS_FIELD_NUMBER: _Literal[4]
    @property
    def destination_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    DESTINATION_IDENTITIES_FIELD_NUMBER: _Literal[6]
    @property
    def destination_identities(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    TOPIC_FIELD_NUMBER: _Literal[5]
    topic: str
    NONCE_FIELD_NUMBER: _Literal[7]
    nonce: bytes
    def __init__(
        self,
        *,
        room: str | None = ...,
        data: bytes | None = ...,
        kind: _models_pb2.DataPacket.Kind | str | None = ...,
        destination_sids: _Iterable[str] | None = ...,
        destination_identities: _Iterable[str] | None = ...,
        topic: str | None = ...,
        nonce: bytes | None = ...,
    ) -> None: ...

class SendDataResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    def __init__(self) -> None: ...

class PerformRpcRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    room: str
    DESTINATION_IDENTITY_FIELD_NUMBER: _Literal[2]
    destination_identity: str
    METHOD_FIELD_NUMBER: _Literal[3]
    method: str
    PAYLOAD_FIELD_NUMBER: _Literal[4]
    payload: str
    RESPONSE_TIMEOUT_MS_FIELD_NUMBER: _Literal[5]
    response_timeout_ms: int
    def __init__(
        self,
        *,
        room: str | None = ...,
        destination_identity: str | None = ...,
        method: str | None = ...,
        payload: str | None = ...,
        response_timeout_ms: int | None = ...,
    ) -> None: ...

class PerformRpcResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PAYLOAD_FIELD_NUMBER: _Literal[1]
    payload: str
    def __init__(
        self,
        *,
        payload: str | None = ...,
    ) -> None: ...
