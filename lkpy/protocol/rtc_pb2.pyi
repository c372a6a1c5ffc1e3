"""Written by proto/generate.py from proto/lkpy/protocol/rtc.proto; do not edit."""

from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias

from google.protobuf import descriptor as _descriptor, message as _message
from google.protobuf.internal import containers as _containers
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
from lkpy.protocol import models_pb2 as _models_pb2

DESCRIPTOR: _descriptor.FileDescriptor

class _CandidateProtocolType(_EnumTypeWrapper[CandidateProtocol], type): ...

class CandidateProtocol(int, metaclass=_CandidateProtocolType):
    ValueType: _TypeAlias = CandidateProtocol
    UDP: _ClassVar[CandidateProtocol]
    TCP: _ClassVar[CandidateProtocol]
    TLS: _ClassVar[CandidateProtocol]

UDP: CandidateProtocol
TCP: CandidateProtocol
TLS: CandidateProtocol

class _SignalTargetType(_EnumTypeWrapper[SignalTarget], type): ...

class SignalTarget(int, metaclass=_SignalTargetType):
    """Which peer connection, seen from the client, in both directions."""
    ValueType: _TypeAlias = SignalTarget
    PUBLISHER: _ClassVar[SignalTarget]
    SUBSCRIBER: _ClassVar[SignalTarget]

PUBLISHER: SignalTarget
SUBSCRIBER: SignalTarget

class _NegotiatedDataChannelIDType(_EnumTypeWrapper[NegotiatedDataChannelID], type): ...

class NegotiatedDataChannelID(int, metaclass=_NegotiatedDataChannelIDType):
    """Stream ids of channels that are not opened by DCEP."""
    ValueType: _TypeAlias = NegotiatedDataChannelID
    NDCI_INVALID: _ClassVar[NegotiatedDataChannelID]
    NDCI_RELIABLE: _ClassVar[NegotiatedDataChannelID]
    NDCI_LOSSY: _ClassVar[NegotiatedDataChannelID]
    NDCI_DATA_TRACK: _ClassVar[NegotiatedDataChannelID]

NDCI_INVALID: NegotiatedDataChannelID
NDCI_RELIABLE: NegotiatedDataChannelID
NDCI_LOSSY: NegotiatedDataChannelID
NDCI_DATA_TRACK: NegotiatedDataChannelID

class _StreamStateType(_EnumTypeWrapper[StreamState], type): ...

class StreamState(int, metaclass=_StreamStateType):
    """The wire enum; the public one is `lkpy.rtc.StreamState`."""
    ValueType: _TypeAlias = StreamState
    ACTIVE: _ClassVar[StreamState]
    PAUSED: _ClassVar[StreamState]

ACTIVE: StreamState
PAUSED: StreamState

class SignalRequest(_message.Message):
    """Client to server. Field 9 was never used."""
    DESCRIPTOR: _descriptor.Descriptor
    OFFER_FIELD_NUMBER: _Literal[1]
    @property
    def offer(self) -> SessionDescription: ...
    ANSWER_FIELD_NUMBER: _Literal[2]
    @property
    def answer(self) -> SessionDescription: ...
    TRICKLE_FIELD_NUMBER: _Literal[3]
    @property
    def trickle(self) -> TrickleRequest: ...
    ADD_TRACK_FIELD_NUMBER: _Literal[4]
    @property
    def add_track(self) -> AddTrackRequest: ...
    MUTE_FIELD_NUMBER: _Literal[5]
    @property
    def mute(self) -> MuteTrackRequest: ...
    SUBSCRIPTION_FIELD_NUMBER: _Literal[6]
    @property
    def subscription(self) -> UpdateSubscription: ...
    TRACK_SETTING_FIELD_NUMBER: _Literal[7]
    @property
    def track_setting(self) -> UpdateTrackSettings: ...
    LEAVE_FIELD_NUMBER: _Literal[8]
    @property
    def leave(self) -> LeaveRequest: ...
    UPDATE_LAYERS_FIELD_NUMBER: _Literal[10]
    @property
    def update_layers(self) -> UpdateVideoLayers: ...
    SUBSCRIPTION_PERMISSION_FIELD_NUMBER: _Literal[11]
    @property
    def subscription_permission(self) -> SubscriptionPermission: ...
    SYNC_STATE_FIELD_NUMBER: _Literal[12]
    @property
    def sync_state(self) -> SyncState: ...
    SIMULATE_FIELD_NUMBER: _Literal[13]
    @property
    def simulate(self) -> SimulateScenario: ...
    PING_FIELD_NUMBER: _Literal[14]
    ping: int
    """Milliseconds since 1970; older than ping_req."""
    UPDATE_METADATA_FIELD_NUMBER: _Literal[15]
    @property
    def update_metadata(self) -> UpdateParticipantMetadata: ...
    PING_REQ_FIELD_NUMBER: _Literal[16]
    @property
    def ping_req(self) -> Ping: ...
    UPDATE_AUDIO_TRACK_FIELD_NUMBER: _Literal[17]
    @property
    def update_audio_track(self) -> UpdateLocalAudioTrack: ...
    UPDATE_VIDEO_TRACK_FIELD_NUMBER: _Literal[18]
    @property
    def update_video_track(self) -> UpdateLocalVideoTrack: ...
    PUBLISH_DATA_TRACK_REQUEST_FIELD_NUMBER: _Literal[19]
    @property
    def publish_data_track_request(self) -> PublishDataTrackRequest: ...
    UNPUBLISH_DATA_TRACK_REQUEST_FIELD_NUMBER: _Literal[20]
    @property
    def unpublish_data_track_request(self) -> UnpublishDataTrackRequest: ...
    UPDATE_DATA_SUBSCRIPTION_FIELD_NUMBER: _Literal[21]
    @property
    def update_data_subscription(self) -> UpdateDataSubscription: ...
    STORE_DATA_BLOB_REQUEST_FIELD_NUMBER: _Literal[22]
    @property
    def store_data_blob_request(self) -> StoreDataBlobRequest: ...
    GET_DATA_BLOB_REQUEST_FIELD_NUMBER: _Literal[23]
    @property
    def get_data_blob_request(self) -> GetDataBlobRequest: ...
    def __init__(
        self,
        *,
        offer: SessionDescription | None = ...,
        answer: SessionDescription | None = ...,
        trickle: TrickleRequest | None = ...,
        add_track: AddTrackRequest | None = ...,
        mute: MuteTrackRequest | None = ...,
        subscription: UpdateSubscription | None = ...,
        track_setting: UpdateTrackSettings | None = ...,
        leave: LeaveRequest | None = ...,
        update_layers: UpdateVideoLayers | None = ...,
        subscription_permission: SubscriptionPermission | None = ...,
        sync_state: SyncState | None = ...,
        simulate: SimulateScenario | None = ...,
        ping: int | None = ...,
        update_metadata: UpdateParticipantMetadata | None = ...,
        ping_req: Ping | None = ...,
        update_audio_track: UpdateLocalAudioTrack | None = ...,
        update_video_track: UpdateLocalVideoTrack | None = ...,
        publish_data_track_request: PublishDataTrackRequest | None = ...,
        unpublish_data_track_request: UnpublishDataTrackRequest | None = ...,
        update_data_subscription: UpdateDataSubscription | None = ...,
        store_data_blob_request: StoreDataBlobRequest | None = ...,
        get_data_blob_request: GetDataBlobRequest | None = ...,
    ) -> None: ...

