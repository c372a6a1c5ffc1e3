"""What a scenario's lines at the margin do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from livekit import api
from livekit.protocol import models as models

from tests.interop.official import PeerFailed
from tests.scenarios.stage import Differs, Stage

Action = Callable[..., Awaitable[None]]
ACTIONS: list[tuple[re.Pattern[str], Action]] = []
WHO, TRACK, TEXT = r"(?!server )(?P<who>\w+)", r"(?P<track>\w+)", r'(?P<text>".*?")'
WITHOUT: dict[str, dict[str, Any]] = {
    "subscribing": {"auto_subscribe": False},
    "permission to publish": {"can_publish": False, "can_publish_data": True},
    "permission to subscribe": {"can_subscribe": False},
    "permission to send data": {"can_publish_data": False},
    "permission to update metadata": {"can_update_own_metadata": False},
}


def action(pattern: str) -> Callable[[Action], Action]:
    """Make a function the meaning of the lines that match; the groups become its arguments."""

    def add(function: Action) -> Action:
        ACTIONS.append((re.compile(pattern), function))
        return function

    return add


async def perform(stage: Stage, line: str) -> None:
    """Do what a line says. A line that ends with `, refused` has to fail."""
    allowed = line.removesuffix(", refused")
    for pattern, function in ACTIONS:
        match = pattern.fullmatch(allowed)
        if match is None:
            continue
        try:
            await function(stage, **{key: value for key, value in match.groupdict().items() if value})
        except (PeerFailed, api.TwirpError):
            if allowed == line:
                raise
        else:
            if allowed != line:
                raise Differs(f"`{allowed}` was not refused")
        return
    raise LookupError(f"no such action: {line}")


# Joining and leaving ---
@action(r"(?P<names>\w+(, \w+)*) (is|are) in the room")
async def are_in_the_room(stage: Stage, names: str) -> None:
    """They join one after the other; what they see of it is another scenario's matter."""
    everybody = names.split(", ")
    in_order: dict[str, list[str]] = {}
    for position, name in enumerate(everybody):
        participant = await stage.join(name, name)
        in_order[name] = ["connection_state_changed CONNECTED"]
        for earlier in everybody[:position]:
            in_order[earlier].append(f"participant_connected {name}")
            await stage.until(stage.participants[earlier], in_order[earlier], set())
    for name in everybody:
        participant = stage.participants[name]
        await stage.until(participant, in_order[name], set())
        participant.skip = len(participant.seen)


@action(rf"{WHO} joins( as (?P<identity>\w+))?( without (?P<without>[\w ]+))?")
async def joins(stage: Stage, who: str, identity: str = "", without: str = "") -> None:
    """A participant connects; `as` gives it another's identity."""
    await stage.join(who, identity or who, **(WITHOUT[without] if without else {}))


@action(rf"{WHO} joins, an agent")
async def joins_as_agent(stage: Stage, who: str) -> None:
    """A participant of the kind that programs are connects."""
    await stage.join(who, who, kind="agent")


@action(rf"{WHO} leaves")
async def leaves(stage: Stage, who: str) -> None:
    """A participant disconnects."""
    await stage.participants[who].call("leave")


# Tracks ---
@action(rf"{WHO} publishes {TRACK}( as (?P<source>\w+))?")
async def publishes(stage: Stage, who: str, track: str, source: str = "microphone") -> None:
    """An audio track is published."""
    answer = await stage.participants[who].call("publish", name=track, source=source, idle=True)
    stage.published(who, track, answer["sid"])


@action(rf"{WHO} (?P<how>mutes|unmutes) {TRACK}")
async def mutes(stage: Stage, who: str, how: str, track: str) -> None:
    """A participant mutes or unmutes its own track."""
    await stage.participants[who].call("mute", sid=stage.tracks[track][1], muted=how == "mutes")


@action(rf"{WHO} unpublishes {TRACK}")
async def unpublishes(stage: Stage, who: str, track: str) -> None:
    """A participant takes its own track back."""
    await stage.participants[who].call("unpublish", sid=stage.tracks[track][1])


@action(rf"{WHO} (?P<how>subscribes to|unsubscribes from) {TRACK}")
async def subscribes(stage: Stage, who: str, how: str, track: str) -> None:
    """A participant subscribes to somebody's track, or no longer."""
    on = how == "subscribes to"
    await stage.participants[who].call("subscribe", sid=stage.tracks[track][1], on=on)


