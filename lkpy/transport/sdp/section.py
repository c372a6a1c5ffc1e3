"""One m-section of a session description, as a table of what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lkpy.transport.sdp.attributes import Direction, Fingerprint, Msid, Rid, RtpCodec, SsrcGroup

RTP_PROFILE = "UDP/TLS/RTP/SAVPF"
SCTP_PROFILE = "UDP/DTLS/SCTP"
SCTP_FORMAT = "webrtc-datachannel"
DISCARD_PORT = 9
"""The port of a section whose candidates trickle (RFC 8840 section 4.1)."""


@dataclass(slots=True)
class MediaSection:
    """An m-section. Read from text by `SessionDescription.parse`, or made by `rtp()` and `application()`.

    ICE and DTLS fields hold the value that counts: what the section says, or else what the session says.

    Attributes:
        kind: "audio", "video", "application" or whatever the m-line names.
        port: 0 is a rejected (or bundle-only) section.
        proto: transport profile as written.
        codecs: payload type to codec, in the m-line's order of preference; only those that are explained.
        formats: words of the m-line that are not explained payload types ("webrtc-datachannel").
        mid: "" where the section has none.
        direction: from the writer's point of view.
        extmap: header extension id to URI (RFC 8285).
        extmap_directions: the ids whose extmap names a direction.
        msids: every `a=msid` line; `msid` is the one that counts.
        ssrcs: SSRC to its attributes (RFC 5576), a value of None where the attribute has none.
        ssrc_groups: see `repairs` for the FID pairs.
        rids, simulcast: layers (RFC 8851, RFC 8853); `simulcast` as written.
        ice_ufrag, ice_pwd, ice_options: RFC 8839; "" and () where missing.
        candidates: "candidate:..." lines without "a=".
        fingerprints, setup: RFC 8122, RFC 4145; "" where there is no `a=setup`.
        sctp_port, max_message_size: RFC 8841 (bytes; 0 means any size), None where missing.
        attributes: every other attribute, in order; the value is None for a flag.
    """

    kind: str
    port: int = DISCARD_PORT
    proto: str = RTP_PROFILE
    codecs: dict[int, RtpCodec] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    mid: str = ""
    direction: Direction = Direction.SENDRECV
    extmap: dict[int, str] = field(default_factory=dict)
    extmap_directions: dict[int, Direction] = field(default_factory=dict)
    msids: list[Msid] = field(default_factory=list)
    ssrcs: dict[int, dict[str, str | None]] = field(default_factory=dict)
    ssrc_groups: list[SsrcGroup] = field(default_factory=list)
    rids: list[Rid] = field(default_factory=list)
    simulcast: str = ""
    ice_ufrag: str = ""
    ice_pwd: str = ""
    ice_options: tuple[str, ...] = ()
    candidates: list[str] = field(default_factory=list)
    end_of_candidates: bool = False
    fingerprints: tuple[Fingerprint, ...] = ()
    setup: str = ""
    sctp_port: int | None = None
    max_message_size: int | None = None
    rtcp_mux: bool = False
    rtcp_rsize: bool = False
    bundle_only: bool = False
    connection: str = "IN IP4 0.0.0.0"
    bandwidths: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str | None]] = field(default_factory=list)

    # What a reader wants to know

    @property
    def is_rtp(self) -> bool:
        return "RTP" in self.proto.upper()

    @property
    def is_data(self) -> bool:
        """Whether this is a data channel section (RFC 8841)."""
        return self.kind == "application" and "SCTP" in self.proto.upper()

    @property
    def rejected(self) -> bool:
        """Port 0, unless `a=bundle-only` says that it rides on another section (RFC 9143 section 6)."""
        return self.port == 0 and not self.bundle_only

    @property
    def msid(self) -> Msid | None:
        """The first `a=msid`, or the one that older writers put on `a=ssrc` lines."""
        if self.msids:
            return self.msids[0]
        for attributes in self.ssrcs.values():
            words = (attributes.get("msid") or "").split()
            if words:
                return Msid(words[0], words[1] if len(words) > 1 else "")
        return None

    @property
    def repairs(self) -> dict[int, int]:
        """Primary SSRC to the SSRC that repairs it (`a=ssrc-group:FID`, RFC 5576 section 4.2, RFC 4588)."""
        return {g.ssrcs[0]: g.ssrcs[1] for g in self.ssrc_groups if g.semantics == "FID" and len(g.ssrcs) > 1}

    @property
    def primary_ssrcs(self) -> list[int]:
        """SSRCs that carry media, not repair, in the order written; a group may be all that names them."""
        repairs = self.repairs
        return [ssrc for ssrc in dict.fromkeys([*self.ssrcs, *repairs]) if ssrc not in set(repairs.values())]

    @property
    def send_rids(self) -> list[str]:
        """Layer ids that the writer of this section sends."""
        return [rid.id for rid in self.rids if rid.direction == "send"]

    def codec(self, name: str) -> RtpCodec | None:
        """The first codec of that encoding name, any case."""
        wanted = name.lower()
        return next((codec for codec in self.codecs.values() if codec.key == wanted), None)

    def repair_codec(self, payload_type: int) -> RtpCodec | None:
        """The rtx codec whose `apt` is `payload_type`, if there is one."""
        return next((codec for codec in self.codecs.values() if codec.repairs == payload_type), None)

    def extension_id(self, uri: str) -> int | None:
        """The id that `uri` is mapped to here."""
        return next((number for number, name in self.extmap.items() if name == uri), None)

    def attribute(self, name: str) -> str | None:
        """The value of the first other attribute of that name; "" for a flag, None where it is missing."""
        return next((value or "" for key, value in self.attributes if key == name), None)

    # What a writer wants to say

    @classmethod
    def application(cls, mid: str, *, sctp_port: int = 5000, max_message_size: int = 65535) -> MediaSection:
        """A data channel section (RFC 8841 section 4). Add `with_transport`."""
        return cls(
            "application",
            proto=SCTP_PROFILE,
            formats=(SCTP_FORMAT,),
            mid=mid,
            sctp_port=sctp_port,
            max_message_size=max_message_size,
        )

    @classmethod
    def rtp(
        cls,
        kind: str,
        mid: str,
        *,
        codecs: Iterable[RtpCodec],
        extmap: Mapping[int, str],
        direction: Direction | str,
    ) -> MediaSection:
        """An audio or video section with rtcp-mux and rtcp-rsize. Add `with_transport`, `add_stream`."""
        return cls(
            kind,
            codecs={codec.payload_type: codec for codec in codecs},
            mid=mid,
            direction=Direction(direction),
            extmap=dict(extmap),
            rtcp_mux=True,
            rtcp_rsize=True,
        )

    def with_transport(
        self, *, ufrag: str, pwd: str, setup: str, candidates: Iterable[str] = (), complete: bool = False
    ) -> MediaSection:
        """Give this section its ICE and DTLS lines and return it; `complete` adds a=end-of-candidates."""
        self.ice_ufrag, self.ice_pwd, self.setup = ufrag, pwd, setup
        self.candidates = [line.removeprefix("a=") for line in candidates]
        self.end_of_candidates = complete
        return self

    def add_stream(
        self,
        *,
        stream_id: str,
        track_id: str,
        cname: str,
        ssrc: int | None = None,
        rtx_ssrc: int | None = None,
        rids: Sequence[str] = (),
        ssrc_msid: bool = False,
    ) -> MediaSection:
        """Say what is sent here and return the section.

        With `rids` there are layers and no SSRC lines (RFC 8853); without, `a=ssrc` lines with the cname, and
        a FID group for `rtx_ssrc`. `ssrc_msid` repeats the msid on the SSRC lines, as pion does.
        """
        msid = Msid(stream_id, track_id)
        self.msids.append(msid)
        if rids:
            self.rids += [Rid(rid, "send") for rid in rids]
            self.simulcast = "send " + ";".join(rids)
            return self
        for source in (ssrc, rtx_ssrc):
            if source is not None:
                self.ssrcs[source] = {"cname": cname, "msid": str(msid)} if ssrc_msid else {"cname": cname}
        if ssrc is not None and rtx_ssrc is not None:
            self.ssrc_groups.append(SsrcGroup("FID", (ssrc, rtx_ssrc)))
        return self

    def receive_layers(self, rids: Sequence[str]) -> MediaSection:
        """Answer an offered simulcast: these layers are received (RFC 8853 section 5.3)."""
        if rids:
            self.rids += [Rid(rid, "recv") for rid in rids]
            self.simulcast = "recv " + ";".join(rids)
        return self

    def rejection(self) -> MediaSection:
        """The answer that refuses this section: same kind, formats and mid, port 0 (RFC 3264 section 6).

        Payload types keep their rtpmap, and unexplained ones go, since strict readers look up every number of
        the m-line.
        """
        return MediaSection(
            self.kind,
            port=0,
            proto=self.proto,
            codecs={pt: replace(codec, feedback=()) for pt, codec in self.codecs.items()},
            formats=() if self.codecs else self.formats,
            mid=self.mid,
            direction=Direction.INACTIVE,
        )
