"""What OpenSSL or libsrtp may say that no polite peer makes them say."""

from __future__ import annotations

from typing import Any

import pylibsrtp
import pytest
from aiortc.rtcdtlstransport import RTCCertificate
from OpenSSL import SSL

from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint
from lkpy.transport.dtls.endpoint import MTU, DtlsEndpoint, DtlsState
from lkpy.transport.dtls.events import DtlsClosed, DtlsEvent, DtlsFailed
from lkpy.transport.dtls.profiles import srtp_profile
from lkpy.transport.dtls.records import pack_records
from lkpy.transport.dtls.srtp import SrtpSession
from tests.transport.dtls.test_dtls import CLIENT_CERTIFICATE, SERVER_CERTIFICATE, Link, connected_link


class Odd:
    """An OpenSSL connection of which some methods are replaced."""

    def __init__(self, connection: SSL.Connection, **methods: Any) -> None:
        self._connection = connection
        self.__dict__.update(methods)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def replace(endpoint: DtlsEndpoint, **methods: Any) -> None:
    """From now on OpenSSL behaves so."""
    assert endpoint._ssl is not None
    endpoint._ssl = Odd(endpoint._ssl, **methods)  # type: ignore[assignment]


def raising(error: Exception) -> Any:
    def method(*_: object) -> None:
        raise error

    return method


class Stranger:
    """A program that speaks DTLS, but not as WebRTC does."""

    def __init__(self, *, server: bool, ciphers: bytes = b"ECDHE-ECDSA-AES128-GCM-SHA256") -> None:
        self.certificate = RTCCertificate.generateCertificate()
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.use_certificate(self.certificate._cert)
        context.use_privatekey(self.certificate._key)
        context.set_cipher_list(ciphers)
        self.ssl = SSL.Connection(context)
        (self.ssl.set_accept_state if server else self.ssl.set_connect_state)()
        self.error: SSL.Error | None = None

    @property
    def fingerprints(self) -> list[Fingerprint]:
        return [Fingerprint(f.algorithm, f.value) for f in self.certificate.getFingerprints()]

    def step(self, datagrams: list[bytes]) -> list[bytes]:
        for datagram in datagrams:
            self.ssl.bio_write(datagram)
        try:
            self.ssl.do_handshake()
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            self.error = error
        try:
            return pack_records(self.ssl.bio_read(65536), MTU)
        except SSL.WantReadError:
            return []


def meet(stranger: Stranger, role: DtlsRole) -> tuple[DtlsEndpoint, list[DtlsEvent]]:
    """Our endpoint after it has talked to the stranger."""
    ours = DtlsEndpoint(CLIENT_CERTIFICATE)
    events = list(ours.start(role, stranger.fingerprints, 0.0))
    for _ in range(4):
        for datagram in stranger.step(ours.take_datagrams()):
            events += ours.receive(datagram, 0.0)
    stranger.step(ours.take_datagrams())
    return ours, events


def test_no_cipher_in_common_fails_and_says_so() -> None:
    stranger = Stranger(server=False, ciphers=b"ECDHE-ECDSA-AES256-GCM-SHA384")
    ours, (event,) = meet(stranger, DtlsRole.SERVER)
    assert isinstance(event, DtlsFailed)
    assert event.reason.startswith("DTLS handshake failed: ")
    assert ours.state is DtlsState.FAILED
    assert stranger.error is not None, "our alert told it"


@pytest.mark.parametrize("role", list(DtlsRole))
def test_a_peer_that_knows_no_srtp_is_of_no_use(role: DtlsRole) -> None:
    ours, events = meet(Stranger(server=role is DtlsRole.CLIENT), role)
    assert events == [DtlsFailed("the peer agreed on no SRTP profile")]
    assert ours.srtp is None


