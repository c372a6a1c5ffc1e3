"""The self-signed certificate that DTLS presents and descriptions announce by fingerprint (RFC 8122)."""

from __future__ import annotations

import datetime
import functools

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from lkpy.transport.bundle.parameters import Fingerprint
from lkpy.transport.dtls.profiles import SRTP_PROFILES

_DTLS_1_2 = 0xFEFD
_CIPHERS = (
    b"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:"
    b"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:"
    b"ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA"
)
"""Forward-secret suites only; a peer with an RSA certificate is served too."""

_VALID_FROM = datetime.timedelta(days=-1)
"""Clocks differ."""
_VALID_UNTIL = datetime.timedelta(days=30)

DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "sha-256": hashes.SHA256(),
    "sha-384": hashes.SHA384(),
    "sha-512": hashes.SHA512(),
}
"""Hashes we can check; others, such as sha-1, are not strong enough to rely on (RFC 8122 section 5)."""


class Certificate:
    """An ECDSA P-256 certificate with its key. One may serve any number of transports.

    Args:
        certificate: what is presented.
        key: its private key.

    Attributes:
        fingerprint: SHA-256 of the certificate, for descriptions.
    """

    def __init__(self, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
        self._certificate = certificate
        self._key = key
        self.fingerprint = Fingerprint("sha-256", digest(certificate, "sha-256"))

    @classmethod
    def generate(cls) -> Certificate:
        """Make a new key and certificate; about 1 ms. The name in it is random: it identifies nobody."""
        key = ec.generate_private_key(ec.SECP256R1())
        serial = x509.random_serial_number()
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"{serial:040x}"[:32])])
        now = datetime.datetime.now(tz=datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(serial)
            .not_valid_before(now + _VALID_FROM)
            .not_valid_after(now + _VALID_UNTIL)
        )
        return cls(builder.sign(key, hashes.SHA256()), key)

    @property
    def der(self) -> bytes:
        """The certificate, DER."""
        return self._certificate.public_bytes(Encoding.DER)

    @functools.cached_property
    def ssl_context(self) -> SSL.Context:
        """A DTLS 1.2 context that presents the certificate, asks for the peer's, and offers SRTP (RFC 5764).

        No chain is verified: trust comes from the fingerprint in the signalled description.
        """
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_min_proto_version(_DTLS_1_2)
        context.set_max_proto_version(_DTLS_1_2)
        # The MTU is given to each connection; a memory BIO cannot be asked for it.
        context.set_options(SSL.OP_NO_QUERY_MTU | SSL.OP_NO_RENEGOTIATION | SSL.OP_NO_TICKET)
        context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
        context.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _accept)
        context.use_certificate(self._certificate)
        context.use_privatekey(self._key)
        context.set_cipher_list(_CIPHERS)
        context.set_tlsext_use_srtp(b":".join(profile.name for profile in SRTP_PROFILES))
        return context


def _accept(*_: object) -> bool:
    return True


def digest(certificate: x509.Certificate, algorithm: str) -> str:
    """The fingerprint of a certificate as descriptions write it; `algorithm` is one of `DIGESTS`."""
    return certificate.fingerprint(DIGESTS[algorithm]).hex(":").upper()


def matches_any(certificate: x509.Certificate, fingerprints: tuple[Fingerprint, ...]) -> bool:
    """Whether at least one fingerprint of a hash we trust is the certificate's (RFC 8122 section 5)."""
    wanted = [f.normalized for f in fingerprints]
    return any(digest(certificate, algorithm) == value for algorithm, value in wanted if algorithm in DIGESTS)
