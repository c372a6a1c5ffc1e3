"""Written by proto/generate.py from proto/lkpy/protocol/metrics.proto; do not edit."""

from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Literal as _Literal, TypeAlias as _TypeAlias

from google.protobuf import descriptor as _descriptor, message as _message
from google.protobuf.internal import containers as _containers
from google.protobuf.internal.enum_type_wrapper import _EnumTypeWrapper
from google.protobuf import timestamp_pb2 as _timestamp_pb2

DESCRIPTOR: _descriptor.FileDescriptor

class _MetricLabelType(_EnumTypeWrapper[MetricLabel], type): ...

class MetricLabel(int, metaclass=_MetricLabelType):
    """Names known to everybody; larger numbers point into `str_data`."""
    ValueType: _TypeAlias = MetricLabel
    AGENTS_LLM_TTFT: _ClassVar[MetricLabel]
    AGENTS_STT_TTFT: _ClassVar[MetricLabel]
    AGENTS_TTS_TTFB: _ClassVar[MetricLabel]
    CLIENT_VIDEO_SUBSCRIBER_FREEZE_COUNT: _ClassVar[MetricLabel]
    CLIENT_VIDEO_SUBSCRIBER_TOTAL_FREEZE_DURATION: _ClassVar[MetricLabel]
    CLIENT_VIDEO_SUBSCRIBER_PAUSE_COUNT: _ClassVar[MetricLabel]
    CLIENT_VIDEO_SUBSCRIBER_TOTAL_PAUSES_DURATION: _ClassVar[MetricLabel]
    CLIENT_AUDIO_SUBSCRIBER_CONCEALED_SAMPLES: _ClassVar[MetricLabel]
    CLIENT_AUDIO_SUBSCRIBER_SILENT_CONCEALED_SAMPLES: _ClassVar[MetricLabel]
    CLIENT_AUDIO_SUBSCRIBER_CONCEALMENT_EVENTS: _ClassVar[MetricLabel]
    CLIENT_AUDIO_SUBSCRIBER_INTERRUPTION_COUNT: _ClassVar[MetricLabel]
    CLIENT_AUDIO_SUBSCRIBER_TOTAL_INTERRUPTION_DURATION: _ClassVar[MetricLabel]
    CLIENT_SUBSCRIBER_JITTER_BUFFER_DELAY: _ClassVar[MetricLabel]
    CLIENT_SUBSCRIBER_JITTER_BUFFER_EMITTED_COUNT: _ClassVar[MetricLabel]
    CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_BANDWIDTH: _ClassVar[MetricLabel]
    CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_CPU: _ClassVar[MetricLabel]
    CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_OTHER: _ClassVar[MetricLabel]
    PUBLISHER_RTT: _ClassVar[MetricLabel]
    SERVER_MESH_RTT: _ClassVar[MetricLabel]
    SUBSCRIBER_RTT: _ClassVar[MetricLabel]
    METRIC_LABEL_PREDEFINED_MAX_VALUE: _ClassVar[MetricLabel]

AGENTS_LLM_TTFT: MetricLabel
AGENTS_STT_TTFT: MetricLabel
AGENTS_TTS_TTFB: MetricLabel
CLIENT_VIDEO_SUBSCRIBER_FREEZE_COUNT: MetricLabel
CLIENT_VIDEO_SUBSCRIBER_TOTAL_FREEZE_DURATION: MetricLabel
CLIENT_VIDEO_SUBSCRIBER_PAUSE_COUNT: MetricLabel
CLIENT_VIDEO_SUBSCRIBER_TOTAL_PAUSES_DURATION: MetricLabel
CLIENT_AUDIO_SUBSCRIBER_CONCEALED_SAMPLES: MetricLabel
CLIENT_AUDIO_SUBSCRIBER_SILENT_CONCEALED_SAMPLES: MetricLabel
CLIENT_AUDIO_SUBSCRIBER_CONCEALMENT_EVENTS: MetricLabel
CLIENT_AUDIO_SUBSCRIBER_INTERRUPTION_COUNT: MetricLabel
CLIENT_AUDIO_SUBSCRIBER_TOTAL_INTERRUPTION_DURATION: MetricLabel
CLIENT_SUBSCRIBER_JITTER_BUFFER_DELAY: MetricLabel
CLIENT_SUBSCRIBER_JITTER_BUFFER_EMITTED_COUNT: MetricLabel
CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_BANDWIDTH: MetricLabel
CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_CPU: MetricLabel
CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_OTHER: MetricLabel
PUBLISHER_RTT: MetricLabel
SERVER_MESH_RTT: MetricLabel
SUBSCRIBER_RTT: MetricLabel
METRIC_LABEL_PREDEFINED_MAX_VALUE: MetricLabel

class MetricsBatch(_message.Message):
    """What one participant measured since its last batch."""
    DESCRIPTOR: _descriptor.Descriptor
    TIMESTAMP_MS_FIELD_NUMBER: _Literal[1]
    timestamp_ms: int
    NORMALIZED_TIMESTAMP_FIELD_NUMBER: _Literal[2]
    @property
    def normalized_timestamp(self) -> _timestamp_pb2.Timestamp: ...
    STR_DATA_FIELD_NUMBER: _Literal[3]
    @property
    def str_data(self) -> _containers.RepeatedScalarFieldContainer[str]: ...
    TIME_SERIES_FIELD_NUMBER: _Literal[4]
    @property
    def time_series(self) -> _containers.RepeatedCompositeFieldContainer[TimeSeriesMetric]: ...
    EVENTS_FIELD_NUMBER: _Literal[5]
    @property
    def events(self) -> _containers.RepeatedCompositeFieldContainer[EventMetric]: ...
    def __init__(
        self,
        *,
        timestamp_ms: int | None = ...,
        normalized_timestamp: _timestamp_pb2.Timestamp | None = ...,
        str_data: _Iterable[str] | None = ...,
        time_series: _Iterable[TimeSeriesMetric] | None = ...,
        events: _Iterable[EventMetric] | None = ...,
    ) -> None: ...

