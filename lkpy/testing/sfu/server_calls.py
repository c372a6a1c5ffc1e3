"""PerformRpc: the server calls a method of a participant and waits for its answer.

The request goes out as if a participant of a name of its own had sent it; acknowledgement and answer to that
name end here. Futures are awaited by the API's requests, time comes with the room's.
"""

from __future__ import annotations

import asyncio
import uuid

from google.protobuf.message import DecodeError

from lkpy._loop.clock import ReadTime
from lkpy.data import rpc_packets as wire
from lkpy.data.rpc_calls import CallOutcome, RpcCalls
from lkpy.data.rpc_error import from_wire
from lkpy.protocol import models_pb2 as models
from lkpy.testing.sfu.participant import Participant
from lkpy.testing.sfu.peer import RELIABLE

RESPONSE_TIMEOUT = 10.0
"""Seconds a call may take when the request does not say."""

MAX_ROUND_TRIP = 2.0
"""Seconds until the participant has to acknowledge the request."""


class ServerCalls:
    """The calls into one room."""

    def __init__(self, clock: ReadTime) -> None:
        self._clock = clock
        self._calls = RpcCalls()
        self._waiting: dict[str, asyncio.Future[CallOutcome]] = {}

    def perform(
        self, participant: Participant, method: str, payload: str, timeout: float
    ) -> asyncio.Future[CallOutcome]:
        """Call a method of a participant; `timeout` is in seconds, 0 for the usual."""
        call_id, timeout = str(uuid.uuid4()), timeout or RESPONSE_TIMEOUT
        packet = wire.request_packet(call_id, participant.identity, method, payload, timeout)
        packet.participant_identity = call_id
        self._calls.start(call_id, participant.identity, timeout, MAX_ROUND_TRIP, self._clock())
        answer = self._waiting[call_id] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda _: self._forget(call_id))
        participant.send_data(RELIABLE, packet.SerializeToString())
        return answer

    def takes(self, raw: bytes, sender: str) -> bool:
        """Whether a participant's packet belongs to a call, and so to nobody else."""
        if not self._waiting:
            return False
        try:
            packet = models.DataPacket.FromString(raw)
        except DecodeError:
            return False
        match packet.WhichOneof("value"):
            case "rpc_ack" if packet.rpc_ack.request_id in self._waiting:
                self._calls.acknowledge(packet.rpc_ack.request_id, sender, self._clock())
            case "rpc_response" if packet.rpc_response.request_id in self._waiting:
                response = packet.rpc_response
                failed = response.WhichOneof("value") == "error"
                error = from_wire(response.error) if failed else None
                outcome = self._calls.respond(response.request_id, sender, response.payload, error)
                self._resolve([outcome] if outcome else [])
            case _:
                return False
        return True

    def left(self, identity: str) -> None:
        """A participant is gone: it will not answer any more."""
        self._resolve(self._calls.peer_gone(identity))

    def handle_timeout(self, now: float) -> None:
        """End the calls whose time is over."""
        if self._waiting:
            self._resolve(self._calls.handle_timeout(now))

    def _resolve(self, outcomes: list[CallOutcome]) -> None:
        for outcome in outcomes:
            answer = self._waiting.get(outcome.call_id)
            if answer is not None and not answer.done():
                answer.set_result(outcome)

    def _forget(self, call_id: str) -> None:
        self._calls.forget(call_id)
        self._waiting.pop(call_id, None)
