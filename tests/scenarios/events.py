"""Events as the scenario files write them: names for sids, words for numbers, habits of an SDK undone."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Quirk = Callable[[list[str], list[str]], list[str]]

STATES = {0: "DISCONNECTED", 1: "CONNECTED", 2: "RECONNECTING"}
REASONS = {
    None: "UNKNOWN",
    0: "UNKNOWN",
    1: "CLIENT_INITIATED",
    2: "DUPLICATE_IDENTITY",
    3: "SERVER_SHUTDOWN",
    4: "PARTICIPANT_REMOVED",
    5: "ROOM_DELETED",
    6: "STATE_MISMATCH",
    10: "ROOM_CLOSED",
}
WORDS: dict[str, tuple[int, Mapping[Any, str]]] = {
    "connection_state_changed": (0, STATES),
    "data_received": (3, {True: "reliable", False: "lossy"}),
    "disconnected": (0, REASONS),
    "participant_disconnected": (1, REASONS),
}
"""Event -> which argument is a number, and its words."""
PLAIN = frozenset({"reliable", "lossy"})
TEXTS = frozenset(
    {
        "data_received",
        "participant_attributes_changed",
        "participant_metadata_changed",
        "participant_name_changed",
        "room_metadata_changed",
        "rpc",
        "text_stream",
    }
)
"""Events that carry the application's texts: those are quoted."""


def as_written(event: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """One event as a scenario file writes it. `names` gives the name of an identity or a track's sid."""
    kind, arguments = event["event"], list(event["args"])
    if kind in WORDS:
        position, words = WORDS[kind]
        arguments[position] = words.get(arguments[position], str(arguments[position]))
    written: list[str] = []
    for argument in arguments:
        if isinstance(argument, str) and argument in names:
            word = names[argument]
        elif argument is None:
            word = "nobody"
        elif isinstance(argument, list):
            word = ",".join(names.get(entry, str(entry)) for entry in argument) or "none"
        elif isinstance(argument, str) and (kind not in TEXTS or argument in PLAIN):
            word = argument
        else:
            word = json.dumps(argument, sort_keys=True, ensure_ascii=False)
        # A track and its publication have one name; it is said once.
        if not (written and written[-1] == word and kind.endswith(("published", "subscribed"))):
            written.append(word)
    return " ".join([kind, *written])


def _told_once(kind: str) -> Quirk:
    """What the SDK tells twice is taken once."""

    def undo(events: list[str], wanted: list[str]) -> list[str]:
        kept: list[str] = []
        for event in events:
            if not (kept and kept[-1] == event and event.startswith(kind)):
                kept.append(event)
        return kept

    return undo


def _old_value_read_late(events: list[str], wanted: list[str]) -> list[str]:
    """The old value is read when the event is told: the new one may be there already."""
    return [
        expected
        if (late := LATE.fullmatch(event)) and expected.startswith(late[1]) and expected.endswith(late[2])
        else event
        for event, expected in itertools.zip_longest(events, wanted[: len(events)], fillvalue="")
    ]


def _own_farewell_untold(events: list[str], wanted: list[str]) -> list[str]:
    """After its own `disconnect()` it sometimes tells the new state only."""
    told = [*events, "disconnected CLIENT_INITIATED"]
    return told if events[-1:] == ["connection_state_changed DISCONNECTED"] and told == wanted else events


LATE = re.compile(r'(participant_(?:metadata|name)_changed \w+ )(".*") \2')
QUIRKS: dict[str, tuple[Quirk, ...]] = {
    "1.2.1": (_told_once("track_muted "), _old_value_read_late, _own_farewell_untold)
}
"""Habits of an SDK that are known, harmless and not copied: what it told, without them, is compared."""


def without_quirks(sdk: str, events: list[str], wanted: list[str]) -> list[str]:
    """The events of an SDK without its known habits."""
    for undo in QUIRKS.get(sdk, ()):
        events = undo(events, wanted)
    return events
