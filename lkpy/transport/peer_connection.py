"""A WebRTC peer connection as a LiveKit client needs it (RFC 8829, RFC 8834).

Composes the negotiator (what is agreed), the bundle transport (how it travels), and one sender or receiver
per track. One timer serves RTCP; everything else happens in callbacks of the transport.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from lkpy.clock import ntp_time
from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.media.rtp.demux import StreamTable
from lkpy.media.rtp.extensions import MID, REPAIRED_RID, RID
from lkpy.media.rtp.packet import RtpPacket
from lkpy.media.rtp.rtx import unwrap_rtx
from lkpy.transport.bundle import BundleTransport
from lkpy.transport.certificate import Certificate
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.parameters import IceConfig
from lkpy.transport.jsep import DEFAULT_CAPABILITIES, Capabilities, Negotiator, NegotiatorRole
from lkpy.transport.jsep.results import NegotiationResult, RemoteStream
from lkpy.transport.rtcp_scheduler import RtcpScheduler
from lkpy.transport.rtp_receiver import RtpReceiver
from lkpy.transport.rtp_sender import RtpSender
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sdp import SessionDescription
from lkpy.transport.states import BundleState
from lkpy.transport.stats import PeerConnectionStats, RtpReceiverStats, RtpSenderStats

logger = logging.getLogger(__name__)

PeerConnectionState = BundleState
"""All media and data share one transport, so its state is the connection's."""

MAX_CANDIDATE_INIT = 8192
"""Bytes of a candidate message that are looked at."""

