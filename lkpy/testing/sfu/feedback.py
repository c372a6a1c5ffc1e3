"""RTCP between the two legs: sender reports go down, requests go where they can be met. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lkpy.media.rtp.rtcp import (
    FullIntraRequest,
    GenericNack,
    PictureLossIndication,
    ReceiverReport,
    ReportBlock,
    SenderReport,
    parse_compound,
)
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.upstream import ASSUMED_RTT


class Feedback:
    """The RTCP of one room.

    Args:
        participants: the room's, by identity.
    """

    def __init__(self, participants: Mapping[str, Participant]) -> None:
        self._participants = participants
        self._handlers: Mapping[type[Any], Callable[[Participant, Any, float], None]] = {
            SenderReport: self._sender_report,
            ReceiverReport: self._receiver_report,
            GenericNack: self._retransmit,
            PictureLossIndication: self._picture_loss,
            FullIntraRequest: self._full_intra_request,
        }

    def receive(self, participant: Participant, data: bytes, now: float) -> None:
        """Act on a compound packet of `participant`; types without meaning here are skipped.

        Raises:
            ProtocolError: not RTCP.
        """
        for packet in parse_compound(data):
            handler = self._handlers.get(type(packet))
            if handler is not None:
                handler(participant, packet, now)

    def _sender_report(self, participant: Participant, report: SenderReport, now: float) -> None:
        self._receiver_blocks(participant, report.reports)
        found = participant.upstream.demux.layer_of(report.ssrc)
        if found is None:
            return
        track, layer = found
        layer.statistics.sender_report(report, now)
        for subscriber in self._participants.values():
            down = track.downs.get(subscriber.sid)
            if down is not None and down[0].layers.current == layer.rid:
                subscriber.send_rtcp_down(down[0].sender_report(report))

    def _receiver_report(self, participant: Participant, report: ReceiverReport, now: float) -> None:
        self._receiver_blocks(participant, report.reports)

    def _receiver_blocks(self, participant: Participant, blocks: Iterable[ReportBlock]) -> None:
        for block in blocks:
            subscription = participant.subscriptions.by_ssrc(block.ssrc)
            if subscription is not None:
                subscription.down.loss = block.fraction_lost / 256

    def _retransmit(self, participant: Participant, nack: GenericNack, now: float) -> None:
        subscription = participant.subscriptions.by_ssrc(nack.media_ssrc)
        if subscription is None:
            return
        for packet in subscription.down.retransmit(nack.lost, now, ASSUMED_RTT):
            participant.media_peer.bundle.send_rtp(packet.serialize())

    def _picture_loss(self, participant: Participant, request: PictureLossIndication, now: float) -> None:
        self._keyframe(participant, request.media_ssrc, now)

    def _full_intra_request(self, participant: Participant, request: FullIntraRequest, now: float) -> None:
        for entry in request.entries:
            self._keyframe(participant, entry.ssrc, now)

    def _keyframe(self, participant: Participant, ssrc: int, now: float) -> None:
        subscription = participant.subscriptions.by_ssrc(ssrc)
        if subscription is None:
            return
        owner = self._participants.get(subscription.track.owner_identity)
        if owner is not None:
            owner.upstream.request_keyframe(subscription.track, subscription.down.layers.current, now)