@action(rf"{WHO} lets (?P<listener>everybody|nobody|\w+) hear( only {TRACK}| everything)")
async def lets_hear(stage: Stage, who: str, listener: str, track: str = "") -> None:
    """Subscription permissions: for all, for none, or one participant (a track or everything)."""
    allowed = []
    if listener not in {"everybody", "nobody"}:
        allowed = [[listener, not track, [stage.tracks[track][1]] if track else []]]
    await stage.participants[who].call("allow", all=listener == "everybody", participants=allowed)


# Metadata ---
@action(rf"{WHO} sets (?P<what>metadata|name) to {TEXT}")
async def sets(stage: Stage, who: str, what: str, text: str) -> None:
    """A participant changes its own metadata or name."""
    await stage.participants[who].call("set", **{what: json.loads(text)})


@action(rf"{WHO} sets attributes (?P<attributes>\{{.*\}})")
async def sets_attributes(stage: Stage, who: str, attributes: str) -> None:
    """A participant changes its own attributes; an empty value deletes."""
    await stage.participants[who].call("set", attributes=json.loads(attributes))


@action(rf"{WHO} knows (?P<whom>\w+): (?P<facts>.*)")
async def knows(stage: Stage, who: str, whom: str, facts: str) -> None:
    """What its room shows of somebody: `name "x"`, `metadata "x"`, `attributes {}`, `tracks a, b`, `gone`."""
    state = await stage.participants[who].call("state")
    person = state["participants"].get(whom)
    found: Any
    wanted: Any
    for fact in facts.split("; "):
        what, _, value = fact.partition(" ")
        if what == "gone":
            found, wanted = person is None, True
        elif what == "tracks":
            tracks = person["tracks"].items()
            found = sorted(stage.names[sid] + (" (muted)" if track["muted"] else "") for sid, track in tracks)
            wanted = sorted(value.split(", ")) if value != "none" else []
        else:
            found, wanted = person[what], json.loads(value)
        if found != wanted:
            raise Differs(f"{who} knows {whom}: {what} {found!r}, not {wanted!r}")


# Data ---
@action(rf"{WHO} sends {TEXT}( to (?P<to>\w+))?( on (?P<topic>\w+))?(?P<lossy>, lossy)?")
async def sends(stage: Stage, who: str, text: str, to: str = "", topic: str = "", lossy: str = "") -> None:
    """A participant sends a message."""
    await stage.participants[who].call(
        "send_data",
        text=json.loads(text),
        destinations=[to] if to else [],
        topic=topic,
        reliable=not lossy,
    )


@action(rf"{WHO} dials (?P<digit>[0-9*])")
async def dials(stage: Stage, who: str, digit: str) -> None:
    """A key of a telephone is pressed."""
    await stage.participants[who].call("dial", code="0123456789*".index(digit), digit=digit)


@action(rf"{WHO} transcribes {TEXT} of (?P<whom>\w+) on {TRACK}")
async def transcribes(stage: Stage, who: str, text: str, whom: str, track: str) -> None:
    """An agent tells what it heard on a track."""
    await stage.participants[who].call(
        "transcribe", text=json.loads(text), whom=whom, sid=stage.tracks[track][1]
    )


@action(rf"{WHO} reads (?P<kind>text|byte) streams on (?P<topic>\w+)")
async def reads_streams(stage: Stage, who: str, kind: str, topic: str) -> None:
    """A participant registers a stream handler."""
    await stage.participants[who].call("listen_for", **{"text" if kind == "text" else "bytes": [topic]})


@action(rf"{WHO} sends the text {TEXT}( times (?P<times>\d+))?( to (?P<to>\w+))? on (?P<topic>\w+)")
async def sends_text(stage: Stage, who: str, text: str, topic: str, times: str = "1", to: str = "") -> None:
    """A participant sends a text stream."""
    whole = json.loads(text) * int(times)
    await stage.participants[who].call("send_text", text=whole, topic=topic, destinations=[to] if to else [])


@action(rf"{WHO} sends (?P<size>\d+) bytes( to (?P<to>\w+))? on (?P<topic>\w+)")
async def sends_bytes(stage: Stage, who: str, size: str, topic: str, to: str = "") -> None:
    """A participant sends a byte stream; who reads it sees size and SHA-256, and `bytes` stands for both."""
    answer = await stage.participants[who].call(
        "send_bytes", size=int(size), topic=topic, destinations=[to] if to else []
    )
    stage.names[answer["sha256"]] = "intact"


