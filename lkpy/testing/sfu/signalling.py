"""What a client's signal messages do: one table from message case to handler. No asyncio.

Unknown and empty cases are counted and ignored, as the protocol wants. A handler may raise ProtocolError for
nonsense; the session counts it and goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from google.protobuf import json_format
from google.protobuf.message import DecodeError, Message

from lkpy.errors import ProtocolError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import rtc_pb2 as rtc
from lkpy.testing.sfu.identifiers import Identifiers
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.permissions import update_details
from lkpy.testing.sfu.requests import Reason, apply_settings, metadata_refusal, track_info
from lkpy.testing.sfu.room import Room
from lkpy.testing.sfu.speakers import Speaker
from lkpy.testing.sfu.upstream import PublishedTrack
from lkpy.transport.sdp import SessionDescription

MAX_PENDING_TRACKS = 20
MAX_SECTIONS = 1000
MAX_TRACK_SETTINGS = 1000
"""Settings of tracks that are not subscribed yet, kept for one participant."""


def decode(message: bytes | str) -> rtc.SignalRequest:
    """Read one websocket message: binary protobuf, or its JSON form in a text frame.

    Raises:
        ProtocolError: neither.
    """
    try:
        if isinstance(message, str):
            return json_format.Parse(
                message, rtc.SignalRequest(), ignore_unknown_fields=True, max_recursion_depth=20
            )
        return rtc.SignalRequest.FromString(message)
    except (DecodeError, json_format.ParseError, RecursionError) as error:
        raise ProtocolError("not a signal request") from error


def encode(message: rtc.SignalResponse, *, text: bool) -> bytes | str:
    """The message in the form the client speaks."""
    return json_format.MessageToJson(message, indent=None) if text else message.SerializeToString()


class Signalling:
    """Handles the messages of one room's participants.

    Args:
        refresh_token: signs a new token for a participant and returns it.
        unix_ms: the time of day in milliseconds, for pongs.
    """

    def __init__(
        self,
        room: Room,
        *,
        identifiers: Identifiers,
        clock: Callable[[], float],
        unix_ms: Callable[[], int],
        refresh_token: Callable[[Participant], str],
    ) -> None:
        self._room = room
        self._identifiers = identifiers
        self._clock = clock
        self._unix_ms = unix_ms
        self.refresh_token = refresh_token
        self._handlers: Mapping[str, Callable[[Participant, Any], None]] = {
            "offer": self._offer,
            "answer": self._answer,
            "trickle": self._trickle,
            "add_track": self._add_track,
            "mute": self._mute,
            "subscription": self._subscription,
            "track_setting": self._track_setting,
            "leave": self._leave,
            "subscription_permission": self._subscription_permission,
            "sync_state": self._sync_state,
            "simulate": self._simulate,
            "ping": self._ping,
            "ping_req": self._ping_request,
            "update_metadata": self._update_metadata,
            "update_audio_track": self._update_audio_track,
            "update_video_track": self._update_video_track,
            "publish_data_track_request": self._publish_data_track,
            "unpublish_data_track_request": self._unpublish_data_track,
        }

    def handle(self, participant: Participant, request: rtc.SignalRequest) -> None:
        """Act on a message and negotiate what came of it.

        Raises:
            ProtocolError: the message makes no sense.
        """
        case = request.WhichOneof("message")
        handler = self._handlers.get(case or "")
        if handler is None:
            participant.counters["ignored messages"] += 1
            return
        handler(participant, getattr(request, case or ""))
        self._room.flush()

    def send_refresh_token(self, participant: Participant) -> None:
        participant.send(refresh_token=self.refresh_token(participant))

    # Negotiation

    def _offer(self, participant: Participant, body: rtc.SessionDescription) -> None:
        offer = SessionDescription.parse(body.sdp)
        if len(offer.media) > MAX_SECTIONS:
            raise ProtocolError(f"offer of {len(offer.media)} sections")
        participant.publisher_peer.apply_remote(offer, offer=True)
        outcome = participant.publisher.apply_offer(offer)
        if participant.single:
            participant.requested.offered(offer.media, participant.subscriptions)
        participant.counters["unannounced sections"] += len(outcome.unannounced)
        participant.send(answer=participant.describe_answer(offer, body.id))
        for track in outcome.closed:
            self._room.unpublish(participant, track)
        for track in outcome.published:
            self._room.publish(participant, track)
        self._room.distribution.activate(participant)
        self._room.distribution.subscribe_postponed(participant)
        if participant.single and participant.subscriptions.waiting():
            participant.requested.dirty = True

    def _answer(self, participant: Participant, body: rtc.SessionDescription) -> None:
        peer, offered = participant.subscriber_peer, participant.offered
        if peer is None or not offered.awaiting_answer or body.id not in (0, offered.offer_id):
            raise ProtocolError("answer to no offer")
        answer = SessionDescription.parse(body.sdp)
        peer.apply_remote(answer, offer=False)
        offered.awaiting_answer = False
        offered.apply_answer(answer.media, participant.subscriptions)
        self._room.distribution.activate(participant)
        if not offered.dirty:
            self._room.distribution.subscribe_postponed(participant)

    def _trickle(self, participant: Participant, body: rtc.TrickleRequest) -> None:
        try:
            line = json.loads(body.candidateInit)["candidate"]
        except (ValueError, KeyError, TypeError, RecursionError):
            line = None
        if not isinstance(line, str):
            self._respond(participant, Reason.UNCLASSIFIED_ERROR, trickle=body)
            return
        subscriber = participant.subscriber_peer if body.target == rtc.SignalTarget.SUBSCRIBER else None
        if line:
            (subscriber or participant.publisher_peer).add_candidate(line)

    # Tracks

    def _add_track(self, participant: Participant, body: rtc.AddTrackRequest) -> None:
        pending = participant.publisher.pending
        if body.type not in (models.TrackType.AUDIO, models.TrackType.VIDEO):
            self._respond(participant, Reason.UNSUPPORTED_TYPE, add_track=body)
        elif not participant.may_publish(body.source):
            self._respond(participant, Reason.NOT_ALLOWED, add_track=body)
        elif body.sid:
            # A backup codec of a published track; this server never asks for one.
            known = participant.publisher.find(body.sid)
            self._respond(participant, Reason.NOT_ALLOWED if known else Reason.NOT_FOUND, add_track=body)
        elif body.cid in pending:
            participant.send(
                track_published=rtc.TrackPublishedResponse(cid=body.cid, track=pending[body.cid].info)
            )
        elif any(track.cid == body.cid for track in participant.publisher.published):
            self._respond(participant, Reason.QUEUED, add_track=body)
        elif len(pending) >= MAX_PENDING_TRACKS:
            self._respond(participant, Reason.LIMIT_EXCEEDED, add_track=body)
        else:
            info = track_info(body, self._identifiers.track(body.type, body.source))
            pending[body.cid] = PublishedTrack(info, body.cid, participant.sid, participant.identity)
            participant.send(track_published=rtc.TrackPublishedResponse(cid=body.cid, track=info))

    def _mute(self, participant: Participant, body: rtc.MuteTrackRequest) -> None:
        track = participant.publisher.find(body.sid)
        if track is None:
            self._respond(participant, Reason.NOT_FOUND, mute=body)
        elif track.info.muted != body.muted:
            track.info.muted = body.muted
            self._room.track_changed(participant, track)

    def _update_audio_track(self, participant: Participant, body: rtc.UpdateLocalAudioTrack) -> None:
        track = participant.publisher.find(body.track_sid)
        if track is None:
            self._respond(participant, Reason.NOT_FOUND, update_audio_track=body)
            return
        del track.info.audio_features[:]
        track.info.audio_features.extend(body.features)
        self._room.track_changed(participant, track)

    def _update_video_track(self, participant: Participant, body: rtc.UpdateLocalVideoTrack) -> None:
        track = participant.publisher.find(body.track_sid)
        if track is None:
            self._respond(participant, Reason.NOT_FOUND, update_video_track=body)
            return
        track.info.width, track.info.height = body.width, body.height
        self._room.track_changed(participant, track)

    # Subscriptions

    def _subscription(self, participant: Participant, body: rtc.UpdateSubscription) -> None:
        sids = {*body.track_sids, *(sid for entry in body.participant_tracks for sid in entry.track_sids)}
        for sid in sids:
            self._room.distribution.want(participant, sid, body.subscribe)

    def _track_setting(self, participant: Participant, body: rtc.UpdateTrackSettings) -> None:
        for sid in body.track_sids:
            if len(participant.track_settings) < MAX_TRACK_SETTINGS or sid in participant.track_settings:
                participant.track_settings[sid] = body
            subscription = participant.subscriptions.live.get(sid)
            if subscription is None:
                continue
            resumed = subscription.down.disabled and not body.disabled
            apply_settings(subscription, body)
            owner = self._room.participants.get(subscription.track.owner_identity)
            if resumed and owner is not None and subscription.kind == "video":
                owner.upstream.request_keyframe(subscription.track, None, self._clock())

    def _subscription_permission(self, participant: Participant, body: rtc.SubscriptionPermission) -> None:
        if body.all_participants:
            participant.allowed_subscribers = None
        else:
            participant.allowed_subscribers = {
                entry.participant_identity or entry.participant_sid: (
                    None if entry.all_tracks else frozenset(entry.track_sids)
                )
                for entry in body.track_permissions
            }
        for track in participant.publisher.published:
            for other in list(self._room.participants.values()):
                self._reconsider(participant, track, other)

    def _reconsider(self, owner: Participant, track: PublishedTrack, other: Participant) -> None:
        allowed = owner.lets_subscribe(other, track.info.sid)
        subscribed = track.info.sid in other.subscriptions.live
        if allowed and not subscribed and other.wants(track.info.sid):
            self._room.distribution.subscribe(other, track)
        elif not allowed and subscribed:
            self._room.distribution.unsubscribe(other, track)
            other.send(
                subscription_permission_update=rtc.SubscriptionPermissionUpdate(
                    participant_sid=owner.sid, track_sid=track.info.sid, allowed=False
                )
            )

    # The session

    def _leave(self, participant: Participant, body: rtc.LeaveRequest) -> None:
        reason = body.reason or models.DisconnectReason.CLIENT_INITIATED
        participant.send(leave=rtc.LeaveRequest(reason=reason))
        self._room.remove(participant, reason)
        if participant.signal is not None:
            participant.signal.close()

    def _sync_state(self, participant: Participant, body: rtc.SyncState) -> None:
        known = {track.info.sid for track in participant.publisher.published}
        known |= {track.info.sid for track in participant.publisher.pending.values()}
        if any(entry.track.sid not in known for entry in body.publish_tracks):
            self.dismiss(
                participant, models.DisconnectReason.STATE_MISMATCH, rtc.LeaveRequest.Action.RECONNECT
            )
            return
        for sid in body.track_sids_disabled:
            subscription = participant.subscriptions.live.get(sid)
            if subscription is not None:
                subscription.down.disabled = True
        self._subscription(participant, body.subscription)

    def dismiss(
        self,
        participant: Participant,
        reason: models.DisconnectReason,
        action: rtc.LeaveRequest.Action = rtc.LeaveRequest.Action.DISCONNECT,
    ) -> None:
        """Send a participant away: the leave, the departure, the end of its websocket."""
        participant.send(leave=rtc.LeaveRequest(reason=reason, action=action))
        self._room.remove(participant, reason)
        if participant.signal is not None:
            participant.signal.close()

    def dismiss_all(self, reason: models.DisconnectReason) -> None:
        """Close the room: everybody hears of its own end alone, nobody of the others'."""
        everybody = list(self._room.participants.values())
        for participant in everybody:
            participant.send(leave=rtc.LeaveRequest(reason=reason))
            if participant.signal is not None:
                participant.signal.close()
        for participant in everybody:
            self._room.remove(participant, reason)

    def _ping(self, participant: Participant, body: int) -> None:
        participant.send(pong=self._unix_ms())

    def _ping_request(self, participant: Participant, body: rtc.Ping) -> None:
        participant.send(pong_resp=rtc.Pong(last_ping_timestamp=body.timestamp, timestamp=self._unix_ms()))

    def _simulate(self, participant: Participant, body: rtc.SimulateScenario) -> None:
        reason, action = models.DisconnectReason, rtc.LeaveRequest.Action
        match body.WhichOneof("scenario"):
            case "speaker_update":
                self._room.monitor.send_speakers([Speaker(participant.sid, 0.9)])
                self._room.monitor.speakers.levels[participant.sid] = 0.9
            case "node_failure" | "migration":
                self._room.remove(participant, reason.UNKNOWN_REASON)
                if participant.signal is not None:
                    participant.signal.abort()
            case "server_leave":
                self.dismiss(participant, reason.SERVER_SHUTDOWN)
            case "leave_request_full_reconnect":
                self.dismiss(participant, reason.CLIENT_INITIATED, action.RECONNECT)
            case "disconnect_signal_on_resume":
                participant.simulated_cut, participant.simulated_cut_early = 1, False
            case "disconnect_signal_on_resume_no_messages":
                participant.simulated_cut, participant.simulated_cut_early = 3, True
            case _:
                participant.counters["ignored scenarios"] += 1

    # Metadata

    def _update_metadata(self, participant: Participant, body: rtc.UpdateParticipantMetadata) -> None:
        refused = metadata_refusal(participant.info, body)
        if refused is not None:
            self._respond(participant, *refused, request_id=body.request_id, update_metadata=body)
            return
        update_details(participant.info, metadata=body.metadata, name=body.name, attributes=body.attributes)
        participant.changed()
        self._room.announce(participant)
        self.send_refresh_token(participant)
        if participant.protocol >= 15:
            self._respond(participant, Reason.OK, request_id=body.request_id, update_metadata=body)

    def _publish_data_track(self, participant: Participant, body: rtc.PublishDataTrackRequest) -> None:
        self._respond(participant, Reason.NOT_ALLOWED, "data tracks are disabled", publish_data_track=body)

    def _unpublish_data_track(self, participant: Participant, body: rtc.UnpublishDataTrackRequest) -> None:
        self._respond(participant, Reason.NOT_FOUND, unpublish_data_track=body)

    def _respond(
        self,
        participant: Participant,
        reason: rtc.RequestResponse.Reason,
        message: str = "",
        *,
        request_id: int = 0,
        **echo: Message,
    ) -> None:
        response = rtc.RequestResponse(request_id=request_id, reason=reason, message=message)
        for name, body in echo.items():
            getattr(response, name).CopyFrom(body)
        participant.send(request_response=response)
