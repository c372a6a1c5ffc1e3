"""One offer at a time; what changes meanwhile goes into the next."""

from lkpy.session.negotiation import ANSWER_TIMEOUT, OfferQueue


def test_changes_during_an_offer_make_one_more_offer() -> None:
    queue = OfferQueue()
    assert queue.request()
    assert queue.due
    assert queue.begin(10.0) == 1
    assert queue.next_deadline() == 10.0 + ANSWER_TIMEOUT
    assert not queue.request()
    assert not queue.request()
    assert not queue.due
    assert queue.accept(1)
    assert queue.due
    assert queue.begin(11.0) == 2
    assert queue.accept(2)
    assert not queue.due
    assert queue.next_deadline() is None


def test_only_the_answer_to_the_outstanding_offer_counts() -> None:
    queue = OfferQueue()
    assert not queue.accept(0)
    queue.request()
    queue.begin(0.0)
    assert not queue.accept(7)
    assert queue.outstanding
    assert queue.accept(0)
    assert not queue.accept(1)
