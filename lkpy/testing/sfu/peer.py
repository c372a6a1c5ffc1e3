"""One peer connection seen from the server: a `BundleTransport`, its data channels and their backlog.

No negotiation lives here; `publisher.py` and `subscriber.py` write the descriptions.
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Sequence
from typing import Protocol

from lkpy._runtime.runtime import Runtime
from lkpy.errors import LkpyError, ProtocolError
from lkpy.transport.bundle.parameters import DtlsRole, TransportParameters
from lkpy.transport.bundle.states import BundleState
from lkpy.transport.bundle.transport import BundleTransport
from lkpy.transport.dtls.certificate import Certificate
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters
from lkpy.transport.sctp.channels import ChannelState, DataChannel
from lkpy.transport.sdp import MediaSection, SessionDescription

RELIABLE, LOSSY, DATA_TRACK = "_reliable", "_lossy", "_data_track"
MAX_MESSAGE_SIZE = 65535
"""`a=max-message-size` of our descriptions (RFC 8841 section 6), livekit-server's value."""

MAX_BACKLOG = 100_000
"""Bytes of reliable messages kept for a channel that is not open yet, as livekit-server keeps."""

MAX_UNSENT = {RELIABLE: 256 << 20, LOSSY: 1 << 20, DATA_TRACK: 1 << 20}
"""Bytes that may wait in a channel before messages to a slow subscriber are dropped and counted."""

_OUR_ROLE = {"active": DtlsRole.SERVER, "passive": DtlsRole.CLIENT, "actpass": DtlsRole.CLIENT, "": None}
_SETUP_LINE = {DtlsRole.CLIENT: "active", DtlsRole.SERVER: "passive"}
_logger = logging.getLogger("lkpy.testing.sfu")


class PeerObserver(Protocol):
    """What a peer tells its participant."""

    def peer_connected(self, peer: SfuPeer) -> None: ...

    def peer_rtp(self, peer: SfuPeer, data: bytes, now: float) -> None: ...

    def peer_rtcp(self, peer: SfuPeer, data: bytes, now: float) -> None: ...

    def peer_message(self, peer: SfuPeer, label: str, data: bytes | str) -> None: ...


