"""From lines to a `MediaSection`. What is unknown is kept, what is mangled is skipped; nothing raises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lkpy.transport.sdp.attributes import (
    DIRECTIONS,
    SETUP_ROLES,
    STATIC_CODECS,
    Direction,
    Fingerprint,
    Msid,
    Rid,
    RtpCodec,
    SsrcGroup,
    number,
)
from lkpy.transport.sdp.section import MediaSection

MAX_SSRC = 0xFFFFFFFF


def read_fingerprint(value: str) -> Fingerprint | None:
    """`a=fingerprint` (RFC 8122 section 5), None where it is mangled."""
    words = value.split()
    return Fingerprint(words[0].lower(), words[1].upper()) if len(words) == 2 else None


class SectionReader:
    """Collects the lines of one m-section; `finish` gives the section."""

    def __init__(self, m_line: str) -> None:
        """`m_line` is the value of m=. A mangled one becomes a rejected section: it keeps its index."""
        words = m_line.split()
        self.section = MediaSection(
            words[0] if words else "unknown",
            port=(number(words[1].partition("/")[0], 65535) or 0) if len(words) > 1 else 0,
            proto=words[2] if len(words) > 2 else "unknown",
        )
        # RFC 8866 section 5.14 asks for at least one format
        self._formats = list(dict.fromkeys(words[3:])) or ["0"]
        self._rtpmaps: dict[int, RtpCodec] = {}
        self._fmtps: dict[int, str] = {}
        self._feedback: dict[str, list[str]] = {}
        self.said_direction = False

    def attribute(self, name: str, value: str | None) -> None:
        """Take one a= line; a known name with an unreadable value is skipped."""
        reader = _READERS.get(name)
        if reader is not None:
            reader(self, value or "")
        else:
            self.section.attributes.append((name, value))

    def finish(self) -> MediaSection:
        """Join payload types with what rtpmap, fmtp and rtcp-fb said about them."""
        section = self.section
        if not section.is_rtp:
            section.formats = tuple(self._formats)
            return section
        unexplained = []
        static = STATIC_CODECS if section.kind == "audio" else {}
        everywhere = self._feedback.get("*", [])
        for word in self._formats:
            payload_type = number(word, 127)
            codec = None
            if payload_type is not None and word == str(payload_type):
                codec = self._rtpmaps.get(payload_type) or static.get(payload_type)
            if codec is None or payload_type is None:
                unexplained.append(word)
                continue
            feedback = dict.fromkeys([*self._feedback.get(word, []), *everywhere])
            section.codecs[payload_type] = replace(
                codec, fmtp=self._fmtps.get(payload_type, ""), feedback=tuple(feedback)
            )
        section.formats = tuple(unexplained)
        return section

    # One method an attribute

    def _mid(self, value: str) -> None:
        self.section.mid = self.section.mid or "".join(value.split()[:1])

    def _rtpmap(self, value: str) -> None:
        words = value.split()
        if len(words) < 2:
            return
        payload_type = number(words[0], 127)
        name, _, numbers = words[1].partition("/")
        rate, _, channels = numbers.partition("/")
        clock_rate = number(rate, 10_000_000)
        if payload_type is None or not name or not clock_rate:
            return
        codec = RtpCodec(payload_type, name, clock_rate, (number(channels, 255) or 1))
        self._rtpmaps.setdefault(payload_type, codec)

    def _fmtp(self, value: str) -> None:
        head, _, tail = value.partition(" ")
        payload_type = number(head, 127)
        if payload_type is not None:
            self._fmtps.setdefault(payload_type, tail.strip())

    def _rtcp_fb(self, value: str) -> None:
        # pion writes "a=rtcp-fb:96 nack " with a trailing blank: splitting into words forgives it
        words = value.split()
        if len(words) > 1:
            self._feedback.setdefault(words[0], []).append(" ".join(words[1:]))

    def _extmap(self, value: str) -> None:
        words = value.split()
        if len(words) < 2:
            return
        head, _, way = words[0].partition("/")
        identifier = number(head, 65535)
        if not identifier or identifier in self.section.extmap:
            return
        self.section.extmap[identifier] = words[1]
        if way in DIRECTIONS:
            self.section.extmap_directions[identifier] = DIRECTIONS[way]

    def _msid(self, value: str) -> None:
        words = value.split()
        if words:
            self.section.msids.append(Msid(words[0], words[1] if len(words) > 1 else ""))

    def _ssrc(self, value: str) -> None:
        head, _, tail = value.partition(" ")
        ssrc = number(head, MAX_SSRC)
        if ssrc is None:
            return
        table = self.section.ssrcs.setdefault(ssrc, {})
        name, colon, content = tail.strip().partition(":")
        if name:
            table.setdefault(name, content.strip() if colon else None)

    def _ssrc_group(self, value: str) -> None:
        words = value.split()
        ssrcs = [number(word, MAX_SSRC) for word in words[1:]]
        known = tuple(ssrc for ssrc in ssrcs if ssrc is not None)
        if known and len(known) == len(ssrcs):
            self.section.ssrc_groups.append(SsrcGroup(words[0], known))

    def _rid(self, value: str) -> None:
        words = value.split(None, 2)
        if len(words) > 1 and words[1] in ("send", "recv"):
            self.section.rids.append(Rid(words[0], words[1], words[2] if len(words) > 2 else ""))

    def _simulcast(self, value: str) -> None:
        self.section.simulcast = self.section.simulcast or value

    def _ice_ufrag(self, value: str) -> None:
        self.section.ice_ufrag = value

    def _ice_pwd(self, value: str) -> None:
        self.section.ice_pwd = value

    def _ice_options(self, value: str) -> None:
        self.section.ice_options += tuple(value.split())

    def _candidate(self, value: str) -> None:
        if value:
            self.section.candidates.append("candidate:" + value)

    def _end_of_candidates(self, value: str) -> None:
        self.section.end_of_candidates = True

    def _fingerprint(self, value: str) -> None:
        fingerprint = read_fingerprint(value)
        if fingerprint is not None:
            self.section.fingerprints += (fingerprint,)

    def _setup(self, value: str) -> None:
        if value.lower() in SETUP_ROLES:
            self.section.setup = value.lower()

    def _sctp_port(self, value: str) -> None:
        self.section.sctp_port = number(value, 65535)

    def _max_message_size(self, value: str) -> None:
        self.section.max_message_size = number(value, 2**63)

    def _rtcp_mux(self, value: str) -> None:
        self.section.rtcp_mux = True

    def _rtcp_rsize(self, value: str) -> None:
        self.section.rtcp_rsize = True

    def _bundle_only(self, value: str) -> None:
        self.section.bundle_only = True

    def direction(self, way: Direction) -> None:
        self.section.direction = way
        self.said_direction = True


def _way(way: Direction) -> Callable[[SectionReader, str], None]:
    return lambda reader, value: reader.direction(way)


_READERS: dict[str, Callable[[SectionReader, str], None]] = {
    "mid": SectionReader._mid,
    "rtpmap": SectionReader._rtpmap,
    "fmtp": SectionReader._fmtp,
    "rtcp-fb": SectionReader._rtcp_fb,
    "extmap": SectionReader._extmap,
    "msid": SectionReader._msid,
    "ssrc": SectionReader._ssrc,
    "ssrc-group": SectionReader._ssrc_group,
    "rid": SectionReader._rid,
    "simulcast": SectionReader._simulcast,
    "ice-ufrag": SectionReader._ice_ufrag,
    "ice-pwd": SectionReader._ice_pwd,
    "ice-options": SectionReader._ice_options,
    "candidate": SectionReader._candidate,
    "end-of-candidates": SectionReader._end_of_candidates,
    "fingerprint": SectionReader._fingerprint,
    "setup": SectionReader._setup,
    "sctp-port": SectionReader._sctp_port,
    "max-message-size": SectionReader._max_message_size,
    "rtcp-mux": SectionReader._rtcp_mux,
    "rtcp-rsize": SectionReader._rtcp_rsize,
    "bundle-only": SectionReader._bundle_only,
} | {way.value: _way(way) for way in Direction}
