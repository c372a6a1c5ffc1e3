"""What an exchange of offer and answer settles, for the transport, the senders and the receivers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lkpy.transport.bundle.parameters import DtlsRole, Fingerprint
from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.parameters import IceParameters
from lkpy.transport.sdp import Direction, RtpCodec

UNLIMITED_MESSAGE_SIZE = 1 << 30
"""Stands for `a=max-message-size:0`, a peer that takes messages of any size (RFC 8841 section 6.1). Bytes."""


@dataclass(frozen=True, slots=True)
class RemoteTransport:
    """The other end of the bundle.

    Attributes:
        ice: its credentials, and whether it is ICE-lite.
        fingerprints: of its certificate; one match is enough (RFC 8122 section 5).
        role: our part in the DTLS handshake; stays for the life of the association.
        candidates: component 1 candidates of its description, unreadable ones left out.
        end_of_candidates: no more will trickle.
        max_message_size: largest data channel message it takes, in bytes; None without a data section.
        restarted: its credentials differ from the last exchange, so ICE starts anew.
    """

    ice: IceParameters
    fingerprints: tuple[Fingerprint, ...]
    role: DtlsRole
    candidates: tuple[Candidate, ...] = ()
    end_of_candidates: bool = False
    max_message_size: int | None = None
    restarted: bool = False


@dataclass(frozen=True, slots=True)
class NegotiatedSender:
    """What we may send on a section. A sender that the answer did not take is not listed.

    Attributes:
        mid, kind: the section.
        track_id: the id given to `Negotiator.add_sender`.
        codecs: in the answer's order of preference, at least one, without rtx.
        rtx: payload type of a codec to that of its retransmissions.
        extmap: header extension id to URI.
        ssrc, rtx_ssrc: as given to `add_sender`; None for layers.
        rids: the layers that the answer takes.
    """

    mid: str
    kind: str
    track_id: str
    codecs: tuple[RtpCodec, ...]
    rtx: Mapping[int, int]
    extmap: Mapping[int, str]
    ssrc: int | None = None
    rtx_ssrc: int | None = None
    rids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NegotiatedReceiver:
    """A track that the peer sends on a section.

    Attributes:
        mid, kind: the section.
        track_sid: the LiveKit track.
        stream_id: the msid's stream ("PA_x|TR_y"), "" where only the signalling names the track.
        ssrc: None where the description names none: to be learnt from mid, rid or payload type.
        rtx_ssrc: SSRC of its retransmissions, or None.
        codecs: payload type to codec, rtx included; the sender may switch between them at any packet.
        extmap: header extension id to URI.
        direction: of the section, as we see it.
    """

    mid: str
    kind: str
    track_sid: str
    stream_id: str
    ssrc: int | None
    rtx_ssrc: int | None
    codecs: Mapping[int, RtpCodec]
    extmap: Mapping[int, str]
    direction: Direction

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same receiver in the next exchange: section and track.

        The source is no part of it: livekit-server sometimes names a track in `mid_to_track_id` before the
        description has its `a=ssrc`, which the next exchange brings.
        """
        return self.mid, self.track_sid


@dataclass(frozen=True, slots=True)
class NegotiationResult:
    """The outcome of one exchange. Receivers in `removed` end before those in `added` begin; `kept` ones
    go on with the values given here."""

    transport: RemoteTransport
    senders: list[NegotiatedSender] = field(default_factory=list)
    added: list[NegotiatedReceiver] = field(default_factory=list)
    removed: list[NegotiatedReceiver] = field(default_factory=list)
    kept: list[NegotiatedReceiver] = field(default_factory=list)
