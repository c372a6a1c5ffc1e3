"""A scripted TURN server for a client without a network; the clock is a number."""

from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest

from lkpy.transport.ice.stun_codec import Class, Message, Method, parse
from lkpy.transport.ice.turn.client import TurnClient

RELAYED, MAPPED, PEER = ("203.0.113.5", 40000), ("198.51.100.7", 5000), ("192.0.2.1", 9)


class Server:
    """Answers what a client sends, on a clock that runs from deadline to deadline."""

    def __init__(self, *, stream: bool = False) -> None:
        self.client = TurnClient(
            username="user", credential="secret", entropy=random.Random(1).randbytes, stream=stream
        )
        self.now = 1000.0
        self.realm, self.nonce = "lkpy", b"n1"
        self.lifetime = 600
        self.log: list[str] = []
        self.data: list[bytes] = []
        self.events: list[Any] = []
        self.errors: dict[Method, int] = {}
        self.silent: set[Method] = set()
        self.left_out: set[str] = set()
        self.sign = True

    @property
    def key(self) -> bytes:
        return hashlib.md5(f"user:{self.realm}:secret".encode()).digest()

    def answer(self, request: Message) -> Message:
        method = request.method
        reply = Message(method, Class.RESPONSE, request.transaction_id)
        if not request.check_message_integrity(self.key):
            reply.message_class = Class.ERROR
            reply.attributes |= {"ERROR-CODE": (401, "who?"), "REALM": self.realm, "NONCE": self.nonce}
        elif request.attributes["NONCE"] != self.nonce:
            reply.message_class = Class.ERROR
            reply.attributes |= {"ERROR-CODE": (438, "stale"), "REALM": self.realm, "NONCE": self.nonce}
        elif method in self.errors:
            reply.message_class = Class.ERROR
            reply.attributes["ERROR-CODE"] = (self.errors[method], "no")
        elif method is Method.ALLOCATE:
            assert request.attributes["REQUESTED-TRANSPORT"] == 17
            reply.attributes |= {
                "XOR-RELAYED-ADDRESS": RELAYED,
                "XOR-MAPPED-ADDRESS": MAPPED,
                "LIFETIME": self.lifetime,
            }
        elif method is Method.REFRESH:
            reply.attributes["LIFETIME"] = min(self.lifetime, request.attributes["LIFETIME"])
        reply.attributes = {k: v for k, v in reply.attributes.items() if k not in self.left_out}
        return reply

    def serve(self) -> None:
        """Answer until nothing more comes."""
        while frames := self.client.take_transmits():
            for frame in frames:
                if frame[0] >= 0x40:
                    self.data.append(frame)
                    continue
                request = parse(frame)
                assert request is not None
                self.log.append(request.method.name)
                if request.method not in self.silent:
                    reply = self.answer(request)
                    self.events += self.client.receive(
                        reply.encode(self.key if self.sign else None), self.now
                    )

    def allocate(self) -> None:
        self.events += self.client.allocate(self.now)
        self.serve()

    def run(self, seconds: float) -> None:
        """Pass the time."""
        end = self.now + seconds
        for _ in range(100_000):
            due = self.client.next_deadline()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            self.events += self.client.handle_timeout(self.now)
            self.serve()
        else:
            pytest.fail("the client does not come to rest")
        self.now = end

    def bind(self, peer: tuple[str, int] = PEER) -> None:
        assert self.client.wrap(b"first", peer) is None
        assert self.client.send(b"first", peer, self.now)
        self.serve()
