"""Our definitions against those of the `livekit-protocol` package: the same wire, message by message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor
from livekit.protocol import metrics as their_metrics
from livekit.protocol import models as their_models
from livekit.protocol import room as their_room
from livekit.protocol import rtc as their_rtc

from lkpy.protocol import metrics_pb2, models_pb2, room_pb2, rtc_pb2

FILES = {
    "models": (models_pb2.DESCRIPTOR, their_models.DESCRIPTOR),
    "rtc": (rtc_pb2.DESCRIPTOR, their_rtc.DESCRIPTOR),
    "metrics": (metrics_pb2.DESCRIPTOR, their_metrics.DESCRIPTOR),
    "room": (room_pb2.DESCRIPTOR, their_room.DESCRIPTOR),
}

_EGRESS = "its type belongs to the egress API, which a client and a test SFU never see"
_AGENT = "its type belongs to the agent dispatch API, which a client and a test SFU never see"

LEFT_OUT_FIELDS = {
    "CreateRoomRequest.agents": _AGENT,
    "RoomAgent.dispatches": _AGENT,
    "RoomConfiguration.agents": _AGENT,
    "RoomEgress.participant": _EGRESS,
    "RoomEgress.room": _EGRESS,
    "RoomEgress.tracks": _EGRESS,
}
"""Fields that LiveKit has and we have not, and why. Protobuf keeps them as unknown fields when they come."""

LEFT_OUT_FILES = {
    "livekit_agent*, livekit_cloud_agent, livekit_agentdb": "workers, dispatch: server to server",
    "livekit_analytics": "server to cloud",
    "livekit_connector*": "server API, no client message",
    "livekit_egress, livekit_ingress, livekit_sip": "server APIs, no client message",
    "livekit_webhook": "server to web application",
    "logger/options": "options for Go loggers; no bytes on the wire",
}
"""Files of `livekit-protocol` without a counterpart here, and why."""


def _name(descriptor: Descriptor | EnumDescriptor | None) -> str | None:
    """The full name without the package; well-known types keep theirs."""
    if descriptor is None:
        return None
    return descriptor.full_name.removeprefix("lkpy.").removeprefix("livekit.")


def _field(field: FieldDescriptor) -> dict[str, object]:
    """All that decides what a field looks like on the wire and in JSON."""
    oneof = field.containing_oneof
    return {
        "number": field.number,
        "type": field.type,
        "repeated": _repeated(field),
        "packed": field.is_packed,
        "presence": field.has_presence,
        "message": _name(field.message_type),
        "enum": _name(field.enum_type),
        "oneof": oneof.name if oneof is not None else None,
        "json": field.json_name,
    }


def _repeated(field: Any) -> bool:
    """`label` was replaced by `is_repeated` in protobuf 6.31."""
    return bool(field.is_repeated) if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def _messages(container: FileDescriptor | Descriptor) -> Iterator[Descriptor]:
    if isinstance(container, FileDescriptor):
        found = container.message_types_by_name
    else:
        found = container.nested_types_by_name
    for message in found.values():
        yield message
        yield from _messages(message)


def _enums(file: FileDescriptor) -> Iterator[EnumDescriptor]:
    yield from file.enum_types_by_name.values()
    for message in _messages(file):
        yield from message.enum_types


@pytest.mark.parametrize("name", FILES)
def test_messages_are_the_same(name: str) -> None:
    ours, theirs = FILES[name]
    our_messages = {_name(m): m for m in _messages(ours)}
    their_messages = {_name(m): m for m in _messages(theirs)}
    assert our_messages.keys() == their_messages.keys()
    for full, message in their_messages.items():
        expected = {
            field.name: _field(field)
            for field in message.fields
            if f"{full}.{field.name}" not in LEFT_OUT_FIELDS
        }
        assert {field.name: _field(field) for field in our_messages[full].fields} == expected, full
        assert our_messages[full].GetOptions().map_entry == message.GetOptions().map_entry


@pytest.mark.parametrize("name", FILES)
def test_enums_are_the_same(name: str) -> None:
    ours, theirs = FILES[name]
    our_enums = {_name(e): [(v.name, v.number) for v in e.values] for e in _enums(ours)}
    their_enums = {_name(e): [(v.name, v.number) for v in e.values] for e in _enums(theirs)}
    assert our_enums == their_enums


def test_what_is_left_out_exists_and_is_reserved() -> None:
    for full in LEFT_OUT_FIELDS:
        message, _, field = full.rpartition(".")
        number = their_room.DESCRIPTOR.message_types_by_name[message].fields_by_name[field].number
        ours = room_pb2.DESCRIPTOR.message_types_by_name[message]
        assert number not in ours.fields_by_number
        assert number in _reserved(ours), full


def _reserved(message: Descriptor) -> set[int]:
    proto = descriptor_pb2.FileDescriptorProto.FromString(message.file.serialized_pb)
    ranges = next(m for m in proto.message_type if m.name == message.name).reserved_range
    return {number for item in ranges for number in range(item.start, item.end)}


def test_unknown_fields_survive_a_round_trip() -> None:
    theirs = their_room.RoomConfiguration(name="lobby", agents=[{"agent_name": "x"}])
    ours = room_pb2.RoomConfiguration.FromString(theirs.SerializeToString())
    assert their_room.RoomConfiguration.FromString(ours.SerializeToString()) == theirs


def test_our_package_is_not_theirs() -> None:
    assert {ours.package for ours, _ in FILES.values()} == {"lkpy"}
    assert all(theirs.package == "livekit" for _, theirs in FILES.values())
