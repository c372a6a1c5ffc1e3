"""A WebRTC peer connection as a LiveKit client needs it (RFC 8829, RFC 8834).

Composes the negotiator (what is agreed), the bundle transport (how it travels), and one sender or receiver
per track. One timer serves RTCP; everything else happens in callbacks of the transport.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Callable, Mapping

from lkpy.errors import InvalidStateError, ProtocolError
from lkpy.media.rtp.ntp import ntp_time
from lkpy.transport.bundle.transport import DEFAULT_MAX_MESSAGE_SIZE, BundleTransport
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.candidate_init import candidate_init, parse_candidate_init
from lkpy.transport.jsep import Negotiator, NegotiatorRole
from lkpy.transport.jsep.results import NegotiationResult
from lkpy.transport.peer_connection_observer import (
    PeerConnectionConfig,
    PeerConnectionObserver,
    PeerConnectionState,
)
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.rtp.session import RtpSession, random_ssrc
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sdp import SessionDescription
from lkpy.transport.stats import PeerConnectionStats, collect

logger = logging.getLogger(__name__)

__all__ = ["PeerConnection", "PeerConnectionConfig", "PeerConnectionObserver", "PeerConnectionState"]

_FIRST_MID = re.compile(r"^a=mid:(\S+)", re.MULTILINE)


class PeerConnection:
    """One connection to the server. Made inside a running event loop, to which every method belongs.

    Args:
        config: see `PeerConnectionConfig`.
        offerer: whether we write the offers, which never changes.
        observer: gets candidates, states, tracks and channels.

    Attributes:
        local_description, remote_description: the last ones exchanged, "" before.
        max_message_size: bytes of the largest data channel message that the peer accepts.
    """

    def __init__(
        self,
        *,
        config: PeerConnectionConfig,
        offerer: bool,
        observer: PeerConnectionObserver,
        runtime: object = None,
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
        self._session = RtpSession(
            cname=cname,
            transmit=lambda packet: self._bundle.send_rtp(packet),
            clock=self._loop.time,
            wake=self._arm_rtcp,
            on_stream_added=lambda stream: self._call(observer.on_stream_added, stream),
            on_stream_removed=lambda stream: self._call(observer.on_stream_removed, stream),
        )
        self._bundle = BundleTransport(
            certificate=config.certificate or Certificate.generate(),
            controlling=offerer,
            observer=_BundleEvents(self),
            ice_config=config.ice,
        )
        self._rtcp_timer: asyncio.TimerHandle | None = None
        self._described: set[str] = set()
        self._gathered = False
        self._closed = False
        self._bad_candidates = 0
        self._callback_errors = 0
        self.max_message_size = DEFAULT_MAX_MESSAGE_SIZE
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
        return tuple(self._session.senders)

    @property
    def receivers(self) -> tuple[RtpReceiver, ...]:
        """The tracks that the peer sends now."""
        return tuple(self._session.receivers.values())

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

        They belong to the generation that the line or `usernameFragment` names, and wait for it.
        """
        try:
            candidate = parse_candidate_init(candidate_init_json)
        except ProtocolError:
            self._bad_candidates += 1
            return
        if candidate is not None:
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
        ssrc = random_ssrc()
        mid = self._negotiator.add_sender(kind, cid, (codec,), ssrc=ssrc)
        return self._session.add_sender(kind, cid, mid, ssrc)

    def remove_sender(self, sender: RtpSender) -> None:
        """Stop sending a track at once, and say so in the next offer. A second call does nothing."""
        if sender in self._session.senders:
            self._session.remove_sender(sender)
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
        return collect(
            self._bundle,
            self._session,
            bad_candidates=self._bad_candidates,
            callback_errors=self._callback_errors + self._bundle.counters.callback_errors,
        )

    async def aclose(self) -> None:
        """Close the transport; senders and receivers go silent. Idempotent; at most about 1 s."""
        self._closed = True
        if self._rtcp_timer is not None:
            self._rtcp_timer.cancel()
            self._rtcp_timer = None
        self._session.close()
        await self._bundle.aclose()

    # --- descriptions -------------------------------------------------------------------------------------

    async def _gather(self) -> None:
        if self._closed:
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
        self._session.apply(result)

    # --- RTCP ---------------------------------------------------------------------------------------------

    def _on_rtcp(self, data: bytes, now: float) -> None:
        self._session.receive_rtcp(data, now, ntp_time(time.time()))

    def _arm_rtcp(self) -> None:
        when = self._session.rtcp.next_timeout()
        if when is None or self._closed:
            return
        if self._rtcp_timer is not None:
            if self._rtcp_timer.when() <= when:
                return
            self._rtcp_timer.cancel()
        self._rtcp_timer = self._loop.call_at(when, self._on_rtcp_timer)

    def _on_rtcp_timer(self) -> None:
        self._rtcp_timer = None
        pair = self._bundle.ice.selected_pair
        self._session.rtcp.path_rtt = pair.rtt if pair is not None else None
        for compound in self._session.rtcp.handle_timeout(self._loop.time(), ntp_time(time.time())):
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
        ufrag = self._bundle.ice.local_parameters.ufrag
        init = candidate_init(candidate, mid=mid[1] if mid is not None else "0", ufrag=ufrag)
        self._call(self._observer.on_candidate, init)

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
        self.on_rtp = connection._session.receive_rtp
        self.on_rtcp = connection._on_rtcp
        self.on_state = connection._observer.on_state
        self.on_data_channel = connection._observer.on_data_channel