_FIRST_MID = re.compile(r"^a=mid:(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PeerConnectionConfig:
    """Settings of a peer connection.

    Attributes:
        ice: servers and timing.
        certificate: for DTLS; None makes a new one.
        capabilities: codecs and header extensions.
    """

    ice: IceConfig = field(default_factory=IceConfig)
    certificate: Certificate | None = None
    capabilities: Capabilities = DEFAULT_CAPABILITIES


class PeerConnectionObserver(Protocol):
    """Who wants to know. Exceptions that these raise are logged and counted; the connection goes on."""

    def on_candidate(self, init_json: str) -> None:
        """A local candidate that the last description does not have, as RTCIceCandidateInit in JSON."""

    def on_state(self, state: PeerConnectionState) -> None:
        """The state changed."""

    def on_stream_added(self, stream: RtpReceiver) -> None:
        """A description brought a track. Set its `sink` here to lose nothing."""

    def on_stream_removed(self, stream: RtpReceiver) -> None:
        """A description ended the track; if its section was used again, the new track follows."""

    def on_data_channel(self, channel: DataChannel) -> None:
        """The peer opened a data channel. Set its `on_message` here to lose nothing."""


class PeerConnection:
    """One connection to the server. Made inside a running event loop, to which every method belongs.

    Args:
        config: see `PeerConnectionConfig`.
        offerer: whether we write the offers, which never changes.
        observer: gets candidates, states, tracks and channels.

    Attributes:
        local_description, remote_description: the last ones exchanged, "" before.
    """

    def __init__(
        self, *, config: PeerConnectionConfig, offerer: bool, observer: PeerConnectionObserver
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._observer = observer
        cname = secrets.token_urlsafe(12)
        self._negotiator = Negotiator(
            role=NegotiatorRole.OFFERER if offerer else NegotiatorRole.ANSWERER,
            session_id=secrets.randbits(62),
            cname=cname,
            capabilities=config.capabilities,
            data_channels=True,
        )
        self._bundle = BundleTransport(
            certificate=config.certificate or Certificate.generate(),
            controlling=offerer,
            observer=_BundleEvents(self),
            ice_config=config.ice,
        )
        self._rtcp = RtcpScheduler(ssrc=_random_ssrc(), cname=cname)
        self._rtcp_timer: asyncio.TimerHandle | None = None
        self._senders: list[RtpSender] = []
        self._receivers: dict[tuple[str, int | None, str], RtpReceiver] = {}
        self._table: StreamTable[RtpReceiver] = StreamTable()
        self._described: set[str] = set()
        self._gathered = False
        self._malformed_packets = 0
        self._bad_candidates = 0
        self._callback_errors = 0
        self.max_message_size = 0
        self.local_description = ""
        self.remote_description = ""

    @property
    def state(self) -> PeerConnectionState:
        """See `BundleState`."""
        return self._bundle.state

    @property
    def error(self) -> str:
        """Why the state is FAILED, else an empty string."""
        return self._bundle.error

    @property
    def transport(self) -> BundleTransport:
        """The transport below."""
        return self._bundle

    @property
    def senders(self) -> tuple[RtpSender, ...]:
        """What `add_sender` made and `remove_sender` did not end."""
        return tuple(self._senders)

    @property
    def receivers(self) -> tuple[RtpReceiver, ...]:
        """The tracks that the peer sends now."""
        return tuple(self._receivers.values())

    # --- negotiation --------------------------------------------------------------------------------------

    async def create_offer(self, *, ice_restart: bool = False) -> str:
        """Describe every section. Host candidates are inside, others are reported by `on_candidate`.

        Args:
            ice_restart: with new credentials; what is connected stays so until the new path works.

        Raises:
            InvalidStateError: we answer on this connection, or it is closed.
        """
        await self._gather()
        if ice_restart:
            self._bundle.restart_ice()
        candidates = self._bundle.ice.local_candidates
        offer = self._negotiator.create_offer(self._bundle.local_parameters, candidates)
        self._set_local(offer, candidates)
        return offer

    def set_answer(self, sdp: str, mid_to_track_id: Mapping[str, str] | None = None) -> None:
        """Apply the answer to the last offer.

        Args:
            mid_to_track_id: mid to track sid, as the signalling message has it.

        Raises:
            ProtocolError: it is no answer to our offer; nothing has changed.
        """
        result = self._negotiator.apply_answer(sdp, mid_to_track_id)
        self.remote_description = sdp
        self._apply(result)

    async def answer_offer(self, sdp: str, mid_to_track_id: Mapping[str, str] | None = None) -> str:
        """Apply an offer and describe what we take of it.

        Raises:
            ProtocolError: not an offer, or nobody could connect with what it says; nothing has changed.
            InvalidStateError: we offer on this connection, or it is closed.
        """
        offer = SessionDescription.parse(sdp)
        restart = self._negotiator.is_restart(offer)
        await self._gather()
        if restart:
            self._bundle.restart_ice()
        candidates = self._bundle.ice.local_candidates
        answer, result = self._negotiator.answer(
            offer, self._bundle.local_parameters, candidates, mid_to_track_id
        )
        self.remote_description = sdp
        self._set_local(answer, candidates)
        self._apply(result)
        return answer

    def add_remote_candidate(self, candidate_init_json: str) -> None:
        """Take a candidate of the peer (RTCIceCandidateInit). What cannot be read is counted.

        The end of candidates (an empty line) means nothing to us. Without a fragment of its own the line
        belongs to the `usernameFragment` beside it.
        """
        try:
            init = json.loads(candidate_init_json[:MAX_CANDIDATE_INIT])
            line, fragment = init.get("candidate"), init.get("usernameFragment")
            if not line:
                return
            candidate = Candidate.parse(line)
        except (ValueError, AttributeError, RecursionError, ProtocolError):
            self._bad_candidates += 1
            return
        if candidate.ufrag is None and isinstance(fragment, str) and fragment:
            candidate = candidate.with_ufrag(fragment)
        self._bundle.add_remote_candidate(candidate)

    def add_receive_sections(self, kind: str, count: int) -> None:
        """Offer `count` more empty sections of "audio" or "video". Raises InvalidStateError."""
        self._negotiator.add_receive_sections(kind, count)

    def add_sender(self, kind: str, *, cid: str, codec: str = "opus") -> RtpSender:
        """Send a track from the next offer on.

        Args:
            kind: "audio" or "video".
            cid: the id that `AddTrackRequest` names.
            codec: encoding name.

        Raises:
            InvalidStateError: we answer on this connection, or the codec is unknown.
        """
        ssrc = _random_ssrc()
        sender = RtpSender(
            kind,
            cid,
            mid=self._negotiator.add_sender(kind, cid, (codec,), ssrc=ssrc),
            ssrc=ssrc,
            # In the lower half, so that the roll-over counter of SRTP is not in doubt at the start
            # (RFC 3711 section 3.3.1).
            sequence_number=secrets.randbits(15),
            timestamp=secrets.randbits(32),
            transmit=self._send_rtp,
            clock=self._loop.time,
        )
        self._senders.append(sender)
        self._rtcp.senders[ssrc] = sender
        return sender

    def remove_sender(self, sender: RtpSender) -> None:
        """Stop sending a track at once, and say so in the next offer. A second call does nothing."""
        if sender not in self._senders:
            return
        sender.stop()
        self._senders.remove(sender)
        self._rtcp.senders.pop(sender.ssrc, None)
        self._negotiator.remove_sender(sender.mid)

    # --- data ---------------------------------------------------------------------------------------------

    def create_data_channel(
        self, label: str, *, ordered: bool = True, max_retransmits: int | None = None
    ) -> DataChannel:
        """Open a data channel; it may be called before the connection is up."""
        return self._bundle.create_data_channel(label, ordered=ordered, max_retransmits=max_retransmits)

    @property
    def data_channels(self) -> dict[str, DataChannel]:
        """Ours and the peer's, by label."""
        return self._bundle.data_channels

    # --- the rest -----------------------------------------------------------------------------------------

    def stats(self) -> PeerConnectionStats:
        """A snapshot."""
        bundle = self._bundle
        pair = bundle.ice.selected_pair
        srtp = bundle.dtls.srtp
        return PeerConnectionStats(
            state=self.state,
            error=self.error,
            ice=bundle.ice.stats(),
            dtls_state=bundle.dtls.state,
            dtls_cipher=bundle.dtls.cipher,
            srtp_profile=srtp.profile if srtp is not None else "",
            round_trip_time=pair.rtt if pair is not None else None,
            bundle=replace(bundle.counters),
            dtls=replace(bundle.dtls.counters),
            srtp=replace(srtp.counters) if srtp is not None else None,
            sctp=replace(bundle.sctp.counters),
            rtcp=replace(self._rtcp.counters),
            senders=tuple(
                RtpSenderStats(s.mid, s.kind, s.cid, s.ssrc, s.codec, replace(s.counters))
                for s in self._senders
            ),
            receivers=tuple(
                RtpReceiverStats(
                    r.mid,
                    r.kind,
                    r.track_sid,
                    r.ssrc,
                    r.statistics.packets_received,
                    r.statistics.bytes_received,
                    r.statistics.packets_lost,
                    r.statistics.jitter,
                    replace(r.counters),
                )
                for r in self._receivers.values()
            ),
            unrouted_packets=self._table.unknown,
            malformed_packets=self._malformed_packets,
            bad_candidates=self._bad_candidates,
            callback_errors=self._callback_errors + bundle.counters.callback_errors,
        )

    async def aclose(self) -> None:
        """Close the transport; senders and receivers go silent. Idempotent; at most about 1 s."""
        if self._rtcp_timer is not None:
            self._rtcp_timer.cancel()
            self._rtcp_timer = None
        for sender in self._senders:
            sender.stop()
        await self._bundle.aclose()

    # --- descriptions -------------------------------------------------------------------------------------

    async def _gather(self) -> None:
        if self.state is PeerConnectionState.CLOSED:
            raise InvalidStateError("the peer connection is closed")
        if not self._gathered:
            self._gathered = True
            await self._bundle.gather()

    def _set_local(self, description: str, candidates: list[Candidate]) -> None:
        self.local_description = description
        self._described = {candidate.to_sdp() for candidate in candidates}

    def _apply(self, result: NegotiationResult) -> None:
        transport = result.transport
        if transport.max_message_size is not None:
            self.max_message_size = transport.max_message_size
        self._bundle.set_remote(
            transport.ice, transport.fingerprints, transport.role, transport.max_message_size
        )
        for candidate in transport.candidates:
            self._bundle.add_remote_candidate(candidate)
        taken = {negotiated.track_id: negotiated for negotiated in result.senders}
        for sender in self._senders:
            negotiated = taken.get(sender.cid)
            if negotiated is not None:
                sender.negotiated(negotiated.mid, negotiated.codecs[0], negotiated.extmap)
            elif sender.codec is not None:
                sender.stop()
        for stream in result.removed:
            self._remove_stream(stream)
        for stream in result.kept:
            receiver = self._receivers.get(stream.key)
            if receiver is not None:
                receiver.update(stream)
                self._table.remove(receiver)
                self._route(receiver)
        for stream in result.added:
            self._add_stream(stream)

    def _add_stream(self, stream: RemoteStream) -> None:
        receiver = self._receivers[stream.key] = RtpReceiver(stream)
        self._route(receiver)
        self._rtcp.receivers.append(receiver)
        self._call(self._observer.on_stream_added, receiver)

    def _remove_stream(self, stream: RemoteStream) -> None:
        receiver = self._receivers.pop(stream.key, None)
        if receiver is None:
            return
        self._table.remove(receiver)
        self._rtcp.receivers.remove(receiver)
        self._call(self._observer.on_stream_removed, receiver)

    def _route(self, receiver: RtpReceiver) -> None:
        """Enter a receiver in the demultiplexing table (RFC 9143 section 9.2).

        A payload type tells a stream only where the description names no source; livekit-server names all and
        sends no mid, so a packet of an unknown source is no track of this section.
        """
        ids = {uri: number for number, uri in receiver.extmap.items()}
        if MID in ids:
            self._table.set_extensions(mid=ids[MID], rid=ids.get(RID), repaired_rid=ids.get(REPAIRED_RID))
        self._table.add_mid(receiver.mid, receiver)
        if receiver.ssrc is None:
            self._table.add_payload_types(receiver.codecs, receiver)
            return
        self._table.add_ssrc(receiver.ssrc, receiver)
        if receiver.rtx_ssrc is not None:
            self._table.add_ssrc(receiver.rtx_ssrc, receiver, repairs=receiver.ssrc)

    # --- packets ------------------------------------------------------------------------------------------

    def _send_rtp(self, packet: bytes) -> bool:
        sent = self._bundle.send_rtp(packet)
        if sent and self._rtcp.note_activity(self._loop.time()):
            self._arm_rtcp()
        return sent

    def _on_rtp(self, data: bytes, now: float) -> None:
        try:
            packet = RtpPacket.parse(data)
            route = self._table.route(packet)
            if route is None:
                return
            receiver = route.key
            if route.repair:
                original = self._unwrap(packet, receiver, route.primary_ssrc)
                if original is None:
                    return
                packet = original
        except ProtocolError:
            self._malformed_packets += 1
            return
        receiver.receive(packet, now, repaired=route.repair)
        moved = self._rtcp.note_activity(now)
        if self._rtcp.note_loss(receiver, now) or moved:
            self._arm_rtcp()

    def _unwrap(self, packet: RtpPacket, receiver: RtpReceiver, primary: int | None) -> RtpPacket | None:
        """The packet that a retransmission carries (RFC 4588); None for probes and unknown originals."""
        codec = receiver.codecs.get(packet.payload_type)
        if codec is None or codec.repairs is None or primary is None:
            receiver.counters.unknown_payload_type += 1
            return None
        original = unwrap_rtx(packet, payload_type=codec.repairs, ssrc=primary)
        if original is None:
            receiver.counters.padding += 1
        return original

    def _on_rtcp(self, data: bytes, now: float) -> None:
        self._rtcp.receive(data, now, ntp_time(time.time()))

    def _arm_rtcp(self) -> None:
        when = self._rtcp.next_timeout()
        if when is None or self.state is PeerConnectionState.CLOSED:
            return
        if self._rtcp_timer is not None:
            if self._rtcp_timer.when() <= when:
                return
            self._rtcp_timer.cancel()
        self._rtcp_timer = self._loop.call_at(when, self._on_rtcp_timer)

    def _on_rtcp_timer(self) -> None:
        self._rtcp_timer = None
        pair = self._bundle.ice.selected_pair
        self._rtcp.path_rtt = pair.rtt if pair is not None else None
        for compound in self._rtcp.handle_timeout(self._loop.time(), ntp_time(time.time())):
            self._bundle.send_rtcp(compound)
        self._arm_rtcp()

    # --- events -------------------------------------------------------------------------------------------

    def _on_candidate(self, candidate: Candidate | None) -> None:
        """Candidates found before there is a description go into it; LiveKit needs no end of them."""
        if candidate is None or not self.local_description:
            return
        line = candidate.to_sdp()
        if line in self._described:
            return
        self._described.add(line)
        mid = _FIRST_MID.search(self.local_description)
        init = {
            "candidate": line,
            "sdpMid": mid[1] if mid is not None else "0",
            "sdpMLineIndex": 0,
            "usernameFragment": candidate.ufrag or self._bundle.ice.local_parameters.ufrag,
        }
        self._call(self._observer.on_candidate, json.dumps(init))

    def _call(self, callback: Callable[..., None], *args: object) -> None:
        try:
            callback(*args)
        except Exception:
            self._callback_errors += 1
            logger.exception("a callback of the peer connection failed: %r", callback)


class _BundleEvents:
    """Hands the transport's events to the connection without making them part of its public face."""

    def __init__(self, connection: PeerConnection) -> None:
        self.on_candidate = connection._on_candidate
        self.on_rtp = connection._on_rtp
        self.on_rtcp = connection._on_rtcp
        self.on_state = connection._observer.on_state
        self.on_data_channel = connection._observer.on_data_channel


def _random_ssrc() -> int:
    return secrets.randbits(32) or 1
