"""What one participant publishes: tracks, their layers, reception, repair and reports. Pure.

`PublishedTrack` is one section of the publisher's offer, `UpstreamLayer` one encoding of it (one SSRC),
`UpstreamDemux` finds the layer of a packet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lkpy.errors import ProtocolError
from lkpy.media.rtp import extensions as ext
from lkpy.media.rtp.nack import NackGenerator
from lkpy.media.rtp.opus import packet_samples
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.reception import ReceptionStatistics
from lkpy.media.rtp.rtcp import GenericNack, PictureLossIndication, ReceiverReport, Remb, RtcpPacket
from lkpy.media.rtp.rtx import unwrap_rtx
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu.forwarding import DownTrack, IncomingPacket
from lkpy.testing.sfu.keyframes import is_keyframe
from lkpy.testing.sfu.quality import StreamScore
from lkpy.testing.sfu.speakers import LevelWindow
from lkpy.transport.sdp import MediaSection, RtpCodec

KEYFRAME_INTERVAL = 0.5
"""Seconds between two key frame requests for a layer: livekit-server lets at most two a second through."""

REPORT_INTERVAL = 1.0
ASSUMED_RTT = 0.05
"""Seconds; how long a repair is waited for. Publishers are near a test server."""

RECEIVE_ESTIMATE = 8_000_000
"""Bit/s told by REMB: a test server has no reason to slow a publisher down."""

MAX_BLOCKS = 31
MAX_STREAMS = 64
"""SSRCs learned from header extensions per participant; more are a stranger's doing."""

SERVER_SSRC = 1
DEFAULT_DURATION = 0.02
"""Seconds of audio in a packet that does not tell (RED)."""


@dataclass(slots=True)
class UpstreamLayer:
    """One encoding of a track."""

    rid: str
    ssrc: int
    statistics: ReceptionStatistics
    nack: NackGenerator | None
    keyframe_asked: float = -1e9
    loss: float | None = None
    """Part of the packets lost in the last report interval."""


@dataclass(slots=True)
class PublishedTrack:
    """One published track and the streams it feeds."""

    info: models.TrackInfo
    cid: str
    owner_sid: str
    owner_identity: str
    mid: str | None = None
    """Section of the publisher's offer, None until an offer names the track."""
    codecs: Mapping[int, RtpCodec] = field(default_factory=dict)
    extmap: Mapping[int, str] = field(default_factory=dict)
    layers: dict[str, UpstreamLayer] = field(default_factory=dict)
    downs: dict[str, tuple[DownTrack, Callable[[bytes], bool]]] = field(default_factory=dict)
    """Subscriber sid to its stream and the way to it."""
    subscribed_told: bool = False
    """Whether the publisher has heard of a first subscriber."""
    levels: LevelWindow = field(default_factory=LevelWindow)
    score: StreamScore = field(init=False)

    def __post_init__(self) -> None:
        self.score = StreamScore(self.kind)

    @property
    def kind(self) -> str:
        return "audio" if self.info.type == models.TrackType.AUDIO else "video"

    @property
    def clock_rate(self) -> int:
        return 48000 if self.kind == "audio" else 90000

    @property
    def stream_id(self) -> str:
        """By which clients find participant and track in an msid."""
        return f"{self.owner_sid}|{self.info.sid}"

    def layer(self, rid: str, ssrc: int) -> UpstreamLayer:
        """The layer of that name; a new SSRC starts it anew."""
        known = self.layers.get(rid)
        if known is None or known.ssrc != ssrc:
            wants_nack = any("nack" in codec.feedback for codec in self.codecs.values())
            known = UpstreamLayer(
                rid,
                ssrc,
                ReceptionStatistics(self.clock_rate),
                NackGenerator() if wants_nack else None,
            )
            self.layers[rid] = known
        return known


class UpstreamDemux:
    """Finds the layer of a packet: `a=ssrc`, else mid and rid (RFC 8843 section 9.2, RFC 8852)."""

    def __init__(self) -> None:
        self._streams: dict[int, tuple[PublishedTrack, str, bool]] = {}
        self.counters: Counter[str] = Counter()

    def bind(self, track: PublishedTrack, section: MediaSection) -> None:
        """Take the SSRCs a section announces; also called when it is negotiated again."""
        self.unbind(track, keep_learned=bool(section.send_rids))
        track.mid = section.mid
        track.codecs = dict(section.codecs)
        track.extmap = dict(section.extmap)
        for ssrc in section.primary_ssrcs:
            self._streams[ssrc] = (track, "", False)
        for repair in section.repairs.values():
            self._streams[repair] = (track, "", True)

    def unbind(self, track: PublishedTrack, *, keep_learned: bool = False) -> None:
        """Forget the streams of a track."""
        self._streams = {
            ssrc: stream
            for ssrc, stream in self._streams.items()
            if stream[0] is not track or (keep_learned and stream[1])
        }

    def find(
        self, packet: RtpPacket, tracks: Mapping[str, PublishedTrack]
    ) -> tuple[PublishedTrack, str, bool] | None:
        """(track, layer, whether it is a repair stream); None for a stream nobody announced."""
        return self._streams.get(packet.ssrc) or self._learn(packet, tracks)

    def layer_of(self, ssrc: int) -> tuple[PublishedTrack, UpstreamLayer] | None:
        """The primary stream of that SSRC, for RTCP."""
        stream = self._streams.get(ssrc)
        if stream is None or stream[2]:
            return None
        layer = stream[0].layers.get(stream[1])
        return (stream[0], layer) if layer is not None else None

    def _learn(
        self, packet: RtpPacket, tracks: Mapping[str, PublishedTrack]
    ) -> tuple[PublishedTrack, str, bool] | None:
        if not packet.extensions or len(self._streams) >= MAX_STREAMS:
            return None
        for mid, track in tracks.items():
            values = {
                uri: ext.parse_identifier(packet.extensions[number])
                for number, uri in track.extmap.items()
                if number in packet.extensions and uri in (ext.MID, ext.RID, ext.REPAIRED_RID)
            }
            if values.get(ext.MID) != mid:
                continue
            repaired = values.get(ext.REPAIRED_RID)
            stream = (track, repaired or values.get(ext.RID) or "", repaired is not None)
            self._streams[packet.ssrc] = stream
            return stream
        return None


