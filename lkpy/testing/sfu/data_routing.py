"""Where a data packet goes and what the server writes into it (identity, kind, order). Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models

NONCE_MEMORY = 100
"""User packets with a nonce that are remembered, so that a repeated request is not delivered twice."""

AGENT_KINDS = frozenset({models.ParticipantInfo.Kind.AGENT})
_IMPERSONATED = ("chat_message", "stream_header")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a packet, as the receivers are told."""

    sid: str
    identity: str
    is_agent: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class RoutedPacket:
    """A packet ready to be sent on. Empty `destinations` means everybody else."""

    label: str
    data: bytes
    destinations: frozenset[str]
    destination_sids: frozenset[str] = frozenset()

    def reaches(self, identity: str, sid: str) -> bool:
        if not self.destinations and not self.destination_sids:
            return True
        return identity in self.destinations or sid in self.destination_sids


class DataRouter:
    """The packets of one publisher: order, repeats, stamping."""

    def __init__(self, reliable_label: str) -> None:
        self._reliable = reliable_label
        self._nonces: deque[bytes] = deque(maxlen=NONCE_MEMORY)
        self.last_sequence = 0
        """Highest sequence of a reliable packet: `ReconnectResponse.last_message_seq`."""
        self.repeated = 0

    def route(self, label: str, data: bytes, sender: Sender) -> RoutedPacket | None:
        """Stamp a packet that came on channel `label`; None when it is a repeat or must not be forwarded.

        Raises:
            ProtocolError: not a DataPacket.
        """
        try:
            packet = models.DataPacket.FromString(data)
        except DecodeError as error:
            raise ProtocolError("not a data packet") from error
        reliable = label == self._reliable
        if reliable and packet.sequence:
            if packet.sequence <= self.last_sequence:  # sent again after a resume
                self.repeated += 1
                return None
            self.last_sequence = packet.sequence
        value = packet.WhichOneof("value")
        if value == "transcription" and not sender.is_agent:
            return None
        if value == "user" and packet.user.nonce:
            if packet.user.nonce in self._nonces:
                self.repeated += 1
                return None
            self._nonces.append(packet.user.nonce)
        packet.kind = models.DataPacket.Kind.RELIABLE if reliable else models.DataPacket.Kind.LOSSY
        _stamp(packet, value, sender)
        destinations = frozenset(packet.destination_identities)
        sids: Iterable[str] = ()
        if value == "user":
            destinations |= frozenset(packet.user.destination_identities)
            packet.user.ClearField("destination_identities")
            packet.user.destination_identities.extend(sorted(destinations))
            sids = packet.user.destination_sids
        return RoutedPacket(label, packet.SerializeToString(), destinations, frozenset(sids))

    def wrap_raw(self, label: str, data: bytes, sender: Sender) -> RoutedPacket:
        """Bytes of a channel with another label, as a user packet for everybody."""
        packet = models.DataPacket(
            kind=models.DataPacket.Kind.RELIABLE, user=models.UserPacket(payload=data, topic=label)
        )
        _stamp(packet, "user", sender)
        return RoutedPacket(self._reliable, packet.SerializeToString(), frozenset())


def _stamp(packet: models.DataPacket, value: str | None, sender: Sender) -> None:
    """Write the sender; only agents may speak in somebody else's name, in chat and stream headers."""
    impersonates = sender.is_agent and value in _IMPERSONATED and bool(packet.participant_identity)
    if not impersonates:
        packet.participant_identity = "" if sender.hidden else sender.identity
    packet.participant_sid = "" if sender.hidden else sender.sid
    if value == "user":
        packet.user.participant_sid = packet.participant_sid
        packet.user.participant_identity = packet.participant_identity
