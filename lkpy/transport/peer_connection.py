"""A WebRTC peer connection as a LiveKit client needs it (RFC 8829, RFC 8834).

Composes the negotiator (what is agreed), the bundle transport (how it travels), and the RTP driver with its
session: one sender or receiver per track. Everything happens in callbacks of the transport and on its alarms.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceEvent, TraceKind
from lkpy.errors import InvalidStateError, ProtocolError
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
from lkpy.transport.rtp.driver import RtpDriver
from lkpy.transport.rtp.encoding import EncodingSource, random_ssrc
from lkpy.transport.rtp.receiver import RtpReceiver
from lkpy.transport.rtp.sender import RtpSender
from lkpy.transport.rtp.session import RtpSession
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sdp import SessionDescription
from lkpy.transport.stats import PeerConnectionStats, collect

__all__ = ["PeerConnection", "PeerConnectionConfig", "PeerConnectionObserver", "PeerConnectionState"]

_FIRST_MID = re.compile(r"^a=mid:(\S+)", re.MULTILINE)
_PASSWORD = re.compile(r"^(a=ice-pwd:)[^\r\n]*", re.MULTILINE)


class PeerConnection:
    """One connection to the server. Made inside a running event loop, to which every method belongs.

    Args:
        config: see `PeerConnectionConfig`.
        offerer: whether we write the offers, which never changes.
        observer: gets candidates, states, tracks and channels.
        runtime: clock, network and trace; those of the running loop by default.

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
        runtime: Runtime | None = None,
    ) -> None:
        runtime = runtime or Runtime.running()
        self._clock = runtime.clock
        self._trace = runtime.trace
        self._where = "publisher" if offerer else "subscriber"
        self._observer = observer
        cname = secrets.token_urlsafe(12)
        self._capabilities = config.capabilities
        self._negotiator = Negotiator(
            role=NegotiatorRole.OFFERER if offerer else NegotiatorRole.ANSWERER,
            session_id=secrets.randbits(62),
            cname=cname,
            capabilities=config.capabilities,
            data_channels=True,
        )
        events = _BundleEvents(self)
        self._bundle = BundleTransport(
            certificate=config.certificate or Certificate.generate(),
            controlling=offerer,
            observer=events,
            ice_config=config.ice,
            name=self._where,
            runtime=runtime,
        )
        self._rtp = RtpDriver(
            RtpSession(ssrc=random_ssrc(secrets.randbits), cname=cname),
            self._bundle,
            self._clock,
            on_receiver_added=observer.on_receiver_added,
            on_receiver_removed=observer.on_receiver_removed,
        )
        events.on_rtp, events.on_rtcp = self._rtp.receive_rtp, self._rtp.receive_rtcp
        self._described: set[str] = set()
        self._gathered = False
        self._closed = False
        self._bad_candidates = 0
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
        return tuple(self._rtp.session.senders)

    @property
    def receivers(self) -> tuple[RtpReceiver, ...]:
        """The tracks that the peer sends now."""
        return tuple(self._rtp.session.receivers.values())

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
        self._tell(TraceKind.DESCRIPTION, TraceDirection.RECEIVED, sdp)
        result = self._negotiator.apply_answer(sdp, mid_to_track_id)
        self.remote_description = sdp
        self._apply(result)

    async def answer_offer(self, sdp: str, mid_to_track_id: Mapping[str, str] | None = None) -> str:
        """Apply an offer and describe what we take of it.

        Raises:
            ProtocolError: not an offer, or nobody could connect with what it says; nothing has changed.
            InvalidStateError: we offer on this connection, or it is closed.
        """
        self._tell(TraceKind.DESCRIPTION, TraceDirection.RECEIVED, sdp)
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
            self._tell(TraceKind.CANDIDATE, TraceDirection.RECEIVED, candidate.to_sdp())
            self._bundle.add_remote_candidate(candidate)

    def add_receive_sections(self, kind: str, count: int) -> None:
        """Offer `count` more empty sections of "audio" or "video". Raises InvalidStateError."""
        self._negotiator.add_receive_sections(kind, count)

    def add_sender(
        self, kind: str, *, cid: str, codecs: Sequence[str] = ("opus",), rids: Sequence[str] = ()
    ) -> RtpSender:
        """Send a track from the next offer on.

        Args:
            kind: "audio" or "video".
            cid: the id that `AddTrackRequest` names.
            codecs: encoding names in order of preference.
            rids: one for each simulcast layer; none for a single encoding.

        Raises:
            InvalidStateError: we answer on this connection, or a codec is unknown.
        """
        rtx = self._capabilities.repairs(kind, codecs)
        sources = [EncodingSource.draw(secrets.randbits, rid=rid, rtx=rtx) for rid in rids or ("",)]
        # Sources of layers are not described: packets carry their rid.
        ssrc, rtx_ssrc = (None, None) if rids else (sources[0].ssrc, sources[0].rtx_ssrc)
        mid = self._negotiator.add_sender(kind, cid, codecs, ssrc=ssrc, rtx_ssrc=rtx_ssrc, rids=rids)
        return self._rtp.add_sender(kind, cid, mid, sources)

    def remove_sender(self, sender: RtpSender) -> None:
        """Stop sending a track at once, and say so in the next offer. A second call does nothing."""
        if sender in self._rtp.session.senders:
            self._rtp.session.remove_sender(sender)
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
            self._rtp.session,
            bad_candidates=self._bad_candidates,
            callback_errors=self._rtp.callback_errors + self._bundle.counters.callback_errors,
        )

    async def aclose(self) -> None:
        """Close the transport; senders and receivers go silent. Idempotent; at most about 1 s."""
        self._closed = True
        self._rtp.close()
        await self._bundle.aclose()

    # --- descriptions -------------------------------------------------------------------------------------

    async def _gather(self) -> None:
        if self._closed:
            raise InvalidStateError("the peer connection is closed")
        if not self._gathered:
            self._gathered = True
            await self._bundle.gather()

    def _set_local(self, description: str, candidates: list[Candidate]) -> None:
        self._tell(TraceKind.DESCRIPTION, TraceDirection.SENT, description)
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
        self._rtp.apply(result)

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
        self._tell(TraceKind.CANDIDATE, TraceDirection.SENT, line)
        init = candidate_init(candidate, mid=mid[1] if mid is not None else "0", ufrag=ufrag)
        self._rtp.call(self._observer.on_candidate, init)

    def _tell(self, kind: TraceKind, direction: TraceDirection, content: str) -> None:
        """Tell the trace of a description or a candidate, without passwords."""
        if self._trace is not None:
            content = _PASSWORD.sub(r"\1-", content)
            self._trace(TraceEvent(self._clock.now(), kind, direction, self._where, content))


class _BundleEvents:
    """Hands the transport's events to the connection without making them part of its public face."""

    def __init__(self, connection: PeerConnection) -> None:
        self.on_candidate = connection._on_candidate
        self.on_rtp: Callable[[bytes, float], None] = _nothing
        self.on_rtcp: Callable[[bytes, float], None] = _nothing
        self.on_state = connection._observer.on_state
        self.on_data_channel = connection._observer.on_data_channel


def _nothing(data: bytes, now: float) -> None:
    """Packets come when the connection is complete."""