class TimeSeriesMetric(_message.Message):
    """One quantity over time. Label, identity, track and rid are indices of strings."""
    DESCRIPTOR: _descriptor.Descriptor
    LABEL_FIELD_NUMBER: _Literal[1]
    label: int
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[2]
    participant_identity: int
    TRACK_SID_FIELD_NUMBER: _Literal[3]
    track_sid: int
    SAMPLES_FIELD_NUMBER: _Literal[4]
    @property
    def samples(self) -> _containers.RepeatedCompositeFieldContainer[MetricSample]: ...
    RID_FIELD_NUMBER: _Literal[5]
    rid: int
    def __init__(
        self,
        *,
        label: int | None = ...,
        participant_identity: int | None = ...,
        track_sid: int | None = ...,
        samples: _Iterable[MetricSample] | None = ...,
        rid: int | None = ...,
    ) -> None: ...

class MetricSample(_message.Message):
    DESCRIPTOR: _descriptor.Descriptor
    TIMESTAMP_MS_FIELD_NUMBER: _Literal[1]
    timestamp_ms: int
    NORMALIZED_TIMESTAMP_FIELD_NUMBER: _Literal[2]
    @property
    def normalized_timestamp(self) -> _timestamp_pb2.Timestamp: ...
    VALUE_FIELD_NUMBER: _Literal[3]
    value: float
    def __init__(
        self,
        *,
        timestamp_ms: int | None = ...,
        normalized_timestamp: _timestamp_pb2.Timestamp | None = ...,
        value: float | None = ...,
    ) -> None: ...

class EventMetric(_message.Message):
    """Something that happened, and how long it took."""
    DESCRIPTOR: _descriptor.Descriptor
    LABEL_FIELD_NUMBER: _Literal[1]
    label: int
    PARTICIPANT_IDENTITY_FIELD_NUMBER: _Literal[2]
    participant_identity: int
    TRACK_SID_FIELD_NUMBER: _Literal[3]
    track_sid: int
    START_TIMESTAMP_MS_FIELD_NUMBER: _Literal[4]
    start_timestamp_ms: int
    END_TIMESTAMP_MS_FIELD_NUMBER: _Literal[5]
    end_timestamp_ms: int
    NORMALIZED_START_TIMESTAMP_FIELD_NUMBER: _Literal[6]
    @property
    def normalized_start_timestamp(self) -> _timestamp_pb2.Timestamp: ...
    NORMALIZED_END_TIMESTAMP_FIELD_NUMBER: _Literal[7]
    @property
    def normalized_end_timestamp(self) -> _timestamp_pb2.Timestamp: ...
    METADATA_FIELD_NUMBER: _Literal[8]
    metadata: str
    RID_FIELD_NUMBER: _Literal[9]
    rid: int
    def __init__(
        self,
        *,
        label: int | None = ...,
        participant_identity: int | None = ...,
        track_sid: int | None = ...,
        start_timestamp_ms: int | None = ...,
        end_timestamp_ms: int | None = ...,
        normalized_start_timestamp: _timestamp_pb2.Timestamp | None = ...,
        normalized_end_timestamp: _timestamp_pb2.Timestamp | None = ...,
        metadata: str | None = ...,
        rid: int | None = ...,
    ) -> None: ...

class MetricsRecordingHeader(_message.Message):
    """Opens a recording of metrics."""
    DESCRIPTOR: _descriptor.Descriptor
    ROOM_ID_FIELD_NUMBER: _Literal[1]
    room_id: str
    DURATION_FIELD_NUMBER: _Literal[3]
    duration: int
    START_TIME_FIELD_NUMBER: _Literal[4]
    @property
    def start_time(self) -> _timestamp_pb2.Timestamp: ...
    ROOM_TAGS_FIELD_NUMBER: _Literal[5]
    @property
    def room_tags(self) -> _containers.ScalarMap[str, str]: ...
    ROOM_NAME_FIELD_NUMBER: _Literal[6]
    room_name: str
    ROOM_START_TIME_FIELD_NUMBER: _Literal[7]
    @property
    def room_start_time(self) -> _timestamp_pb2.Timestamp: ...
    JOB_ID_FIELD_NUMBER: _Literal[8]
    job_id: str
    SIMULATED_FIELD_NUMBER: _Literal[9]
    simulated: bool
    REDACTION_ENABLED_FIELD_NUMBER: _Literal[10]
    redaction_enabled: bool
    SESSION_SUMMARY_FIELD_NUMBER: _Literal[11]
    session_summary: str
    def __init__(
        self,
        *,
        room_id: str | None = ...,
        duration: int | None = ...,
        start_time: _timestamp_pb2.Timestamp | None = ...,
        room_tags: _Mapping[str, str] | None = ...,
        room_name: str | None = ...,
        room_start_time: _timestamp_pb2.Timestamp | None = ...,
        job_id: str | None = ...,
        simulated: bool | None = ...,
        redaction_enabled: bool | None = ...,
        session_summary: str | None = ...,
    ) -> None: ...
