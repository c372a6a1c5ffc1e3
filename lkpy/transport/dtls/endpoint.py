"""DTLS 1.2 with SRTP keying as a state machine without I/O (RFC 6347, RFC 5764, RFC 8842).

OpenSSL runs on memory BIOs. Inputs return events; what must go out is fetched with `take_datagrams`.

States: NEW -start-> CONNECTING -handshake and fingerprint-> CONNECTED -close_notify-> CLOSED, and FAILED from
anywhere. Only CONNECTED has keys or delivers data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint
from lkpy.transport.dtls.certificate import Certificate, matches_any
from lkpy.transport.dtls.events import DtlsClosed, DtlsConnected, DtlsData, DtlsEvent, DtlsFailed
from lkpy.transport.dtls.profiles import srtp_profile
from lkpy.transport.dtls.records import (
    ALERT,
    CHANGE_CIPHER_SPEC,
    HANDSHAKE,
    MAX_DATAGRAM,
    RECORD_HEADER,
    is_single_data_record,
    is_whole_records,
    pack_records,
    split_records,
)
from lkpy.transport.dtls.srtp import SrtpSession
from lkpy.transport.dtls.states import DtlsCounters, DtlsState

__all__ = ["DtlsCounters", "DtlsEndpoint", "DtlsState"]

MTU = 1200
"""Largest datagram we make, in bytes: fits TURN, IPv6 and tunnels."""

HANDSHAKE_TIMEOUT = 15.0
"""Seconds from the first sign of the peer to a finished handshake."""

FIRST_RESEND = 0.05
MAX_RESEND = 0.4
"""A flight without an answer is resent after 50, 100, 200, 400, 400 ... ms. OpenSSL would wait a second
(RFC 6347 section 4.2.4.1 suggests it; a lost hello would then cost more than the whole connection)."""

MAX_EARLY_DATAGRAMS = 16
_ALERT_GRACE = 2.0
_EXPORTER_LABEL = b"EXTRACTOR-dtls_srtp"
_MAX_EXPANSION = 256
"""Bytes that a record may be longer than what it carries."""
_ENDED = (DtlsState.CLOSED, DtlsState.FAILED)
_ALERT_NAMES = {0: "close_notify", 40: "handshake_failure", 42: "bad_certificate", 70: "protocol_version"}


class DtlsEndpoint:
    """One end of a DTLS association.

    Args:
        certificate: what we present.
        timeout: seconds the handshake may take.

    Attributes:
        error: why the state is FAILED, else an empty string.
        closed_by_peer: CLOSED because of the peer's close_notify.
        srtp: the media keys, once CONNECTED.
        peer_certificate: DER, once CONNECTED, b"" before.
    """

    def __init__(self, certificate: Certificate, *, timeout: float = HANDSHAKE_TIMEOUT) -> None:
        self._certificate = certificate
        self._timeout = timeout
        self._ssl: SSL.Connection | None = None
        self._fingerprints: tuple[Fingerprint, ...] = ()
        self._early: list[bytes] = []
        self._out: list[bytes] = []
        self._events: list[DtlsEvent] = []
        self._flight: list[bytes] = []
        self._resend_interval = FIRST_RESEND
        self._resend_at: float | None = None
        self._deadline: float | None = None
        self._alert = ""
        self.state = DtlsState.NEW
        self.role: DtlsRole | None = None
        self.error = ""
        self.closed_by_peer = False
        self.srtp: SrtpSession | None = None
        self.cipher = ""
        self.peer_certificate = b""
        self.counters = DtlsCounters()

    # --- input ------------------------------------------------------------------------------------------

    def start(self, role: DtlsRole, fingerprints: Sequence[Fingerprint], now: float) -> Sequence[DtlsEvent]:
        """Begin as `role`, accepting a peer whose certificate has one of `fingerprints`.

        Datagrams that came earlier are worked off. A second call does nothing.
        """
        if self.state is not DtlsState.NEW:
            return ()
        self.role = role
        self._fingerprints = tuple(fingerprints)
        self.state = DtlsState.CONNECTING
        self._ssl = SSL.Connection(self._certificate.ssl_context)
        self._ssl.set_ciphertext_mtu(MTU)
        early, self._early = self._early, []
        if role is DtlsRole.CLIENT:
            self._ssl.set_connect_state()
            self.expect_peer(now)
            self._handshake(now)
        else:
            self._ssl.set_accept_state()
        for datagram in early:
            self._take(datagram, now)
        return self._take_events()

    def expect_peer(self, now: float) -> Sequence[DtlsEvent]:
        """A path to the peer exists: from now on it has `timeout` seconds to finish the handshake."""
        if self._deadline is None and self.state in (DtlsState.NEW, DtlsState.CONNECTING):
            self._deadline = now + self._timeout
        return ()

    def receive(self, datagram: bytes, now: float) -> Sequence[DtlsEvent]:
        """Take a datagram whose first byte says DTLS.

        Never raises: what cannot be used is dropped and counted.
        """
        if self.state is DtlsState.CONNECTED and is_single_data_record(datagram):
            return self._receive_data(datagram)
        self._take(datagram, now)
        return self._take_events()

    def _take(self, datagram: bytes, now: float) -> None:
        if not is_whole_records(datagram):
            self.counters.malformed += 1
            return
        if self.state is DtlsState.NEW:
            if len(self._early) < MAX_EARLY_DATAGRAMS:
                self._early.append(datagram)
            else:
                self.counters.early_dropped += 1
            return
        if self._ssl is None or self.state not in (DtlsState.CONNECTING, DtlsState.CONNECTED):
            self.counters.late += 1
            return
        if self.state is DtlsState.CONNECTED:
            self._repeat_last_flight(datagram, now)
        elif datagram[0] == ALERT and not any(datagram[3:5]):
            self._note_plaintext_alert(datagram, now)
            return
        self.expect_peer(now)
        self._ssl.bio_write(datagram)
        if self.state is DtlsState.CONNECTING:
            self._handshake(now)
        self._read()

    def encrypt(self, messages: Sequence[bytes]) -> list[bytes]:
        """Datagrams that carry the messages, one each. Those that cannot be sent are left out and counted."""
        ssl = self._ssl
        if self.state is not DtlsState.CONNECTED or ssl is None:
            self.counters.unsendable += len(messages)
            return []
        size = 0
        for message in messages:
            try:
                ssl.send(message)
                size += len(message) + _MAX_EXPANSION
            except (SSL.Error, ValueError):  # longer than a record can be
                self.counters.unsendable += 1
        return split_records(ssl.bio_read(size)) if size else []

    def close(self) -> Sequence[DtlsEvent]:
        """End the association; a close_notify waits in `take_datagrams` if there was one to end.

        A second call does nothing; what failed stays FAILED.
        """
        if self.state in _ENDED:
            return ()
        if self._ssl is not None and self.state is DtlsState.CONNECTED:
            self._shutdown(self._ssl)
        self._end(DtlsState.CLOSED, DtlsClosed(by_peer=False))
        return self._take_events()

    # --- output -----------------------------------------------------------------------------------------

    def _take_events(self) -> Sequence[DtlsEvent]:
        events, self._events = self._events, []
        return events

    def take_datagrams(self) -> list[bytes]:
        """Handshake and alert datagrams since the last call, each at most 1200 bytes."""
        out, self._out = self._out, []
        return out

    def next_deadline(self) -> float | None:
        """When `handle_timeout` wants to be called, or None."""
        if self.state is not DtlsState.CONNECTING:
            return None
        times = [t for t in (self._resend_at, self._deadline) if t is not None]
        return min(times, default=None)

    def handle_timeout(self, now: float) -> Sequence[DtlsEvent]:
        """Resend the flight or give up, whichever is due."""
        if self.state is not DtlsState.CONNECTING:
            return ()
        if self._deadline is not None and now >= self._deadline:
            self._fail(self._alert or "DTLS handshake timed out")
        elif self._resend_at is not None and now >= self._resend_at:
            self._resend(now)
        return self._take_events()

    # --- handshake --------------------------------------------------------------------------------------

    def _handshake(self, now: float) -> None:
        assert self._ssl is not None
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            self._send_flight(self._ssl, now)
            return
        except SSL.Error as error:
            self._out += pack_records(_drain(self._ssl), MTU)  # the alert that tells the peer why
            self._fail(f"DTLS handshake failed: {_reason(error)}")
            return
        self._finish(self._ssl, now)

    def _finish(self, ssl: SSL.Connection, now: float) -> None:
        """RFC 5763 section 5: the certificate must be the one that was signalled, before anything else."""
        certificate = ssl.get_peer_certificate(as_cryptography=True)
        if certificate is None or not matches_any(certificate, self._fingerprints):
            _drain(ssl)  # withhold our last flight: the wrong peer shall not think that it is connected
            self._shutdown(ssl)
            self._fail("the peer's certificate does not match the signalled fingerprint")
            return
        profile = ssl.get_selected_srtp_profile()
        if not profile:
            self._fail("the peer agreed on no SRTP profile")
            return
        assert self.role is not None
        material = ssl.export_keying_material(_EXPORTER_LABEL, srtp_profile(profile).keying_material)
        self.srtp = SrtpSession(profile, material, self.role)
        self.cipher = ssl.get_cipher_name() or ""
        self.peer_certificate = certificate.public_bytes(Encoding.DER)
        self._send_flight(ssl, now)
        self.state = DtlsState.CONNECTED
        if self.role is DtlsRole.CLIENT:
            self._flight = []  # the server spoke last; nothing of ours can be missing
        self._deadline = None
        self._events.append(DtlsConnected())

    def _send_flight(self, ssl: SSL.Connection, now: float) -> None:
        data = _drain(ssl)
        if not data:
            return
        self._flight = pack_records(data, MTU)
        self._out += self._flight
        self._resend_interval = FIRST_RESEND
        self._resend_at = now + FIRST_RESEND

    def _resend(self, now: float) -> None:
        """Send the identical datagrams, which costs the peer nothing if it has them (replay window).

        A peer that has our flight and lost its own last one needs newly numbered records to notice; those
        only OpenSSL can make, once its own timer of one second has run out.
        """
        assert self._ssl is not None
        interval = min(self._resend_interval * 2, MAX_RESEND)
        if self._ssl.DTLSv1_get_timeout() == 0:
            try:
                self._ssl.DTLSv1_handle_timeout()
            except SSL.Error as error:
                self._fail(f"DTLS handshake failed: {_reason(error)}")
                return
            self._send_flight(self._ssl, now)
        else:
            self._out += self._flight
        self.counters.resent += 1
        self._resend_interval = interval
        self._resend_at = now + interval

    def _repeat_last_flight(self, datagram: bytes, now: float) -> None:
        """RFC 6347 section 4.2.4: the server answers a repeated last flight of the client with its own."""
        if (
            self._flight
            and datagram[0] in (HANDSHAKE, CHANGE_CIPHER_SPEC)
            and self._resend_at is not None
            and now >= self._resend_at
        ):
            self._out += self._flight
            self.counters.resent += 1
            self._resend_at = now + FIRST_RESEND

    def _note_plaintext_alert(self, datagram: bytes, now: float) -> None:
        """RFC 6347 section 4.1.2.7: anyone can forge it, so it only shortens the wait for the truth."""
        self.counters.unauthenticated += 1
        code = datagram[RECORD_HEADER + 1] if len(datagram) > RECORD_HEADER + 1 else -1
        self._alert = f"the peer ended the DTLS handshake: {_ALERT_NAMES.get(code, f'alert {code}')}"
        self._deadline = min(self._deadline or now + self._timeout, now + _ALERT_GRACE)

    # --- data -------------------------------------------------------------------------------------------

    def _receive_data(self, datagram: bytes) -> Sequence[DtlsEvent]:
        """The common case: one record of application data, with one call of OpenSSL each way."""
        assert self._ssl is not None
        self._ssl.bio_write(datagram)
        try:
            message = self._ssl.recv(len(datagram))
        except SSL.WantReadError:
            self.counters.unauthenticated += 1
            return ()
        except SSL.Error as error:
            self._ended(error)
            return self._take_events()
        self._flight = []
        return (DtlsData(message),)

    def _read(self) -> None:
        while self.state is DtlsState.CONNECTED and self._ssl is not None:
            try:
                self._events.append(DtlsData(self._ssl.recv(MAX_DATAGRAM * 2)))
                self._flight = []
            except SSL.WantReadError:
                self._out += pack_records(_drain(self._ssl), MTU)
                break
            except SSL.Error as error:
                self._ended(error)

    def _ended(self, error: SSL.Error) -> None:
        assert self._ssl is not None
        if isinstance(error, SSL.ZeroReturnError):
            self.closed_by_peer = True
            self._shutdown(self._ssl)
            self._end(DtlsState.CLOSED, DtlsClosed(by_peer=True))
        else:
            self._fail(f"DTLS failed: {_reason(error)}")

    def _shutdown(self, ssl: SSL.Connection) -> None:
        try:
            ssl.shutdown()
        except SSL.Error:  # it ended by itself in the meantime; there is nobody to tell
            pass
        self._out += pack_records(_drain(ssl), MTU)

    def _fail(self, reason: str) -> None:
        self.error = reason
        self._end(DtlsState.FAILED, DtlsFailed(reason))

    def _end(self, state: DtlsState, event: DtlsEvent) -> None:
        self.state = state
        self._events.append(event)
        self.srtp = None
        self._ssl = None
        self._flight, self._early = [], []
        self._resend_at = self._deadline = None


def _drain(ssl: SSL.Connection) -> bytes:
    """All bytes that OpenSSL wants to send."""
    data = b""
    while True:
        try:
            data += ssl.bio_read(65536)
        except SSL.WantReadError:
            return data


def _reason(error: SSL.Error) -> str:
    """OpenSSL's own words: its errors are lists of (library, function, reason)."""
    entries: Iterable[object] = error.args[0] if error.args and isinstance(error.args[0], list) else ()
    words = [str(entry[-1]) for entry in entries if isinstance(entry, tuple) and entry]
    return "; ".join(words) or type(error).__name__
