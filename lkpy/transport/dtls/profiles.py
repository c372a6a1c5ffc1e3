"""The SRTP protection profiles that DTLS may agree on (RFC 5764 section 4.1.2, RFC 7714 section 14.2)."""

from __future__ import annotations

from dataclasses import dataclass

from pylibsrtp import Policy


@dataclass(frozen=True, slots=True)
class SrtpProfile:
    """One way to protect media.

    Attributes:
        name: as OpenSSL calls it.
        policy: as libsrtp numbers it.
        key_length, salt_length: bytes.
        tag_length: bytes of authentication that a packet carries.
    """

    name: bytes
    policy: int
    key_length: int
    salt_length: int
    tag_length: int

    @property
    def keying_material(self) -> int:
        """Bytes to export from DTLS: both keys and both salts (RFC 5764 section 4.2)."""
        return 2 * (self.key_length + self.salt_length)

    def master_key(self, material: bytes, writer: int) -> bytes:
        """Key and salt of one direction; `writer` 0: what the DTLS client writes with, 1: the server."""
        key, salt = self.key_length, self.salt_length
        salts = 2 * key
        return (
            material[writer * key : (writer + 1) * key]
            + material[salts + writer * salt : salts + (writer + 1) * salt]
        )


SRTP_PROFILES = (
    SrtpProfile(b"SRTP_AEAD_AES_256_GCM", Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 32, 12, 16),
    SrtpProfile(b"SRTP_AEAD_AES_128_GCM", Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 16, 12, 16),
    SrtpProfile(b"SRTP_AES128_CM_SHA1_80", Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 16, 14, 10),
)
"""Best first: the order in which we offer them."""


def srtp_profile(name: bytes) -> SrtpProfile:
    """The profile of that name. KeyError if we know none."""
    for profile in SRTP_PROFILES:
        if profile.name == name:
            return profile
    raise KeyError(name)
