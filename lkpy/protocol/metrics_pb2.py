"""Written by proto/generate.py from proto/lkpy/protocol/metrics.proto; do not edit."""

from google.protobuf import descriptor_pool as _descriptor_pool
from google.protobuf.internal import builder as _builder

import google.protobuf.timestamp_pb2

DESCRIPTOR = _descriptor_pool.Default().AddSerializedFile(
    b'\n\x1blkpy/protocol/metrics.proto\x12\x04lkpy\x1a\x1fgoogle/protobuf/timestamp.proto"\xc0\x01\n\x0c'
    b'MetricsBatch\x12\x14\n\x0ctimestamp_ms\x18\x01 \x01(\x03\x128\n\x14normalized_timestamp\x18\x02 \x01'
    b'(\x0b2\x1a.google.protobuf.Timestamp\x12\x10\n\x08str_data\x18\x03 \x03(\t\x12+\n\x0btime_series\x18'
    b'\x04 \x03(\x0b2\x16.lkpy.TimeSeriesMetric\x12!\n\x06events\x18\x05 \x03(\x0b2\x11.lkpy.EventMetric'
    b'"\x84\x01\n\x10TimeSeriesMetric\x12\r\n\x05label\x18\x01 \x01(\r\x12\x1c\n\x14participant_identity'
    b'\x18\x02 \x01(\r\x12\x11\n\ttrack_sid\x18\x03 \x01(\r\x12#\n\x07samples\x18\x04 \x03(\x0b2\x12.lkp'
    b'y.MetricSample\x12\x0b\n\x03rid\x18\x05 \x01(\r"m\n\x0cMetricSample\x12\x14\n\x0ctimestamp_ms\x18\x01'
    b' \x01(\x03\x128\n\x14normalized_timestamp\x18\x02 \x01(\x0b2\x1a.google.protobuf.Timestamp\x12\r\n'
    b'\x05value\x18\x03 \x01(\x02"\xdc\x02\n\x0bEventMetric\x12\r\n\x05label\x18\x01 \x01(\r\x12\x1c\n\x14'
    b'participant_identity\x18\x02 \x01(\r\x12\x11\n\ttrack_sid\x18\x03 \x01(\r\x12\x1a\n\x12start_times'
    b'tamp_ms\x18\x04 \x01(\x03\x12\x1d\n\x10end_timestamp_ms\x18\x05 \x01(\x03H\x00\x88\x01\x01\x12>\n\x1a'
    b'normalized_start_timestamp\x18\x06 \x01(\x0b2\x1a.google.protobuf.Timestamp\x12A\n\x18normalized_e'
    b'nd_timestamp\x18\x07 \x01(\x0b2\x1a.google.protobuf.TimestampH\x01\x88\x01\x01\x12\x10\n\x08metada'
    b'ta\x18\x08 \x01(\t\x12\x0b\n\x03rid\x18\t \x01(\rB\x13\n\x11_end_timestamp_msB\x1b\n\x19_normalize'
    b'd_end_timestamp"\xfa\x02\n\x16MetricsRecordingHeader\x12\x0f\n\x07room_id\x18\x01 \x01(\t\x12\x10\n'
    b'\x08duration\x18\x03 \x01(\x04\x12.\n\nstart_time\x18\x04 \x01(\x0b2\x1a.google.protobuf.Timestamp'
    b'\x12=\n\troom_tags\x18\x05 \x03(\x0b2*.lkpy.MetricsRecordingHeader.RoomTagsEntry\x12\x11\n\troom_n'
    b'ame\x18\x06 \x01(\t\x123\n\x0froom_start_time\x18\x07 \x01(\x0b2\x1a.google.protobuf.Timestamp\x12'
    b'\x0e\n\x06job_id\x18\x08 \x01(\t\x12\x11\n\tsimulated\x18\t \x01(\x08\x12\x19\n\x11redaction_enabl'
    b'ed\x18\n \x01(\x08\x12\x17\n\x0fsession_summary\x18\x0b \x01(\t\x1a/\n\rRoomTagsEntry\x12\x0b\n\x03'
    b'key\x18\x01 \x01(\t\x12\r\n\x05value\x18\x02 \x01(\t:\x028\x01*\x81\x07\n\x0bMetricLabel\x12\x13\n'
    b'\x0fAGENTS_LLM_TTFT\x10\x00\x12\x13\n\x0fAGENTS_STT_TTFT\x10\x01\x12\x13\n\x0fAGENTS_TTS_TTFB\x10\x02'
    b'\x12(\n$CLIENT_VIDEO_SUBSCRIBER_FREEZE_COUNT\x10\x03\x121\n-CLIENT_VIDEO_SUBSCRIBER_TOTAL_FREEZE_D'
    b"URATION\x10\x04\x12'\n#CLIENT_VIDEO_SUBSCRIBER_PAUSE_COUNT\x10\x05\x121\n-CLIENT_VIDEO_SUBSCRIBER_"
    b'TOTAL_PAUSES_DURATION\x10\x06\x12-\n)CLIENT_AUDIO_SUBSCRIBER_CONCEALED_SAMPLES\x10\x07\x124\n0CLIE'
    b'NT_AUDIO_SUBSCRIBER_SILENT_CONCEALED_SAMPLES\x10\x08\x12.\n*CLIENT_AUDIO_SUBSCRIBER_CONCEALMENT_EV'
    b'ENTS\x10\t\x12.\n*CLIENT_AUDIO_SUBSCRIBER_INTERRUPTION_COUNT\x10\n\x127\n3CLIENT_AUDIO_SUBSCRIBER_'
    b'TOTAL_INTERRUPTION_DURATION\x10\x0b\x12)\n%CLIENT_SUBSCRIBER_JITTER_BUFFER_DELAY\x10\x0c\x121\n-CL'
    b'IENT_SUBSCRIBER_JITTER_BUFFER_EMITTED_COUNT\x10\r\x12@\n<CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION'
    b'_DURATION_BANDWIDTH\x10\x0e\x12:\n6CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_CPU\x10\x0f\x12'
    b'<\n8CLIENT_VIDEO_PUBLISHER_QUALITY_LIMITATION_DURATION_OTHER\x10\x10\x12\x11\n\rPUBLISHER_RTT\x10\x11'
    b'\x12\x13\n\x0fSERVER_MESH_RTT\x10\x12\x12\x12\n\x0eSUBSCRIBER_RTT\x10\x13\x12&\n!METRIC_LABEL_PRED'
    b'EFINED_MAX_VALUE\x10\x80 b\x06proto3'
)
_builder.BuildMessageAndEnumDescriptors(DESCRIPTOR, globals())
_builder.BuildTopDescriptorsAndMessages(DESCRIPTOR, "lkpy.protocol.metrics_pb2", globals())
