"""Where a data packet goes and what the server writes into it (identity, kind, order). Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models

NONCE_MEMORY = 100
"""User packets with a nonce that are remembered, so that a repeated request is not delivered twice."""

# Kept here because a name of an enumeration is looked up in its descriptor each time.
_RELIABLE, _LOSSY = models.DataPacket.RELIABLE, models.DataPacket.LOSSY
_NOBODY: frozenset[str] = frozenset()

AGENT_KINDS = frozenset({models.ParticipantInfo.Kind.AGENT})
_IMPERSONATED = ("chat_message", "stream_header")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a packet, as the receivers are told."""

    sid: str
    identity: str
    is_agent: bool = False
    hidden: bool = False

    def stamp(self, kind: models.DataPacket.Kind, *, user: bool) -> bytes:
        """What is put behind an encoded packet to name its sender in it.

        Of a field that comes twice the last one counts, and messages that come twice are merged (protobuf's
        encoding document, "Last One Wins"), so that the packet itself need not be encoded again.
        """
        packet = models.DataPacket(kind=kind)
        _stamp(packet, "user" if user else None, self)
        return packet.SerializeToString()


@dataclass(frozen=True, slots=True)
class RoutedPacket:
    """A packet ready to be sent on. Empty `destinations` means everybody else."""

    label: str
    data: bytes
    destinations: frozenset[str]
    destination_sids: frozenset[str] = frozenset()

    @property
    def for_all(self) -> bool:
        return not self.destinations and not self.destination_sids

    def reaches(self, identity: str, sid: str) -> bool:
        if self.for_all:
            return True
        return identity in self.destinations or sid in self.destination_sids


class DataRouter:
    """The packets of one publisher: order, repeats, stamping."""

    def __init__(self, reliable_label: str) -> None:
        self._reliable = reliable_label
        self._nonces: deque[bytes] = deque(maxlen=NONCE_MEMORY)
        self._sender = Sender("", "")
        self._stamps: dict[tuple[models.DataPacket.Kind, bool], bytes] = {}
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
        user = packet.user if value == "user" else None
        if user is not None and user.nonce:
            if user.nonce in self._nonces:
                self.repeated += 1
                return None
            self._nonces.append(user.nonce)
        kind = _RELIABLE if reliable else _LOSSY
        destinations = _names(packet.destination_identities)
        sids = _NOBODY
        if user is not None:
            destinations |= _names(user.destination_identities)
            sids = _names(user.destination_sids)
        rewritten = sender.is_agent or sender.hidden or (user is not None and destinations)
        if packet.kind == kind and not rewritten:
            return RoutedPacket(label, data + self._stamp(sender, kind, user is not None), destinations, sids)
        packet.kind = kind
        _stamp(packet, value, sender)
        if user is not None:
            user.ClearField("destination_identities")
            user.destination_identities.extend(sorted(destinations))
        return RoutedPacket(label, packet.SerializeToString(), destinations, sids)

    def _stamp(self, sender: Sender, kind: models.DataPacket.Kind, user: bool) -> bytes:
        if sender != self._sender:
            self._sender, self._stamps = sender, {}
        stamp = self._stamps.get((kind, user))
        if stamp is None:
            stamp = self._stamps[kind, user] = sender.stamp(kind, user=user)
        return stamp

    def wrap_raw(self, label: str, data: bytes, sender: Sender) -> RoutedPacket:
        """Bytes of a channel with another label, as a user packet for everybody."""
        packet = models.DataPacket(
            kind=models.DataPacket.Kind.RELIABLE, user=models.UserPacket(payload=data, topic=label)
        )
        _stamp(packet, "user", sender)
        return RoutedPacket(self._reliable, packet.SerializeToString(), frozenset())


def _names(names: Sequence[str]) -> frozenset[str]:
    return frozenset(names) if names else _NOBODY


def _stamp(packet: models.DataPacket, value: str | None, sender: Sender) -> None:
    """Write the sender; only agents may speak in somebody else's name, in chat and stream headers."""
    impersonates = sender.is_agent and value in _IMPERSONATED and bool(packet.participant_identity)
    if not impersonates:
        packet.participant_identity = "" if sender.hidden else sender.identity
    packet.participant_sid = "" if sender.hidden else sender.sid
    if value == "user":
        packet.user.participant_sid = packet.participant_sid
        packet.user.participant_identity = packet.participant_identity
