"""The self-signed certificate that DTLS presents and descriptions announce by fingerprint (RFC 8122)."""

from __future__ import annotations

import functools

from aiortc.rtcdtlstransport import SRTP_PROFILES, RTCCertificate, certificate_digest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from lkpy.transport.bundle.parameters import Fingerprint

_DTLS_1_2 = 0xFEFD
_CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    b"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    b"ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
)
"""Forward-secret suites only; a peer with an RSA certificate is served too."""

DIGESTS = ("sha-256", "sha-384", "sha-512")
"""Hashes we can check; others, such as sha-1, are not strong enough to rely on (RFC 8122 section 5)."""


class Certificate:
    """An ECDSA P-256 certificate with its key. One may serve any number of transports."""

    def __init__(self, certificate: RTCCertificate) -> None:
        self._certificate = certificate
        digest = next(f for f in certificate.getFingerprints() if f.algorithm == "sha-256")
        self.fingerprint = Fingerprint(digest.algorithm, digest.value)

    @classmethod
    def generate(cls) -> Certificate:
        """Make a new key and certificate; about 1 ms."""
        return cls(RTCCertificate.generateCertificate())

    @property
    def der(self) -> bytes:
        """The certificate, DER."""
        return self._certificate._cert.public_bytes(Encoding.DER)

    @functools.cached_property
    def ssl_context(self) -> SSL.Context:
        """A DTLS 1.2 context that presents the certificate, asks for the peer's, and offers SRTP (RFC 5764).

        No chain is verified: trust comes from the fingerprint in the signalled description.
        """
        context = self._certificate._create_ssl_context(srtp_profiles=SRTP_PROFILES)
        context.set_min_proto_version(_DTLS_1_2)
        context.set_max_proto_version(_DTLS_1_2)
        # The MTU is given to each connection; a memory BIO cannot be asked for it.
        context.set_options(SSL.OP_NO_QUERY_MTU | SSL.OP_NO_RENEGOTIATION)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_cipher_list(_CIPHERS)
        return context


def matches_any(certificate: x509.Certificate, fingerprints: tuple[Fingerprint, ...]) -> bool:
    """Whether at least one fingerprint of a hash we trust is the certificate's (RFC 8122 section 5)."""
    wanted = [f.normalized for f in fingerprints]
    return any(
        certificate_digest(certificate, algorithm) == value
        for algorithm, value in wanted
        if algorithm in DIGESTS
    )
