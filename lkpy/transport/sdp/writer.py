"""From a `MediaSection` to lines, in the order that browsers write them."""

from __future__ import annotations

from collections.abc import Iterator

from lkpy.transport.sdp.attributes import Direction
from lkpy.transport.sdp.section import MediaSection


def attribute_line(name: str, value: str | None) -> str:
    return f"a={name}" if value is None else f"a={name}:{value}"


def section_lines(
    section: MediaSection, inherited: MediaSection, *, default_direction: Direction = Direction.SENDRECV
) -> Iterator[str]:
    """The lines of a section, without the ICE and DTLS values that `inherited` (the session) has said."""
    formats = [*map(str, section.codecs), *section.formats] or ["0"]
    yield f"m={section.kind} {section.port} {section.proto} {' '.join(formats)}"
    yield f"c={section.connection}"
    for bandwidth in section.bandwidths:
        yield f"b={bandwidth}"
    yield from _transport_lines(section, inherited)
    if section.mid:
        yield f"a=mid:{section.mid}"
    if section.bundle_only:
        yield "a=bundle-only"
    for identifier, uri in section.extmap.items():
        way = section.extmap_directions.get(identifier)
        yield f"a=extmap:{identifier}{f'/{way}' if way else ''} {uri}"
    # A data channel section has no direction (RFC 8841 section 4); libwebrtc writes none
    if not (section.is_data and section.direction is default_direction is Direction.SENDRECV):
        yield f"a={section.direction}"
    yield from (f"a=msid:{msid}" for msid in section.msids)
    if section.rtcp_mux:
        yield "a=rtcp-mux"
    if section.rtcp_rsize:
        yield "a=rtcp-rsize"
    yield from _codec_lines(section)
    yield from _source_lines(section)
    if section.sctp_port is not None:
        yield f"a=sctp-port:{section.sctp_port}"
    if section.max_message_size is not None:
        yield f"a=max-message-size:{section.max_message_size}"
    yield from (attribute_line(name, value) for name, value in section.attributes)


def _transport_lines(section: MediaSection, inherited: MediaSection) -> Iterator[str]:
    yield from (f"a={line}" for line in section.candidates)
    if section.end_of_candidates:
        yield "a=end-of-candidates"
    if section.ice_ufrag and section.ice_ufrag != inherited.ice_ufrag:
        yield f"a=ice-ufrag:{section.ice_ufrag}"
    if section.ice_pwd and section.ice_pwd != inherited.ice_pwd:
        yield f"a=ice-pwd:{section.ice_pwd}"
    if section.ice_options and section.ice_options != inherited.ice_options:
        yield f"a=ice-options:{' '.join(section.ice_options)}"
    if section.fingerprints != inherited.fingerprints:
        yield from (f"a=fingerprint:{f.algorithm} {f.value}" for f in section.fingerprints)
    if section.setup and section.setup != inherited.setup:
        yield f"a=setup:{section.setup}"


def _codec_lines(section: MediaSection) -> Iterator[str]:
    for payload_type, codec in section.codecs.items():
        yield f"a=rtpmap:{payload_type} {codec.rtpmap}"
        yield from (f"a=rtcp-fb:{payload_type} {feedback}" for feedback in codec.feedback)
        if codec.fmtp:
            yield f"a=fmtp:{payload_type} {codec.fmtp}"


def _source_lines(section: MediaSection) -> Iterator[str]:
    yield from (f"a=rid:{rid}" for rid in section.rids)
    if section.simulcast:
        yield f"a=simulcast:{section.simulcast}"
    yield from (f"a=ssrc-group:{group}" for group in section.ssrc_groups)
    for ssrc, attributes in section.ssrcs.items():
        if not attributes:
            yield f"a=ssrc:{ssrc}"
        for name, value in attributes.items():
            yield f"a=ssrc:{ssrc} {name}" if value is None else f"a=ssrc:{ssrc} {name}:{value}"