class SignalResponse(_message.Message):
    """Server to client. Field 7 was never used. The first one is join, reconnect or leave."""
    DESCRIPTOR: _descriptor.Descriptor
    JOIN_FIELD_NUMBER: _Literal[1]
    @property
    def join(self) -> JoinResponse: ...
    ANSWER_FIELD_NUMBER: _Literal[2]
    @property
    def answer(self) -> SessionDescription: ...
    OFFER_FIELD_NUMBER: _Literal[3]
    @property
    def offer(self) -> SessionDescription: ...
    TRICKLE_FIELD_NUMBER: _Literal[4]
    @property
    def trickle(self) -> TrickleRequest: ...
    UPDATE_FIELD_NUMBER: _Literal[5]
    @property
    def update(self) -> ParticipantUpdate: ...
    TRACK_PUBLISHED_FIELD_NUMBER: _Literal[6]
    @property
    def track_published(self) -> TrackPublishedResponse: ...
    LEAVE_FIELD_NUMBER: _Literal[8]
    @property
    def leave(self) -> LeaveRequest: ...
    MUTE_FIELD_NUMBER: _Literal[9]
    @property
    def mute(self) -> MuteTrackRequest: ...
    SPEAKERS_CHANGED_FIELD_NUMBER: _Literal[10]
    @property
    def speakers_changed(self) -> SpeakersChanged: ...
    ROOM_UPDATE_FIELD_NUMBER: _Literal[11]
    @property
    def room_update(self) -> RoomUpdate: ...
    CONNECTION_QUALITY_FIELD_NUMBER: _Literal[12]
    @property
    def connection_quality(self) -> ConnectionQualityUpdate: ...
    STREAM_STATE_UPDATE_FIELD_NUMBER: _Literal[13]
    @property
    def stream_state_update(self) -> StreamStateUpdate: ...
    SUBSCRIBED_QUALITY_UPDATE_FIELD_NUMBER: _Literal[14]
    @property
    def subscribed_quality_update(self) -> SubscribedQualityUpdate: ...
    SUBSCRIPTION_PERMISSION_UPDATE_FIELD_NUMBER: _Literal[15]
    @property
    def subscription_permission_update(self) -> SubscriptionPermissionUpdate: ...
    REFRESH_TOKEN_FIELD_NUMBER: _Literal[16]
    refresh_token: str
    """A JWT to come back with."""
    TRACK_UNPUBLISHED_FIELD_NUMBER: _Literal[17]
    @property
    def track_unpublished(self) -> TrackUnpublishedResponse: ...
    PONG_FIELD_NUMBER: _Literal[18]
    pong: int
    """The server's clock in milliseconds."""
    RECONNECT_FIELD_NUMBER: _Literal[19]
    @property
    def reconnect(self) -> ReconnectResponse: ...
    PONG_RESP_FIELD_NUMBER: _Literal[20]
    @property
    def pong_resp(self) -> Pong: ...
    SUBSCRIPTION_RESPONSE_FIELD_NUMBER: _Literal[21]
    @property
    def subscription_response(self) -> SubscriptionResponse: ...
    REQUEST_RESPONSE_FIELD_NUMBER: _Literal[22]
    @property
    def request_response(self) -> RequestResponse: ...
    TRACK_SUBSCRIBED_FIELD_NUMBER: _Literal[23]
    @property
    def track_subscribed(self) -> TrackSubscribed: ...
    ROOM_MOVED_FIELD_NUMBER: _Literal[24]
    @property
    def room_moved(self) -> RoomMovedResponse: ...
    MEDIA_SECTIONS_REQUIREMENT_FIELD_NUMBER: _Literal[25]
    @property
    def media_sections_requirement(self) -> MediaSectionsRequirement: ...
    SUBSCRIBED_AUDIO_CODEC_UPDATE_FIELD_NUMBER: _Literal[26]
    @property
    def subscribed_audio_codec_update(self) -> SubscribedAudioCodecUpdate: ...
    PUBLISH_DATA_TRACK_RESPONSE_FIELD_NUMBER: _Literal[27]
    @property
    def publish_data_track_response(self) -> PublishDataTrackResponse: ...
    UNPUBLISH_DATA_TRACK_RESPONSE_FIELD_NUMBER: _Literal[28]
    @property
    def unpublish_data_track_response(self) -> UnpublishDataTrackResponse: ...
    DATA_TRACK_SUBSCRIBER_HANDLES_FIELD_NUMBER: _Literal[29]
    @property
    def data_track_subscriber_handles(self) -> DataTrackSubscriberHandles: ...
    STORE_DATA_BLOB_RESPONSE_FIELD_NUMBER: _Literal[30]
    @property
    def store_data_blob_response(self) -> StoreDataBlobResponse: ...
    GET_DATA_BLOB_RESPONSE_FIELD_NUMBER: _Literal[31]
    @property
    def get_data_blob_response(self) -> GetDataBlobResponse: ...
    def __init__(
        self,
        *,
        join: JoinResponse | None = ...,
        answer: SessionDescription | None = ...,
        offer: SessionDescription | None = ...,
        trickle: TrickleRequest | None = ...,
        update: ParticipantUpdate | None = ...,
        track_published: TrackPublishedResponse | None = ...,
        leave: LeaveRequest | None = ...,
        mute: MuteTrackRequest | None = ...,
        speakers_changed: SpeakersChanged | None = ...,
        room_update: RoomUpdate | None = ...,
        connection_quality: ConnectionQualityUpdate | None = ...,
        stream_state_update: StreamStateUpdate | None = ...,
        subscribed_quality_update: SubscribedQualityUpdate | None = ...,
        subscription_permission_update: SubscriptionPermissionUpdate | None = ...,
        refresh_token: str | None = ...,
        track_unpublished: TrackUnpublishedResponse | None = ...,
        pong: int | None = ...,
        reconnect: ReconnectResponse | None = ...,
        pong_resp: Pong | None = ...,
        subscription_response: SubscriptionResponse | None = ...,
        request_response: RequestResponse | None = ...,
        track_subscribed: TrackSubscribed | None = ...,
        room_moved: RoomMovedResponse | None = ...,
        media_sections_requirement: MediaSectionsRequirement | None = ...,
        subscribed_audio_codec_update: SubscribedAudioCodecUpdate | None = ...,
        publish_data_track_response: PublishDataTrackResponse | None = ...,
        unpublish_data_track_response: UnpublishDataTrackResponse | None = ...,
        data_track_subscriber_handles: DataTrackSubscriberHandles | None = ...,
        store_data_blob_response: StoreDataBlobResponse | None = ...,
        get_data_blob_response: GetDataBlobResponse | None = ...,
    ) -> None: ...

class Ping(_message.Message):
    """Milliseconds since 1970, and the round trip measured last (0: none yet)."""
    DESCRIPTOR: _descriptor.Descriptor
    TIMESTAMP_FIELD_NUMBER: _Literal[1]
    timestamp: int
    RTT_FIELD_NUMBER: _Literal[2]
    rtt: int
    def __init__(
        self,
        *,
        timestamp: int | None = ...,
        rtt: int | None = ...,
    ) -> None: ...

class Pong(_message.Message):
    """`last_ping_timestamp` is the ping's, `timestamp` the server's clock, both in milliseconds."""
    DESCRIPTOR: _descriptor.Descriptor
    LAST_PING_TIMESTAMP_FIELD_NUMBER: _Literal[1]
    last_ping_timestamp: int
    TIMESTAMP_FIELD_NUMBER: _Literal[2]
    timestamp: int
    def __init__(
        self,
        *,
        last_ping_timestamp: int | None = ...,
        timestamp: int | None = ...,
    ) -> None: ...