class SfuPeer:
    """A transport of one participant; also the `BundleObserver` of it.

    Args:
        offerer: the server writes the offers (the subscriber peer connection of dual mode).
    """

    def __init__(
        self,
        observer: PeerObserver,
        *,
        certificate: Certificate,
        mux: UdpMux,
        lite: bool,
        offerer: bool,
        session_id: int,
        runtime: Runtime,
    ) -> None:
        self._observer = observer
        self._lite = lite
        self._version = 0
        self._session_id = session_id
        self._backlog: deque[bytes] = deque()
        self._backlog_size = 0
        self._remote_ufrag = ""
        self._role: DtlsRole | None = None
        self.connected = False
        """True from the first time on; a connection that broke is `failed` besides."""
        self.failed = False
        self.counters: Counter[str] = Counter()
        self.bundle = BundleTransport(
            certificate=certificate,
            # The agent that is not lite controls, whoever offered (RFC 8445 section 6.1.1).
            controlling=offerer and not lite,
            observer=self,
            lite=lite,
            ice_config=IceConfig(include_loopback=True, tcp=False),
            mux=mux,
            max_message_size=MAX_MESSAGE_SIZE,
            name="sfu subscriber" if offerer else "sfu publisher",
            runtime=runtime,
        )
        if offerer:
            self._adopt(self.bundle.create_data_channel(RELIABLE))
            self._adopt(self.bundle.create_data_channel(LOSSY, ordered=False, max_retransmits=0))
            self._adopt(self.bundle.create_data_channel(DATA_TRACK, ordered=False, max_retransmits=0))

    # Descriptions

    def describe(self, sections: Sequence[MediaSection], *, answer: bool) -> str:
        """Complete the sections with our transport and write the description."""
        local: TransportParameters = self.bundle.local_parameters
        setup = _SETUP_LINE[self._role or DtlsRole.CLIENT] if answer else "actpass"
        candidates = [candidate.to_sdp() for candidate in self.bundle.ice.local_candidates]
        for section in sections:
            if not section.rejected:
                section.with_transport(
                    ufrag=local.ice.ufrag,
                    pwd=local.ice.pwd,
                    setup=setup,
                    candidates=candidates,
                    complete=True,
                )
                candidates = []  # once is enough in a bundle
        self._version += 1
        description = SessionDescription.create(
            session_id=self._session_id,
            version=self._version,
            media=sections,
            fingerprints=(local.fingerprint,),
            ice_lite=self._lite,
        )
        return description.serialize()

    def apply_remote(self, description: SessionDescription, *, offer: bool) -> None:
        """Use the transport lines of a client's description. New credentials in an offer restart ICE.

        Raises:
            ProtocolError: no credentials or no fingerprint.
        """
        section = description.transport_section
        if section is None or not section.ice_ufrag or not section.ice_pwd or not section.fingerprints:
            raise ProtocolError("description without ICE credentials or fingerprint")
        if offer and self._remote_ufrag and section.ice_ufrag != self._remote_ufrag:
            self.bundle.restart_ice()
        self._remote_ufrag = section.ice_ufrag
        if self._role is None:
            # A description without a=setup: an answer counts as active (RFC 4145 section 4).
            self._role = _OUR_ROLE.get(section.setup) or (DtlsRole.CLIENT if offer else DtlsRole.SERVER)
        limit = next((s.max_message_size for s in description.media if s.is_data), None)
        self.bundle.set_remote(
            IceParameters(section.ice_ufrag, section.ice_pwd, lite=description.ice_lite),
            section.fingerprints,
            self._role,
            limit,
        )
        for line in description.all_candidates:
            self.add_candidate(line)

    def add_candidate(self, line: str) -> None:
        """Take one candidate line; an unusable one is counted."""
        try:
            self.bundle.add_remote_candidate(Candidate.parse(line))
        except ProtocolError:
            self.counters["bad candidate"] += 1

    # Sending

    def send_message(self, label: str, data: bytes) -> bool:
        """Send on a data channel. Up to 100 kB of reliable messages wait for one that is not open yet."""
        channel = self.bundle.data_channels.get(label)
        if channel is None or channel.state is not ChannelState.OPEN:
            if label != RELIABLE or self._backlog_size + len(data) > MAX_BACKLOG:
                self.counters[f"{label} not open"] += 1
                return False
            self._backlog.append(data)
            self._backlog_size += len(data)
            return True
        return self._send_on(channel, data)

    def _send_on(self, channel: DataChannel, data: bytes) -> bool:
        if channel.buffered_amount + len(data) > MAX_UNSENT.get(channel.label, 0):
            self.counters[f"{channel.label} full"] += 1
            return False
        try:
            channel.send(data)
        except LkpyError:
            self.counters[f"{channel.label} refused"] += 1
            return False
        return True

    # BundleObserver

    def on_candidate(self, candidate: Candidate | None) -> None:
        """Nothing to do: host candidates are in the description."""

    def on_state(self, state: BundleState) -> None:
        self.failed = state is BundleState.FAILED
        if state is BundleState.CONNECTED and not self.connected:
            self.connected = True
            self._observer.peer_connected(self)

    def on_rtp(self, data: bytes, now: float) -> None:
        self._observer.peer_rtp(self, data, now)

    def on_rtcp(self, data: bytes, now: float) -> None:
        self._observer.peer_rtcp(self, data, now)

    def on_data_channel(self, channel: DataChannel) -> None:
        self._adopt(channel)
        if channel.state is ChannelState.OPEN:
            self._opened(channel)

    def _adopt(self, channel: DataChannel) -> None:
        label = channel.label
        channel.on_message = lambda data: self._observer.peer_message(self, label, data)
        channel.on_open = lambda: self._opened(channel)

    def _opened(self, channel: DataChannel) -> None:
        if channel.label != RELIABLE:
            return
        while self._backlog:
            self._send_on(channel, self._backlog.popleft())
        self._backlog_size = 0

    async def aclose(self) -> None:
        await self.bundle.aclose()