class Upstream:
    """The receiving side of a participant's publisher connection.

    Args:
        send_rtcp: takes packets for the publisher.
    """

    def __init__(self, send_rtcp: Callable[[list[RtcpPacket]], None]) -> None:
        self._send_rtcp = send_rtcp
        self._next_report = 0.0
        self.tracks: dict[str, PublishedTrack] = {}
        """By mid."""
        self.demux = UpstreamDemux()
        self.counters: Counter[str] = Counter()

    def bind(self, track: PublishedTrack, section: MediaSection) -> None:
        self.tracks[section.mid] = track
        self.demux.bind(track, section)

    def unbind(self, track: PublishedTrack) -> None:
        self.tracks = {mid: known for mid, known in self.tracks.items() if known is not track}
        self.demux.unbind(track)
        track.layers.clear()

    def receive(self, data: bytes, now: float) -> None:
        """Forward one packet to every subscriber of its track.

        Raises:
            ProtocolError: not RTP.
        """
        packet = RtpPacket.parse(data)
        stream = self.demux.find(packet, self.tracks)
        if stream is None:
            self.counters["unknown ssrc"] += 1
            return
        track, rid, repair = stream
        codec = track.codecs.get(packet.payload_type)
        if codec is None:
            self.counters["unknown payload type"] += 1
            return
        if repair or codec.key == "rtx":
            restored = self._restore(track, rid, packet, codec)
            if restored is None:
                return
            packet, codec = restored
            layer = track.layers[rid]
        else:
            layer = track.layer(rid, packet.ssrc)
            layer.statistics.receive(packet, now)
        if layer.nack is not None:
            layer.nack.received(packet.sequence_number, now)
        if track.kind == "audio":
            self._observe_level(track, packet, codec)
        if track.info.muted:  # livekit-server swallows what a muted track still sends
            for down, _ in track.downs.values():
                down.pause()
            return
        keyframe = track.kind == "video" and is_keyframe(codec.key, packet.payload)
        incoming = IncomingPacket(packet, codec, rid, keyframe, track.extmap)
        for down, send in track.downs.values():
            out, ask = down.forward(incoming, now)
            if out is not None:
                send(out.serialize())
            elif ask:
                self.request_keyframe(track, rid, now)

    def request_keyframe(self, track: PublishedTrack, rid: str | None, now: float) -> None:
        """Ask for a key frame of one layer, or of all; at most two requests a second and layer."""
        for layer in list(track.layers.values()):
            if rid in (None, layer.rid) and now - layer.keyframe_asked >= KEYFRAME_INTERVAL:
                layer.keyframe_asked = now
                self.counters["pli"] += 1
                self._send_rtcp([PictureLossIndication(SERVER_SSRC, layer.ssrc)])

    def handle_timeout(self, now: float) -> None:
        """NACKs that are due, and the report of each second."""
        for track in self.tracks.values():
            for layer in track.layers.values():
                lost = layer.nack.due(now, ASSUMED_RTT) if layer.nack is not None else []
                if lost:
                    self.counters["nack"] += len(lost)
                    self._send_rtcp([GenericNack(SERVER_SSRC, layer.ssrc, tuple(lost))])
        if now >= self._next_report:
            self._next_report = now + REPORT_INTERVAL
            self._report(now)

    def _report(self, now: float) -> None:
        blocks = []
        video = []
        for track in self.tracks.values():
            for layer in track.layers.values():
                block = layer.statistics.report_block(now)
                if block is None:
                    continue
                layer.loss = block.fraction_lost / 256
                blocks.append(block)
                if track.kind == "video":
                    video.append(layer.ssrc)
        if not blocks:
            return
        packets: list[RtcpPacket] = [ReceiverReport(SERVER_SSRC, tuple(blocks[:MAX_BLOCKS]))]
        if video:
            packets.append(Remb(SERVER_SSRC, RECEIVE_ESTIMATE, tuple(video[:255])))
        self._send_rtcp(packets)

    def _restore(
        self, track: PublishedTrack, rid: str, packet: RtpPacket, codec: RtpCodec
    ) -> tuple[RtpPacket, RtpCodec] | None:
        """Undo RTX (RFC 4588 section 4); None for probes and for repairs of what nobody knows."""
        layer = track.layers.get(rid)
        primary = track.codecs.get(codec.repairs) if codec.repairs is not None else None
        if layer is None or primary is None:
            return None
        try:
            restored = unwrap_rtx(packet, ssrc=layer.ssrc, payload_type=primary.payload_type)
        except ProtocolError:
            restored = None
        return (restored, primary) if restored is not None else None

    def _observe_level(self, track: PublishedTrack, packet: RtpPacket, codec: RtpCodec) -> None:
        number = next((i for i, uri in track.extmap.items() if uri == ext.AUDIO_LEVEL), None)
        value = packet.extensions.get(number) if number is not None else None
        level = ext.parse_audio_level(value) if value is not None else None
        if level is not None:
            samples = packet_samples(packet.payload) if codec.key == "opus" else None
            track.levels.observe(level[0], samples / codec.clock_rate if samples else DEFAULT_DURATION)
