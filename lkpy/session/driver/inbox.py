"""Data packets that come in: read, freed of repetitions, handed to whoever takes their kind."""

from __future__ import annotations

import logging
from collections.abc import Callable

from lkpy._runtime.runtime import Runtime
from lkpy._runtime.trace import TraceDirection, TraceKind
from lkpy.data import packets
from lkpy.data.reliable import ReliableReceiver
from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models
from lkpy.session import events as ev
from lkpy.session.driver import peers

logger = logging.getLogger("lkpy.session")

_KINDS = {peers.RELIABLE: packets.RELIABLE, peers.LOSSY: packets.LOSSY}
"""Channels that carry data packets, and the kind that they give them; the field itself is not trusted."""


class Inbox:
    """The receiving side of a session's data channels.

    Attributes:
        handlers: kind of packet (the name in the oneof) to who takes it; other kinds are ignored.
        malformed: messages that were no data packets.
        repeated: packets that had come before.
        failed: packets on which a handler raised.
    """

    def __init__(self, emit: Callable[[ev.SessionEvent], None], runtime: Runtime) -> None:
        self._emit = emit
        self._runtime = runtime
        self._clock = runtime.clock
        self._received = ReliableReceiver()
        self.malformed = 0
        self.repeated = 0
        self.failed = 0
        self.handlers: dict[str, Callable[[models.DataPacket], None]] = {
            "user": self._on_user,
            "sip_dtmf": self._on_dtmf,
            "transcription": self._on_transcription,
        }

    def receive(self, label: str, data: bytes) -> None:
        """A data channel delivered a message; what makes no sense is dropped and counted."""
        kind = _KINDS.get(label)
        if kind is None:
            return
        try:
            packet = packets.parse_packet(data)
        except ProtocolError as error:
            self.malformed += 1
            logger.debug("dropped a data packet: %s", error)
            return
        if not self._received.accept(packet.participant_sid, packet.sequence, self._clock.now()):
            self.repeated += 1
            return
        if packet.kind != kind:
            packet.kind = kind
        if self._runtime.trace is not None:
            self._runtime.tell(TraceKind.MESSAGE, TraceDirection.RECEIVED, "data", packet, len(data))
        handler = self.handlers.get(packet.WhichOneof("value") or "")
        if handler is None:
            return
        try:
            handler(packet)
        except Exception:
            # Nothing that somebody sends may stop what comes after it.
            self.failed += 1
            logger.exception("a data packet could not be used: %s", packet.WhichOneof("value"))

    def _on_user(self, packet: models.DataPacket) -> None:
        user, reliable = packet.user, packet.kind == packets.RELIABLE
        self._emit(ev.DataReceived(packet.participant_identity, user.payload, user.topic, reliable))

    def _on_dtmf(self, packet: models.DataPacket) -> None:
        self._emit(ev.DtmfReceived(packet.participant_identity, packet.sip_dtmf.code, packet.sip_dtmf.digit))

    def _on_transcription(self, packet: models.DataPacket) -> None:
        self._emit(ev.TranscriptionReceived(packet.transcription))
