"""A network in memory: hosts, names, datagrams and streams, with latency, loss and partitions at will.

    network = VirtualNetwork(seed=1, conditions=LinkConditions(latency=0.02))
    server, client = network.host("10.0.0.1"), network.host("10.0.0.2")
    async with FakeSfu(network=server) as sfu:
        room = Room(...)  # on `network=client`
        network.shape(client, server, LinkConditions(latency=0.08, jitter=0.01, loss=0.02, bandwidth=500_000))
        network.partition(client, server)
        network.heal(client, server)

Each host is a `Network` for rooms and servers. What is sent arrives by timers of the event loop, so all of it
runs on real time and on virtual time (`lkpy.testing.virtual_time`) alike, and opens no socket. Chance is
seeded for each direction between two hosts: the same traffic meets the same fate.
"""

from lkpy.testing.virtual_network.conditions import LinkConditions, LinkCounters
from lkpy.testing.virtual_network.host import VirtualHost
from lkpy.testing.virtual_network.network import VirtualNetwork

__all__ = ["LinkConditions", "LinkCounters", "VirtualHost", "VirtualNetwork"]
