"""One BUNDLE group: ICE, DTLS-SRTP and SCTP over one path (RFC 9143, RFC 8842, RFC 8261).

The driver of the layers. It demultiplexes datagrams (RFC 7983), passes the time, and owns one alarm for DTLS
and SCTP together. No task runs: everything happens in callbacks of the ICE transport, of the alarm, or of one
`call_soon` that coalesces what was queued for sending in a turn of the loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lkpy._loop.alarm import Alarm
from lkpy._runtime.runtime import Runtime
from lkpy.transport.bundle.data import DataPath
from lkpy.transport.bundle.guard import CALLBACK_ERRORS, CallbackGuard
from lkpy.transport.bundle.observer import BundleCounters, BundleObserver
from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint, TransportParameters
from lkpy.transport.bundle.states import BUNDLE_STATES, BundleState
from lkpy.transport.bundle.tracing import RECEIVED, SENT, PacketTrace
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.dtls.endpoint import DtlsEndpoint
from lkpy.transport.dtls.events import DtlsClosed, DtlsConnected, DtlsData, DtlsEvent, DtlsFailed
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters
from lkpy.transport.ice.states import IceState
from lkpy.transport.ice.transport import IceTransport
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sctp.states import SctpState

__all__ = ["DEFAULT_MAX_MESSAGE_SIZE", "BundleCounters", "BundleObserver", "BundleState", "BundleTransport"]

DEFAULT_MAX_MESSAGE_SIZE = 65535
"""Bytes; what livekit-server announces."""

# First bytes of datagrams (RFC 7983 section 7); ICE has kept what is its own.
_FIRST_DTLS, _LAST_DTLS = 20, 63
_FIRST_MEDIA, _LAST_MEDIA = 128, 191
_FIRST_RTCP, _LAST_RTCP = 192, 223
"""Second byte of what is RTCP, not RTP (RFC 5761 section 4)."""
_RTP_HEADER = 12
"""Bytes; SRTCP is longer still."""


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
        name: whose transport this is, for traces.
        runtime: clock, network and trace; None: those of the running loop.

    Attributes:
        state: see `BundleState`.
        error: why the state is FAILED, else an empty string; stays after `aclose`.
        data_channels: ours and the peer's, by label.
        dtls: the DTLS layer, for its state, cipher and counters.
        sctp: the SCTP layer, for its counters.
        ice: the path below.
        certificate: what DTLS presents.
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
        name: str = "transport",
        runtime: Runtime | None = None,
    ) -> None:
        runtime = runtime or Runtime.running()
        self._loop = asyncio.get_running_loop()
        self._now = runtime.clock.now
        self._trace = PacketTrace.of(runtime, name)
        self._alarm = Alarm(runtime.clock, self._on_alarm)
        self._observer = observer
        self._remote: tuple[DtlsRole, tuple[Fingerprint, ...]] | None = None
        self._path_ready = False
        self._closing: asyncio.Task[None] | None = None
        self.certificate = certificate
        self.state = BundleState.NEW
        self.error = ""
        self.counters = BundleCounters()
        self._call = CallbackGuard(self.counters)
        self.data_channels: dict[str, DataChannel] = {}
        self.dtls = DtlsEndpoint(certificate)
        self._dtls_events: dict[type[Any], Callable[[Any, float], None]] = {
            DtlsConnected: self._on_dtls_connected,
            DtlsData: lambda event, now: self._data.receive(event.data, now),
            DtlsClosed: lambda _, now: self._on_dtls_ended("the peer closed the transport", now),
            DtlsFailed: lambda event, now: self._on_dtls_ended(event.reason, now),
        }
        self.ice = IceTransport(
            controlling=controlling,
            lite=lite,
            config=ice_config or IceConfig(),
            mux=mux,
            on_data=self._on_datagram,
            on_candidate=self._on_candidate,
            on_state=self._on_ice_state,
            on_checked=self._on_checked,
            runtime=runtime,
        )
        self._data = DataPath(
            self.dtls,
            send=self.ice.send_many,
            written=self._arm,
            on_channel=self._on_channel,
            on_state=self._on_sctp_state,
            max_message_size=max_message_size,
            now=self._now,
            trace=self._trace,
            counters=self.counters,
        )
        self.sctp = self._data.sctp

    # --- description --------------------------------------------------------------------------------------

    @property
    def local_parameters(self) -> TransportParameters:
        """What our description says about this transport now."""
        return TransportParameters(self.ice.local_parameters, self.certificate.fingerprint)

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
            self.sctp.remote_max_message_size = max_message_size
        first = self._remote is None
        if first:
            self._remote = role, tuple(fingerprints)
        self.ice.set_remote_parameters(ice)
        if first:
            self._start_dtls()
            self._update_state()

    def add_remote_candidate(self, candidate: Candidate) -> None:
        """A candidate of the peer; kept until its generation's parameters are known."""
        self.ice.add_remote_candidate(candidate)

    def restart_ice(self) -> IceParameters:
        """New local credentials. DTLS, SRTP and SCTP stay, and the old path serves until a new one does."""
        return self.ice.restart()

    # --- sending ------------------------------------------------------------------------------------------

    def send_rtp(self, packet: bytes) -> bool:
        """Encrypt and send an RTP packet. False if it was dropped."""
        srtp = self.dtls.srtp
        protected = srtp.protect_rtp(packet) if srtp is not None else None
        if protected is None:
            self.counters.unsent += 1
            return False
        if self._trace is not None:
            self._trace(SENT, "rtp", packet, len(protected))
        self.ice.send(protected)
        self.counters.rtp_sent += 1
        return True

    def send_rtp_batch(self, packets: Sequence[bytes]) -> int:
        """Encrypt RTP packets and send them with one call. Returns how many were not dropped."""
        srtp = self.dtls.srtp
        datagrams = []
        if srtp is not None:
            for packet in packets:
                protected = srtp.protect_rtp(packet)
                if protected is not None:
                    datagrams.append(protected)
                    if self._trace is not None:
                        self._trace(SENT, "rtp", packet, len(protected))
        sent = len(datagrams)
        if sent:
            self.ice.send_many(datagrams)
        self.counters.rtp_sent += sent
        self.counters.unsent += len(packets) - sent
        return sent

    def send_rtcp(self, packet: bytes) -> bool:
        """Encrypt and send a compound RTCP packet. False if it was dropped."""
        srtp = self.dtls.srtp
        protected = srtp.protect_rtcp(packet) if srtp is not None else None
        if protected is None:
            self.counters.unsent += 1
            return False
        if self._trace is not None:
            self._trace(SENT, "rtcp", packet, len(protected))
        self.ice.send(protected)
        self.counters.rtcp_sent += 1
        return True

    def create_data_channel(
        self, label: str, *, ordered: bool = True, max_retransmits: int | None = None
    ) -> DataChannel:
        """Open a data channel; it is CONNECTING until the transport is up. See `DataChannel` for errors."""
        channel = self.sctp.create_channel(label, ordered=ordered, max_retransmits=max_retransmits)
        self.data_channels[label] = channel
        return channel

    # --- receiving slowly ---------------------------------------------------------------------------------

    def pause_receiving(self) -> None:
        """Take no messages of data channels for now, so that the peer has to wait too.

        Messages of reliable channels are kept, at most as many as the receive buffer holds; then the peer
        stops sending. Messages of lossy channels are dropped and counted. What one datagram holds is still
        told to its end. Media goes on.
        """
        self._data.pause_receiving()

    def resume_receiving(self) -> None:
        """Take messages again: first those that were kept, in order, a slice of the loop's time at once.

        A pause that a message's callback begins takes effect after that message.
        """
        self._data.resume_receiving()

    # --- closing ------------------------------------------------------------------------------------------

    async def aclose(self) -> None:
        """Tell the peer (SCTP ABORT, then DTLS close_notify) and free the path. Idempotent; at most 1 s."""
        if self._closing is None:
            self._closing = self._loop.create_task(self._close(), name="bundle close")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        self._data.close(self._now())
        self.dtls.close()
        self._send_dtls()
        self._alarm.cancel()
        await self.ice.aclose()
        self._set_state(BundleState.CLOSED)

    # --- what comes in ------------------------------------------------------------------------------------

    def _on_datagram(self, data: bytes) -> None:
        now = self._now()
        size = len(data)
        first = data[0] if size else 0
        if _FIRST_MEDIA <= first <= _LAST_MEDIA and size >= _RTP_HEADER:
            srtp = self.dtls.srtp
            if srtp is None:
                self.counters.early_media += 1
            elif not _FIRST_RTCP <= data[1] <= _LAST_RTCP:
                packet = srtp.unprotect_rtp(data)
                if packet is not None:
                    self.counters.rtp_received += 1
                    if self._trace is not None:
                        self._trace(RECEIVED, "rtp", packet, size)
                    try:
                        self._observer.on_rtp(packet, now)
                    except CALLBACK_ERRORS:
                        self._call.failed(self._observer.on_rtp)
            elif (packet := srtp.unprotect_rtcp(data)) is not None:
                self.counters.rtcp_received += 1
                if self._trace is not None:
                    self._trace(RECEIVED, "rtcp", packet, size)
                self._call(self._observer.on_rtcp, packet, now)
        elif _FIRST_DTLS <= first <= _LAST_DTLS:
            events = self.dtls.receive(data, now)
            if len(events) == 1 and type(events[0]) is DtlsData:
                self._data.receive(events[0].data, now)
            else:
                if self._trace is not None:
                    self._trace(RECEIVED, "dtls", data, size)
                self._after_dtls(events, now)
        else:
            self.counters.unknown_datagrams += 1

    def _on_dtls_connected(self, event: DtlsConnected, now: float) -> None:
        self._update_state()
        self.sctp.start(now, is_client=self.dtls.role is DtlsRole.CLIENT)
        self._data.write_soon()

    def _on_dtls_ended(self, reason: str, now: float) -> None:
        self.error = reason
        self.sctp.abort(now)
        self._update_state()

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
            self.error = f"data channels failed: {self.sctp.failure}"
            self._update_state()

    def _on_candidate(self, candidate: Candidate | None) -> None:
        self._call(self._observer.on_candidate, candidate)

    def _on_channel(self, channel: DataChannel) -> None:
        self.data_channels[channel.label] = channel
        self._call(self._observer.on_data_channel, channel)

    # --- driving the layers -------------------------------------------------------------------------------

    def _start_dtls(self) -> None:
        """A server can wait for the peer's hello at once; a client needs a path for its own."""
        if self._remote is None or self._closing is not None:
            return
        now = self._now()
        role, fingerprints = self._remote
        events: list[DtlsEvent] = []
        if role is DtlsRole.SERVER or self._path_ready:
            events += self.dtls.start(role, fingerprints, now)
        if self._path_ready:
            events += self.dtls.expect_peer(now)
        self._after_dtls(events, now)

    def _after_dtls(self, events: Iterable[DtlsEvent], now: float) -> None:
        """Send what DTLS wrote, act on its events, watch its deadline."""
        self._send_dtls()
        for event in events:
            self._dtls_events[type(event)](event, now)
        self._arm()

    def _send_dtls(self) -> None:
        for datagram in self.dtls.take_datagrams():
            if self._trace is not None:
                self._trace(SENT, "dtls", datagram, len(datagram))
            self.ice.send(datagram)

    def _arm(self) -> None:
        """Make sure that the alarm rings early enough; ringing too early is cheaper than moving it."""
        times = [t for t in (self.dtls.next_deadline(), self.sctp.next_deadline()) if t is not None]
        if times and self._closing is None:
            self._alarm.set(min(times))

    def _on_alarm(self) -> None:
        now = self._now()
        self._after_dtls(self.dtls.handle_timeout(now), now)
        self._data.handle_timeout(now)
        self._arm()

    def _update_state(self) -> None:
        """The state follows from those of the layers, in both directions: a path may come back."""
        if self._closing is not None:
            return
        state = BUNDLE_STATES[self.dtls.state, self.ice.state]
        if self.sctp.state is SctpState.FAILED:
            state = BundleState.FAILED
        elif state is BundleState.CONNECTED:
            self.error = ""
        self._set_state(state)

    def _set_state(self, state: BundleState) -> None:
        if state is self.state:
            return
        self.state = state
        if state is BundleState.CONNECTED:
            self._data.path_restored(self._now())
        self._call(self._observer.on_state, state)
