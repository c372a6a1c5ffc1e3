"""`livekit.RoomService`: rooms and participants managed from outside, as `livekit-api` does. No asyncio.

Every method checks its grant, then its arguments, then acts on the same rooms that clients join.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lkpy.data.rpc_error import MAX_PAYLOAD, ErrorCode, RpcError
from lkpy.protocol import models_pb2 as models
from lkpy.protocol import room_pb2 as proto
from lkpy.testing.sfu import moving, permissions
from lkpy.testing.sfu.data_routing import RoutedPacket
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.peer import LOSSY, RELIABLE
from lkpy.testing.sfu.requests import MAX_ATTRIBUTES, MAX_METADATA, MAX_NAME, attributes_size
from lkpy.testing.sfu.room import Room
from lkpy.testing.sfu.signalling import Signalling
from lkpy.testing.sfu.twirp import Method, Service, TwirpError
from lkpy.testing.tokens import Grants

NAME = "livekit.RoomService"
NONCE_SIZE = 16

_Left = models.DisconnectReason
_CALL_ERRORS: Mapping[int, str] = {
    ErrorCode.CONNECTION_TIMEOUT: "canceled",
    ErrorCode.RESPONSE_TIMEOUT: "canceled",
    ErrorCode.UNSUPPORTED_METHOD: "invalid_argument",
    ErrorCode.REQUEST_PAYLOAD_TOO_LARGE: "invalid_argument",
}
"""How the errors of calls are passed on; `internal` else."""


class RoomKeeper(Protocol):
    """The rooms of the server."""

    def all_rooms(self) -> Iterable[Room]: ...

    def room_for(self, name: str) -> tuple[Room, Signalling]: ...

    def find_room(self, name: str) -> tuple[Room, Signalling] | None: ...

    def delete_room(self, name: str) -> None: ...

    def moved(self, participant: Participant, room: Room) -> None: ...


class RoomService:
    """The methods over one server's rooms.

    Args:
        remote_unmute: whether MutePublishedTrack may unmute; livekit-server's default is that it may not.
    """

    def __init__(self, keeper: RoomKeeper, *, remote_unmute: bool = False) -> None:
        self._keeper = keeper
        self._remote_unmute = remote_unmute
        self.service = Service(
            NAME,
            {
                "CreateRoom": Method(proto.CreateRoomRequest, self._create_room),
                "ListRooms": Method(proto.ListRoomsRequest, self._list_rooms),
                "DeleteRoom": Method(proto.DeleteRoomRequest, self._delete_room),
                "UpdateRoomMetadata": Method(proto.UpdateRoomMetadataRequest, self._update_room_metadata),
                "ListParticipants": Method(proto.ListParticipantsRequest, self._list_participants),
                "GetParticipant": Method(proto.RoomParticipantIdentity, self._get_participant),
                "RemoveParticipant": Method(proto.RoomParticipantIdentity, self._remove_participant),
                "MutePublishedTrack": Method(proto.MuteRoomTrackRequest, self._mute_published_track),
                "UpdateParticipant": Method(proto.UpdateParticipantRequest, self._update_participant),
                "UpdateSubscriptions": Method(proto.UpdateSubscriptionsRequest, self._update_subscriptions),
                "SendData": Method(proto.SendDataRequest, self._send_data),
                "ForwardParticipant": Method(proto.ForwardParticipantRequest, self._forward_participant),
                "MoveParticipant": Method(proto.MoveParticipantRequest, self._move_participant),
                "PerformRpc": Method(proto.PerformRpcRequest, self._perform_rpc),
            },
        )

    # Rooms

    def _create_room(self, request: proto.CreateRoomRequest, grants: Grants) -> models.Room:
        _require(grants.room_create)
        if len(request.name) > MAX_NAME:
            raise _passed_on("invalid_argument", f"room name length exceeds limits: max length {MAX_NAME}")
        if request.room_preset:
            raise _passed_on("invalid_argument", "unknown room configuration in create room request")
        _limit("metadata size", len(request.metadata.encode()), MAX_METADATA)
        existed = self._keeper.find_room(request.name) is not None
        room, _ = self._keeper.room_for(request.name)
        if not existed:
            info = room.info
            info.metadata = request.metadata
            info.max_participants = request.max_participants
            info.empty_timeout = request.empty_timeout or info.empty_timeout
            info.departure_timeout = request.departure_timeout or info.departure_timeout
        return room.info

    def _list_rooms(self, request: proto.ListRoomsRequest, grants: Grants) -> proto.ListRoomsResponse:
        _require(grants.room_list)
        names = set(request.names)
        rooms = [room.info for room in self._keeper.all_rooms() if not names or room.name in names]
        return proto.ListRoomsResponse(rooms=rooms)

    def _delete_room(self, request: proto.DeleteRoomRequest, grants: Grants) -> proto.DeleteRoomResponse:
        _require(grants.room_create)
        room, signalling = self._room(request.room)
        signalling.dismiss_all(_Left.ROOM_DELETED)
        self._keeper.delete_room(room.name)
        return proto.DeleteRoomResponse()

    def _update_room_metadata(self, request: proto.UpdateRoomMetadataRequest, grants: Grants) -> models.Room:
        _require_admin(grants, request.room)
        _limit("metadata size", len(request.metadata.encode()), MAX_METADATA)
        room, _ = self._room(request.room)
        room.info.metadata = request.metadata
        room.send_room_update()
        return room.info

    # Participants

    def _list_participants(
        self, request: proto.ListParticipantsRequest, grants: Grants
    ) -> proto.ListParticipantsResponse:
        _require_admin(grants, request.room)
        found = self._keeper.find_room(request.room)
        participants = found[0].participants.values() if found is not None else ()
        return proto.ListParticipantsResponse(participants=[p.info for p in participants])

    def _get_participant(
        self, request: proto.RoomParticipantIdentity, grants: Grants
    ) -> models.ParticipantInfo:
        _require_admin(grants, request.room)
        return self._participant(request.room, request.identity)[2].info

    def _remove_participant(
        self, request: proto.RoomParticipantIdentity, grants: Grants
    ) -> proto.RemoveParticipantResponse:
        _require_admin(grants, request.room)
        room, signalling, participant = self._participant(request.room, request.identity)
        signalling.dismiss(participant, _Left.PARTICIPANT_REMOVED)
        room.flush()
        return proto.RemoveParticipantResponse()

    def _update_participant(
        self, request: proto.UpdateParticipantRequest, grants: Grants
    ) -> models.ParticipantInfo:
        _require_admin(grants, request.room)
        room, signalling, participant = self._participant(request.room, request.identity)
        _limit("name length", len(request.name), MAX_NAME)
        _limit("metadata size", len(request.metadata.encode()), MAX_METADATA)
        _limit("attribute size", attributes_size(participant.info, request.attributes), MAX_ATTRIBUTES)
        if request.name or request.metadata or request.attributes:
            permissions.update_details(
                participant.info,
                metadata=request.metadata,
                name=request.name,
                attributes=request.attributes,
            )
            participant.changed()
            room.announce(participant)
            signalling.send_refresh_token(participant)
        if request.HasField("permission"):
            permissions.update_permission(
                room, participant, request.permission, signalling.send_refresh_token
            )
        return participant.info

    def _move_participant(
        self, request: proto.MoveParticipantRequest, grants: Grants
    ) -> proto.MoveParticipantResponse:
        _require_destination(grants, request.room, request.destination_room)
        room, _, participant = self._reach(request.room, request.identity)
        refusal = moving.why_not(participant)
        destination, there = self._keeper.room_for(request.destination_room)
        if refusal is None and destination.is_full(participant.identity):
            refusal = "destination room is full"
        if refusal is not None:
            raise _passed_on("failed_precondition", refusal)
        previous = destination.participants.get(participant.identity)
        if previous is not None:
            there.dismiss(previous, _Left.DUPLICATE_IDENTITY)
        moving.move(participant, room, destination, there.refresh_token)
        self._keeper.moved(participant, destination)
        room.flush()
        destination.flush()
        return proto.MoveParticipantResponse()

    def _forward_participant(
        self, request: proto.ForwardParticipantRequest, grants: Grants
    ) -> proto.ForwardParticipantResponse:
        """As livekit-server's: not there. It would need participants without a connection."""
        _require_destination(grants, request.room, request.destination_room)
        self._reach(request.room, request.identity)
        raise _passed_on("unknown", "not implemented")

    # Tracks

    def _mute_published_track(
        self, request: proto.MuteRoomTrackRequest, grants: Grants
    ) -> proto.MuteRoomTrackResponse:
        _require_admin(grants, request.room)
        room, _, participant = self._reach(request.room, request.identity)
        if not request.muted and not self._remote_unmute:
            raise _passed_on("failed_precondition", "remote unmute not enabled")
        track = participant.publisher.find(request.track_sid)
        if track is None:
            return proto.MuteRoomTrackResponse()
        permissions.mute(room, participant, track, request.muted)
        return proto.MuteRoomTrackResponse(track=track.info)

    def _update_subscriptions(
        self, request: proto.UpdateSubscriptionsRequest, grants: Grants
    ) -> proto.UpdateSubscriptionsResponse:
        _require_admin(grants, request.room)
        room, _, participant = self._reach(request.room, request.identity)
        sids = {*request.track_sids, *(s for entry in request.participant_tracks for s in entry.track_sids)}
        for sid in sids:
            room.distribution.want(participant, sid, request.subscribe)
        room.flush()
        return proto.UpdateSubscriptionsResponse()

    # Data

    def _send_data(self, request: proto.SendDataRequest, grants: Grants) -> proto.SendDataResponse:
        _require_admin(grants, request.room)
        if len(request.nonce) not in (0, NONCE_SIZE):
            words = f"nonce should be {NONCE_SIZE}-bytes or not present, got: {len(request.nonce)} bytes"
            raise TwirpError("invalid_argument", words)
        found = self._keeper.find_room(request.room)
        if found is None:
            raise _unreachable()
        room, _ = found
        if request.nonce in room.nonces:
            return proto.SendDataResponse()
        if request.nonce:
            room.nonces.append(request.nonce)
        user = models.UserPacket(
            payload=request.data,
            destination_sids=request.destination_sids,
            destination_identities=request.destination_identities,
            nonce=request.nonce,
        )
        if request.HasField("topic"):
            user.topic = request.topic
        packet = models.DataPacket(
            kind=request.kind, destination_identities=request.destination_identities, user=user
        )
        label = LOSSY if request.kind == models.DataPacket.Kind.LOSSY else RELIABLE
        routed = RoutedPacket(
            label,
            packet.SerializeToString(),
            frozenset(request.destination_identities),
            frozenset(request.destination_sids),
        )
        room.deliver(routed)
        return proto.SendDataResponse()

    async def _perform_rpc(
        self, request: proto.PerformRpcRequest, grants: Grants
    ) -> proto.PerformRpcResponse:
        _require_admin(grants, request.room)
        if not request.destination_identity:
            raise _passed_on("invalid_argument", "destination identity is required")
        room, _, participant = self._reach(request.room, request.destination_identity)
        if len(request.payload.encode()) > MAX_PAYLOAD:
            raise _call_failed(RpcError._built_in(ErrorCode.REQUEST_PAYLOAD_TOO_LARGE))
        outcome = await room.calls.perform(
            participant, request.method, request.payload, request.response_timeout_ms / 1000
        )
        if outcome.error is not None:
            raise _call_failed(outcome.error)
        return proto.PerformRpcResponse(payload=outcome.payload or "")

    # Who is meant

    def _room(self, name: str) -> tuple[Room, Signalling]:
        found = self._keeper.find_room(name)
        if found is None:
            raise _passed_on("not_found", "requested room does not exist")
        return found

    def _participant(self, room_name: str, identity: str) -> tuple[Room, Signalling, Participant]:
        found = self._keeper.find_room(room_name)
        participant = found[0].participants.get(identity) if found is not None else None
        if found is None or participant is None:
            raise _passed_on("not_found", "participant does not exist")
        return *found, participant

    def _reach(self, room_name: str, identity: str) -> tuple[Room, Signalling, Participant]:
        """The participant of a method that livekit-server sends to its node without looking it up before."""
        try:
            return self._participant(room_name, identity)
        except TwirpError:
            raise _unreachable() from None


