"""DTLS endpoint against itself, plain OpenSSL and aiortc, on a clock of the test's own."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Callable, Iterable, Iterator

import pytest
from aiortc.rtcdtlstransport import (
    SRTP_PROFILES,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
)
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from OpenSSL import SSL

from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.dtls.endpoint import (
    HANDSHAKE_TIMEOUT,
    MAX_EARLY_DATAGRAMS,
    MTU,
    DtlsEndpoint,
    DtlsState,
)
from lkpy.transport.dtls.events import DtlsClosed, DtlsConnected, DtlsData, DtlsEvent, DtlsFailed
from lkpy.transport.dtls.profiles import SRTP_PROFILES as PROFILES
from lkpy.transport.dtls.profiles import srtp_profile
from lkpy.transport.dtls.records import pack_records

CLIENT_CERTIFICATE = Certificate.generate()
SERVER_CERTIFICATE = Certificate.generate()


def messages(events: Iterable[DtlsEvent]) -> list[bytes]:
    """The data among events."""
    return [event.data for event in events if isinstance(event, DtlsData)]


class Link:
    """Two endpoints, a clock, and a hook that may lose datagrams."""

    def __init__(
        self,
        lose: Callable[[str, int], bool] = lambda side, index: False,
        fingerprints: tuple[Fingerprint, Fingerprint] | None = None,
    ) -> None:
        self.now = 100.0
        self.lose = lose
        self.sent = {"client": 0, "server": 0}
        self.datagrams: dict[str, list[bytes]] = {"client": [], "server": []}
        self.client = DtlsEndpoint(CLIENT_CERTIFICATE)
        self.server = DtlsEndpoint(SERVER_CERTIFICATE)
        of_server, of_client = fingerprints or (
            SERVER_CERTIFICATE.fingerprint,
            CLIENT_CERTIFICATE.fingerprint,
        )
        self.server.start(DtlsRole.SERVER, [of_client], self.now)
        self.client.start(DtlsRole.CLIENT, [of_server], self.now)

    def exchange(self) -> None:
        """Carry datagrams until nobody has any."""
        moved = True
        while moved:
            moved = False
            for name, sender, receiver in (
                ("client", self.client, self.server),
                ("server", self.server, self.client),
            ):
                for datagram in sender.take_datagrams():
                    moved = True
                    index, self.sent[name] = self.sent[name], self.sent[name] + 1
                    self.datagrams[name].append(datagram)
                    if not self.lose(name, index):
                        receiver.receive(datagram, self.now)

    def run(self, until: float) -> None:
        """Let time pass, timers fire and datagrams flow."""
        self.exchange()
        while not self.connected:
            times = [t for t in (self.client.next_deadline(), self.server.next_deadline()) if t is not None]
            if not times or min(times) > until:
                return
            self.now = min(times)
            self.client.handle_timeout(self.now)
            self.server.handle_timeout(self.now)
            self.exchange()

    @property
    def connected(self) -> bool:
        return self.client.state is self.server.state is DtlsState.CONNECTED

    def assert_talks(self) -> None:
        assert messages(self.server.receive(self.client.encrypt([b"up"])[0], self.now)) == [b"up"]
        assert messages(self.client.receive(self.server.encrypt([b"down"])[0], self.now)) == [b"down"]
        assert self.client.srtp is not None
        assert self.server.srtp is not None
        packet = b"\x80\x6f" + bytes(10) + b"speech"
        assert self.server.srtp.unprotect_rtp(self.client.srtp.protect_rtp(packet) or b"") == packet
        assert self.client.srtp.unprotect_rtp(self.server.srtp.protect_rtp(packet) or b"") == packet


def connected_link() -> Link:
    link = Link()
    link.exchange()
    assert link.connected
    return link


def test_two_endpoints_connect_without_a_timer() -> None:
    link = connected_link()
    assert link.client.next_deadline() is None
    assert link.server.next_deadline() is None
    assert link.client.cipher == "ECDHE-ECDSA-AES128-GCM-SHA256"
    link.assert_talks()


@pytest.mark.parametrize("lost", range(2))
@pytest.mark.parametrize("side", ["client", "server"])
def test_one_lost_datagram_costs_one_short_resend(side: str, lost: int) -> None:
    link = Link(lambda name, index: name == side and index == lost)
    link.run(until=100.4)
    assert link.connected, (link.client.state, link.server.state)
    assert link.now <= 100.15
    link.assert_talks()


def test_resends_are_identical_and_back_off() -> None:
    link = Link(lambda name, index: True)
    times: list[float] = []
    sent: list[list[bytes]] = []
    while link.now < 100.8:
        sent.append(link.client.take_datagrams())
        times.append(round(link.now - 100.0, 3))
        link.now = link.client.next_deadline() or 1e9
        link.client.handle_timeout(link.now)
    assert times == [0.0, 0.05, 0.15, 0.35, 0.75]
    assert all(flight == sent[0] and flight for flight in sent)
    assert link.client.counters.resent >= 4


def test_heavy_loss_heals() -> None:
    rng = random.Random(7)
    link = Link(lambda name, index: rng.random() < 0.4)
    link.run(until=115.0)
    assert link.connected
    link.lose = lambda name, index: False
    link.assert_talks()


def test_a_silent_peer_fails_at_the_deadline() -> None:
    link = Link(lambda name, index: True)
    link.run(until=200.0)
    assert link.client.state is DtlsState.FAILED
    assert link.now == pytest.approx(100.0 + HANDSHAKE_TIMEOUT)
    assert "timed out" in link.client.error
    assert link.client.next_deadline() is None
    assert link.client.encrypt([b"x"]) == []


def test_a_server_waits_for_the_path_before_the_deadline_runs() -> None:
    server = DtlsEndpoint(SERVER_CERTIFICATE)
    server.start(DtlsRole.SERVER, [CLIENT_CERTIFICATE.fingerprint], 0.0)
    assert server.next_deadline() is None
    server.expect_peer(60.0)
    server.expect_peer(70.0)
    assert server.next_deadline() == 60.0 + HANDSHAKE_TIMEOUT


def test_a_hello_before_start_is_kept_but_not_without_bound() -> None:
    server, client = DtlsEndpoint(SERVER_CERTIFICATE), DtlsEndpoint(CLIENT_CERTIFICATE)
    client.start(DtlsRole.CLIENT, [SERVER_CERTIFICATE.fingerprint], 0.0)
    (hello,) = client.take_datagrams()
    for _ in range(MAX_EARLY_DATAGRAMS + 5):
        assert not server.receive(hello, 0.0)
    assert server.counters.early_dropped == 5
    assert server.take_datagrams() == []
    server.start(DtlsRole.SERVER, [CLIENT_CERTIFICATE.fingerprint], 0.0)
    assert server.take_datagrams()


@pytest.mark.parametrize("wrong", [0, 1])
def test_a_wrong_fingerprint_fails_before_there_is_a_key(wrong: int) -> None:
    good = [SERVER_CERTIFICATE.fingerprint, CLIENT_CERTIFICATE.fingerprint]
    good[wrong] = Fingerprint("sha-256", ":".join(["00"] * 32))
    link = Link(fingerprints=(good[0], good[1]))
    link.run(until=130.0)
    deceived = (link.client, link.server)[wrong]
    other = (link.client, link.server)[1 - wrong]
    assert deceived.state is DtlsState.FAILED
    assert "fingerprint" in deceived.error
    assert deceived.srtp is None
    assert deceived.encrypt([b"secret"]) == []
    assert other.state is not DtlsState.CONNECTED


def test_any_one_of_several_fingerprints_is_enough_but_unknown_hashes_count_for_nothing() -> None:
    def state_with(fingerprints: list[Fingerprint]) -> DtlsState:
        client, server = DtlsEndpoint(CLIENT_CERTIFICATE), DtlsEndpoint(SERVER_CERTIFICATE)
        server.start(DtlsRole.SERVER, [CLIENT_CERTIFICATE.fingerprint], 0.0)
        client.start(DtlsRole.CLIENT, fingerprints, 0.0)
        for _ in range(3):
            for a, b in ((client, server), (server, client)):
                for datagram in a.take_datagrams():
                    b.receive(datagram, 0.0)
        return client.state

    right = SERVER_CERTIFICATE.fingerprint
    wrong = Fingerprint("sha-512", "00")
    assert state_with([wrong, Fingerprint(right.algorithm, right.value.lower())]) is DtlsState.CONNECTED
    assert state_with([Fingerprint("sha-1", right.value), Fingerprint("md17", "")]) is DtlsState.FAILED
    assert state_with([]) is DtlsState.FAILED


def test_the_servers_last_flight_is_repeated_on_request_until_data_came() -> None:
    link = Link(lambda name, index: name == "server" and index >= 1)
    link.exchange()
    assert link.server.state is DtlsState.CONNECTED
    assert link.client.state is DtlsState.CONNECTING
    last_client_flight = link.datagrams["client"][-1]
    link.server.receive(last_client_flight, link.now)
    assert link.server.take_datagrams() == [], "not more often than each 50 ms"
    link.now += 0.06
    link.server.receive(last_client_flight, link.now)
    link.lose = lambda name, index: False
    link.exchange()
    assert link.connected
    link.assert_talks()
    link.now += 1
    link.server.receive(last_client_flight, link.now)
    assert link.server.take_datagrams() == []


def test_close_notify_reaches_the_peer() -> None:
    link = connected_link()
    link.client.close()
    link.exchange()
    assert link.client.state is DtlsState.CLOSED
    assert not link.client.closed_by_peer
    assert link.server.state is DtlsState.CLOSED
    assert link.server.closed_by_peer
    assert link.server.srtp is None
    link.client.close()
    assert not link.client.receive(b"\x17\xfe\xfd" + bytes(10), 0.0)
    assert link.client.counters.late == 2, "the server's own close_notify, and this"


def test_several_records_in_one_datagram() -> None:
    link = connected_link()
    records = [link.client.encrypt([b"message %d" % i])[0] for i in range(5)]
    assert messages(link.server.receive(b"".join(records), link.now)) == [b"message %d" % i for i in range(5)]
    assert not link.server.receive(b"".join(records), link.now), "a replay"


def test_data_that_overtakes_the_last_flight_is_delivered_after_it() -> None:
    link = Link()
    for datagram in link.client.take_datagrams():
        link.server.receive(datagram, link.now)
    for datagram in link.server.take_datagrams():
        link.client.receive(datagram, link.now)
    for datagram in link.client.take_datagrams():
        link.server.receive(datagram, link.now)
    held = link.server.take_datagrams()
    early = link.server.encrypt([b"early"])[0]
    assert not link.client.receive(early, link.now)
    events = [event for datagram in held for event in link.client.receive(datagram, link.now)]
    assert events == [DtlsConnected(), DtlsData(b"early")]
    link.assert_talks()


def test_flights_are_cut_at_record_borders() -> None:
    def record(size: int) -> bytes:
        return b"\x16\xfe\xfd" + bytes(8) + (size - 13).to_bytes(2, "big") + bytes(size - 13)

    sizes = [500, 600, 100, 13, 1190, 900, 300, 1200, 14]
    datagrams = pack_records(b"".join(record(size) for size in sizes), MTU)
    assert [len(d) for d in datagrams] == [1200, 13, 1190, 1200, 1200, 14]
    assert b"".join(datagrams) == b"".join(record(size) for size in sizes)


def test_every_truncation_and_random_records_are_dropped_in_every_state() -> None:
    rng = random.Random(3)
    link = Link()
    link.exchange()
    genuine = [*link.datagrams["client"], link.client.encrypt([b"data"])[0]]

    def hostile() -> Iterator[bytes]:
        for datagram in genuine:
            for size in range(len(datagram)):
                yield datagram[:size]
        for size in (0, 1, 12, 13, 1501, 9000, 16384, 65507):
            yield bytes([rng.randrange(20, 64)]) * size
        for _ in range(300):
            kind, epoch, size = rng.randrange(20, 26), rng.randrange(3), rng.randrange(0, 200)
            head = bytes([kind, 0xFE, 0xFD, 0, epoch]) + rng.randbytes(6)
            yield head + size.to_bytes(2, "big") + rng.randbytes(size)

    for datagram in hostile():
        assert not link.server.receive(datagram, link.now)
        link.server.take_datagrams()
    assert link.server.state is DtlsState.CONNECTED
    assert link.server.counters.malformed > 500
    link.assert_talks()


def test_truncated_hellos_do_not_disturb_a_handshake() -> None:
    link = Link()
    (hello,) = link.client.take_datagrams()
    for size in range(len(hello)):
        link.server.receive(hello[:size], link.now)
    link.server.receive(hello, link.now)
    link.exchange()
    assert link.connected


def test_a_forged_plaintext_alert_does_not_end_a_handshake_that_goes_on() -> None:
    alert = b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02" + b"\x02\x28"
    link = Link()
    link.client.receive(alert, link.now)
    link.exchange()
    assert link.connected
    assert link.client.counters.unauthenticated == 1

    silent = Link(lambda name, index: True)
    silent.client.receive(alert, silent.now)
    silent.run(until=130.0)
    assert silent.client.state is DtlsState.FAILED
    assert silent.client.error == "the peer ended the DTLS handshake: handshake_failure"
    assert silent.now == pytest.approx(102.0)


def test_messages_that_do_not_fit_a_record_are_counted() -> None:
    link = connected_link()
    (sent,) = link.client.encrypt([bytes(20_000), b"short", bytes(20_000)])
    assert messages(link.server.receive(sent, link.now)) == [b"short"]
    assert link.client.counters.unsendable == 2
    link.assert_talks()


class PlainPeer:
    """What any OpenSSL program would do: the library's own timers and no fingerprint check."""

    def __init__(self, server: bool, ciphers: bytes = b"ECDHE-ECDSA-AES128-GCM-SHA256") -> None:
        self.certificate = RTCCertificate.generateCertificate()
        context = self.certificate._create_ssl_context(srtp_profiles=SRTP_PROFILES[1:])
        context.set_cipher_list(ciphers)
        self.ssl = SSL.Connection(context)
        (self.ssl.set_accept_state if server else self.ssl.set_connect_state)()
        self.done = False

    @property
    def fingerprints(self) -> list[Fingerprint]:
        return [Fingerprint(f.algorithm, f.value) for f in self.certificate.getFingerprints()]

    def step(self, datagrams: list[bytes]) -> list[bytes]:
        for datagram in datagrams:
            self.ssl.bio_write(datagram)
        try:
            self.ssl.do_handshake()
            self.done = True
        except SSL.WantReadError:
            pass
        try:
            return pack_records(self.ssl.bio_read(65536), MTU)
        except SSL.WantReadError:
            return []