class WrappedJoinRequest(_message.Message):
    """The query parameter `join_request` of /rtc/v1 is this message in padded url-safe base64."""
    DESCRIPTOR: _descriptor.Descriptor

    class _CompressionType(_EnumTypeWrapper[WrappedJoinRequest.Compression], type): ...

    class Compression(int, metaclass=_CompressionType):
        ValueType: _TypeAlias = WrappedJoinRequest.Compression
        NONE: _ClassVar[WrappedJoinRequest.Compression]
        GZIP: _ClassVar[WrappedJoinRequest.Compression]

    NONE: _ClassVar[WrappedJoinRequest.Compression]
    GZIP: _ClassVar[WrappedJoinRequest.Compression]
    COMPRESSION_FIELD_NUMBER: _Literal[1]
    compression: WrappedJoinRequest.Compression
    JOIN_REQUEST_FIELD_NUMBER: _Literal[2]
    join_request: bytes
    """A serialized JoinRequest, compressed or not; at most 1 MiB either way."""
    def __init__(
        self,
        *,
        compression: WrappedJoinRequest.Compression | str | None = ...,
        join_request: bytes | None = ...,
    ) -> None: ...

class JoinRequest(_message.Message):
    """All that /rtc takes as query parameters, and what can be said before the answer."""
    DESCRIPTOR: _descriptor.Descriptor
    CLIENT_INFO_FIELD_NUMBER: _Literal[1]
    @property
    def client_info(self) -> _models_pb2.ClientInfo: ...
    CONNECTION_SETTINGS_FIELD_NUMBER: _Literal[2]
    @property
    def connection_settings(self) -> ConnectionSettings: ...
    METADATA_FIELD_NUMBER: _Literal[3]
    metadata: str
    PARTICIPANT_ATTRIBUTES_FIELD_NUMBER: _Literal[4]
    @property
    def participant_attributes(self) -> _containers.ScalarMap[str, str]: ...
    ADD_TRACK_REQUESTS_FIELD_NUMBER: _Literal[5]
    @property
    def add_track_requests(self) -> _containers.RepeatedCompositeFieldContainer[AddTrackRequest]:
        """Handled after the join, before the offer."""
    PUBLISHER_OFFER_FIELD_NUMBER: _Literal[6]
    @property
    def publisher_offer(self) -> SessionDescription: ...
    RECONNECT_FIELD_NUMBER: _Literal[7]
    reconnect: bool
    RECONNECT_REASON_FIELD_NUMBER: _Literal[8]
    reconnect_reason: _models_pb2.ReconnectReason
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[9]
    participant_sid: str
    SYNC_STATE_FIELD_NUMBER: _Literal[10]
    @property
    def sync_state(self) -> SyncState: ...
    def __init__(
        self,
        *,
        client_info: _models_pb2.ClientInfo | None = ...,
        connection_settings: ConnectionSettings | None = ...,
        metadata: str | None = ...,
        participant_attributes: _Mapping[str, str] | None = ...,
        add_track_requests: _Iterable[AddTrackRequest] | None = ...,
        publisher_offer: SessionDescription | None = ...,
        reconnect: bool | None = ...,
        reconnect_reason: _models_pb2.ReconnectReason | str | None = ...,
        participant_sid: str | None = ...,
        sync_state: SyncState | None = ...,
    ) -> None: ...

class ConnectionSettings(_message.Message):
    """`auto_subscribe` is true on /rtc when absent, but false here."""
    DESCRIPTOR: _descriptor.Descriptor
    AUTO_SUBSCRIBE_FIELD_NUMBER: _Literal[1]
    auto_subscribe: bool
    ADAPTIVE_STREAM_FIELD_NUMBER: _Literal[2]
    adaptive_stream: bool
    SUBSCRIBER_ALLOW_PAUSE_FIELD_NUMBER: _Literal[3]
    subscriber_allow_pause: bool
    DISABLE_ICE_LITE_FIELD_NUMBER: _Literal[4]
    disable_ice_lite: bool
    AUTO_SUBSCRIBE_DATA_TRACK_FIELD_NUMBER: _Literal[5]
    auto_subscribe_data_track: bool
    def __init__(
        self,
        *,
        auto_subscribe: bool | None = ...,
        adaptive_stream: bool | None = ...,
        subscriber_allow_pause: bool | None = ...,
        disable_ice_lite: bool | None = ...,
        auto_subscribe_data_track: bool | None = ...,
    ) -> None: ...

