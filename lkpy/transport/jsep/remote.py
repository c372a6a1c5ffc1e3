"""What the other end's description means: its transport, our DTLS role, and the tracks it sends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lkpy.errors import ProtocolError
from lkpy.transport.bundle.parameters import DtlsRole
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.jsep.capabilities import Capabilities
from lkpy.transport.jsep.results import UNLIMITED_MESSAGE_SIZE, NegotiatedReceiver, RemoteTransport
from lkpy.transport.sdp import MediaSection, SessionDescription

DEFAULT_MAX_MESSAGE_SIZE = 65536
"""Bytes, where a data section names no limit (RFC 8841 section 6.1)."""

TRACK_PREFIX = "TR"

_CREDENTIAL = re.compile(r"[!-~]{1,256}\Z")

ROLE_AFTER_ANSWER = {"active": DtlsRole.SERVER, "passive": DtlsRole.CLIENT, "": DtlsRole.SERVER}
"""Our role by the `a=setup` of the answer to our `actpass` (RFC 5763 section 5). Without the line the
answerer is active; an answer that leaves it open ("actpass") settles nothing."""

ROLE_AFTER_OFFER = {
    "actpass": DtlsRole.CLIENT,
    "passive": DtlsRole.CLIENT,
    "active": DtlsRole.SERVER,
    "": DtlsRole.CLIENT,
}
"""Our role by the `a=setup` of the offer: active where we may choose, which saves half a round trip."""

SETUP_OF_ROLE = {DtlsRole.CLIENT: "active", DtlsRole.SERVER: "passive"}


def ice_parameters(description: SessionDescription) -> IceParameters:
    """The credentials of the bundle. Raises ProtocolError where there are none that STUN could carry."""
    section = description.transport_section
    ufrag, pwd = (section.ice_ufrag, section.ice_pwd) if section else ("", "")
    if not (_CREDENTIAL.match(ufrag) and _CREDENTIAL.match(pwd)):
        raise ProtocolError("description without usable ICE credentials")
    return IceParameters(ufrag, pwd, description.ice_lite)


def remote_transport(
    description: SessionDescription, roles: Mapping[str, DtlsRole], previous: RemoteTransport | None
) -> RemoteTransport:
    """The transport part of a description.

    The DTLS role of an association does not change in later exchanges (RFC 8842 section 5.2), only a new
    certificate begins a new one.

    Raises:
        ProtocolError: no credentials, no fingerprint, or an `a=setup` that answers nothing.
    """
    ice = ice_parameters(description)
    section = description.transport_section
    if section is None or not section.fingerprints:
        raise ProtocolError("description without a certificate fingerprint")
    role = roles.get(section.setup)
    if role is None:
        raise ProtocolError(f"a=setup:{section.setup} does not settle the DTLS role")
    if previous is not None and previous.fingerprints == section.fingerprints:
        role = previous.role
    return RemoteTransport(
        ice,
        section.fingerprints,
        role,
        candidates=tuple(_candidates(description.all_candidates)),
        end_of_candidates=any(s.end_of_candidates for s in description.media),
        max_message_size=_max_message_size(description.media),
        restarted=previous is not None and (previous.ice.ufrag, previous.ice.pwd) != (ice.ufrag, ice.pwd),
    )


def _candidates(lines: Iterable[str]) -> Iterable[Candidate]:
    for line in lines:
        try:
            candidate = Candidate.parse(line)
        except ProtocolError:
            continue
        # The server repeats each candidate for component 2, which rtcp-mux leaves unused (RFC 8834 4.5)
        if candidate.component == 1:
            yield candidate


def _max_message_size(sections: Iterable[MediaSection]) -> int | None:
    section = next((s for s in sections if s.is_data and not s.rejected), None)
    if section is None:
        return None
    if section.max_message_size is None:
        return DEFAULT_MAX_MESSAGE_SIZE
    return section.max_message_size or UNLIMITED_MESSAGE_SIZE


def track_identity(section: MediaSection, mid_to_track_id: Mapping[str, str]) -> tuple[str, str] | None:
    """(track sid, stream id) of the track on a section, None for a section that is only reserved.

    LiveKit packs "participant sid|track sid" into the msid's stream id, or "participant sid|group" with the
    track sid as track id. A stream id that is not packed names nothing, then only the signalling can.
    """
    signalled = mid_to_track_id.get(section.mid, "")
    msid = section.msid
    if msid is None or "|" not in msid.stream_id:
        return (signalled, msid.stream_id if msid else "") if signalled else None
    packed = msid.stream_id.partition("|")[2]
    track_sid = packed if packed.startswith(TRACK_PREFIX) else msid.track_id or signalled
    return (track_sid, msid.stream_id) if track_sid else None


def negotiated_receiver(
    section: MediaSection, capabilities: Capabilities, mid_to_track_id: Mapping[str, str]
) -> NegotiatedReceiver | None:
    """The track that the peer sends on `section`, or None."""
    if section.rejected or not section.direction.sends or section.kind not in capabilities.codecs:
        return None
    identity = track_identity(section, mid_to_track_id)
    if identity is None:
        return None
    ssrc = next(iter(section.primary_ssrcs), None)
    return NegotiatedReceiver(
        section.mid,
        section.kind,
        *identity,
        ssrc,
        section.repairs.get(ssrc) if ssrc is not None else None,
        codecs={c.payload_type: c for c in capabilities.common(section.kind, section.codecs.values())},
        extmap=dict(section.extmap),
        direction=section.direction.reversed,
    )