@pytest.mark.parametrize("peer_is_server", [True, False])
@pytest.mark.parametrize("ciphers", [b"ECDHE-ECDSA-AES128-GCM-SHA256", b"ECDHE-ECDSA-AES256-SHA"])
def test_against_plain_openssl(peer_is_server: bool, ciphers: bytes) -> None:
    peer = PlainPeer(peer_is_server, ciphers)
    ours = DtlsEndpoint(CLIENT_CERTIFICATE)
    ours.start(DtlsRole.CLIENT if peer_is_server else DtlsRole.SERVER, peer.fingerprints, 0.0)
    for _ in range(4):
        for datagram in peer.step(ours.take_datagrams()):
            assert len(datagram) <= MTU
            ours.receive(datagram, 0.0)
    assert ours.state is DtlsState.CONNECTED
    assert peer.done
    assert ours.srtp is not None
    assert ours.srtp.profile == SRTP_PROFILES[1].openssl_profile.decode()
    peer.ssl.bio_write(ours.encrypt([b"hello"])[0])
    assert peer.ssl.recv(100) == b"hello"
    peer.ssl.send(b"there")
    assert messages(ours.receive(peer.ssl.bio_read(2000), 0.0)) == [b"there"]


class AsyncPipe:
    """The ICE transport's shape that aiortc's DTLS transport wants, connected to a DtlsEndpoint."""

    def __init__(self, role: str, endpoint: DtlsEndpoint) -> None:
        self.role, self.state = role, "completed"
        self._endpoint = endpoint
        self._queue: asyncio.Queue[bytes] = asyncio.Queue()
        self.messages: list[bytes] = []

    def pump(self) -> None:
        for datagram in self._endpoint.take_datagrams():
            self._queue.put_nowait(datagram)

    async def _send(self, data: bytes) -> None:
        self.messages += messages(self._endpoint.receive(data, 0.0))
        self.pump()

    async def _recv(self) -> bytes:
        return await self._queue.get()

    def put(self, data: bytes | None) -> None:
        self._queue.put_nowait(data or b"")


