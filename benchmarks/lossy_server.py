"""The fake SFU in a process of its own; loses RTP packets on the way to listeners when it is told.

    lossy_server.py PORT

Each line on its standard input loses the next packet: `once` only that, so that it can be repaired by a
retransmission, `for good` its retransmissions too. Ends with its standard input.
"""

from __future__ import annotations

import asyncio
import sys

from measure import say, told

from lkpy.testing import FakeSfu
from lkpy.transport.bundle.transport import BundleTransport


class LossyTransport:
    """Stands before `BundleTransport.send_rtp` of every connection."""

    def __init__(self) -> None:
        self.wanted = ""
        self._gone: set[bytes] = set()
        self._send = BundleTransport.send_rtp

    def install(self) -> None:
        BundleTransport.send_rtp = lambda bundle, packet: self.send(bundle, packet)  # type: ignore[method-assign]

    def send(self, bundle: BundleTransport, packet: bytes) -> bool:
        stream = packet[2:4] + packet[8:12]  # sequence number and SSRC, RFC 3550 section 5.1
        if self.wanted:
            if self.wanted == "for good":
                self._gone.add(stream)
            say(lost=int.from_bytes(packet[2:4], "big"), how=self.wanted)
            self.wanted = ""
            return True
        if stream in self._gone:
            return True
        return self._send(bundle, packet)


async def main(port: int) -> None:
    lossy = LossyTransport()
    lossy.install()
    async with FakeSfu(port=port):
        while line := await told():
            lossy.wanted = line


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
