"""The front door: one TCP port for plain HTTP and for websockets. An asyncio driver.

A connection carries one request. Websocket upgrades are handed to a session, `POST /twirp/...` to the server
API if there is one, everything else is answered here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from lkpy._runtime.network import Listener
from lkpy._runtime.runtime import Runtime
from lkpy.errors import ProtocolError
from lkpy.testing.sfu.http import Request, RequestReader, Response
from lkpy.testing.sfu.join import (
    DUAL_PATH,
    SINGLE_PATH,
    VALIDATE_SUFFIX,
    JoinParameters,
    Refusal,
    admit,
)
from lkpy.testing.sfu.websocket import WebSocket

REQUEST_TIMEOUT = 10.0
"""Seconds a client has to send its request, and to take the response."""

TWIRP_PREFIX = "/twirp/"
_READ = 1 << 16
_PREFLIGHT = {"Access-Control-Allow-Headers": "*", "Access-Control-Allow-Methods": "*"}
_logger = logging.getLogger("lkpy.testing.sfu")

ServeSession = Callable[[WebSocket, JoinParameters], Awaitable[None]]
ServeApi = Callable[[Request], Awaitable[Response]]


class Front:
    """Listens and answers.

    Args:
        keys: API key to secret, to check tokens with.
        single_peer_connection: whether `/rtc/v1` exists.
        serve_session: runs an accepted signalling connection to its end.
        serve_api: answers requests below `/twirp/`.
        check: looks at a join before the websocket is accepted; may raise Refusal.
    """

    def __init__(
        self,
        *,
        keys: Mapping[str, str],
        single_peer_connection: bool,
        serve_session: ServeSession,
        serve_api: ServeApi | None = None,
        check: Callable[[JoinParameters], None] = lambda parameters: None,
    ) -> None:
        self._keys = keys
        self._serve_session = serve_session
        self._serve_api = serve_api
        self._check = check
        self._paths = {DUAL_PATH} | ({SINGLE_PATH} if single_peer_connection else set())
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: Listener | None = None
        self._unix = time.time

    async def listen(self, host: str, port: int, runtime: Runtime) -> int:
        """Start to listen on the runtime's network; returns the port.

        Raises:
            OSError: the address cannot be listened on.
        """
        self._unix = runtime.clock.unix
        self._listener = await runtime.network.listen(host, port, self._stream)
        return self._listener.port

    def _stream(self) -> asyncio.Protocol:
        return asyncio.StreamReaderProtocol(asyncio.StreamReader(limit=_READ), self._accept)

    def stop_listening(self) -> None:
        if self._listener is not None:
            self._listener.stop()

    async def aclose(self, patience: float = 1.0) -> None:
        """End every connection; those that are not over after `patience` seconds are cancelled."""
        self.stop_listening()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._listener is not None:
            await self._listener.aclose()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._connection(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # the client went away or never finished its request
        except Exception:
            _logger.exception("connection failed")
        finally:
            writer.close()
            try:
                await writer.wait_closed()
            except OSError:
                pass

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        requests = RequestReader()
        request = None
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT):
                while request is None:
                    data = await reader.read(_READ)
                    if not data:
                        return
                    request = requests.feed(data)
        except ProtocolError as error:
            await _reply(writer, Response.text(400, error.message))
            return
        path = request.path
        if path in self._paths and request.is_websocket and request.method == "GET":
            await self._signal(request, requests.rest, reader, writer)
            return
        await _reply(writer, await self._respond(request), head_only=request.method == "HEAD")

    async def _respond(self, request: Request) -> Response:
        """Everything that is not a websocket."""
        path = request.path
        if request.method == "OPTIONS":
            return Response(204, headers=_PREFLIGHT)
        if path == "/":
            return Response.text(200, "OK")
        if path.startswith(TWIRP_PREFIX) and self._serve_api is not None:
            return await self._serve_api(request)
        if path.endswith(VALIDATE_SUFFIX) and path.removesuffix(VALIDATE_SUFFIX) in self._paths:
            try:
                admit(request, self._keys, self._unix())
            except Refusal as refusal:
                return Response.text(refusal.status, refusal.text)
            return Response.text(200, "success")
        return Response.text(404, "404 page not found")

    async def _signal(
        self, request: Request, rest: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            parameters = admit(request, self._keys, self._unix())
            self._check(parameters)
        except Refusal as refusal:
            await _reply(writer, Response.text(refusal.status, refusal.text))
            return
        websocket = WebSocket(reader, writer)
        refused = websocket.accept(request, rest)
        if refused is not None:
            await _reply(writer, refused)
            return
        try:
            await self._serve_session(websocket, parameters)
        finally:
            await websocket.aclose()


async def _reply(writer: asyncio.StreamWriter, response: Response, *, head_only: bool = False) -> None:
    writer.write(response.serialize(head_only=head_only))
    async with asyncio.timeout(REQUEST_TIMEOUT):
        await writer.drain()