@pytest.mark.parametrize("our_role", list(DtlsRole))
async def test_against_aiortc(our_role: DtlsRole) -> None:
    ours = DtlsEndpoint(CLIENT_CERTIFICATE)
    # aiortc derives the DTLS role from the ICE role: controlling is the server.
    pipe = AsyncPipe("controlling" if our_role is DtlsRole.CLIENT else "controlled", ours)
    theirs = RTCDtlsTransport(pipe, [RTCCertificate.generateCertificate()])  # type: ignore[arg-type]
    digests = theirs.getLocalParameters().fingerprints
    ours.start(our_role, [Fingerprint(f.algorithm, f.value) for f in digests], 0.0)
    pipe.pump()
    own = CLIENT_CERTIFICATE.fingerprint
    await theirs.start(RTCDtlsParameters([RTCDtlsFingerprint(own.algorithm, own.value)]))
    assert theirs.state == "connected"
    assert ours.state is DtlsState.CONNECTED
    assert ours.srtp is not None

    received: asyncio.Queue[bytes] = asyncio.Queue()

    class Receiver:
        async def _handle_data(self, data: bytes) -> None:
            received.put_nowait(data)

    theirs._register_data_receiver(Receiver())
    pipe.put(ours.encrypt([b"to aiortc"])[0])
    assert await received.get() == b"to aiortc"
    await theirs._send_data(b"from aiortc")
    assert pipe.messages == [b"from aiortc"]
    packet = b"\x80\x6f" + bytes(10) + b"speech"
    assert theirs._rx_srtp.unprotect(ours.srtp.protect_rtp(packet) or b"") == packet
    assert ours.srtp.unprotect_rtp(theirs._tx_srtp.protect(packet)) == packet
    await theirs.stop()
    assert ours.closed_by_peer


