"""`livekit.RoomService`: rooms and participants managed from outside, as `livekit-api` does. No asyncio.

Every method checks its grant, then its arguments, then acts on the same rooms that clients join.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from google.protobuf.message import Message

from lkpy.protocol import models_pb2 as models
from lkpy.protocol import room_pb2 as proto
from lkpy.testing.sfu import permissions
from lkpy.testing.sfu.data_routing import RoutedPacket
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.peer import LOSSY, RELIABLE
from lkpy.testing.sfu.requests import MAX_METADATA, MAX_NAME, details_too_large
from lkpy.testing.sfu.room import Room
from lkpy.testing.sfu.signalling import Signalling
from lkpy.testing.sfu.twirp import Method, Service, TwirpError
from lkpy.testing.tokens import Grants

NAME = "livekit.RoomService"
NONCE_SIZE = 16

_NO_ROOM = "requested room does not exist"
_NO_PARTICIPANT = "participant does not exist"
_Left = models.DisconnectReason


class RoomKeeper(Protocol):
    """The rooms of the server."""

    def all_rooms(self) -> Iterable[Room]: ...

    def room_for(self, name: str) -> tuple[Room, Signalling]: ...

    def find_room(self, name: str) -> tuple[Room, Signalling] | None: ...

    def delete_room(self, name: str) -> None: ...


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
                "ForwardParticipant": Method(proto.ForwardParticipantRequest, _unimplemented),
                "MoveParticipant": Method(proto.MoveParticipantRequest, _unimplemented),
                "PerformRpc": Method(proto.PerformRpcRequest, _unimplemented),
            },
        )

    # Rooms

    def _create_room(self, request: proto.CreateRoomRequest, grants: Grants) -> models.Room:
        _require(grants.room_create)
        if not request.name:
            raise TwirpError("invalid_argument", "name cannot be empty")
        _limit_name(request.name, "room name")
        _limit_metadata(request.metadata)
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
        _limit_metadata(request.metadata)
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
        too_large = details_too_large(participant.info, request.name, request.metadata, request.attributes)
        if too_large is not None:
            raise TwirpError("invalid_argument", too_large)
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

    # Tracks

    def _mute_published_track(
        self, request: proto.MuteRoomTrackRequest, grants: Grants
    ) -> proto.MuteRoomTrackResponse:
        _require_admin(grants, request.room)
        room, _, participant = self._participant(request.room, request.identity)
        track = participant.publisher.find(request.track_sid)
        if track is None:
            raise TwirpError("not_found", "track is not found")
        if not request.muted and not self._remote_unmute:
            raise TwirpError("failed_precondition", "remote unmute not enabled")
        permissions.mute(room, participant, track, request.muted)
        return proto.MuteRoomTrackResponse(track=track.info)

    def _update_subscriptions(
        self, request: proto.UpdateSubscriptionsRequest, grants: Grants
    ) -> proto.UpdateSubscriptionsResponse:
        _require_admin(grants, request.room)
        room, _, participant = self._participant(request.room, request.identity)
        sids = {*request.track_sids, *(s for entry in request.participant_tracks for s in entry.track_sids)}
        for sid in sids:
            room.want(participant, sid, request.subscribe)
        room.flush()
        return proto.UpdateSubscriptionsResponse()

    # Data

    def _send_data(self, request: proto.SendDataRequest, grants: Grants) -> proto.SendDataResponse:
        _require_admin(grants, request.room)
        if len(request.nonce) not in (0, NONCE_SIZE):
            raise TwirpError("invalid_argument", f"nonce should be {NONCE_SIZE}-bytes or not present")
        room, _ = self._room(request.room)
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

    def _room(self, name: str) -> tuple[Room, Signalling]:
        found = self._keeper.find_room(name)
        if found is None:
            raise TwirpError("not_found", _NO_ROOM)
        return found

    def _participant(self, room_name: str, identity: str) -> tuple[Room, Signalling, Participant]:
        found = self._keeper.find_room(room_name)
        participant = found[0].participants.get(identity) if found is not None else None
        if found is None or participant is None:
            raise TwirpError("not_found", _NO_PARTICIPANT)
        return *found, participant


def _require(granted: bool) -> None:
    if not granted:
        raise TwirpError("unauthenticated", "permissions denied")


def _require_admin(grants: Grants, room: str) -> None:
    """`roomAdmin` counts for the room the token names alone."""
    _require(grants.room_admin and bool(room) and grants.room == room)


def _limit_name(name: str, what: str) -> None:
    if len(name) > MAX_NAME:
        raise TwirpError("invalid_argument", f"{what} exceeds length limit of {MAX_NAME}")


def _limit_metadata(metadata: str) -> None:
    if len(metadata.encode()) > MAX_METADATA:
        raise TwirpError("invalid_argument", f"metadata size exceeds limits: {MAX_METADATA}")


def _unimplemented(request: Message, grants: Grants) -> Message:
    raise TwirpError("unimplemented", "not implemented")
