"""Streams and publications meet, whichever comes first."""

from lkpy.session import events as ev
from lkpy.session.subscriptions import PUBLICATION_TIMEOUT, Subscriptions

SHOWN = ev.TrackSubscribed("bob", "TR_1", "media")
HIDDEN = ev.TrackUnsubscribed("bob", "TR_1")


def test_publication_then_stream() -> None:
    subscriptions = Subscriptions()
    assert subscriptions.publication_added("TR_1", "bob") == []
    assert subscriptions.receiver_added("TR_1", "PA_bob", "media", 0.0) == [SHOWN]
    assert subscriptions.next_deadline() is None


def test_stream_then_publication() -> None:
    subscriptions = Subscriptions()
    assert subscriptions.receiver_added("TR_1", "PA_bob", "media", 1.0) == []
    assert subscriptions.next_deadline() == 1.0 + PUBLICATION_TIMEOUT
    assert subscriptions.publication_added("TR_1", "bob") == [SHOWN]
    assert subscriptions.handle_timeout(99.0) == []


def test_a_stream_that_nobody_announces_fails_once() -> None:
    subscriptions = Subscriptions()
    subscriptions.receiver_added("TR_1", "PA_bob", "media", 0.0)
    assert subscriptions.handle_timeout(PUBLICATION_TIMEOUT - 0.1) == []
    (failed,) = subscriptions.handle_timeout(PUBLICATION_TIMEOUT)
    assert isinstance(failed, ev.TrackSubscriptionFailed)
    assert (failed.participant_sid, failed.track_sid) == ("PA_bob", "TR_1")
    assert "TR_1" in failed.error
    assert subscriptions.next_deadline() is None


def test_unpublish_hides_the_track_and_the_late_section_does_not_again() -> None:
    subscriptions = Subscriptions()
    subscriptions.publication_added("TR_1", "bob")
    subscriptions.receiver_added("TR_1", "PA_bob", "media", 0.0)
    assert subscriptions.publication_removed("TR_1") == [HIDDEN]
    assert subscriptions.receiver_removed("TR_1", "media") == []


def test_refusing_is_immediate_and_wanting_again_waits_for_the_server() -> None:
    subscriptions = Subscriptions()
    subscriptions.publication_added("TR_1", "bob")
    subscriptions.receiver_added("TR_1", "PA_bob", "media", 0.0)
    assert subscriptions.refuse("TR_1") == [HIDDEN]
    assert subscriptions.receiver_removed("TR_1", "media") == []
    assert subscriptions.receiver_added("TR_1", "PA_bob", "late", 0.0) == []
    assert subscriptions.receiver_removed("TR_1", "late") == []
    assert subscriptions.want("TR_1") == []
    again = ev.TrackSubscribed("bob", "TR_1", "again")
    assert subscriptions.receiver_added("TR_1", "PA_bob", "again", 0.0) == [again]


def test_a_section_bound_anew_replaces_the_stream() -> None:
    subscriptions = Subscriptions()
    subscriptions.publication_added("TR_1", "bob")
    subscriptions.receiver_added("TR_1", "PA_bob", "media", 0.0)
    again = ev.TrackSubscribed("bob", "TR_1", "other")
    assert subscriptions.receiver_added("TR_1", "PA_bob", "other", 0.0) == [HIDDEN, again]
    assert subscriptions.receiver_removed("TR_1", "media") == []
    assert subscriptions.receiver_removed("TR_1", "other") == [HIDDEN]


def test_a_track_that_was_announced_once_does_not_fail_when_its_section_outlives_it() -> None:
    subscriptions = Subscriptions()
    subscriptions.publication_added("TR_1", "bob")
    subscriptions.receiver_added("TR_1", "PA_bob", "media", 0.0)
    subscriptions.publication_removed("TR_1")
    subscriptions.receiver_added("TR_2", "PA_bob", "more media", 60.0)
    assert subscriptions.next_deadline() == 60.0 + PUBLICATION_TIMEOUT
    assert [event.track_sid for event in subscriptions.handle_timeout(99.0)] == ["TR_2"]  # type: ignore[attr-defined]
