"""What the two ends of a transport tell each other about DTLS (RFC 8842) and ICE: light value types.

This module pulls in no cryptography, so that descriptions can be parsed and written without it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lkpy.errors import ProtocolError

if TYPE_CHECKING:
    from lkpy.transport.ice.parameters import IceParameters


class DtlsRole(enum.Enum):
    """Our part in the DTLS handshake. `a=setup:active` is the client (RFC 8842 section 5.2)."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Digest of a certificate as in `a=fingerprint` (RFC 8122 section 5).

    Attributes:
        algorithm: hash name, lower case, e.g. `sha-256`.
        value: upper-case hexadecimal bytes with colons between them.
    """

    algorithm: str
    value: str

    @classmethod
    def parse(cls, text: str) -> Fingerprint:
        """Read `"sha-256 AB:CD:..."`. Raises ProtocolError when it is not two words."""
        words = text.split()
        if len(words) != 2:
            raise ProtocolError("a fingerprint is a hash name and a value")
        return cls(words[0].lower(), words[1].upper())

    def __str__(self) -> str:
        return f"{self.algorithm} {self.value}"


@dataclass(frozen=True, slots=True)
class TransportParameters:
    """What a description says about our end of a bundled transport."""

    ice: IceParameters
    fingerprint: Fingerprint
