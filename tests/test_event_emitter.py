"""EventEmitter: order, arity, once, errors."""

from __future__ import annotations

import logging
from typing import Literal

import pytest

from lkpy.event_emitter import EventEmitter

Emitter = EventEmitter[Literal["a", "b"]]


def test_handlers_run_in_the_order_of_registration_and_once_each() -> None:
    emitter, calls = Emitter(), []

    def first() -> None:
        calls.append(1)

    emitter.on("a", first)
    emitter.on("a", lambda: calls.append(2))
    emitter.on("a", first)
    emitter.emit("a")
    assert calls == [1, 2]


def test_arguments_are_trimmed_to_what_a_handler_takes() -> None:
    emitter, calls = Emitter(), []
    emitter.on("a", lambda: calls.append(()))
    emitter.on("a", lambda x: calls.append((x,)))
    emitter.on("a", lambda x, y=0: calls.append((x, y)))
    emitter.on("a", lambda *xs: calls.append(xs))
    emitter.on("a", lambda x, *, key=5: calls.append((x, key)))
    emitter.on("a", lambda **keys: calls.append(keys))
    emitter.emit("a", 1, 2, 3)
    assert calls == [(), (1,), (1, 2), (1, 2, 3), (1, 5), {}]


def test_functions_without_a_signature_get_everything() -> None:
    emitter = Emitter()
    emitter.on("a", max)
    emitter.emit("a", 3, 4)


def test_too_few_arguments_are_an_error_of_emit() -> None:
    emitter, calls = Emitter(), []
    emitter.on("a", lambda x: calls.append(x))
    emitter.on("a", lambda: calls.append("later"))
    with pytest.raises(TypeError):
        emitter.emit("a")
    assert calls == []


def test_a_type_error_of_a_handler_stops_the_event() -> None:
    emitter, calls = Emitter(), []

    @emitter.on("a")
    def bad() -> None:
        raise TypeError("inner")

    emitter.on("a", lambda: calls.append("later"))
    with pytest.raises(TypeError, match="inner"):
        emitter.emit("a")
    assert calls == []


def test_other_errors_are_logged_and_the_next_handler_runs(caplog: pytest.LogCaptureFixture) -> None:
    emitter, calls = Emitter(), []

    @emitter.on("a")
    def bad() -> None:
        raise RuntimeError("inner")

    emitter.on("a", lambda: calls.append("later"))
    with caplog.at_level(logging.ERROR):
        emitter.emit("a")
    assert calls == ["later"]
    assert "failed to emit event a" in caplog.text


def test_once() -> None:
    emitter, calls = Emitter(), []
    emitter.once("a", lambda x: calls.append(x))
    emitter.emit("a", 1, 2)
    emitter.emit("a", 3)
    assert calls == [1]


def test_once_returns_what_off_needs() -> None:
    emitter, calls = Emitter(), []
    wrapper = emitter.once("a", lambda: calls.append(1))
    emitter.off("a", wrapper)
    emitter.emit("a")
    assert calls == []


def test_decorators_return_the_function() -> None:
    emitter, calls = Emitter(), []

    def handler() -> None:
        calls.append(1)

    assert emitter.on("a")(handler) is handler
    assert emitter.once("b")(handler) is handler
    assert emitter.on("a", handler) is handler
    emitter.emit("a")
    emitter.emit("b")
    emitter.emit("b")
    assert calls == [1, 1]


def test_coroutine_functions_are_refused() -> None:
    emitter = Emitter()

    async def handler() -> None:
        raise AssertionError

    for register in (emitter.on, emitter.once):
        with pytest.raises(ValueError, match=r"Cannot register an async callback with `\.on\(\)`"):
            register("a", handler)
        with pytest.raises(ValueError, match=r"asyncio\.create_task"):
            register("a")(handler)


def test_off() -> None:
    emitter, calls = Emitter(), []

    class Owner:
        def handler(self, x: int) -> None:
            calls.append(x)

    owner = Owner()
    emitter.on("a", owner.handler)
    emitter.emit("a", 1)
    emitter.off("a", owner.handler)
    emitter.off("a", owner.handler)
    emitter.off("b", owner.handler)
    emitter.emit("a", 2)
    emitter.emit("b")
    assert calls == [1]


def test_handlers_may_change_the_handlers() -> None:
    emitter, calls = Emitter(), []

    def first() -> None:
        calls.append(1)
        emitter.off("a", second)
        emitter.on("a", third)

    def second() -> None:
        calls.append(2)

    def third() -> None:
        calls.append(3)

    emitter.on("a", first)
    emitter.on("a", second)
    emitter.emit("a")
    assert calls == [1, 2]
    emitter.emit("a")
    assert calls == [1, 2, 1, 3]


def test_a_handler_that_is_removed_while_the_event_is_told_stays_removed() -> None:
    emitter = EventEmitter[str]()
    calls: list[str] = []

    def first() -> None:
        calls.append("first")
        emitter.off("e", second)

    def second() -> None:
        calls.append("second")

    emitter.on("e", first)
    emitter.on("e", second)
    emitter.emit("e")
    emitter.emit("e")
    assert calls == ["first", "second", "first"]
