"""What the two ends of a transport tell each other about DTLS (RFC 8842) and ICE: light value types.

This module pulls in no cryptography, so that descriptions can be parsed and written without it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lkpy.transport.sdp.attributes import Fingerprint

if TYPE_CHECKING:
    from lkpy.transport.ice.parameters import IceParameters

__all__ = ["DtlsRole", "Fingerprint", "TransportParameters"]


class DtlsRole(enum.Enum):
    """Our part in the DTLS handshake. `a=setup:active` is the client (RFC 8842 section 5.2)."""

    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class TransportParameters:
    """What a description says about our end of a bundled transport."""

    ice: IceParameters
    fingerprint: Fingerprint
