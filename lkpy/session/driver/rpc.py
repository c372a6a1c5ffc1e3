"""Remote procedure calls of a session, both ways."""

from __future__ import annotations

import asyncio
import inspect
import logging
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from lkpy._loop.alarm import Alarm
from lkpy._loop.tasks import OwnedTasks
from lkpy.data import rpc_packets as wire
from lkpy.data.incoming_stream import IncomingStream
from lkpy.data.rpc_calls import (
    MAX_ROUND_TRIP,
    RESPONSE_TIMEOUT,
    CallOutcome,
    RpcCalls,
    handling_time,
)
from lkpy.data.rpc_error import MAX_PAYLOAD, ErrorCode, RpcError, from_wire
from lkpy.data.rpc_interceptors import RpcInterceptor, through
from lkpy.data.rpc_invocation import RpcHandler, RpcInvocationData
from lkpy.data.stream_reading import StreamReading
from lkpy.errors import PublishDataError, StreamError
from lkpy.protocol import models_pb2 as models
from lkpy.session.driver.streams import DataSession, RoomStreams

logger = logging.getLogger("lkpy.rpc")

MAX_RUNNING = 4096
"""Handlers that run at once at most; further requests are not acknowledged."""


@dataclass(slots=True)
class RpcCounters:
    """What was not served.

    Attributes:
        refused_requests: too many handlers ran.
        repeated_requests: the same request runs already.
        lost_answers: answers that could not be sent.
    """

    refused_requests: int = 0
    repeated_requests: int = 0
    lost_answers: int = 0


