"""`EventEmitter`: named events and the functions called when they happen."""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T", bound=str)

logger = logging.getLogger("lkpy")

_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

_UNKNOWN, _ANY = -1, sys.maxsize

_ASYNC_REFUSED = (
    "Cannot register an async callback with `.on()`. "
    "Use `asyncio.create_task` within your synchronous callback instead."
)


class EventEmitter(Generic[T]):
    """Calls handlers by the name of an event, in the order in which they were registered.

    A handler gets as many of the event's arguments as it has positional parameters.
    """

    def __init__(self) -> None:
        # Handlers in order, each with how many arguments it takes, once it was called.
        self._events: dict[T, dict[Callable[..., Any], int]] = {}

    def emit(self, event: T, *args: Any) -> None:
        """Call the handlers of `event`, those that are registered at this moment.

        What a handler raises is logged and the next handler runs, except for a TypeError.

        Args:
            event: the name of the event; one without handlers is ignored.
            args: what handlers get; the last ones are left out for handlers with fewer parameters.

        Raises:
            TypeError: a handler needs more arguments than there are, or raised it itself. The handlers after
                it are not called.
        """
        handlers = self._events.get(event)
        if not handlers:
            return
        for handler, accepted in list(handlers.items()):
            try:
                if accepted == _UNKNOWN:
                    accepted = _accepted(handler)
                    if handler in handlers:
                        handlers[handler] = accepted
                handler(*args[:accepted])
            except TypeError:
                raise
            except Exception:
                logger.exception("failed to emit event %s", event)

    def once(self, event: T, callback: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """Register a handler for the next time only.

        Returns:
            The wrapper that is registered (`off` needs it); used as a decorator, the function itself.

        Raises:
            ValueError: the handler is a coroutine function.
        """
        if callback is None:

            def decorator(function: Callable[..., Any]) -> Callable[..., Any]:
                self.once(event, function)
                return function

            return decorator
        if inspect.iscoroutinefunction(callback):
            raise ValueError(_ASYNC_REFUSED)
        handler = callback

        def once_callback(*args: Any) -> None:
            self.off(event, once_callback)
            handler(*args[: _accepted(handler)])

        return self.on(event, once_callback)

    def on(self, event: T, callback: Callable[..., Any] | None = None) -> Callable[..., Any]:
        """Register a handler; registering it again changes nothing. Usable as a decorator.

        Returns:
            The handler.

        Raises:
            ValueError: the handler is a coroutine function.
        """
        if callback is None:

            def decorator(function: Callable[..., Any]) -> Callable[..., Any]:
                self.on(event, function)
                return function

            return decorator
        if inspect.iscoroutinefunction(callback):
            raise ValueError(_ASYNC_REFUSED)
        self._events.setdefault(event, {}).setdefault(callback, _UNKNOWN)
        return callback

    def off(self, event: T, callback: Callable[..., Any]) -> None:
        """Remove a handler; one that is not registered is ignored."""
        handlers = self._events.get(event)
        if handlers is not None:
            handlers.pop(callback, None)


def _accepted(handler: Callable[..., Any]) -> int:
    """How many positional arguments a handler takes; `_ANY` also if it does not say."""
    try:
        parameters = inspect.signature(handler).parameters.values()
    except ValueError:  # some functions written in C have no signature
        return _ANY
    if any(parameter.kind is inspect.Parameter.VAR_POSITIONAL for parameter in parameters):
        return _ANY
    return sum(parameter.kind in _POSITIONAL for parameter in parameters)
