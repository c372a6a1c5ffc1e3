"""Access tokens, as far as a client looks at them: it passes them on and cannot check them."""

from __future__ import annotations

import base64
import binascii
import json


def is_sendable(token: str) -> bool:
    """Whether a token can stand in a header: visible ASCII and not empty (RFC 6750 section 2.1)."""
    return bool(token) and all("!" <= character <= "~" for character in token)


def expires_at(token: str) -> float | None:
    """When a token expires: Unix seconds from its `exp` claim (RFC 7519 section 4.1.4), not verified.

    None when the token is no readable JSON web token or has no such claim.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None
    expiry = claims.get("exp") if isinstance(claims, dict) else None
    return float(expiry) if isinstance(expiry, int | float) and not isinstance(expiry, bool) else None
