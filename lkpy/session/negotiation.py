"""When to offer: one offer outstanding, changes in between gathered into the next one.

The server answers each offer with its id. An answer with another id belongs to an offer that is no longer
ours and is ignored; id 0 is what servers without ids send.
"""

from __future__ import annotations

ANSWER_TIMEOUT = 15.0
"""Seconds that an offer waits for its answer; the server gives up after the same time."""


class OfferQueue:
    """The offers of one peer connection on which we are the offerer."""

    def __init__(self) -> None:
        self._id = 0
        self._wanted = False
        self._deadline: float | None = None

    @property
    def outstanding(self) -> bool:
        """An offer has been sent and not been answered."""
        return self._deadline is not None

    def request(self) -> bool:
        """Something changed. True when an offer may be made now, False when it waits for an answer."""
        self._wanted = True
        return not self.outstanding

    def begin(self, now: float) -> int:
        """An offer is being made: take the gathered changes and get the offer's id (1, 2, 3, ...)."""
        self._wanted = False
        self._id += 1
        self._deadline = now + ANSWER_TIMEOUT
        return self._id

    def accept(self, answer_id: int) -> bool:
        """Is this the answer that we wait for? True only once for each offer."""
        if not self.outstanding or answer_id not in (0, self._id):
            return False
        self._deadline = None
        return True

    @property
    def due(self) -> bool:
        """Changes wait and nothing is outstanding: make the next offer."""
        return self._wanted and not self.outstanding

    def next_deadline(self) -> float | None:
        """When the outstanding offer has failed, in seconds on the clock of `now`."""
        return self._deadline
