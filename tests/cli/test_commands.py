"""The commands as a user runs them."""

from __future__ import annotations

import asyncio
import io
import socket
import sys
import wave
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from lkpy.cli import demo, serve
from lkpy.cli.app import app
from lkpy.cli.demo import command
from lkpy.testing import FakeSfu, verify_token


def console() -> tuple[Console, io.StringIO]:
    output = io.StringIO()
    return Console(file=output, width=120), output


@pytest.mark.alone
@pytest.mark.timeout(60)
@pytest.mark.parametrize("single", [True, False], ids=["single", "dual"])
async def test_the_demo_lets_two_people_hear_each_other(tmp_path: Path, single: bool) -> None:
    shown, output = console()
    settings = demo.Settings(
        url="", api_key="", api_secret="", tokens=(), out=tmp_path, single_peer_connection=single
    )
    assert await demo.run(settings, shown) == 0, output.getvalue()
    text = output.getvalue()
    assert "Both heard each other." in text
    assert "alice to bob" in text
    for name in ("alice", "bob"):
        with wave.open(str(tmp_path / f"{name}-heard.wav")) as file:
            assert (file.getframerate(), file.getnchannels()) == (48_000, 1)
            assert file.getnframes() > 6 * 48_000
    picture = ET.parse(tmp_path / "waveforms.svg").getroot()
    assert len(picture.findall("{http://www.w3.org/2000/svg}path")) == 4


@pytest.mark.alone
@pytest.mark.timeout(60)
async def test_the_demo_goes_through_another_server_with_given_tokens(tmp_path: Path) -> None:
    shown, output = console()
    async with FakeSfu() as sfu:
        tokens = (sfu.token("alice", room="elsewhere"), sfu.token("bob", room="elsewhere"))
        settings = demo.Settings(url=sfu.url, api_key="", api_secret="", tokens=tokens, out=tmp_path)
        assert await demo.run(settings, shown) == 0, output.getvalue()
    assert "elsewhere" in output.getvalue()


@pytest.mark.timeout(60)
async def test_the_demo_says_when_they_did_not_hear_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "GOOD_CORRELATION", 2.0)  # what is heard is never as good
    shown, output = console()
    settings = demo.Settings(url="", api_key="", api_secret="", tokens=(), out=tmp_path)
    assert await demo.run(settings, shown) == 1
    assert "Something was lost on the way." in output.getvalue()
    assert "Both heard each other." not in output.getvalue()
    assert (tmp_path / "alice-heard.wav").exists()


async def test_the_demo_says_why_it_cannot_join(tmp_path: Path) -> None:
    shown, output = console()
    async with FakeSfu(api_secret="another secret") as sfu:
        settings = demo.Settings(url=sfu.url, api_key="devkey", api_secret="secret", tokens=(), out=tmp_path)
        assert await demo.run(settings, shown) == 1
    assert "cannot join" in output.getvalue()
    assert "401" in output.getvalue()


async def test_serve_prints_a_url_and_a_token_that_work() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "lkpy", "serve", "--port", str(port), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    lines = []
    async with asyncio.timeout(20):
        while not lines or not lines[-1].startswith("ey"):
            lines.append((await process.stdout.readline()).decode().strip())
    assert f"ws://127.0.0.1:{port}" in lines[0]
    claims = verify_token(lines[-1], {"devkey": "secret"})
    assert claims.identity == "guest"
    shown, output = console()
    assert await serve.run("127.0.0.1", port, "devkey", "secret", shown) == 1
    assert f"port {port}" in output.getvalue()
    assert "in use" in output.getvalue()
    process.terminate()
    assert await process.wait() == 0
    await process.stdout.read()


def test_help_names_the_commands() -> None:
    result = CliRunner().invoke(app, ["--help"])
    assert result.exit_code == 0
    assert "demo" in result.output
    assert "serve" in result.output
