"""Participants: who is in the room, and what the local one can do."""

from lkpy._participant.base import Participant
from lkpy._participant.local import LocalParticipant
from lkpy._participant.remote import RemoteParticipant

__all__ = ["LocalParticipant", "Participant", "RemoteParticipant"]