def test_a_handshake_that_openssl_gives_up_fails() -> None:
    link = Link(lambda name, index: True)
    link.client.take_datagrams()
    error = SSL.Error([("DTLS", "", "read timeout expired")])
    replace(link.client, DTLSv1_get_timeout=lambda: 0, DTLSv1_handle_timeout=raising(error))
    assert link.client.handle_timeout(link.now + 1) == [
        DtlsFailed("DTLS handshake failed: read timeout expired")
    ]


def test_openssls_own_repetition_is_used_when_it_is_due() -> None:
    """It numbers records anew, which a peer that lost its own last flight needs to notice them."""
    link = Link(lambda name, index: True)
    (hello,) = link.client.take_datagrams()
    again: list[bytes] = [hello]

    def bio_read(size: int) -> bytes:
        if not again:
            raise SSL.WantReadError
        return again.pop()

    replace(link.client, DTLSv1_get_timeout=lambda: 0, DTLSv1_handle_timeout=lambda: True, bio_read=bio_read)
    assert not link.client.handle_timeout(link.now + 0.05)
    assert link.client.take_datagrams() == [hello]
    assert link.client.counters.resent == 1
    link.client.handle_timeout(link.now + 0.1)
    assert link.client.take_datagrams() == [], "nothing was written: nothing goes out"


@pytest.mark.parametrize("records", [1, 2])
def test_an_error_in_the_middle_of_data_is_the_end(records: int) -> None:
    link = connected_link()
    datagram = b"".join(link.client.encrypt([b"data"] * records))
    replace(link.server, recv=raising(SSL.SysCallError(-1, "unexpected end")))
    (event,) = link.server.receive(datagram, link.now)
    assert event == DtlsFailed("DTLS failed: SysCallError")
    assert link.server.state is DtlsState.FAILED
    assert not link.server.receive(datagram, link.now)
    assert link.server.counters.late == 1


def test_closing_what_has_ended_by_itself() -> None:
    link = connected_link()
    replace(link.client, shutdown=raising(SSL.Error([])))
    assert link.client.close() == [DtlsClosed(by_peer=False)]
    assert link.client.take_datagrams() == []


def test_ending_before_the_start() -> None:
    endpoint = DtlsEndpoint(SERVER_CERTIFICATE)
    assert endpoint.close() == [DtlsClosed(by_peer=False)]
    assert not endpoint.start(DtlsRole.CLIENT, [], 0.0)
    assert not endpoint.expect_peer(0.0)
    assert endpoint.next_deadline() is None


def session() -> SrtpSession:
    name = b"SRTP_AEAD_AES_128_GCM"
    return SrtpSession(name, bytes(srtp_profile(name).keying_material), DtlsRole.CLIENT)


def test_packets_whose_headers_lie_are_not_sent() -> None:
    ours = session()
    assert ours.protect_rtp(b"\x9f\x6f" + bytes(10)) is None, "fifteen sources and room for none"
    assert ours.counters.unsendable == 1


def test_what_libsrtp_refuses_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = session()
    refuse = raising(pylibsrtp.Error("refused"))
    monkeypatch.setattr(ours._tx, "protect_rtcp", refuse)
    assert ours.protect_rtcp(bytes(20)) is None
    assert ours.counters.unsendable == 1


def test_a_source_that_libsrtp_does_not_know_is_forgotten_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("lkpy.transport.dtls.srtp.MAX_INBOUND_SSRCS", 4)
    ours = session()
    for ssrc in range(8):
        ours._remember(ssrc)
    assert len(ours._ssrcs | ours._old_ssrcs) <= 4


def test_rtcp_alone_makes_a_source_known() -> None:
    name = b"SRTP_AEAD_AES_128_GCM"
    material = bytes(range(srtp_profile(name).keying_material))
    client, server = (SrtpSession(name, material, role) for role in (DtlsRole.CLIENT, DtlsRole.SERVER))
    report = b"\x80\xc9\x00\x01" + (7).to_bytes(4, "big")
    assert server.unprotect_rtcp(client.protect_rtcp(report) or b"") == report
    assert server._ssrcs == {7}