class JoinResponse(_message.Message):
    """First message of a new session. `ping_interval` and `ping_timeout` are seconds, 0 switches pings off."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    @property
    def room(self) -> _models_pb2.Room: ...
    PARTICIPANT_FIELD_NUMBER: _Literal[2]
    @property
    def participant(self) -> _models_pb2.ParticipantInfo: ...
    OTHER_PARTICIPANTS_FIELD_NUMBER: _Literal[3]
    @property
    def other_participants(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.ParticipantInfo]: ...
    SERVER_VERSION_FIELD_NUMBER: _Literal[4]
    server_version: str
    ICE_SERVERS_FIELD_NUMBER: _Literal[5]
    @property
    def ice_servers(self) -> _containers.RepeatedCompositeFieldContainer[ICEServer]: ...
    SUBSCRIBER_PRIMARY_FIELD_NUMBER: _Literal[6]
    subscriber_primary: bool
    """The subscriber connection decides whether the client is connected."""
    ALTERNATIVE_URL_FIELD_NUMBER: _Literal[7]
    alternative_url: str
    """Join there instead."""
    CLIENT_CONFIGURATION_FIELD_NUMBER: _Literal[8]
    @property
    def client_configuration(self) -> _models_pb2.ClientConfiguration: ...
    SERVER_REGION_FIELD_NUMBER: _Literal[9]
    server_region: str
    PING_TIMEOUT_FIELD_NUMBER: _Literal[10]
    ping_timeout: int
    PING_INTERVAL_FIELD_NUMBER: _Literal[11]
    ping_interval: int
    SERVER_INFO_FIELD_NUMBER: _Literal[12]
    @property
    def server_info(self) -> _models_pb2.ServerInfo: ...
    SIF_TRAILER_FIELD_NUMBER: _Literal[13]
    sif_trailer: bytes
    """Ends frames that the server made itself; they are not encrypted."""
    ENABLED_PUBLISH_CODECS_FIELD_NUMBER: _Literal[14]
    @property
    def enabled_publish_codecs(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.Codec]: ...
    FAST_PUBLISH_FIELD_NUMBER: _Literal[15]
    fast_publish: bool
    """The publisher connection may be offered at once."""
    def __init__(
        self,
        *,
        room: _models_pb2.Room | None = ...,
        participant: _models_pb2.ParticipantInfo | None = ...,
        other_participants: _Iterable[_models_pb2.ParticipantInfo] | None = ...,
        server_version: str | None = ...,
        ice_servers: _Iterable[ICEServer] | None = ...,
        subscriber_primary: bool | None = ...,
        alternative_url: str | None = ...,
        client_configuration: _models_pb2.ClientConfiguration | None = ...,
        server_region: str | None = ...,
        ping_timeout: int | None = ...,
        ping_interval: int | None = ...,
        server_info: _models_pb2.ServerInfo | None = ...,
        sif_trailer: bytes | None = ...,
        enabled_publish_codecs: _Iterable[_models_pb2.Codec] | None = ...,
        fast_publish: bool | None = ...,
    ) -> None: ...

class ReconnectResponse(_message.Message):
    """First message of a resumed session. Reliable packets after `last_message_seq` must be sent again."""
    DESCRIPTOR: _descriptor.Descriptor
    ICE_SERVERS_FIELD_NUMBER: _Literal[1]
    @property
    def ice_servers(self) -> _containers.RepeatedCompositeFieldContainer[ICEServer]: ...
    CLIENT_CONFIGURATION_FIELD_NUMBER: _Literal[2]
    @property
    def client_configuration(self) -> _models_pb2.ClientConfiguration: ...
    SERVER_INFO_FIELD_NUMBER: _Literal[3]
    @property
    def server_info(self) -> _models_pb2.ServerInfo: ...
    LAST_MESSAGE_SEQ_FIELD_NUMBER: _Literal[4]
    last_message_seq: int
    def __init__(
        self,
        *,
        ice_servers: _Iterable[ICEServer] | None = ...,
        client_configuration: _models_pb2.ClientConfiguration | None = ...,
        server_info: _models_pb2.ServerInfo | None = ...,
        last_message_seq: int | None = ...,
    ) -> None: ...

class ICEServer(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    URLS_FIELD_NUMBER: _Literal[1]
    @property
    def urls(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    USERNAME_FIELD_NUMBER: _Literal[2]
    username: str
    CREDENTIAL_FIELD_NUMBER: _Literal[3]
    credential: str
    def __init__(
        self,
        *,
        urls: _Iterable[str] | None = ...,
        username: str | None = ...,
        credential: str | None = ...,
    ) -> None: ...

class LeaveRequest(_message.Message):
    """Goodbye, both ways. To a client: go for good, resume, or join anew."""
    DESCRIPTOR: _descriptor.Descriptor

    class _ActionType(_EnumTypeWrapper[LeaveRequest.Action], type): ...

    class Action(int, metaclass=_ActionType):
        ValueType: _TypeAlias = LeaveRequest.Action
        DISCONNECT: _ClassVar[LeaveRequest.Action]
        RESUME: _ClassVar[LeaveRequest.Action]
        RECONNECT: _ClassVar[LeaveRequest.Action]

    DISCONNECT: _ClassVar[LeaveRequest.Action]
    RESUME: _ClassVar[LeaveRequest.Action]
    RECONNECT: _ClassVar[LeaveRequest.Action]
    CAN_RECONNECT_FIELD_NUMBER: _Literal[1]
    can_reconnect: bool
    """For protocols below 13, which do not know `action`."""
    REASON_FIELD_NUMBER: _Literal[2]
    reason: _models_pb2.DisconnectReason
    ACTION_FIELD_NUMBER: _Literal[3]
    action: LeaveRequest.Action
    REGIONS_FIELD_NUMBER: _Literal[4]
    @property
    def regions(self) -> RegionSettings: ...
    def __init__(
        self,
        *,
        can_reconnect: bool | None = ...,
        reason: _models_pb2.DisconnectReason | str | None = ...,
        action: LeaveRequest.Action | str | None = ...,
        regions: RegionSettings | None = ...,
    ) -> None: ...

class RegionSettings(_message.Message):
    """LiveKit Cloud: other servers, nearest first."""
    DESCRIPTOR: _descriptor.Descriptor
    REGIONS_FIELD_NUMBER: _Literal[1]
    @property
    def regions(self) -> _containers.RepeatedCompositeFieldContainer[RegionInfo]: ...
    def __init__(
        self,
        *,
        regions: _Iterable[RegionInfo] | None = ...,
    ) -> None: ...

class RegionInfo(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    REGION_FIELD_NUMBER: _Literal[1]
    region: str
    URL_FIELD_NUMBER: _Literal[2]
    url: str
    DISTANCE_FIELD_NUMBER: _Literal[3]
    distance: int
    def __init__(
        self,
        *,
        region: str | None = ...,
        url: str | None = ...,
        distance: int | None = ...,
    ) -> None: ...

class SyncState(_message.Message):
    """After a resume: what this client has and wants, so that the server can close the gap."""
    DESCRIPTOR: _descriptor.Descriptor
    ANSWER_FIELD_NUMBER: _Literal[1]
    @property
    def answer(self) -> SessionDescription:
        """The last answer of the subscriber connection."""
    SUBSCRIPTION_FIELD_NUMBER: _Literal[2]
    @property
    def subscription(self) -> UpdateSubscription: ...
    PUBLISH_TRACKS_FIELD_NUMBER: _Literal[3]
    @property
    def publish_tracks(self) -> _containers.RepeatedCompositeFieldContainer[TrackPublishedResponse]: ...
    DATA_CHANNELS_FIELD_NUMBER: _Literal[4]
    @property
    def data_channels(self) -> _containers.RepeatedCompositeFieldContainer[DataChannelInfo]: ...
    OFFER_FIELD_NUMBER: _Literal[5]
    @property
    def offer(self) -> SessionDescription:
        """The last offer of the publisher connection."""
    TRACK_SIDS_DISABLED_FIELD_NUMBER: _Literal[6]
    @property
    def track_sids_disabled(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    DATACHANNEL_RECEIVE_STATES_FIELD_NUMBER: _Literal[7]
    @property
    def datachannel_receive_states(self) -> _containers.RepeatedCompositeFieldContainer[DataChannelReceiveState]: ...
    PUBLISH_DATA_TRACKS_FIELD_NUMBER: _Literal[8]
    @property
    def publish_data_tracks(self) -> _containers.RepeatedCompositeFieldContainer[PublishDataTrackResponse]: ...
    DATA_SUBSCRIPTION_FIELD_NUMBER: _Literal[9]
    @property
    def data_subscription(self) -> UpdateDataSubscription: ...
    def __init__(
        self,
        *,
        answer: SessionDescription | None = ...,
        subscription: UpdateSubscription | None = ...,
        publish_tracks: _Iterable[TrackPublishedResponse] | None = ...,
        data_channels: _Iterable[DataChannelInfo] | None = ...,
        offer: SessionDescription | None = ...,
        track_sids_disabled: _Iterable[str] | None = ...,
        datachannel_receive_states: _Iterable[DataChannelReceiveState] | None = ...,
        publish_data_tracks: _Iterable[PublishDataTrackResponse] | None = ...,
        data_subscription: UpdateDataSubscription | None = ...,
    ) -> None: ...

class DataChannelInfo(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    LABEL_FIELD_NUMBER: _Literal[1]
    label: str
    ID_FIELD_NUMBER: _Literal[2]
    id: int
    TARGET_FIELD_NUMBER: _Literal[3]
    target: SignalTarget
    def __init__(
        self,
        *,
        label: str | None = ...,
        id: int | None = ...,
        target: SignalTarget | str | None = ...,
    ) -> None: ...

class DataChannelReceiveState(_message.Message):
    """The last sequence received from one publisher."""
    DESCRIPTOR: _descriptor.Descriptor
    PUBLISHER_SID_FIELD_NUMBER: _Literal[1]
    publisher_sid: str
    LAST_SEQ_FIELD_NUMBER: _Literal[2]
    last_seq: int
    def __init__(
        self,
        *,
        publisher_sid: str | None = ...,
        last_seq: int | None = ...,
    ) -> None: ...

class SimulateScenario(_message.Message):
    """For tests: misbehave, please."""
    DESCRIPTOR: _descriptor.Descriptor
    SPEAKER_UPDATE_FIELD_NUMBER: _Literal[1]
    speaker_update: int
    NODE_FAILURE_FIELD_NUMBER: _Literal[2]
    node_failure: bool
    MIGRATION_FIELD_NUMBER: _Literal[3]
    migration: bool
    SERVER_LEAVE_FIELD_NUMBER: _Literal[4]
    server_leave: bool
    SWITCH_CANDIDATE_PROTOCOL_FIELD_NUMBER: _Literal[5]
    switch_candidate_protocol: CandidateProtocol
    SUBSCRIBER_BANDWIDTH_FIELD_NUMBER: _Literal[6]
    subscriber_bandwidth: int
    DISCONNECT_SIGNAL_ON_RESUME_FIELD_NUMBER: _Literal[7]
    disconnect_signal_on_resume: bool
    DISCONNECT_SIGNAL_ON_RESUME_NO_MESSAGES_FIELD_NUMBER: _Literal[8]
    disconnect_signal_on_resume_no_messages: bool
    LEAVE_REQUEST_FULL_RECONNECT_FIELD_NUMBER: _Literal[9]
    leave_request_full_reconnect: bool
    def __init__(
        self,
        *,
        speaker_update: int | None = ...,
        node_failure: bool | None = ...,
        migration: bool | None = ...,
        server_leave: bool | None = ...,
        switch_candidate_protocol: CandidateProtocol | str | None = ...,
        subscriber_bandwidth: int | None = ...,
        disconnect_signal_on_resume: bool | None = ...,
        disconnect_signal_on_resume_no_messages: bool | None = ...,
        leave_request_full_reconnect: bool | None = ...,
    ) -> None: ...

class SessionDescription(_message.Message):
    """An offer or an answer. An answer has the id of its offer."""
    DESCRIPTOR: _descriptor.Descriptor
    TYPE_FIELD_NUMBER: _Literal[1]
    type: str
    """"offer" or "answer"."""
    SDP_FIELD_NUMBER: _Literal[2]
    sdp: str
    ID_FIELD_NUMBER: _Literal[3]
    id: int
    MID_TO_TRACK_ID_FIELD_NUMBER: _Literal[4]
    @property
    def mid_to_track_id(self) -> _containers.ScalarMap[str, str]:
        """The track that each m-section carries."""
    def __init__(
        self,
        *,
        type: str | None = ...,
        sdp: str | None = ...,
        id: int | None = ...,
        mid_to_track_id: _Mapping[str, str] | None = ...,
    ) -> None: ...

class TrickleRequest(_message.Message):
    """One ICE candidate, as the JSON of a browser's RTCIceCandidateInit."""
    DESCRIPTOR: _descriptor.Descriptor
    CANDIDATEINIT_FIELD_NUMBER: _Literal[1]
    candidateInit: str
    TARGET_FIELD_NUMBER: _Literal[2]
    target: SignalTarget
    FINAL_FIELD_NUMBER: _Literal[3]
    final: bool
    """The last candidate of this target."""
    def __init__(
        self,
        *,
        candidateInit: str | None = ...,
        target: SignalTarget | str | None = ...,
        final: bool | None = ...,
    ) -> None: ...

