"""UDP segmentation offload: many datagrams in one system call, each way (udp(7), UDP_SEGMENT and UDP_GRO).

The kernel cuts one buffer into datagrams of equal size behind the socket, and hands a run of them over as
one buffer. On the wire nothing changes. Linux has it; elsewhere datagrams go one by one.
"""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator, Sequence
from typing import Final

MAX_SEGMENTS: Final = 64
"""Datagrams in one call (UDP_MAX_SEGMENTS of linux/udp.h; newer kernels take more)."""
MAX_BYTES: Final = 65_000
"""Bytes in one call: what a single IP packet holds."""

REFUSALS: Final = frozenset({errno.EIO, errno.EINVAL, errno.EMSGSIZE, errno.ENOPROTOOPT, errno.EOPNOTSUPP})
"""Errors that say that a path has no offload, such as one over a card that computes no checksums."""

_UDP_SEGMENT = 103
_UDP_GRO = 104
# The module has these on platforms that know them.
_SUPPORTED = sys.platform == "linux" and hasattr(socket.socket, "recvmsg_into")
ANCILLARY_SIZE: Final = socket.CMSG_SPACE(4) if _SUPPORTED else 0
"""Bytes of ancillary data that come with a received buffer."""

Ancillary = Sequence[tuple[int, int, bytes]]


def enable_receiving(sock: socket.socket) -> bool:
    """Ask for runs of datagrams in one buffer. Returns whether they will come so."""
    if not _SUPPORTED:
        return False
    try:
        sock.setsockopt(socket.IPPROTO_UDP, _UDP_GRO, 1)
    except OSError:
        return False
    return True


def can_send(sock: socket.socket) -> bool:
    """Whether the kernel knows segmentation; the network card may still refuse it."""
    if not _SUPPORTED:
        return False
    try:
        sock.getsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT)
    except OSError:
        return False
    return True


def segment_size(ancillary: Ancillary, size: int) -> int:
    """Bytes of each datagram in a received buffer of `size` bytes; the last one may be shorter."""
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_UDP and kind == _UDP_GRO:
            return int.from_bytes(data, sys.byteorder) or size
    return size


def runs(datagrams: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """Cut a sequence into runs that one call can send: of equal size, where the last may be shorter."""
    start, end = 0, len(datagrams)
    while start < end:
        size = len(datagrams[start])
        most = min(end, start + min(MAX_SEGMENTS, MAX_BYTES // size if size else 1))
        stop = start + 1
        while stop < most and len(datagrams[stop]) == size:
            stop += 1
        if stop < most and 0 < len(datagrams[stop]) < size:
            stop += 1
        yield datagrams[start:stop]
        start = stop


def send_run(sock: socket.socket, run: Sequence[bytes], address: tuple[str, int]) -> None:
    """Send a run of `runs`.

    Raises:
        OSError: nothing was sent.
    """
    segment = len(run[0]).to_bytes(2, sys.byteorder)
    sock.sendmsg(run, ((socket.IPPROTO_UDP, _UDP_SEGMENT, segment),), 0, address)
