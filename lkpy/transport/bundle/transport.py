"""One BUNDLE group: ICE, DTLS-SRTP and SCTP over one path (RFC 9143, RFC 8842, RFC 8261).

The driver of the layers. It demultiplexes datagrams (RFC 7983), passes the time, and owns one timer for DTLS
and SCTP together. No task runs: everything happens in callbacks of the ICE transport, of the timer, or of one
`call_soon` that coalesces what was queued for sending in a turn of the loop.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from lkpy.media.rtp.packet import DatagramKind, classify
from lkpy.transport.bundle.observer import BundleCounters, BundleObserver
from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint, TransportParameters
from lkpy.transport.bundle.states import BUNDLE_STATES, BundleState
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.dtls.endpoint import DtlsEndpoint, DtlsState
from lkpy.transport.dtls.events import DtlsData
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.transport import IceTransport
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sctp.endpoint import SctpEndpoint
from lkpy.transport.sctp.states import SctpState

logger = logging.getLogger(__name__)

__all__ = ["DEFAULT_MAX_MESSAGE_SIZE", "BundleCounters", "BundleObserver", "BundleState", "BundleTransport"]

DEFAULT_MAX_MESSAGE_SIZE = 65535
"""Bytes; what livekit-server announces."""

MAX_LOGGED_ERRORS = 20
"""Tracebacks logged for one transport; errors after these are only counted."""


class BundleTransport:
    """ICE + DTLS/SRTP + SCTP to one peer; the same for a client and for an SFU.

    Must be made in a running event loop. Nothing but `set_remote` needs to come in any order.

    Args:
        certificate: what DTLS presents.
        controlling: our ICE role; a lite peer makes us controlling anyway.
        observer: gets candidates, states, media and channels.
        lite: be an ICE-lite agent.
        ice_config: servers and timing.
        mux: share its UDP port with other transports, instead of gathering addresses.
        max_message_size: bytes of a data channel message that our description announces to accept.

    Attributes:
        state: see `BundleState`.
        error: why the state is FAILED, else an empty string; stays after `aclose`.
        data_channels: ours and the peer's, by label.
    """

    def __init__(
        self,
        *,
        certificate: Certificate,
        controlling: bool,
        observer: BundleObserver,
        lite: bool = False,
        ice_config: IceConfig | None = None,
        mux: UdpMux | None = None,
        max_message_size: int = DEFAULT_MAX_MESSAGE_SIZE,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._observer = observer
        self._certificate = certificate
        self._dtls = DtlsEndpoint(certificate)
        self._remote: tuple[DtlsRole, tuple[Fingerprint, ...]] | None = None
        self._path_ready = False
        self._was_connected = False
        self._timer: asyncio.TimerHandle | None = None
        self._flush_handle: asyncio.Handle | None = None
        self._closing: asyncio.Task[None] | None = None
        self.state = BundleState.NEW
        self.error = ""
        self.counters = BundleCounters()
        self.data_channels: dict[str, DataChannel] = {}
        self._sctp = SctpEndpoint(
            wake=self._wake,
            on_channel=self._on_channel,
            on_state=self._on_sctp_state,
            max_message_size=max_message_size,
        )
        self.ice = IceTransport(
            controlling=controlling,
            lite=lite,
            config=ice_config or IceConfig(),
            mux=mux,
            on_data=self._on_datagram,
            on_candidate=self._on_candidate,
            on_state=self._on_ice_state,
            on_checked=self._on_checked,
        )

    # --- description --------------------------------------------------------------------------------------

    @property
    def local_parameters(self) -> TransportParameters:
        """What our description says about this transport now."""
        return TransportParameters(self.ice.local_parameters, self._certificate.fingerprint)

    @property
    def certificate(self) -> Certificate:
        """What DTLS presents."""
        return self._certificate

    @property
    def dtls(self) -> DtlsEndpoint:
        """The DTLS layer, for its state, cipher and counters."""
        return self._dtls

    @property
    def sctp(self) -> SctpEndpoint:
        """The SCTP layer, for its counters."""
        return self._sctp

    async def gather(self) -> None:
        """Gather candidates; returns when the host candidates exist, the others follow."""
        await self.ice.gather()

    def set_remote(
        self,
        ice: IceParameters,
        fingerprints: Sequence[Fingerprint],
        role: DtlsRole,
        max_message_size: int | None = None,
    ) -> None:
        """Apply what the peer's description says and begin to connect.

        Args:
            ice: the peer's credentials; others than before are an ICE restart.
            fingerprints: of the peer's certificate; only the first call counts, as DTLS stays.
            role: ours in DTLS; only the first call counts.
            max_message_size: bytes the peer accepts in a data channel message, None if it does not say.
        """
        if self._closing is not None:
            return
        if max_message_size is not None:
            self._sctp.remote_max_message_size = max_message_size
        if self._remote is None:
            self._remote = role, tuple(fingerprints)
            self.ice.set_remote_parameters(ice)
            self._start_dtls()
            self._update_state()
        else:
            self.ice.set_remote_parameters(ice)

    def add_remote_candidate(self, candidate: Candidate) -> None:
        """A candidate of the peer; kept until its generation's parameters are known."""
        self.ice.add_remote_candidate(candidate)

    def restart_ice(self) -> IceParameters:
        """New local credentials. DTLS, SRTP and SCTP stay, and the old path serves until a new one does."""
        return self.ice.restart()

    # --- sending ------------------------------------------------------------------------------------------

    def send_rtp(self, packet: bytes) -> bool:
        """Encrypt and send an RTP packet. False if it was dropped."""
        srtp = self._dtls.srtp
        protected = srtp.protect_rtp(packet) if srtp is not None else None
        if protected is None:
            self.counters.unsent += 1
            return False
        self.ice.send(protected)
        self.counters.rtp_sent += 1
        return True

    def send_rtcp(self, packet: bytes) -> bool:
        """Encrypt and send a compound RTCP packet. False if it was dropped."""
        srtp = self._dtls.srtp
        protected = srtp.protect_rtcp(packet) if srtp is not None else None
        if protected is None:
            self.counters.unsent += 1
            return False
        self.ice.send(protected)
        self.counters.rtcp_sent += 1
        return True

    def create_data_channel(
        self, label: str, *, ordered: bool = True, max_retransmits: int | None = None
    ) -> DataChannel:
        """Open a data channel; it is CONNECTING until the transport is up. See `DataChannel` for errors."""
        channel = self._sctp.create_channel(label, ordered=ordered, max_retransmits=max_retransmits)
        self.data_channels[label] = channel
        return channel

    def pause_receiving(self) -> None:
        pass

    def resume_receiving(self) -> None:
        pass

    # --- closing ------------------------------------------------------------------------------------------

    async def aclose(self) -> None:
        """Tell the peer (SCTP ABORT, then DTLS close_notify) and free the path. Idempotent; at most 1 s."""
        if self._closing is None:
            self._closing = self._loop.create_task(self._close())
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        now = self._loop.time()
        self._sctp.close(now)
        self._flush_sctp()
        self._dtls.close()
        self._flush_dtls()
        for handle in (self._timer, self._flush_handle):
            if handle is not None:
                handle.cancel()
        self._timer = self._flush_handle = None
        await self.ice.aclose()
        self._set_state(BundleState.CLOSED)

    # --- what comes in ------------------------------------------------------------------------------------

    def _on_datagram(self, data: bytes) -> None:
        now = self._loop.time()
        kind = classify(data)
        if kind is DatagramKind.SRTP:
            srtp = self._dtls.srtp
            if srtp is None:
                self.counters.early_media += 1
            elif (packet := srtp.unprotect_rtp(data)) is not None:
                self.counters.rtp_received += 1
                self._guard(self._observer.on_rtp, packet, now)
        elif kind is DatagramKind.DTLS:
            self._on_dtls(data, now)
        elif kind is DatagramKind.SRTCP:
            srtp = self._dtls.srtp
            if srtp is None:
                self.counters.early_media += 1
            elif (packet := srtp.unprotect_rtcp(data)) is not None:
                self.counters.rtcp_received += 1
                self._guard(self._observer.on_rtcp, packet, now)
        else:
            self.counters.unknown_datagrams += 1

    def _on_dtls(self, data: bytes, now: float) -> None:
        dtls = self._dtls
        before = dtls.state
        messages = [event.data for event in dtls.receive(data, now) if isinstance(event, DtlsData)]
        if dtls.state is not before or before is not DtlsState.CONNECTED or not messages:
            self._after_dtls(before, now)
        for message in messages:
            self._sctp.receive(message, now)
        if messages:
            self._wake()

    def _on_checked(self) -> None:
        """The peer proved itself on a path: DTLS need not wait for the path to be nominated."""
        self._path_ready = True
        self._start_dtls()

    def _on_ice_state(self, state: IceState) -> None:
        if state is IceState.FAILED and not self.error:
            self.error = "no ICE candidate pair works"
        self._update_state()

    def _on_sctp_state(self, state: SctpState) -> None:
        """Without data channels the peers cannot work together, even if media still passes."""
        if state is SctpState.FAILED and self._closing is None:
            self.error = f"data channels failed: {self._sctp.failure}"
            self._update_state()

    def _on_candidate(self, candidate: Candidate | None) -> None:
        self._guard(self._observer.on_candidate, candidate)

    def _on_channel(self, channel: DataChannel) -> None:
        self.data_channels[channel.label] = channel
        self._guard(self._observer.on_data_channel, channel)

    # --- driving the layers -------------------------------------------------------------------------------

    def _start_dtls(self) -> None:
        """A server can wait for the peer's hello at once; a client needs a path for its own."""
        if self._remote is None or self._closing is not None:
            return
        now = self._loop.time()
        role, fingerprints = self._remote
        before = self._dtls.state
        if role is DtlsRole.SERVER or self._path_ready:
            self._dtls.start(role, fingerprints, now)
        if self._path_ready:
            self._dtls.expect_peer(now)
        self._after_dtls(before, now)

    def _after_dtls(self, before: DtlsState, now: float) -> None:
        """Send what DTLS wrote, act on a change of its state, watch its timer."""
        dtls = self._dtls
        self._flush_dtls()
        if dtls.state is not before:
            if dtls.state is DtlsState.CONNECTED:
                self._sctp.start(now, is_client=dtls.role is DtlsRole.CLIENT)
                self._wake()
            elif dtls.state in (DtlsState.FAILED, DtlsState.CLOSED):
                self.error = dtls.error or "the peer closed the transport"
                self._sctp.close(now)
            self._update_state()
        self._arm()

    def _flush_dtls(self) -> None:
        for datagram in self._dtls.take_datagrams():
            self.ice.send(datagram)

    def _wake(self) -> None:
        """Something may have to be sent: once, after everything else of this turn of the loop."""
        if self._flush_handle is None and self._closing is None:
            self._flush_handle = self._loop.call_soon(self._flush_soon)

    def _flush_soon(self) -> None:
        self._flush_handle = None
        self._flush_sctp()
        self._arm()

    def _flush_sctp(self) -> None:
        if self._dtls.state is DtlsState.CONNECTED:
            packets = self._sctp.packets_to_send(self._loop.time())
            datagrams = self._dtls.encrypt(packets)
            self.counters.unsent += len(packets) - len(datagrams)
            if datagrams:
                self.ice.send_many(datagrams)

    def _arm(self) -> None:
        """Make sure the timer fires early enough. A timer that fires too early is cheaper than moving it."""
        if self._closing is not None:
            return
        times = [t for t in (self._dtls.next_deadline(), self._sctp.next_timeout()) if t is not None]
        if not times:
            return
        when = min(times)
        if self._timer is not None:
            if self._timer.when() <= when:
                return
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        now = self._loop.time()
        before = self._dtls.state
        self._dtls.handle_timeout(now)
        self._after_dtls(before, now)
        timeout = self._sctp.next_timeout()
        if timeout is not None and timeout <= now:
            self._sctp.handle_timeout(now)
        self._flush_sctp()
        self._arm()

    def _update_state(self) -> None:
        if self.state is BundleState.CLOSED:
            return
        state = BUNDLE_STATES[self._dtls.state, self.ice.state]
        if state is BundleState.NEW and self._remote is not None:
            state = BundleState.CONNECTING
        if self._sctp.state is SctpState.FAILED:
            state = BundleState.FAILED
        elif state is BundleState.CONNECTED:
            self.error = ""
        if self._closing is None:
            self._set_state(state)

    def _set_state(self, state: BundleState) -> None:
        if state is not self.state:
            self.state = state
            if state is BundleState.CONNECTED:
                if self._was_connected:
                    self._sctp.path_restored(self._loop.time())
                    self._wake()
                self._was_connected = True
            self._guard(self._observer.on_state, state)

    def _guard(self, callback: Callable[..., object], *args: object) -> None:
        """Run others' code: what it raises must not stop the transport, nor flood the log."""
        try:
            callback(*args)
        except Exception:
            self.counters.callback_errors += 1
            if self.counters.callback_errors <= MAX_LOGGED_ERRORS:
                logger.exception("a callback of the transport failed: %r", callback)