class MediaSectionsRequirement(_message.Message):
    """One peer connection only: offer this many more receiving sections."""
    DESCRIPTOR: _descriptor.Descriptor
    NUM_AUDIOS_FIELD_NUMBER: _Literal[1]
    num_audios: int
    NUM_VIDEOS_FIELD_NUMBER: _Literal[2]
    num_videos: int
    def __init__(
        self,
        *,
        num_audios: int | None = ...,
        num_videos: int | None = ...,
    ) -> None: ...

class AddTrackRequest(_message.Message):
    """Announces a track, or a backup codec of the track `sid`. `cid` is the track id of the coming offer."""
    DESCRIPTOR: _descriptor.Descriptor
    CID_FIELD_NUMBER: _Literal[1]
    cid: str
    NAME_FIELD_NUMBER: _Literal[2]
    name: str
    TYPE_FIELD_NUMBER: _Literal[3]
    type: _models_pb2.TrackType
    WIDTH_FIELD_NUMBER: _Literal[4]
    width: int
    HEIGHT_FIELD_NUMBER: _Literal[5]
    height: int
    MUTED_FIELD_NUMBER: _Literal[6]
    muted: bool
    DISABLE_DTX_FIELD_NUMBER: _Literal[7]
    disable_dtx: bool
    SOURCE_FIELD_NUMBER: _Literal[8]
    source: _models_pb2.TrackSource
    LAYERS_FIELD_NUMBER: _Literal[9]
    @property
    def layers(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.VideoLayer]: ...
    SIMULCAST_CODECS_FIELD_NUMBER: _Literal[10]
    @property
    def simulcast_codecs(self) -> _containers.RepeatedCompositeFieldContainer[SimulcastCodec]: ...
    SID_FIELD_NUMBER: _Literal[11]
    sid: str
    """Set: a further codec of this published track."""
    STEREO_FIELD_NUMBER: _Literal[12]
    stereo: bool
    DISABLE_RED_FIELD_NUMBER: _Literal[13]
    disable_red: bool
    ENCRYPTION_FIELD_NUMBER: _Literal[14]
    encryption: _models_pb2.Encryption.Type
    STREAM_FIELD_NUMBER: _Literal[15]
    stream: str
    """See TrackInfo.stream."""
    BACKUP_CODEC_POLICY_FIELD_NUMBER: _Literal[16]
    backup_codec_policy: _models_pb2.BackupCodecPolicy
    AUDIO_FEATURES_FIELD_NUMBER: _Literal[17]
    @property
    def audio_features(self) -> _containers.RepeatedScalarFieldContainer[_models_pb2.AudioTrackFeature]: ...
    PACKET_TRAILER_FEATURES_FIELD_NUMBER: _Literal[18]
    @property
    def packet_trailer_features(self) -> _containers.RepeatedScalarFieldContainer[_models_pb2.PacketTrailerFeature]: ...
    def __init__(
        self,
        *,
        cid: str | None = ...,
        name: str | None = ...,
        type: _models_pb2.TrackType | str | None = ...,
        width: int | None = ...,
        height: int | None = ...,
        muted: bool | None = ...,
        disable_dtx: bool | None = ...,
        source: _models_pb2.TrackSource | str | None = ...,
        layers: _Iterable[_models_pb2.VideoLayer] | None = ...,
        simulcast_codecs: _Iterable[SimulcastCodec] | None = ...,
        sid: str | None = ...,
        stereo: bool | None = ...,
        disable_red: bool | None = ...,
        encryption: _models_pb2.Encryption.Type | str | None = ...,
        stream: str | None = ...,
        backup_codec_policy: _models_pb2.BackupCodecPolicy | str | None = ...,
        audio_features: _Iterable[_models_pb2.AudioTrackFeature] | None = ...,
        packet_trailer_features: _Iterable[_models_pb2.PacketTrailerFeature] | None = ...,
    ) -> None: ...

