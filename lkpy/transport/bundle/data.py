"""Data channels of a bundle: drives SCTP over DTLS (RFC 8261)."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence

from lkpy._loop.clock import ReadTime
from lkpy._loop.time_slice import SLICE
from lkpy.transport.bundle.observer import BundleCounters
from lkpy.transport.bundle.tracing import RECEIVED, SENT, PacketTrace
from lkpy.transport.dtls.endpoint import DtlsEndpoint, DtlsState
from lkpy.transport.sctp.channels import DataChannel
from lkpy.transport.sctp.endpoint import SctpEndpoint
from lkpy.transport.sctp.handshake import ENTROPY_SIZE
from lkpy.transport.sctp.states import SctpState


class DataPath:
    """SCTP packets between an endpoint and the DTLS layer, both ways.

    Args:
        dtls: encrypts what is sent.
        send: takes datagrams, at least one.
        written: called after packets were sent on behalf of `write_soon`: deadlines may have moved.
        on_channel, on_state: see `SctpEndpoint`.
        max_message_size: bytes of a message that we announced to accept.
        now: reads the clock.
        trace: told of every packet.
        counters: counts what could not be sent.

    Attributes:
        sctp: the endpoint.
    """

    def __init__(
        self,
        dtls: DtlsEndpoint,
        *,
        send: Callable[[Sequence[bytes]], object],
        written: Callable[[], object],
        on_channel: Callable[[DataChannel], object],
        on_state: Callable[[SctpState], object],
        max_message_size: int,
        now: ReadTime,
        trace: PacketTrace | None,
        counters: BundleCounters,
    ) -> None:
        self.sctp = SctpEndpoint(
            entropy=secrets.token_bytes(ENTROPY_SIZE),
            wake=self.write_soon,
            on_channel=on_channel,
            on_state=on_state,
            max_message_size=max_message_size,
        )
        self._loop = asyncio.get_running_loop()
        self._dtls = dtls
        self._send = send
        self._written = written
        self._now = now
        self._trace = trace
        self._counters = counters
        self._writing: asyncio.Handle | None = None
        self._delivering: asyncio.Handle | None = None
        self._closed = False

    def receive(self, packet: bytes, now: float) -> None:
        """A packet that DTLS decrypted."""
        if self._trace is not None:
            self._trace(RECEIVED, "sctp", packet, len(packet))
        self.sctp.receive(packet, now)
        if self._writing is None:
            self.write_soon()

    def write_soon(self) -> None:
        """Something may have to be sent: once, after everything else of this turn of the loop."""
        if self._writing is None and not self._closed:
            self._writing = self._loop.call_soon(self._write_now)

    def _write_now(self) -> None:
        self._writing = None
        self.write()
        self._written()

    def write(self) -> None:
        """Send what SCTP has to send."""
        if self._dtls.state is not DtlsState.CONNECTED:
            return
        self.sctp.write(self._now())
        packets = self.sctp.take_packets()
        if self._trace is not None:
            for packet in packets:
                self._trace(SENT, "sctp", packet, len(packet))
        datagrams = self._dtls.encrypt(packets)
        self._counters.unsent += len(packets) - len(datagrams)
        if datagrams:
            self._send(datagrams)

    def handle_timeout(self, now: float) -> None:
        """Act on deadlines that have passed, and send what follows from it."""
        deadline = self.sctp.next_deadline()
        if deadline is not None and deadline <= now:
            self.sctp.handle_timeout(now)
        self.write()

    def path_restored(self, now: float) -> None:
        """There is a path again: what SCTP has doubled meanwhile says nothing any more."""
        self.sctp.path_restored(now)
        self.write_soon()

    def pause_receiving(self) -> None:
        """See `BundleTransport.pause_receiving`."""
        self.sctp.pause_receiving()

    def resume_receiving(self) -> None:
        """See `BundleTransport.resume_receiving`."""
        self.sctp.resume_receiving()
        if self._delivering is None:
            self._deliver_kept()

    def _deliver_kept(self) -> None:
        """Give out what was kept, and give way to the rest of the loop now and then."""
        self._delivering = None
        ends = self._now() + SLICE
        while self.sctp.deliver_kept():
            if self._now() > ends and self._delivering is None:
                self._delivering = self._loop.call_soon(self._deliver_kept)
                return

    def close(self, now: float) -> None:
        """Abort, and tell the peer. Nothing comes or goes any more."""
        self.sctp.close(now)
        self.write()
        self._closed = True
        for handle in (self._writing, self._delivering):
            if handle is not None:
                handle.cancel()
        self._writing = self._delivering = None
