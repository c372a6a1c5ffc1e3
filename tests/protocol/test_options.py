"""The public enums, options and stats have the names and values that users of the official SDK know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor

from lkpy.protocol import options_pb2, stats_pb2

CONTRACT: dict[str, Any] = json.loads(
    (Path(__file__).parent.parent / "data" / "public_messages.json").read_text()
)

PYTHON_ENUMS = {
    "ConnectionQuality": "an IntEnum with QUALITY_UNKNOWN = -1",
    "DegradationPreference": "an IntEnum without the prefix of the values",
}
"""Enums that the public API has as Python enums; the module above makes them from these."""


@pytest.mark.parametrize("name", sorted(CONTRACT["enums"]))
def test_enum(name: str) -> None:
    expected: dict[str, int] = CONTRACT["enums"][name]
    enum = getattr(options_pb2, name)
    if name in PYTHON_ENUMS:
        values = {key.removeprefix("DEGRADATION_PREFERENCE_"): value for key, value in enum.items()}
        assert values == {key: value for key, value in expected.items() if value >= 0}
    else:
        assert dict(enum.items()) == expected
        assert all(enum.Name(value) == key and enum.Value(key) == value for key, value in expected.items())


def described(message: Descriptor) -> dict[str, Any]:
    return {
        field.name: {
            "type": field.type,
            "message": field.message_type.name if field.message_type else None,
            "enum": field.enum_type.name if field.enum_type else None,
            "repeated": repeated(field),
        }
        for field in message.fields
    }


def repeated(field: Any) -> bool:
    """`label` was replaced by `is_repeated` in protobuf 6.31."""
    return bool(field.is_repeated) if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


@pytest.mark.parametrize("group", ["messages", "stats"])
def test_messages(group: str) -> None:
    module = options_pb2 if group == "messages" else stats_pb2
    for name, fields in CONTRACT[group].items():
        assert described(getattr(module, name).DESCRIPTOR) == fields, name


def test_every_single_field_has_presence() -> None:
    """Not set is not the same as zero: `dtx=False` switches DTX off, no `dtx` leaves the default."""
    for module in (options_pb2, stats_pb2):
        for message in module.DESCRIPTOR.message_types_by_name.values():
            for field in message.fields:
                assert field.has_presence or repeated(field), field.full_name


def test_every_stats_entry_carries_id_and_time() -> None:
    for field in stats_pb2.RtcStats.DESCRIPTOR.fields:
        if field.name != "track":
            entry = getattr(stats_pb2.RtcStats(), field.name)
            assert isinstance(entry.rtc, stats_pb2.RtcStatsData)
