"""RTCIceCandidateInit as JSON: how LiveKit's signalling carries candidates (W3C WebRTC section 4.8.1)."""

from __future__ import annotations

import json

from lkpy.errors import ProtocolError
from lkpy.transport.ice.candidate import Candidate

MAX_LENGTH = 8192
"""Characters of a candidate message; longer ones are refused unread."""


def parse_candidate_init(text: str) -> Candidate | None:
    """Read a candidate; None for the end of candidates (an empty or missing line).

    Without a fragment of its own the line belongs to the generation that `usernameFragment` names. Which
    section it names does not matter, since all of them share one transport.

    Raises:
        ProtocolError: not JSON, not an object, or not a candidate line.
    """
    if len(text) > MAX_LENGTH:
        raise ProtocolError(f"a candidate message of {len(text)} characters")
    try:
        init = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a candidate message is not JSON") from error
    if not isinstance(init, dict):
        raise ProtocolError("a candidate message is not a JSON object")
    line, fragment = init.get("candidate"), init.get("usernameFragment")
    if not line:
        return None
    if not isinstance(line, str):
        raise ProtocolError("a candidate line is not a string")
    candidate = Candidate.parse(line)
    if candidate.ufrag is None and isinstance(fragment, str) and fragment:
        candidate = candidate.with_ufrag(fragment)
    return candidate


def candidate_init(candidate: Candidate, *, mid: str, ufrag: str) -> str:
    """Write a candidate of the bundle whose first section is `mid` and whose credentials have `ufrag`."""
    return json.dumps(
        {
            "candidate": candidate.to_sdp(),
            "sdpMid": mid,
            "sdpMLineIndex": 0,
            "usernameFragment": candidate.ufrag or ufrag,
        }
    )