class SimulcastCodec(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    CODEC_FIELD_NUMBER: _Literal[1]
    codec: str
    CID_FIELD_NUMBER: _Literal[2]
    cid: str
    LAYERS_FIELD_NUMBER: _Literal[4]
    @property
    def layers(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.VideoLayer]: ...
    VIDEO_LAYER_MODE_FIELD_NUMBER: _Literal[5]
    video_layer_mode: _models_pb2.VideoLayer.Mode
    def __init__(
        self,
        *,
        codec: str | None = ...,
        cid: str | None = ...,
        layers: _Iterable[_models_pb2.VideoLayer] | None = ...,
        video_layer_mode: _models_pb2.VideoLayer.Mode | str | None = ...,
    ) -> None: ...

class TrackPublishedResponse(_message.Message):
    """The answer to AddTrackRequest: the `cid` asked for and the track's `sid`."""
    DESCRIPTOR: _descriptor.Descriptor
    CID_FIELD_NUMBER: _Literal[1]
    cid: str
    TRACK_FIELD_NUMBER: _Literal[2]
    @property
    def track(self) -> _models_pb2.TrackInfo: ...
    def __init__(
        self,
        *,
        cid: str | None = ...,
        track: _models_pb2.TrackInfo | None = ...,
    ) -> None: ...

class TrackUnpublishedResponse(_message.Message):
    """The server took a track of ours away, because the permission is gone."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
    ) -> None: ...

class TrackSubscribed(_message.Message):
    """Somebody receives this track of ours."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
    ) -> None: ...

class MuteTrackRequest(_message.Message):
    """Up: we muted. Down: somebody muted a track of ours."""
    DESCRIPTOR: _descriptor.Descriptor
    SID_FIELD_NUMBER: _Literal[1]
    sid: str
    MUTED_FIELD_NUMBER: _Literal[2]
    muted: bool
    def __init__(
        self,
        *,
        sid: str | None = ...,
        muted: bool | None = ...,
    ) -> None: ...

class UpdateVideoLayers(_message.Message):
    """Deprecated, ignored by servers."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    LAYERS_FIELD_NUMBER: _Literal[2]
    @property
    def layers(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.VideoLayer]: ...
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
        layers: _Iterable[_models_pb2.VideoLayer] | None = ...,
    ) -> None: ...

class UpdateLocalAudioTrack(_message.Message):
    """Replaces the features of a track of ours."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    FEATURES_FIELD_NUMBER: _Literal[2]
    @property
    def features(self) -> _containers.RepeatedScalarFieldContainer[_models_pb2.AudioTrackFeature]: ...
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
        features: _Iterable[_models_pb2.AudioTrackFeature] | None = ...,
    ) -> None: ...

class UpdateLocalVideoTrack(_message.Message):
    """The new size of a track of ours."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    WIDTH_FIELD_NUMBER: _Literal[2]
    width: int
    HEIGHT_FIELD_NUMBER: _Literal[3]
    height: int
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
        width: int | None = ...,
        height: int | None = ...,
    ) -> None: ...

class SubscribedQuality(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    QUALITY_FIELD_NUMBER: _Literal[1]
    quality: _models_pb2.VideoQuality
    ENABLED_FIELD_NUMBER: _Literal[2]
    enabled: bool
    def __init__(
        self,
        *,
        quality: _models_pb2.VideoQuality | str | None = ...,
        enabled: bool | None = ...,
    ) -> None: ...

class SubscribedCodec(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    CODEC_FIELD_NUMBER: _Literal[1]
    codec: str
    """"vp8", "av1", ..."""
    QUALITIES_FIELD_NUMBER: _Literal[2]
    @property
    def qualities(self) -> _containers.RepeatedCompositeFieldContainer[SubscribedQuality]: ...
    def __init__(
        self,
        *,
        codec: str | None = ...,
        qualities: _Iterable[SubscribedQuality] | None = ...,
    ) -> None: ...

class SubscribedQualityUpdate(_message.Message):
    """Dynacast: which layers somebody watches."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    SUBSCRIBED_QUALITIES_FIELD_NUMBER: _Literal[2]
    @property
    def subscribed_qualities(self) -> _containers.RepeatedCompositeFieldContainer[SubscribedQuality]: ...
    SUBSCRIBED_CODECS_FIELD_NUMBER: _Literal[3]
    @property
    def subscribed_codecs(self) -> _containers.RepeatedCompositeFieldContainer[SubscribedCodec]: ...
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
        subscribed_qualities: _Iterable[SubscribedQuality] | None = ...,
        subscribed_codecs: _Iterable[SubscribedCodec] | None = ...,
    ) -> None: ...

class SubscribedAudioCodecUpdate(_message.Message):
    """Which codecs of a track with several somebody listens to."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    SUBSCRIBED_AUDIO_CODECS_FIELD_NUMBER: _Literal[2]
    @property
    def subscribed_audio_codecs(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.SubscribedAudioCodec]: ...
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
        subscribed_audio_codecs: _Iterable[_models_pb2.SubscribedAudioCodec] | None = ...,
    ) -> None: ...

class UpdateSubscription(_message.Message):
    """Servers honour `track_sids` and `participant_tracks`; clients fill both."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SIDS_FIELD_NUMBER: _Literal[1]
    @property
    def track_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    SUBSCRIBE_FIELD_NUMBER: _Literal[2]
    subscribe: bool
    PARTICIPANT_TRACKS_FIELD_NUMBER: _Literal[3]
    @property
    def participant_tracks(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.ParticipantTracks]: ...
    def __init__(
        self,
        *,
        track_sids: _Iterable[str] | None = ...,
        subscribe: bool | None = ...,
        participant_tracks: _Iterable[_models_pb2.ParticipantTracks] | None = ...,
    ) -> None: ...

