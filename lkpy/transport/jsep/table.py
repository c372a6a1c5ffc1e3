"""The m-section table of the side that offers: one slot a section, in m-line order (RFC 9429 section 5.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lkpy.transport.jsep.capabilities import Capabilities
from lkpy.transport.sdp import Direction, MediaSection


@dataclass(frozen=True, slots=True)
class LocalSender:
    """A track of ours: the id that its add_track request names, its codecs, its sources or layers."""

    stream_id: str
    track_id: str
    codecs: tuple[str, ...]
    ssrc: int | None
    rtx_ssrc: int | None
    rids: tuple[str, ...]


@dataclass(slots=True)
class Slot:
    """One m-section of our offers.

    Attributes:
        kind: "application", "audio" or "video".
        mid: never changes: sections are re-used, not replaced.
        receives: the peer may send here while nothing, or something, of ours is sent.
        codecs: those that its first track preferred, in lower case; () for a section made for receiving.
        sender: the track on it, None where it is free.
    """

    kind: str
    mid: str
    receives: bool = False
    codecs: tuple[str, ...] = ()
    sender: LocalSender | None = None

    @property
    def free(self) -> bool:
        """A track of ours was on it and is no longer. Sections made for receiving are left to the peer."""
        return bool(self.codecs) and self.sender is None

    @property
    def direction(self) -> Direction:
        return Direction.of(sends=self.sender is not None, receives=self.receives)

    def section(self, capabilities: Capabilities, cname: str) -> MediaSection:
        """The section as we offer it, without its transport."""
        if self.kind == "application":
            return MediaSection.application(self.mid)
        sender = self.sender
        section = MediaSection.rtp(
            self.kind,
            self.mid,
            codecs=capabilities.offered(self.kind, self.codecs),
            extmap=capabilities.offered_extensions(self.kind),
            direction=self.direction,
        )
        if sender is not None:
            section.add_stream(
                stream_id=sender.stream_id,
                track_id=sender.track_id,
                cname=cname,
                ssrc=sender.ssrc,
                rtx_ssrc=sender.rtx_ssrc,
                rids=sender.rids,
            )
        return section


@dataclass(slots=True)
class SectionTable:
    """The slots of a peer connection on which we offer."""

    slots: list[Slot] = field(default_factory=list)

    def __iter__(self) -> Iterator[Slot]:
        return iter(self.slots)

    def append(self, kind: str, *, receives: bool = False, codecs: tuple[str, ...] = ()) -> Slot:
        slot = Slot(kind, str(len(self.slots)), receives, codecs)
        self.slots.append(slot)
        return slot

    def find(self, mid: str) -> Slot | None:
        return next((slot for slot in self.slots if slot.mid == mid), None)

    def free(self, kind: str, codec: str) -> Slot | None:
        """A free section whose first track preferred the same codec: livekit-server takes a track for the
        codec that leads in the section's first exchange, whatever later ones say."""
        return next((s for s in self.slots if s.free and s.kind == kind and s.codecs[0] == codec), None)