def _require(granted: bool) -> None:
    if not granted:
        raise TwirpError("unauthenticated", "permissions denied")


def _require_admin(grants: Grants, room: str) -> None:
    """`roomAdmin` counts for the room the token names alone."""
    _require(grants.room_admin and bool(room) and grants.room == room)


def _require_destination(grants: Grants, room: str, destination: str) -> None:
    _require_admin(grants, room)
    _require(grants.destination_room == destination)
    if room == destination:
        argument = "destination room cannot be the same as source room"
        raise TwirpError("invalid_argument", f"{argument} ", argument=argument)
    if not destination:
        raise TwirpError("invalid_argument", "no destination room")


def _limit(what: str, size: int, limit: int) -> None:
    if size > limit:
        argument = f"{what} exceeds limits"
        raise TwirpError("invalid_argument", f"{argument} {limit}", argument=argument)


def _passed_on(code: str, words: str) -> TwirpError:
    """An error from inside livekit-server; these carry a prefix, as every client reads it."""
    return TwirpError(code, f"twirp error unknown: {words}")


def _unreachable() -> TwirpError:
    """What livekit-server answers, after three seconds, when no node knows room or participant."""
    return _passed_on("unavailable", "no response from servers")


def _call_failed(error: RpcError) -> TwirpError:
    if error.code == ErrorCode.RECIPIENT_DISCONNECTED:
        return _passed_on("not_found", "participant does not exist")
    words = f"RpcError {error.code:d}: {error.message}" + (f": {error.data}" if error.data else "")
    return _passed_on(_CALL_ERRORS.get(error.code, "internal"), words)
