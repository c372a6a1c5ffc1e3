"""Somebody else's ICE agent at the other end, in both roles."""

from __future__ import annotations

import asyncio
from typing import Any

import aioice
import pytest

from lkpy.transport.ice.candidate import Candidate
from lkpy.transport.ice.mux import UdpMux
from lkpy.transport.ice.parameters import IceConfig, IceParameters
from lkpy.transport.ice.states import IceState


class Other(aioice.Connection):
    """aioice with the loopback address as its only host candidate."""

    async def get_component_candidates(self, component: int, addresses: Any, **more: Any) -> Any:
        return await super().get_component_candidates(component, ["127.0.0.1"], **more)

    @property
    def parameters(self) -> IceParameters:
        return IceParameters(self.local_username, self.local_password)


async def introduce(ours: Any, other: Other) -> None:
    """Signal both ways."""
    await asyncio.gather(ours.ice.gather(), other.gather_candidates())
    other.remote_username = ours.ice.local_parameters.ufrag
    other.remote_password = ours.ice.local_parameters.pwd
    other.remote_is_lite = ours.ice.local_parameters.lite
    ours.ice.set_remote_parameters(other.parameters)
    for candidate in other.local_candidates:
        ours.ice.add_remote_candidate(Candidate.parse(candidate.to_sdp()))
    for candidate in ours.ice.local_candidates:
        line = candidate.to_sdp().removeprefix("candidate:")
        await other.add_remote_candidate(aioice.Candidate.from_sdp(line))
    await other.add_remote_candidate(None)


async def exchange(ours: Any, other: Other) -> None:
    ours.ice.send(b"\x80from lkpy")
    assert await asyncio.wait_for(other.recv(), 5) == b"\x80from lkpy"
    await other.send(b"\x80from aioice")
    await ours.until(lambda: b"\x80from aioice" in ours.data)
    assert ours.ice.state is IceState.CONNECTED


@pytest.mark.parametrize("controlling", [True, False])
async def test_full_agent_with_aioice(end: Any, controlling: bool) -> None:
    ours = end(controlling=controlling, config=IceConfig(ipv6=False))
    other = Other(ice_controlling=not controlling)
    await introduce(ours, other)
    await asyncio.gather(ours.connected(), asyncio.wait_for(other.connect(), 5))
    await exchange(ours, other)
    await ours.until(lambda: ours.ice.selected_pair is not None)
    await other.close()


@pytest.mark.parametrize("controlling", [True, False])
async def test_role_conflict_with_aioice(end: Any, controlling: bool) -> None:
    ours = end(controlling=controlling, config=IceConfig(ipv6=False))
    other = Other(ice_controlling=controlling)
    await introduce(ours, other)
    await asyncio.gather(ours.connected(), asyncio.wait_for(other.connect(), 5))
    await exchange(ours, other)
    assert other.ice_controlling != ours.ice.controlling
    await other.close()


async def test_lite_agent_with_aioice(end: Any) -> None:
    mux = await UdpMux.open()
    ours = end(controlling=False, lite=True, mux=mux)
    other = Other(ice_controlling=True)
    await introduce(ours, other)
    await asyncio.gather(ours.connected(), asyncio.wait_for(other.connect(), 5))
    await exchange(ours, other)
    await other.close()
    await ours.ice.aclose()
    assert (mux.users, mux.sources) == (0, 0)
    await mux.aclose()


async def test_a_restart_of_ours_meets_a_new_aioice(end: Any) -> None:
    """aioice knows no restart: a new connection of it stands for the peer's new generation."""
    ours = end(controlling=True, config=IceConfig(ipv6=False))
    first, second = Other(ice_controlling=False), Other(ice_controlling=False)
    await introduce(ours, first)
    await asyncio.gather(ours.connected(), asyncio.wait_for(first.connect(), 5))
    await exchange(ours, first)
    ours.ice.restart()
    await introduce(ours, second)
    await asyncio.wait_for(second.connect(), 5)
    await ours.until(lambda: ours.ice.selected_pair is not None)
    await exchange(ours, second)
    assert ours.states == [IceState.CHECKING, IceState.CONNECTED]
    await first.close()
    await second.close()
