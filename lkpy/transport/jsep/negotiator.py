"""Offers and answers of one client peer connection, without I/O (RFC 9429, as LiveKit's two modes use it).

With two peer connections the client offers on one (to send) and answers on the other (to receive).
With one it offers everything: sections for its own tracks, and empty `recvonly` ones that the server fills.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.transport.bundle.parameters import TransportParameters
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.jsep.capabilities import DEFAULT_CAPABILITIES, Capabilities
from lkpy.transport.jsep.remote import (
    ROLE_AFTER_ANSWER,
    ROLE_AFTER_OFFER,
    SETUP_OF_ROLE,
    ice_parameters,
    negotiated_receiver,
    remote_transport,
)
from lkpy.transport.jsep.results import (
    NegotiatedReceiver,
    NegotiatedSender,
    NegotiationResult,
    RemoteTransport,
)
from lkpy.transport.jsep.table import LocalSender, SectionTable, Slot
from lkpy.transport.sdp import Direction, MediaSection, RtpCodec, SessionDescription
from lkpy.transport.sdp.section import SCTP_FORMAT

MEDIA_KINDS = ("audio", "video")
MAX_SECTIONS = 1000
"""M-sections of an offer beyond which it is refused; each costs both ends memory for good."""


class NegotiatorRole(enum.Enum):
    """Which side writes the offers; on a LiveKit peer connection that never changes."""

    OFFERER = "offerer"
    ANSWERER = "answerer"


@dataclass(frozen=True, slots=True)
class _Offered:
    """A slot as the pending offer described it; the table may have moved on when the answer comes."""

    slot: Slot
    sender: LocalSender | None
    section: MediaSection


class Negotiator:
    """Keeps the m-sections of one peer connection and what was agreed on them.

    Calls come in pairs, `create_offer` then `apply_answer`, or `answer` alone. A second `create_offer` before
    the answer replaces the first.

    Args:
        role: who offers.
        session_id: number of the o= line, 62 random bits (RFC 9429 section 5.2.1).
        cname: RTCP canonical name of our streams (RFC 7022), no blanks.
        capabilities: codecs and header extensions.
        data_channels: as the offerer: offer a data section. As the answerer: accept one.
    """

    def __init__(
        self,
        *,
        role: NegotiatorRole,
        session_id: int,
        cname: str,
        capabilities: Capabilities = DEFAULT_CAPABILITIES,
        data_channels: bool = True,
    ) -> None:
        self.role = role
        self.capabilities = capabilities
        self._session_id = session_id
        self._version = 0
        self._cname = cname
        self._data_channels = data_channels
        self._table = SectionTable()
        self._receives = False
        self._pending: list[_Offered] | None = None
        self._remote: RemoteTransport | None = None
        self._receivers: dict[tuple[str, str], NegotiatedReceiver] = {}
        if role is NegotiatorRole.OFFERER and data_channels:
            self._table.append("application")

    @property
    def receivers(self) -> list[NegotiatedReceiver]:
        """The tracks that the peer sends now."""
        return list(self._receivers.values())

    # The offering side

    def add_receive_sections(self, kind: str, count: int) -> int:
        """Offer `count` more empty sections of "audio" or "video" for the server to fill.

        Sections whose track we unpublish are open to the server from now on, too. The server asks for the
        count, so it is cut at `MAX_SECTIONS` in all; returns how many were added.

        Raises:
            InvalidStateError: we answer on this connection, or the kind is unknown.
        """
        self._check_offerer(kind)
        count = max(0, min(count, MAX_SECTIONS - len(self._table.slots)))
        self._receives = True
        for slot in self._table:
            slot.receives = slot.receives or slot.free
        for _ in range(count):
            self._table.append(kind, receives=True)
        return count

    def add_sender(
        self,
        kind: str,
        msid_track_id: str,
        codecs: Sequence[str],
        ssrc: int | None = None,
        rtx_ssrc: int | None = None,
        rids: Sequence[str] = (),
        *,
        stream_id: str = "-",
    ) -> str:
        """Send a track from the next offer on; returns the mid of its section.

        A section that an earlier track of the same codec has left is used again, even one the peer sends on.

        Args:
            kind: "audio" or "video".
            msid_track_id: the cid of the add_track request.
            codecs: encoding names in order of preference, any case.
            ssrc: its source, unless it has layers: a source without rid that no `a=ssrc` names is not heard.
            rtx_ssrc: source of its retransmissions (RFC 4588), if it has any.
            rids: layer ids, which replace the sources.
            stream_id: the msid's stream (RFC 8830); "-" is none.

        Raises:
            InvalidStateError: we answer on this connection, a codec is unknown, or not one of ssrc, rids.
        """
        self._check_offerer(kind)
        unknown = [name for name in codecs if not self.capabilities.sendable(kind, [name])]
        if unknown or not codecs:
            raise InvalidStateError(f"cannot send {kind} as {', '.join(unknown) or 'nothing'}")
        if (ssrc is None) == (not rids):
            raise InvalidStateError("a sender has either an ssrc or rids")
        names = tuple(name.lower() for name in codecs)
        slot = self._table.free(kind, names[0])
        if slot is None:
            if len(self._table.slots) >= MAX_SECTIONS:
                raise InvalidStateError(f"there are {MAX_SECTIONS} sections already")
            slot = self._table.append(kind, codecs=names)
        slot.sender = LocalSender(stream_id, msid_track_id, names, ssrc, rtx_ssrc, tuple(rids))
        return slot.mid

    def remove_sender(self, mid: str) -> None:
        """Stop sending on a section from the next offer on, which is what unpublishing is. The section stays:
        `recvonly` where the server may use it, else `inactive`.

        Raises:
            InvalidStateError: nothing is sent on `mid`.
        """
        slot = self._table.find(mid)
        if slot is None or slot.sender is None:
            raise InvalidStateError(f"nothing is sent on section {mid!r}")
        slot.sender = None
        slot.receives = slot.receives or self._receives

    def create_offer(self, local: TransportParameters, candidates: Iterable[Candidate] = ()) -> str:
        """An offer of every section. New credentials in `local` make it an ICE restart.

        Raises:
            InvalidStateError: we answer on this connection, or there is no section to offer.
        """
        self._check_offerer()
        self._pending = [
            _Offered(slot, slot.sender, slot.section(self.capabilities, self._cname)) for slot in self._table
        ]
        if not self._pending:
            raise InvalidStateError("there is nothing to offer: no section has been added")
        return self._write([offered.section for offered in self._pending], local, "actpass", candidates)

    def apply_answer(
        self, answer: str | SessionDescription, mid_to_track_id: Mapping[str, str] | None = None
    ) -> NegotiationResult:
        """Take the answer to the last offer.

        Args:
            answer: the text, or what `SessionDescription.parse` made of it.
            mid_to_track_id: mid to track sid, as the signalling message has it.

        Raises:
            ProtocolError: it is no answer to our offer; nothing has changed and the offer is still open.
        """
        if self._pending is None:
            raise ProtocolError("an answer without an offer")
        description = answer if isinstance(answer, SessionDescription) else SessionDescription.parse(answer)
        kinds = [section.kind for section in description.media]
        if kinds != [offered.slot.kind for offered in self._pending]:
            raise ProtocolError(f"the answer has other sections than the offer: {' '.join(kinds)[:200]}")
        transport = remote_transport(description, ROLE_AFTER_ANSWER, self._remote)
        senders = [
            sender
            for offered, section in zip(self._pending, description.media, strict=True)
            if (sender := self._negotiated_sender(offered, section)) is not None
        ]
        # The answer may leave mids out; its sections are ours by their place
        for offered, section in zip(self._pending, description.media, strict=True):
            section.mid = offered.slot.mid
        receiving = [
            section
            for offered, section in zip(self._pending, description.media, strict=True)
            if offered.section.direction.receives
        ]
        self._pending = None
        return self._settle(transport, senders, receiving, mid_to_track_id or {})

    # The answering side

    def is_restart(self, offer: SessionDescription) -> bool:
        """Whether an offer restarts ICE, so that the answer needs new credentials too (RFC 8445 section 9).

        Raises:
            ProtocolError: the offer has no credentials.
        """
        if self._remote is None:
            return False
        known, ice = self._remote.ice, ice_parameters(offer)
        return (known.ufrag, known.pwd) != (ice.ufrag, ice.pwd)

    def answer(
        self,
        offer: str | SessionDescription,
        local: TransportParameters,
        candidates: Iterable[Candidate] = (),
        mid_to_track_id: Mapping[str, str] | None = None,
    ) -> tuple[str, NegotiationResult]:
        """Answer an offer: receive what we can, `inactive` for codecs we have not, port 0 for unknown kinds.

        Args:
            offer: the text, or what `SessionDescription.parse` made of it.
            local: our credentials; new ones when `is_restart(offer)`.
            candidates: those gathered so far.
            mid_to_track_id: mid to track sid, as the signalling message has it.

        Raises:
            ProtocolError: not an offer, or nobody could connect with what it says; nothing has changed.
            InvalidStateError: we offer on this connection.
        """
        if self.role is not NegotiatorRole.ANSWERER:
            raise InvalidStateError("this side of the connection offers")
        description = offer if isinstance(offer, SessionDescription) else SessionDescription.parse(offer)
        if len(description.media) > MAX_SECTIONS:
            raise ProtocolError(f"an offer of {len(description.media)} sections")
        transport = remote_transport(description, ROLE_AFTER_OFFER, self._remote)
        stereo = any("sprop-stereo=1" in c.fmtp for s in description.media for c in s.codecs.values())
        answers: list[MediaSection] = []
        live: list[MediaSection] = []
        seen: set[str] = set()
        data_taken = not self._data_channels
        for section in description.media:
            takes = section.kind in MEDIA_KINDS and section.is_rtp and bool(section.codecs)
            if section.is_data and SCTP_FORMAT in section.formats and not data_taken:
                takes = data_taken = True
            if section.rejected or not takes or section.mid in seen:
                answers.append(section.rejection())
                continue
            seen.add(section.mid)
            live.append(section)
            answers.append(self._mirror(section, stereo=stereo))
        if not live:
            raise ProtocolError("an offer without a section that could be answered")
        setup, bundle = SETUP_OF_ROLE[transport.role], bool(description.bundle)
        text = self._write(answers, local, setup, candidates, bundle=bundle)
        return text, self._settle(transport, [], live, mid_to_track_id or {})

    def _mirror(self, section: MediaSection, *, stereo: bool) -> MediaSection:
        """The answer to a section we take (RFC 9429 section 5.3.1): its numbers, our choice of codecs."""
        if section.is_data:
            return replace(MediaSection.application(section.mid), proto=section.proto)
        codecs = self.capabilities.common(section.kind, section.codecs.values())
        direction = Direction.of(sends=False, receives=section.direction.sends)
        if not codecs:
            # The m-line needs a payload type that it explains; the section stays usable for a later track
            codecs = [replace(codec, feedback=()) for codec in list(section.codecs.values())[:1]]
            direction = Direction.INACTIVE
        answer = MediaSection.rtp(
            section.kind,
            section.mid,
            codecs=[self._answered(codec, stereo=stereo) for codec in codecs],
            extmap=self.capabilities.common_extensions(section.kind, section.extmap),
            direction=direction,
        )
        return replace(answer, proto=section.proto)

    def _answered(self, codec: RtpCodec, *, stereo: bool) -> RtpCodec:
        """Opus parameters say what *we* like to receive (RFC 7587 section 7). One payload type has the same
        ones in all sections, as strict stacks check, so one stereo sender makes all of them stereo."""
        own = next(
            (c.codec for c in self.capabilities.codecs.get("audio", ()) if c.codec.key == codec.key), None
        )
        if own is None:
            return codec
        return replace(codec, fmtp=own.fmtp + ";stereo=1" if stereo and codec.key == "opus" else own.fmtp)

    # Both sides

    def _check_offerer(self, kind: str = "audio") -> None:
        if self.role is not NegotiatorRole.OFFERER:
            raise InvalidStateError("this side of the connection answers: it has no sections of its own")
        if kind not in MEDIA_KINDS:
            raise InvalidStateError(f"unknown kind of media: {kind!r}")

    def _write(
        self,
        sections: list[MediaSection],
        local: TransportParameters,
        setup: str,
        candidates: Iterable[Candidate],
        *,
        bundle: bool = True,
    ) -> str:
        self._version += 1
        lines = [candidate.to_sdp() for candidate in candidates]
        for section in sections:
            if section.rejected:
                continue
            # Candidates belong to the bundle, whose first section carries them (RFC 9143 section 7.1.3)
            section.with_transport(ufrag=local.ice.ufrag, pwd=local.ice.pwd, setup=setup, candidates=lines)
            lines = []
        description = SessionDescription.create(
            session_id=self._session_id,
            version=self._version,
            media=sections,
            fingerprints=[local.fingerprint],
            ice_lite=local.ice.lite,
        )
        if not bundle:
            # An answer may not group what the offer did not (RFC 9143 section 7.3)
            description.groups = []
        return description.serialize()

    def _negotiated_sender(self, offered: _Offered, section: MediaSection) -> NegotiatedSender | None:
        sender, slot = offered.sender, offered.slot
        if sender is None or slot.sender is not sender or section.rejected or not section.direction.receives:
            return None
        ours = self.capabilities.sendable(slot.kind, sender.codecs)
        codecs = tuple(c for pt, c in section.codecs.items() if pt in ours and ours[pt].key == c.key)
        if not codecs:
            return None
        taken = {rid.id for rid in section.rids if rid.direction == "recv"}
        return NegotiatedSender(
            slot.mid,
            slot.kind,
            sender.track_id,
            codecs,
            rtx={
                c.payload_type: rtx.payload_type
                for c in codecs
                if (rtx := section.repair_codec(c.payload_type))
            },
            extmap={i: uri for i, uri in section.extmap.items() if offered.section.extmap.get(i) == uri},
            ssrc=sender.ssrc,
            rtx_ssrc=sender.rtx_ssrc,
            rids=tuple(rid for rid in sender.rids if rid in taken),
        )

    def _settle(
        self,
        transport: RemoteTransport,
        senders: list[NegotiatedSender],
        sections: Iterable[MediaSection],
        mid_to_track_id: Mapping[str, str],
    ) -> NegotiationResult:
        receivers = {
            receiver.key: receiver
            for section in sections
            if (receiver := negotiated_receiver(section, self.capabilities, mid_to_track_id)) is not None
        }
        before, self._receivers, self._remote = self._receivers, receivers, transport
        return NegotiationResult(
            transport,
            senders,
            added=[receiver for key, receiver in receivers.items() if key not in before],
            removed=[receiver for key, receiver in before.items() if key not in receivers],
            kept=[receiver for key, receiver in receivers.items() if key in before],
        )
