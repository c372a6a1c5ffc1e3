"""The roster: snapshots in, events out, in the measured order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.session import events as ev
from lkpy.session.roster import Roster

Info = models.ParticipantInfo


def track(sid: str, **fields: object) -> models.TrackInfo:
    return models.TrackInfo(sid=sid, type=models.AUDIO, **fields)  # type: ignore[arg-type]


def participant(identity: str, sid: str = "", version: int = 1, **fields: object) -> Info:
    fields.setdefault("state", Info.JOINED)
    return Info(identity=identity, sid=sid or f"PA_{identity}", version=version, **fields)  # type: ignore[arg-type]


def roster(*others: Info) -> Roster:
    room = Roster()
    room.joined(
        rtc.JoinResponse(room={"name": "lobby"}, participant=participant("me"), other_participants=others)
    )
    return room


def names(events: list[ev.SessionEvent]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_who_is_there_at_the_join_makes_no_event() -> None:
    room = roster(participant("bob", tracks=[track("TR_1")]))
    assert [info.identity for info in room.initial] == ["bob"]
    assert room.update([participant("bob", tracks=[track("TR_1")])]) == [
        ev.ParticipantUpdated(participant("bob", tracks=[track("TR_1")]))
    ]


def test_a_track_that_changes_is_told_and_muting_only_when_it_does() -> None:
    room = roster(participant("bob", tracks=[track("TR_1"), track("TR_2")]))
    events = room.update([participant("bob", version=2, tracks=[track("TR_1", name="n"), track("TR_2")])])
    assert events[1:] == [ev.TrackUpdated("bob", track("TR_1", name="n"))]
    muted = [track("TR_1", name="n", muted=True), track("TR_2")]
    events = room.update([participant("bob", version=3, tracks=muted)])
    assert events[1:] == [ev.TrackUpdated("bob", muted[0]), ev.TrackMuted("bob", "TR_1", True)]


def test_who_is_behind_a_sid() -> None:
    room = roster(participant("bob", tracks=[track("TR_1"), track("TR_2")]), participant("carol"))
    assert [room.identity_of(sid) for sid in ("PA_me", "PA_carol", "PA_dave")] == ["me", "carol", None]
    assert [room.owner_of(sid) for sid in ("TR_2", "TR_3")] == ["bob", None]


def test_arrival_with_tracks_and_active() -> None:
    events = roster().update([participant("bob", state=Info.ACTIVE, tracks=[track("TR_1"), track("TR_2")])])
    assert names(events) == ["ParticipantConnected", "ParticipantActive", "TrackPublished", "TrackPublished"]


def test_everything_at_once_comes_in_the_measured_order() -> None:
    room = roster(participant("bob", name="b", metadata="m", attributes={"x": "1", "y": "2"}))
    events = room.update(
        [
            participant(
                "bob",
                version=2,
                state=Info.ACTIVE,
                name="B",
                metadata="M",
                attributes={"x": "3"},
                permission=models.ParticipantPermission(can_publish=True),
                tracks=[track("TR_1")],
            )
        ]
    )
    assert names(events) == [
        "ParticipantUpdated",
        "NameChanged",
        "MetadataChanged",
        "AttributesChanged",
        "PermissionsChanged",
        "TrackPublished",
        "ParticipantActive",
    ]
    assert events[3] == ev.AttributesChanged("bob", {"x": "3", "y": ""})


def test_mute_and_unpublish() -> None:
    room = roster(participant("bob", tracks=[track("TR_1")]))
    assert names(room.update([participant("bob", version=2, tracks=[track("TR_1", muted=True)])])) == [
        "ParticipantUpdated",
        "TrackUpdated",
        "TrackMuted",
    ]
    assert names(room.update([participant("bob", version=3)])) == ["ParticipantUpdated", "TrackUnpublished"]


def test_leaving_unpublishes_first() -> None:
    room = roster(participant("bob", tracks=[track("TR_1")]))
    gone = participant("bob", version=2, state=Info.DISCONNECTED, disconnect_reason=models.ROOM_DELETED)
    assert room.update([gone]) == [
        ev.TrackUnpublished("bob", "TR_1"),
        ev.ParticipantDisconnected("bob", models.ROOM_DELETED),
    ]
    assert room.update([gone]) == []


def test_an_identity_with_a_new_sid_is_one_gone_and_one_come() -> None:
    room = roster(participant("bob", sid="PA_1", version=9, tracks=[track("TR_1")]))
    events = room.update([participant("bob", sid="PA_2", version=1)])
    assert names(events) == ["TrackUnpublished", "ParticipantDisconnected", "ParticipantConnected"]
    assert room.identity_of("PA_2") == "bob"
    assert room.identity_of("PA_1") is None


def test_the_end_of_an_older_session_does_not_end_the_newer_one() -> None:
    room = roster(participant("bob", sid="PA_2"))
    assert room.update([participant("bob", sid="PA_1", state=Info.DISCONNECTED)]) == []
    assert room.identity_of("PA_2") == "bob"


def test_older_snapshots_are_ignored() -> None:
    room = roster(participant("bob", version=5, name="new"))
    assert room.update([participant("bob", version=4, name="old")]) == []


def test_our_own_changes() -> None:
    room = roster()
    events = room.update([participant("me", version=2, metadata="hello")])
    assert names(events) == ["ParticipantUpdated", "MetadataChanged"]
    assert room.update([participant("me", sid="PA_other", version=3, metadata="stranger")]) == []


def test_sids_without_identity_are_found() -> None:
    room = roster(participant("bob", tracks=[track("TR_1")]))
    events = room.update([Info(sid="PA_bob", version=2, state=Info.JOINED)])
    assert events[-1] == ev.TrackUnpublished("bob", "TR_1")
    assert room.owner_of("TR_1") is None


_snapshots = st.builds(
    lambda identity, session, version, state, tracks: Info(
        identity=identity,
        sid=f"PA_{identity}_{session}",
        version=version,
        state=state,
        tracks=[track(f"TR_{identity}_{n}", muted=muted) for n, muted in tracks.items()],
    ),
    st.sampled_from(["bob", "carol", "me"]),
    st.integers(0, 2),
    st.integers(0, 5),
    st.sampled_from([Info.JOINED, Info.ACTIVE, Info.DISCONNECTED]),
    st.dictionaries(st.integers(0, 3), st.booleans(), max_size=3),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_snapshots, max_size=25))
def test_events_replayed_give_the_roster(history: list[Info]) -> None:
    """Whoever applies the events has the same participants, tracks and mutes as the roster."""
    room = roster()
    seen: dict[str, dict[str, bool]] = {}
    for snapshot in history:
        for event in room.update([snapshot]):
            match event:
                case ev.ParticipantConnected(info):
                    assert info.identity not in seen
                    seen[info.identity] = {}
                case ev.ParticipantDisconnected(identity, _):
                    assert seen.pop(identity) == {}
                case ev.TrackPublished(identity, info):
                    assert info.sid not in seen[identity]
                    seen[identity][info.sid] = info.muted
                case ev.TrackUnpublished(identity, sid):
                    del seen[identity][sid]
                case ev.TrackMuted(identity, sid, muted):
                    assert seen[identity][sid] != muted
                    seen[identity][sid] = muted
        assert seen == {
            identity: {t.sid: t.muted for t in info.tracks} for identity, info in room.remote.items()
        }


def test_a_move_replaces_everybody_and_is_told_last() -> None:
    room = roster(participant("bob", tracks=[track("TR_1")]), participant("carol"))
    events = room.move(
        rtc.RoomMovedResponse(
            room={"name": "den"},
            token="new",
            participant=participant("me", sid="PA_new", version=0, metadata="moved"),
            other_participants=[
                participant("bob", state=Info.DISCONNECTED),
                participant("bob", sid="PA_bob2", state=Info.ACTIVE, tracks=[track("TR_2")]),
            ],
        )
    )
    assert names(events) == [
        "TokenRefreshed",
        "ParticipantUpdated",
        "MetadataChanged",
        "TrackUnpublished",
        "ParticipantDisconnected",
        "ParticipantDisconnected",
        "ParticipantConnected",
        "ParticipantActive",
        "TrackPublished",
        "RoomUpdated",
        "Moved",
    ]
    assert (room.local.sid, room.room.name) == ("PA_new", "den")
    assert {identity: info.sid for identity, info in room.remote.items()} == {"bob": "PA_bob2"}


def test_a_move_that_says_nothing_leaves_only_ourselves() -> None:
    room = roster(participant("bob"))
    assert names(room.move(rtc.RoomMovedResponse())) == ["ParticipantDisconnected", "Moved"]
    assert (room.local.sid, room.room.name, dict(room.remote)) == ("PA_me", "lobby", {})