def test_each_change_of_state_is_one_event() -> None:
    link = Link()
    seen: dict[str, list[DtlsEvent]] = {"client": [], "server": []}
    for _ in range(3):
        for name, sender, receiver in (
            ("server", link.client, link.server),
            ("client", link.server, link.client),
        ):
            for datagram in sender.take_datagrams():
                seen[name] += receiver.receive(datagram, link.now)
    assert seen == {"client": [DtlsConnected()], "server": [DtlsConnected()]}
    assert link.client.close() == [DtlsClosed(by_peer=False)]
    (notify,) = link.client.take_datagrams()
    assert link.server.receive(notify, link.now) == [DtlsClosed(by_peer=True)]
    assert not link.client.close()
    assert not link.server.close()


def test_a_failure_is_told_once_and_stays() -> None:
    client = DtlsEndpoint(CLIENT_CERTIFICATE, timeout=1.0)
    assert not client.start(DtlsRole.CLIENT, [], 0.0)
    assert not client.start(DtlsRole.CLIENT, [], 0.0), "once is enough"
    assert not client.handle_timeout(0.5)
    assert client.handle_timeout(1.0) == [DtlsFailed("DTLS handshake timed out")]
    assert not client.handle_timeout(2.0)
    assert not client.close()
    assert client.state is DtlsState.FAILED


def test_certificates_are_of_the_kind_that_everybody_takes() -> None:
    made = x509.load_der_x509_certificate(CLIENT_CERTIFICATE.der)
    key = made.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    assert made.issuer == made.subject
    made.verify_directly_issued_by(made)
    assert (made.not_valid_after_utc - made.not_valid_before_utc).days == 31
    value = hashlib.sha256(CLIENT_CERTIFICATE.der).hexdigest().upper()
    assert CLIENT_CERTIFICATE.fingerprint.value.replace(":", "") == value
    assert SERVER_CERTIFICATE.fingerprint != CLIENT_CERTIFICATE.fingerprint


def test_profiles_are_offered_as_aiortc_offers_them() -> None:
    ours = [(p.name, p.policy, p.key_length, p.salt_length) for p in PROFILES]
    theirs = [(p.openssl_profile, p.libsrtp_profile, p.key_length, p.salt_length) for p in SRTP_PROFILES]
    assert ours == theirs
    with pytest.raises(KeyError):
        srtp_profile(b"SRTP_NULL")
