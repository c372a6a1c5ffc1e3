"""lkpy beside livekit-client in headless Chromium: each hears, reads, streams to and calls the other."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from lkpy.testing import make_token
from tests.interop.environment import API_KEY, API_SECRET, browser, sdk
from tests.interop.official import BrowserPeer, OfficialPeer

pytestmark = [pytest.mark.interop, pytest.mark.sound, pytest.mark.timeout(90)]

BROWSER_TONE, OUR_TONE = 660.0, 440.0
NEAR = 15.0
"""Hz by which a tone may be off: a few bins of either side's spectrum."""
LOUD = 150
"""Of 255, on the analyser's decibel scale."""
TEXT = "Grüße, 世界! " * 4000


async def until_heard(peer: OfficialPeer, hz: float) -> None:
    """Wait until a peer's loudest sound has that frequency."""
    async with asyncio.timeout(15):
        while True:
            if isinstance(peer, BrowserPeer):
                heard = await peer.call("hears")
                if heard["level"] >= LOUD and abs(heard["hz"] - hz) <= NEAR:
                    return
            else:
                audio = (await peer.call("report"))["audio"].values()
                if any(a["hz"] is not None and a["rms"] > 500 and abs(a["hz"] - hz) <= NEAR for a in audio):
                    return
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("server_url", ["fake", "livekit-server"], indirect=True)
@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_lkpy_and_a_browser(server_url: str, single: bool) -> None:
    chromium, modules = browser()
    room = f"browser-{secrets.token_hex(4)}"
    ours = sdk("lkpy")

    def joining(identity: str) -> dict[str, object]:
        token = make_token(API_KEY, API_SECRET, identity=identity, room=room)
        return {"url": server_url, "token": token, "single": single}

    async with (
        BrowserPeer(chromium, modules) as web,
        OfficialPeer(ours.python, "lkpy", ours.module) as python,
    ):
        await web.call("connect", **joining("web"))
        await python.call("connect", **joining("python"), tell_data=True)
        await web.wait_event("participant_connected", "python")
        theirs = await web.call("publish", tone=BROWSER_TONE)
        mine = await python.call("publish", tone=OUR_TONE)
        await python.wait_event("track_subscribed", theirs["sid"], "web")
        await web.wait_event("track_subscribed", mine["sid"], "python")
        await asyncio.gather(until_heard(python, BROWSER_TONE), until_heard(web, OUR_TONE))

        await web.call("send", text="from the browser", topic="chat")
        await python.call("send_data", text="from Python", topic="chat")
        await python.wait_event("data_received", "from the browser", "web", "chat", True)
        await web.wait_event("data_received", "from Python", "python", "chat", True)

        assert len(TEXT) >= 40_000
        for sender, receiver, identity in ((web, python, "web"), (python, web, "python")):
            await receiver.call("listen_for", text=["story"])
            await sender.call("send_text", text=TEXT, topic="story")
            await receiver.wait_event("text_stream", "story", identity, TEXT)

        for caller, callee, name in ((web, python, "python"), (python, web, "web")):
            await callee.call("register", method="greet", answers=f"{name} says hello")
            answer = await caller.call("call", to=name, method="greet", payload="good day")
            assert answer["answer"] == f"{name} says hello"
            unknown = await caller.call("call", to=name, method="nothing", payload="")
            assert unknown["code"] == 1400

        await python.call("mute", sid=mine["sid"], muted=True)
        await web.wait_event("track_muted", "python", mine["sid"])
        await python.call("unpublish", sid=mine["sid"])
        await web.wait_event("track_unpublished", mine["sid"], "python")
        await web.call("quit")
        await python.wait_event("participant_disconnected", "web")
        await python.call("quit")