class RoomRpc:
    """Calls others, and lets the application's handlers answer the others' calls.

    Args:
        session: the session; its packets, departures and end are heard from now on.
        streams: of the same session.
        handlers: method to handler; may change at any time.

    Attributes:
        interceptors: see what the handlers are called with, the first outermost.
    """

    def __init__(
        self,
        session: DataSession,
        streams: RoomStreams,
        handlers: dict[str, RpcHandler],
    ) -> None:
        self.handlers = handlers
        self.interceptors: list[RpcInterceptor] = []
        self._session = session
        self._streams = streams
        self._calls = RpcCalls()
        self._waiting: dict[str, asyncio.Future[CallOutcome]] = {}
        self._clock = session.runtime.clock
        self._alarm = Alarm(self._clock, self._on_alarm)
        self._tasks = OwnedTasks()
        self._running: set[tuple[str, str]] = set()
        self.counters = RpcCounters()
        session.packet_handlers.update(
            rpc_request=self._on_request, rpc_ack=self._on_ack, rpc_response=self._on_response
        )
        streams.take(wire.REQUEST_TOPIC, self._on_stream_request)
        streams.take(wire.RESPONSE_TOPIC, self._on_stream_response)
        session.on_participant_gone.append(lambda identity: self._resolve(self._calls.peer_gone(identity)))
        session.on_close.append(self._close)

    @property
    def stray_answers(self) -> int:
        """Answers to calls that nobody waits for any more."""
        return self._calls.stray

    # Calling ---
    async def perform(
        self,
        destination: str,
        method: str,
        payload: str,
        response_timeout: float | None = None,
        max_round_trip: float | None = None,
    ) -> str:
        """Call a method of another participant and return its answer.

        Raises:
            RpcError: with the code that says why there is none.
        """
        if not wire.server_supports_rpc(self._session.join.server_info.version):
            raise RpcError._built_in(ErrorCode.UNSUPPORTED_SERVER)
        as_stream = self._streams.protocol_of(destination) >= wire.STREAM_PROTOCOL
        if not as_stream and len(payload.encode()) > MAX_PAYLOAD:
            raise RpcError._built_in(ErrorCode.REQUEST_PAYLOAD_TOO_LARGE)
        response_timeout = RESPONSE_TIMEOUT if response_timeout is None else response_timeout
        max_round_trip = MAX_ROUND_TRIP if max_round_trip is None else max_round_trip
        call_id = str(uuid.uuid4())
        answer = self._waiting[call_id] = asyncio.get_running_loop().create_future()
        self._calls.start(call_id, destination, response_timeout, max_round_trip, self._clock.now())
        self._alarm.set(self._calls.next_deadline())
        seconds = handling_time(response_timeout, max_round_trip)
        try:
            if as_stream:
                attributes = wire.request_attributes(call_id, method, seconds)
                await self._streams.send_text(
                    payload, wire.REQUEST_TOPIC, destinations=[destination], attributes=attributes
                )
            else:
                packet = wire.request_packet(call_id, destination, method, payload, seconds)
                await self._session.send_data(packet, reliable=True)
            outcome = await answer
        except (PublishDataError, StreamError) as error:
            raise RpcError._built_in(ErrorCode.SEND_FAILED, error.message) from error
        finally:
            self._calls.forget(call_id)
            del self._waiting[call_id]
            self._alarm.set(self._calls.next_deadline())
        if outcome.error is not None:
            raise outcome.error
        return outcome.payload or ""

    def _on_ack(self, packet: models.DataPacket) -> None:
        self._calls.acknowledge(packet.rpc_ack.request_id, packet.participant_identity, self._clock.now())
        self._alarm.set(self._calls.next_deadline())

    def _on_response(self, packet: models.DataPacket) -> None:
        response = packet.rpc_response
        error = from_wire(response.error) if response.WhichOneof("value") == "error" else None
        outcome = self._calls.respond(
            response.request_id, packet.participant_identity, response.payload, error
        )
        self._resolve([outcome] if outcome else [])

    def _on_stream_response(self, stream: IncomingStream, sender: str) -> None:
        call_id = wire.read_stream_response(stream.header.attributes)
        if call_id not in self._waiting:
            stream.abandon()
            return
        pieces: list[str] = []

        def changed() -> None:
            while (piece := stream.read()) is not None:
                pieces.append(str(piece))
            if stream.ended:
                error = None
                if stream.error is not None:
                    error = RpcError._built_in(ErrorCode.APPLICATION_ERROR, stream.error.description)
                outcome = self._calls.respond(call_id, sender, "".join(pieces), error)
                self._resolve([outcome] if outcome else [])

        stream.on_change = changed

    def _resolve(self, outcomes: Iterable[CallOutcome]) -> None:
        for outcome in outcomes:
            answer = self._waiting.get(outcome.call_id)
            if answer is not None and not answer.done():
                answer.set_result(outcome)

    def _on_alarm(self) -> None:
        self._resolve(self._calls.handle_timeout(self._clock.now()))
        self._alarm.set(self._calls.next_deadline())

    # Being called ---
    def _on_request(self, packet: models.DataPacket) -> None:
        self._accept(wire.read_request(packet), packet.rpc_request.payload)

    def _on_stream_request(self, stream: IncomingStream, sender: str) -> None:
        request = wire.read_stream_request(stream.header.attributes, sender)
        if request is None:
            stream.abandon()
            return
        if not self._accept(request, StreamReading(stream)):
            stream.abandon()

    def _accept(self, request: wire.Request, payload: str | StreamReading) -> bool:
        key = (request.caller, request.request_id)
        if key in self._running:
            self.counters.repeated_requests += 1
            return False
        if len(self._running) >= MAX_RUNNING:
            self.counters.refused_requests += 1
            return False
        self._running.add(key)
        self._tasks.spawn(self._serve(request, payload), f"lkpy rpc {request.method}")
        return True

    async def _serve(self, request: wire.Request, payload: str | StreamReading) -> None:
        """Acknowledge, let the handler work, answer."""
        try:
            await self._session.send_data(wire.ack_packet(request), reliable=True)
            try:
                await self._answer(request, await self._invoke(request, payload))
            except RpcError as error:
                await self._session.send_data(wire.error_packet(request, error), reliable=True)
        except (PublishDataError, StreamError) as error:
            self.counters.lost_answers += 1
            logger.debug("no answer to %s for %s: %s", request.method, request.caller, error)
        finally:
            self._running.discard((request.caller, request.request_id))
            if isinstance(payload, StreamReading):
                payload.stream.abandon()

    async def _invoke(self, request: wire.Request, payload: str | StreamReading) -> str:
        """What the handler says. Raises RpcError."""
        if not request.supported:
            raise RpcError._built_in(ErrorCode.UNSUPPORTED_VERSION)
        if request.method not in self.handlers and not self.interceptors:
            raise RpcError._built_in(ErrorCode.UNSUPPORTED_METHOD)
        handle = through([i.intercept_incoming for i in self.interceptors], self._handle)
        deadline = asyncio.timeout(request.response_timeout)
        try:
            async with deadline:
                text = payload if isinstance(payload, str) else await _read_text(payload)
                result = await handle(
                    RpcInvocationData(
                        request.request_id, request.caller, text, request.response_timeout, request.method
                    )
                )
        except RpcError:
            raise
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise  # the session is over
            raise RpcError._built_in(ErrorCode.RECIPIENT_DISCONNECTED) from None
        except Exception as error:
            if deadline.expired() and isinstance(error, TimeoutError):
                raise RpcError._built_in(ErrorCode.RESPONSE_TIMEOUT) from None
            logger.exception("error in the handler of the RPC method %r", request.method)
            raise RpcError._built_in(ErrorCode.APPLICATION_ERROR) from error
        if result is None:
            return ""
        if not isinstance(result, str):
            kind = type(result).__name__
            logger.error("the handler of the RPC method %r returned %s, not str", request.method, kind)
            raise RpcError._built_in(ErrorCode.APPLICATION_ERROR)
        return result

    async def _handle(self, invocation: RpcInvocationData) -> str | None:
        """Call the handler. Raises RpcError when there is none, and whatever it raises."""
        handler = self.handlers.get(invocation.method)
        if handler is None:
            raise RpcError._built_in(ErrorCode.UNSUPPORTED_METHOD)
        result = handler(invocation)
        return await result if inspect.isawaitable(result) else result

    async def _answer(self, request: wire.Request, result: str) -> None:
        """Send a result. Raises RpcError when it is too large for the caller's version."""
        if self._streams.protocol_of(request.caller) >= wire.STREAM_PROTOCOL:
            await self._streams.send_text(
                result,
                wire.RESPONSE_TOPIC,
                destinations=[request.caller],
                attributes=wire.response_attributes(request.request_id),
            )
            return
        if len(result.encode()) > MAX_PAYLOAD:
            raise RpcError._built_in(ErrorCode.RESPONSE_PAYLOAD_TOO_LARGE)
        await self._session.send_data(wire.result_packet(request, result), reliable=True)

    async def _close(self) -> None:
        self._resolve(self._calls.close())
        self._alarm.cancel()
        await self._tasks.aclose()


async def _read_text(reading: StreamReading) -> str:
    pieces = []
    while (piece := await reading.next()) is not None:
        pieces.append(str(piece))
    return "".join(pieces)