@action(rf"{WHO} answers (?P<method>\w+) with (?P<how>{TEXT}|error \d+ \".*\"|an exception)")
async def answers(stage: Stage, who: str, method: str, how: str, text: str = "") -> None:
    """A participant registers an RPC method."""
    command: dict[str, Any] = {"raises": True}
    if text:
        command = {"answers": json.loads(text)}
    elif how.startswith("error"):
        _, code, message = how.split(" ", 2)
        command = {"error": [int(code), json.loads(message)]}
    await stage.participants[who].call("register", method=method, **command)


@action(rf"{WHO} calls (?P<method>\w+) of (?P<to>\w+) with {TEXT} and gets (?P<wanted>\".*\"|\d+)")
async def calls(stage: Stage, who: str, method: str, to: str, text: str, wanted: str) -> None:
    """A participant calls another's RPC method: its answer, or the error's code."""
    answer = await stage.participants[who].call("call", to=to, method=method, payload=json.loads(text))
    found = answer.get("answer", answer.get("code"))
    if found != json.loads(wanted):
        raise Differs(f"{who} got {answer}, not {wanted}")


# The server's API ---
@action(rf"server mutes {TRACK}")
async def server_mutes(stage: Stage, track: str) -> None:
    """MutePublishedTrack."""
    who, sid = stage.tracks[track]
    identity = stage.participants[who].identity
    await stage.server.mute_published_track(
        api.MuteRoomTrackRequest(room=stage.room, identity=identity, track_sid=sid, muted=True)
    )


@action(r"server removes (?P<whom>\w+)")
async def server_removes(stage: Stage, whom: str) -> None:
    """RemoveParticipant."""
    await stage.server.remove_participant(api.RoomParticipantIdentity(room=stage.room, identity=whom))


@action(r"server deletes the room")
async def server_deletes(stage: Stage) -> None:
    """DeleteRoom."""
    await stage.server.delete_room(api.DeleteRoomRequest(room=stage.room))


@action(r"server updates (?P<whom>\w+): (?P<changes>\{.*\})")
async def server_updates(stage: Stage, whom: str, changes: str) -> None:
    """UpdateParticipant: metadata, name, attributes, as JSON."""
    await stage.server.update_participant(
        api.UpdateParticipantRequest(room=stage.room, identity=whom, **json.loads(changes))
    )


@action(r"server lets (?P<whom>\w+) (?P<what>[\w, ]+)")
async def server_lets(stage: Stage, whom: str, what: str) -> None:
    """UpdateParticipant with a permission: `subscribe`, `publish`, `send`, `update`, or `nothing`."""
    permission = models.ParticipantPermission(
        can_subscribe="subscribe" in what,
        can_publish="publish" in what,
        can_publish_data="send" in what,
        can_update_metadata="update" in what,
    )
    await stage.server.update_participant(
        api.UpdateParticipantRequest(room=stage.room, identity=whom, permission=permission)
    )


@action(rf"server sends {TEXT}( to (?P<to>\w+))?( on (?P<topic>\w+))?")
async def server_sends(stage: Stage, text: str, to: str = "", topic: str = "") -> None:
    """SendData."""
    request = api.SendDataRequest(
        room=stage.room,
        data=json.loads(text).encode(),
        kind=models.DataPacket.Kind.RELIABLE,
        destination_identities=[to] if to else [],
    )
    if topic:
        request.topic = topic
    await stage.server.send_data(request)


@action(rf"server sets the room's metadata to {TEXT}")
async def server_sets_room(stage: Stage, text: str) -> None:
    """UpdateRoomMetadata."""
    await stage.server.update_room_metadata(
        api.UpdateRoomMetadataRequest(room=stage.room, metadata=json.loads(text))
    )


@action(rf"server (?P<how>subscribes|unsubscribes) (?P<whom>\w+) (to|from) {TRACK}")
async def server_subscribes(stage: Stage, how: str, whom: str, track: str) -> None:
    """UpdateSubscriptions."""
    await stage.server.update_subscriptions(
        api.UpdateSubscriptionsRequest(
            room=stage.room,
            identity=whom,
            track_sids=[stage.tracks[track][1]],
            subscribe=how == "subscribes",
        )
    )


@action(r"server lists (?P<wanted>\w+(, \w+)*)")
async def server_lists(stage: Stage, wanted: str) -> None:
    """ListParticipants tells just these."""
    answer = await stage.server.list_participants(api.ListParticipantsRequest(room=stage.room))
    found = sorted(participant.identity for participant in answer.participants)
    if found != sorted(wanted.split(", ")):
        raise Differs(f"the server lists {found}")


@action(r"(?P<seconds>[\d.]+) seconds pass")
async def seconds_pass(stage: Stage, seconds: str) -> None:
    """For what must not happen."""
    await asyncio.sleep(float(seconds))
