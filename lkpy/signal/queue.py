"""A queue with two limits: how many messages, and how many bytes they had on the wire."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class MessageQueue(Generic[T]):
    """First in, first out. `full` asks to stop; one message beyond it is taken, however long it is."""

    def __init__(self, max_messages: int, max_bytes: int) -> None:
        self._max_messages = max_messages
        self._max_bytes = max_bytes
        self._items: deque[tuple[T, int]] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._items)

    @property
    def full(self) -> bool:
        """One of the limits is reached."""
        return len(self._items) >= self._max_messages or self._bytes >= self._max_bytes

    def put(self, item: T, size: int) -> None:
        """Append a message of `size` bytes."""
        self._items.append((item, size))
        self._bytes += size

    def peek(self) -> T:
        """The oldest message, which stays. Raises IndexError when there is none."""
        return self._items[0][0]

    def get(self) -> T:
        """Take the oldest message. Raises IndexError when there is none."""
        item, size = self._items.popleft()
        self._bytes -= size
        return item

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self._bytes = 0
