"""Pings of a signal connection, without clock and timer.

Every `interval` seconds a `ping_req` goes out, until a server has answered one together with the older
`ping`. Anything received proves that the server lives; after `timeout` seconds of silence the connection is
dead.
"""

from __future__ import annotations

from lkpy.protocol import rtc_pb2 as rtc

LATE = 1.0
"""Seconds by which a timer may be late before silence is blamed on ourselves."""
GRACE = 2.0
"""Seconds a server gets after we were late: its messages wait in the socket, unread."""
PINGS_REMEMBERED = 16


class KeepAlive:
    """Decides when to ping and when a connection is dead; measures the round trip.

    Attributes:
        rtt: the last round trip in seconds, None before the first pong.
        expired: nothing was received for `timeout` seconds.
    """

    def __init__(self, interval: float, timeout: float, now: float) -> None:
        """Seconds between pings, seconds of silence allowed (0 switches each of them off), and the time."""
        self._interval = interval
        self._timeout = timeout
        self._next_ping = now + interval if interval > 0 else None
        self._heard = now
        self._sent: dict[int, float] = {}
        self._answers_requests = False
        self.rtt: float | None = None
        self.expired = False

    def received(self, now: float) -> None:
        """Any message of the server."""
        self._heard = max(self._heard, now)

    def pong(self, pong: rtc.Pong, now: float) -> None:
        """The answer to a `ping_req`; one that answers no ping of ours is ignored."""
        sent = self._sent.pop(pong.last_ping_timestamp, None)
        if sent is not None:
            self._answers_requests = True
            self.rtt = max(0.0, now - sent)

    def next_deadline(self) -> float | None:
        """When `handle_timeout` wants to be called next."""
        if self.expired:
            return None
        times = [self._next_ping, self._heard + self._timeout if self._timeout > 0 else None]
        return min((time for time in times if time is not None), default=None)

    def handle_timeout(self, now: float, unix_ms: int) -> list[rtc.SignalRequest]:
        """The time has come; returns the pings to send.

        Args:
            now: seconds on the clock of all other calls.
            unix_ms: milliseconds since 1970, for the ping.
        """
        if self._timeout > 0 and not self.expired:
            late = now - (self._heard + self._timeout)
            if late > LATE:
                # The event loop stood still: give the messages that wait in the socket time to be read.
                self._heard = now - self._timeout + GRACE
            elif late >= 0:
                self.expired = True
        if self.expired or self._next_ping is None or now < self._next_ping:
            return []
        self._next_ping = now + self._interval
        return self._pings(now, unix_ms)

    def _pings(self, now: float, unix_ms: int) -> list[rtc.SignalRequest]:
        while unix_ms in self._sent:
            unix_ms += 1
        self._sent[unix_ms] = now
        if len(self._sent) > PINGS_REMEMBERED:
            del self._sent[next(iter(self._sent))]
        rtt_ms = round((self.rtt or 0.0) * 1000)
        pings = [rtc.SignalRequest(ping_req=rtc.Ping(timestamp=unix_ms, rtt=rtt_ms))]
        if not self._answers_requests:
            pings.append(rtc.SignalRequest(ping=unix_ms))
        return pings