class UpdateTrackSettings(_message.Message):
    """How a subscribed video is wanted; `width` and `height` go before `quality`."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SIDS_FIELD_NUMBER: _Literal[1]
    @property
    def track_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    DISABLED_FIELD_NUMBER: _Literal[3]
    disabled: bool
    """Subscribed, but send nothing."""
    QUALITY_FIELD_NUMBER: _Literal[4]
    quality: _models_pb2.VideoQuality
    WIDTH_FIELD_NUMBER: _Literal[5]
    width: int
    HEIGHT_FIELD_NUMBER: _Literal[6]
    height: int
    FPS_FIELD_NUMBER: _Literal[7]
    fps: int
    PRIORITY_FIELD_NUMBER: _Literal[8]
    priority: int
    def __init__(
        self,
        *,
        track_sids: _Iterable[str] | None = ...,
        disabled: bool | None = ...,
        quality: _models_pb2.VideoQuality | str | None = ...,
        width: int | None = ...,
        height: int | None = ...,
        fps: int | None = ...,
        priority: int | None = ...,
    ) -> None: ...

class SubscriptionResponse(_message.Message):
    """A subscription failed."""
    DESCRIPTOR: _descriptor.Descriptor
    TRACK_SID_FIELD_NUMBER: _Literal[1]
    track_sid: str
    ERR_FIELD_NUMBER: _Literal[2]
    err: _models_pb2.SubscriptionError
    def __init__(
        self,
        *,
        track_sid: str | None = ...,
        err: _models_pb2.SubscriptionError | str | None = ...,
    ) -> None: ...

class SubscriptionPermission(_message.Message):
    """Who may subscribe to our tracks. Each message replaces the last one."""
    DESCRIPTOR: _descriptor.Descriptor
    ALL_PARTICIPANTS_FIELD_NUMBER: _Literal[1]
    all_participants: bool
    TRACK_PERMISSIONS_FIELD_NUMBER: _Literal[2]
    @property
    def track_permissions(self) -> _containers.RepeatedCompositeFieldContainer[TrackPermission]: ...
    def __init__(
        self,
        *,
        all_participants: bool | None = ...,
        track_permissions: _Iterable[TrackPermission] | None = ...,
    ) -> None: ...

class TrackPermission(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[1]
    participant_sid: str
    ALL_TRACKS_FIELD_NUMBER: _Literal[2]
    all_tracks: bool
    TRACK_SIDS_FIELD_NUMBER: _Literal[3]
    @property
    def track_sids(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[4]
    participant_identity: str
    def __init__(
        self,
        *,
        participant_sid: str | None = ...,
        all_tracks: bool | None = ...,
        track_sids: _Iterable[str] | None = ...,
        participant_identity: str | None = ...,
    ) -> None: ...

class SubscriptionPermissionUpdate(_message.Message):
    """Whether we may subscribe to a track."""
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[1]
    participant_sid: str
    TRACK_SID_FIELD_NUMBER: _Literal[2]
    track_sid: str
    ALLOWED_FIELD_NUMBER: _Literal[3]
    allowed: bool
    def __init__(
        self,
        *,
        participant_sid: str | None = ...,
        track_sid: str | None = ...,
        allowed: bool | None = ...,
    ) -> None: ...

class StreamStateInfo(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[1]
    participant_sid: str
    TRACK_SID_FIELD_NUMBER: _Literal[2]
    track_sid: str
    STATE_FIELD_NUMBER: _Literal[3]
    state: StreamState
    def __init__(
        self,
        *,
        participant_sid: str | None = ...,
        track_sid: str | None = ...,
        state: StreamState | str | None = ...,
    ) -> None: ...

class StreamStateUpdate(_message.Message):
    """Congestion control paused a video, or let it go on."""
    DESCRIPTOR: _descriptor.Descriptor
    STREAM_STATES_FIELD_NUMBER: _Literal[1]
    @property
    def stream_states(self) -> _containers.RepeatedCompositeFieldContainer[StreamStateInfo]: ...
    def __init__(
        self,
        *,
        stream_states: _Iterable[StreamStateInfo] | None = ...,
    ) -> None: ...

class ParticipantUpdate(_message.Message):
    """Full snapshots; a participant with state DISCONNECTED has left."""
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANTS_FIELD_NUMBER: _Literal[1]
    @property
    def participants(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.ParticipantInfo]: ...
    def __init__(
        self,
        *,
        participants: _Iterable[_models_pb2.ParticipantInfo] | None = ...,
    ) -> None: ...

class UpdateParticipantMetadata(_message.Message):
    """Empty strings change nothing; an empty attribute deletes it. Answered by RequestResponse."""
    DESCRIPTOR: _descriptor.Descriptor
    METADATA_FIELD_NUMBER: _Literal[1]
    metadata: str
    NAME_FIELD_NUMBER: _Literal[2]
    name: str
    ATTRIBUTES_FIELD_NUMBER: _Literal[3]
    @property
    def attributes(self) -> _containers.ScalarMap[str, str]: ...
    REQUEST_ID_FIELD_NUMBER: _Literal[4]
    request_id: int
    def __init__(
        self,
        *,
        metadata: str | None = ...,
        name: str | None = ...,
        attributes: _Mapping[str, str] | None = ...,
        request_id: int | None = ...,
    ) -> None: ...

class RequestResponse(_message.Message):
    """How a request went. Requests without id are told apart by the echo."""
    DESCRIPTOR: _descriptor.Descriptor

    class _ReasonType(_EnumTypeWrapper[RequestResponse.Reason], type): ...

    class Reason(int, metaclass=_ReasonType):
        ValueType: _TypeAlias = RequestResponse.Reason
        OK: _ClassVar[RequestResponse.Reason]
        NOT_FOUND: _ClassVar[RequestResponse.Reason]
        NOT_ALLOWED: _ClassVar[RequestResponse.Reason]
        LIMIT_EXCEEDED: _ClassVar[RequestResponse.Reason]
        QUEUED: _ClassVar[RequestResponse.Reason]
        UNSUPPORTED_TYPE: _ClassVar[RequestResponse.Reason]
        UNCLASSIFIED_ERROR: _ClassVar[RequestResponse.Reason]
        INVALID_HANDLE: _ClassVar[RequestResponse.Reason]
        INVALID_NAME: _ClassVar[RequestResponse.Reason]
        DUPLICATE_HANDLE: _ClassVar[RequestResponse.Reason]
        DUPLICATE_NAME: _ClassVar[RequestResponse.Reason]
        INVALID_REQUEST: _ClassVar[RequestResponse.Reason]

    OK: _ClassVar[RequestResponse.Reason]
    NOT_FOUND: _ClassVar[RequestResponse.Reason]
    NOT_ALLOWED: _ClassVar[RequestResponse.Reason]
    LIMIT_EXCEEDED: _ClassVar[RequestResponse.Reason]
    QUEUED: _ClassVar[RequestResponse.Reason]
    UNSUPPORTED_TYPE: _ClassVar[RequestResponse.Reason]
    UNCLASSIFIED_ERROR: _ClassVar[RequestResponse.Reason]
    INVALID_HANDLE: _ClassVar[RequestResponse.Reason]
    INVALID_NAME: _ClassVar[RequestResponse.Reason]
    DUPLICATE_HANDLE: _ClassVar[RequestResponse.Reason]
    DUPLICATE_NAME: _ClassVar[RequestResponse.Reason]
    INVALID_REQUEST: _ClassVar[RequestResponse.Reason]
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: int
    REASON_FIELD_NUMBER: _Literal[2]
    reason: RequestResponse.Reason
    MESSAGE_FIELD_NUMBER: _Literal[3]
    message: str
    TRICKLE_FIELD_NUMBER: _Literal[4]
    @property
    def trickle(self) -> TrickleRequest: ...
    ADD_TRACK_FIELD_NUMBER: _Literal[5]
    @property
    def add_track(self) -> AddTrackRequest: ...
    MUTE_FIELD_NUMBER: _Literal[6]
    @property
    def mute(self) -> MuteTrackRequest: ...
    UPDATE_METADATA_FIELD_NUMBER: _Literal[7]
    @property
    def update_metadata(self) -> UpdateParticipantMetadata: ...
    UPDATE_AUDIO_TRACK_FIELD_NUMBER: _Literal[8]
    @property
    def update_audio_track(self) -> UpdateLocalAudioTrack: ...
    UPDATE_VIDEO_TRACK_FIELD_NUMBER: _Literal[9]
    @property
    def update_video_track(self) -> UpdateLocalVideoTrack: ...
    PUBLISH_DATA_TRACK_FIELD_NUMBER: _Literal[10]
    @property
    def publish_data_track(self) -> PublishDataTrackRequest: ...
    UNPUBLISH_DATA_TRACK_FIELD_NUMBER: _Literal[11]
    @property
    def unpublish_data_track(self) -> UnpublishDataTrackRequest: ...
    def __init__(
        self,
        *,
        request_id: int | None = ...,
        reason: RequestResponse.Reason | str | None = ...,
        message: str | None = ...,
        trickle: TrickleRequest | None = ...,
        add_track: AddTrackRequest | None = ...,
        mute: MuteTrackRequest | None = ...,
        update_metadata: UpdateParticipantMetadata | None = ...,
        update_audio_track: UpdateLocalAudioTrack | None = ...,
        update_video_track: UpdateLocalVideoTrack | None = ...,
        publish_data_track: PublishDataTrackRequest | None = ...,
        unpublish_data_track: UnpublishDataTrackRequest | None = ...,
    ) -> None: ...

class SpeakersChanged(_message.Message):
    """Who started, changed or stopped speaking; the others are as before."""
    DESCRIPTOR: _descriptor.Descriptor
    SPEAKERS_FIELD_NUMBER: _Literal[1]
    @property
    def speakers(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.SpeakerInfo]: ...
    def __init__(
        self,
        *,
        speakers: _Iterable[_models_pb2.SpeakerInfo] | None = ...,
    ) -> None: ...

class ConnectionQualityInfo(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PARTICIPANT_SID_FIELD_NUMBER: _Literal[1]
    participant_sid: str
    QUALITY_FIELD_NUMBER: _Literal[2]
    quality: _models_pb2.ConnectionQuality
    SCORE_FIELD_NUMBER: _Literal[3]
    score: float
    """0 to 5."""
    def __init__(
        self,
        *,
        participant_sid: str | None = ...,
        quality: _models_pb2.ConnectionQuality | str | None = ...,
        score: float | None = ...,
    ) -> None: ...

class ConnectionQualityUpdate(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    UPDATES_FIELD_NUMBER: _Literal[1]
    @property
    def updates(self) -> _containers.RepeatedCompositeFieldContainer[ConnectionQualityInfo]: ...
    def __init__(
        self,
        *,
        updates: _Iterable[ConnectionQualityInfo] | None = ...,
    ) -> None: ...

class RoomUpdate(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    @property
    def room(self) -> _models_pb2.Room: ...
    def __init__(
        self,
        *,
        room: _models_pb2.Room | None = ...,
    ) -> None: ...

class RoomMovedResponse(_message.Message):
    """This participant is in another room now: token, room and everybody in it are new."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_FIELD_NUMBER: _Literal[1]
    @property
    def room(self) -> _models_pb2.Room: ...
    TOKEN_FIELD_NUMBER: _Literal[2]
    token: str
    PARTICIPANT_FIELD_NUMBER: _Literal[3]
    @property
    def participant(self) -> _models_pb2.ParticipantInfo: ...
    OTHER_PARTICIPANTS_FIELD_NUMBER: _Literal[4]
    @property
    def other_participants(self) -> _containers.RepeatedCompositeFieldContainer[_models_pb2.ParticipantInfo]: ...
    def __init__(
        self,
        *,
        room: _models_pb2.Room | None = ...,
        token: str | None = ...,
        participant: _models_pb2.ParticipantInfo | None = ...,
        other_participants: _Iterable[_models_pb2.ParticipantInfo] | None = ...,
    ) -> None: ...

class PublishDataTrackRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PUB_HANDLE_FIELD_NUMBER: _Literal[1]
    pub_handle: int
    NAME_FIELD_NUMBER: _Literal[2]
    name: str
    ENCRYPTION_FIELD_NUMBER: _Literal[3]
    encryption: _models_pb2.Encryption.Type
    FRAME_ENCODING_FIELD_NUMBER: _Literal[4]
    @property
    def frame_encoding(self) -> _models_pb2.DataTrackFrameEncoding: ...
    SCHEMA_FIELD_NUMBER: _Literal[5]
    @property
    def schema(self) -> _models_pb2.DataTrackSchemaId: ...
    def __init__(
        self,
        *,
        pub_handle: int | None = ...,
        name: str | None = ...,
        encryption: _models_pb2.Encryption.Type | str | None = ...,
        frame_encoding: _models_pb2.DataTrackFrameEncoding | None = ...,
        schema: _models_pb2.DataTrackSchemaId | None = ...,
    ) -> None: ...

class PublishDataTrackResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    INFO_FIELD_NUMBER: _Literal[1]
    @property
    def info(self) -> _models_pb2.DataTrackInfo: ...
    def __init__(
        self,
        *,
        info: _models_pb2.DataTrackInfo | None = ...,
    ) -> None: ...

class UnpublishDataTrackRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    PUB_HANDLE_FIELD_NUMBER: _Literal[1]
    pub_handle: int
    def __init__(
        self,
        *,
        pub_handle: int | None = ...,
    ) -> None: ...

class UnpublishDataTrackResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    INFO_FIELD_NUMBER: _Literal[1]
    @property
    def info(self) -> _models_pb2.DataTrackInfo: ...
    def __init__(
        self,
        *,
        info: _models_pb2.DataTrackInfo | None = ...,
    ) -> None: ...

class UpdateDataSubscription(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor

    class Update(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        TRACK_SID_FIELD_NUMBER: _Literal[1]
        track_sid: str
        SUBSCRIBE_FIELD_NUMBER: _Literal[2]
        subscribe: bool
        OPTIONS_FIELD_NUMBER: _Literal[3]
        @property
        def options(self) -> _models_pb2.DataTrackSubscriptionOptions: ...
        def __init__(
            self,
            *,
            track_sid: str | None = ...,
            subscribe: bool | None = ...,
            options: _models_pb2.DataTrackSubscriptionOptions | None = ...,
        ) -> None: ...
    UPDATES_FIELD_NUMBER: _Literal[1]
    @property
    def updates(self) -> _containers.RepeatedCompositeFieldContainer[UpdateDataSubscription.Update]: ...
    def __init__(
        self,
        *,
        updates: _Iterable[UpdateDataSubscription.Update] | None = ...,
    ) -> None: ...

class DataTrackSubscriberHandles(_message.Message):
    """The numbers under which subscribed data tracks arrive."""
    DESCRIPTOR: _descriptor.Descriptor

    class PublishedDataTrack(_message.Message):
        DESCRIPTOR: _descriptor.Descriptor
        PUBLISHER_IDENTITY_FIELD_NUMBER: _Literal[1]
        publisher_identity: str
        PUBLISHER_SID_FIELD_NUMBER: _Literal[2]
        publisher_sid: str
        TRACK_SID_FIELD_NUMBER: _Literal[3]
        track_sid: str
        def __init__(
            self,
            *,
            publisher_identity: str | None = ...,
            publisher_sid: str | None = ...,
            track_sid: str | None = ...,
        ) -> None: ...
    SUB_HANDLES_FIELD_NUMBER: _Literal[1]
    @property
    def sub_handles(self) -> _containers.MessageMap[int, DataTrackSubscriberHandles.PublishedDataTrack]: ...
    def __init__(
        self,
        *,
        sub_handles: _Mapping[int, DataTrackSubscriberHandles.PublishedDataTrack] | None = ...,
    ) -> None: ...

class StoreDataBlobRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: int
    BLOB_FIELD_NUMBER: _Literal[2]
    @property
    def blob(self) -> _models_pb2.DataBlob: ...
    def __init__(
        self,
        *,
        request_id: int | None = ...,
        blob: _models_pb2.DataBlob | None = ...,
    ) -> None: ...

class StoreDataBlobResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: int
    KEY_FIELD_NUMBER: _Literal[2]
    @property
    def key(self) -> _models_pb2.DataBlobKey: ...
    def __init__(
        self,
        *,
        request_id: int | None = ...,
        key: _models_pb2.DataBlobKey | None = ...,
    ) -> None: ...

class GetDataBlobRequest(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: int
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[2]
    participant_identity: str
    KEY_FIELD_NUMBER: _Literal[3]
    @property
    def key(self) -> _models_pb2.DataBlobKey: ...
    def __init__(
        self,
        *,
        request_id: int | None = ...,
        participant_identity: str | None = ...,
        key: _models_pb2.DataBlobKey | None = ...,
    ) -> None: ...

class GetDataBlobResponse(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    REQUEST_ID_FIELD_NUMBER: _Literal[1]
    request_id: int
    BLOB_FIELD_NUMBER: _Literal[2]
    @property
    def blob(self) -> _models_pb2.DataBlob: ...
    def __init__(
        self,
        *,
        request_id: int | None = ...,
        blob: _models_pb2.DataBlob | None = ...,
    ) -> None: ...
