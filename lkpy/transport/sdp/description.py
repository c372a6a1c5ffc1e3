"""A whole session description: lenient to read, plain to write (RFC 8866, RFC 9429)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from lkpy.errors import ProtocolError
from lkpy.transport.sdp.attributes import DIRECTIONS, SETUP_ROLES, Direction, Fingerprint
from lkpy.transport.sdp.reader import SectionReader, read_fingerprint
from lkpy.transport.sdp.section import MediaSection
from lkpy.transport.sdp.writer import attribute_line, section_lines

MAX_TEXT_LENGTH = 4 * 1024 * 1024
"""Longer text is refused; a signalling message holds at most half of it."""

_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(slots=True)
class SessionDescription:
    """An offer or an answer.

    Attributes:
        origin: the value of o= ("- 1234 2 IN IP4 0.0.0.0").
        media: the m-sections in order; a section's place in the list is its m-line index.
        groups: (semantics, mids), for instance ("BUNDLE", ("0", "1")).
        ice_lite: the writer is an ICE-lite agent (RFC 8445 section 2.5).
        extmap_allow_mixed: one- and two-byte header extensions may be mixed (RFC 8285 section 6).
        ice_ufrag, ice_pwd, ice_options, fingerprints, setup, direction: what was said for all sections.
        attributes: every other session attribute, in order.
    """

    origin: str = "- 0 0 IN IP4 0.0.0.0"
    media: list[MediaSection] = field(default_factory=list)
    groups: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    ice_lite: bool = False
    extmap_allow_mixed: bool = False
    ice_ufrag: str = ""
    ice_pwd: str = ""
    ice_options: tuple[str, ...] = ()
    fingerprints: tuple[Fingerprint, ...] = ()
    setup: str = ""
    direction: Direction = Direction.SENDRECV
    name: str = "-"
    timing: str = "0 0"
    connection: str = ""
    attributes: list[tuple[str, str | None]] = field(default_factory=list)

    @classmethod
    def create(
        cls,
        *,
        session_id: int,
        version: int,
        media: Iterable[MediaSection],
        fingerprints: Sequence[Fingerprint],
        ice_lite: bool = False,
    ) -> SessionDescription:
        """A description in the usual shape: one BUNDLE of every section that is not rejected, trickle ICE.

        `session_id` and `version` are the numbers of o=: 62 random bits, a counter (RFC 9429 section 5.2.1).
        """
        sections = list(media)
        live = tuple(section.mid for section in sections if section.mid and not section.rejected)
        for section in sections:
            section.fingerprints = section.fingerprints or tuple(fingerprints)
            section.ice_options = section.ice_options or ("trickle",)
        return cls(
            origin=f"- {session_id} {version} IN IP4 0.0.0.0",
            media=sections,
            groups=[("BUNDLE", live)] if live else [],
            ice_lite=ice_lite,
            extmap_allow_mixed=True,
            ice_options=("trickle",),
            fingerprints=tuple(fingerprints),
            attributes=[("msid-semantic", "WMS *")],
        )

    @property
    def bundle(self) -> tuple[str, ...]:
        """The mids of the first BUNDLE group (RFC 9143), () without one."""
        return next((mids for semantics, mids in self.groups if semantics == "BUNDLE"), ())

    @property
    def transport_section(self) -> MediaSection | None:
        """The section whose ICE and DTLS lines count for the bundle: the tagged one, else the first live."""
        live = [section for section in self.media if not section.rejected]
        tag = self.bundle[0] if self.bundle else None
        tagged = [section for section in live if section.mid == tag and section.ice_ufrag]
        with_ice = [section for section in live if section.ice_ufrag]
        return next(iter(tagged or with_ice or live), None)

    @property
    def all_candidates(self) -> list[str]:
        """Every distinct candidate line of every section, in order."""
        return list(dict.fromkeys(line for section in self.media for line in section.candidates))

    def section(self, mid: str) -> MediaSection | None:
        """The first section with that mid."""
        return next((section for section in self.media if section.mid == mid), None)

    @classmethod
    def parse(cls, text: str) -> SessionDescription:
        """Read a description. Unknown attributes are kept, mangled ones skipped, any line ending is taken.

        Raises:
            ProtocolError: `text` has neither a v= nor an m= line, or is longer than `MAX_TEXT_LENGTH`.
        """
        if len(text) > MAX_TEXT_LENGTH:
            raise ProtocolError(f"session description of {len(text)} characters")
        return _DescriptionReader(cls()).read(text)

    def serialize(self) -> str:
        """The text, lines ended by CRLF (RFC 8866 section 5)."""
        lines = ["v=0", f"o={self.origin}", f"s={self.name}"]
        if self.connection:
            lines.append(f"c={self.connection}")
        lines.append(f"t={self.timing}")
        lines += [f"a=group:{' '.join([semantics, *mids])}" for semantics, mids in self.groups]
        if self.ice_lite:
            lines.append("a=ice-lite")
        if self.extmap_allow_mixed:
            lines.append("a=extmap-allow-mixed")
        lines += [attribute_line(name, value) for name, value in self.attributes]
        if self.ice_ufrag:
            lines.append(f"a=ice-ufrag:{self.ice_ufrag}")
        if self.ice_pwd:
            lines.append(f"a=ice-pwd:{self.ice_pwd}")
        if self.ice_options:
            lines.append(f"a=ice-options:{' '.join(self.ice_options)}")
        lines += [f"a=fingerprint:{f.algorithm} {f.value}" for f in self.fingerprints]
        if self.setup:
            lines.append(f"a=setup:{self.setup}")
        if self.direction is not Direction.SENDRECV:
            lines.append(f"a={self.direction}")
        inherited = self._as_section()
        for section in self.media:
            lines += section_lines(section, inherited, default_direction=self.direction)
        return "\r\n".join(lines) + "\r\n"

    def _as_section(self) -> MediaSection:
        return MediaSection(
            "session",
            ice_ufrag=self.ice_ufrag,
            ice_pwd=self.ice_pwd,
            ice_options=self.ice_options,
            fingerprints=self.fingerprints,
            setup=self.setup,
        )


class _DescriptionReader:
    def __init__(self, description: SessionDescription) -> None:
        self._description = description
        self._readers: list[SectionReader] = []

    def read(self, text: str) -> SessionDescription:
        structured = False
        for line in _LINE_END.split(text):
            letter, equals, value = line[:1], line[1:2], line[2:].strip()
            if equals != "=":
                continue
            structured = structured or letter in "vm"
            if letter == "m":
                self._readers.append(SectionReader(value))
            elif letter == "a":
                name, colon, content = value.partition(":")
                self._attribute(name.strip(), content.strip() if colon else None)
            elif self._readers:
                self._section_line(letter, value)
            elif letter in _SESSION_LINES:
                setattr(self._description, _SESSION_LINES[letter], value)
        if not structured:
            raise ProtocolError("not a session description: no v= and no m= line")
        self._description.media = [self._finish(reader) for reader in self._readers]
        return self._description

    def _attribute(self, name: str, value: str | None) -> None:
        if not name:
            return
        if self._readers:
            self._readers[-1].attribute(name, value)
            return
        reader = _SESSION_READERS.get(name)
        if reader is not None:
            reader(self._description, value or "")
        else:
            self._description.attributes.append((name, value))

    def _section_line(self, letter: str, value: str) -> None:
        section = self._readers[-1].section
        if letter == "c":
            section.connection = value
        elif letter == "b":
            section.bandwidths.append(value)

    def _finish(self, reader: SectionReader) -> MediaSection:
        """What a section does not say, the session says for it (RFC 8839 section 5.4, RFC 8122 section 5)."""
        section, session = reader.finish(), self._description
        if not reader.said_direction:
            section.direction = session.direction
        section.ice_ufrag = section.ice_ufrag or session.ice_ufrag
        section.ice_pwd = section.ice_pwd or session.ice_pwd
        section.ice_options = section.ice_options or session.ice_options
        section.fingerprints = section.fingerprints or session.fingerprints
        section.setup = section.setup or session.setup
        return section


_SESSION_LINES = {"o": "origin", "s": "name", "t": "timing", "c": "connection"}


def _read_group(description: SessionDescription, value: str) -> None:
    words = value.split()
    if words:
        description.groups.append((words[0], tuple(words[1:])))


def _read_ice_options(description: SessionDescription, value: str) -> None:
    description.ice_options += tuple(value.split())


def _read_fingerprint(description: SessionDescription, value: str) -> None:
    fingerprint = read_fingerprint(value)
    if fingerprint is not None:
        description.fingerprints += (fingerprint,)


def _read_setup(description: SessionDescription, value: str) -> None:
    if value.lower() in SETUP_ROLES:
        description.setup = value.lower()


def _setter(name: str, constant: object = None) -> Callable[[SessionDescription, str], None]:
    """A reader that keeps the value, or for a flag the constant it stands for."""
    return lambda description, value: setattr(description, name, value if constant is None else constant)


_SESSION_READERS: dict[str, Callable[[SessionDescription, str], None]] = {
    "group": _read_group,
    "ice-lite": _setter("ice_lite", True),
    "extmap-allow-mixed": _setter("extmap_allow_mixed", True),
    "ice-ufrag": _setter("ice_ufrag"),
    "ice-pwd": _setter("ice_pwd"),
    "ice-options": _read_ice_options,
    "fingerprint": _read_fingerprint,
    "setup": _read_setup,
} | {name: _setter("direction", way) for name, way in DIRECTIONS.items()}
