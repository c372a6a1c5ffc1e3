"""The commands and their options."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from lkpy.cli import demo as demo_command
from lkpy.cli import serve as serve_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="A LiveKit client and a small test SFU in pure Python.",
)


@app.command()
def demo(
    url: Annotated[str, typer.Option(help="A LiveKit server; without it one is started for the demo.")] = "",
    api_key: Annotated[str, typer.Option(envvar="LIVEKIT_API_KEY", help="To make tokens.")] = "devkey",
    api_secret: Annotated[str, typer.Option(envvar="LIVEKIT_API_SECRET", help="To make tokens.")] = "secret",
    token: Annotated[
        list[str] | None, typer.Option(help="A ready token; give two, one for each participant.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Where the recordings and the picture go.")] = Path("lkpy-demo"),
    two_connections: Annotated[
        bool, typer.Option("--two-connections", help="Use two peer connections instead of one.")
    ] = False,
) -> None:
    """Two participants talk in a real room: speech both ways, messages, figures, a recording."""
    settings = demo_command.Settings(
        url=url,
        api_key=api_key,
        api_secret=api_secret,
        tokens=tuple(token or ()),
        out=out,
        single_peer_connection=not two_connections,
    )
    raise typer.Exit(asyncio.run(demo_command.run(settings)))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port of the HTTP and websocket front; 0 picks one.")] = 7880,
    api_key: Annotated[str, typer.Option(help="The key that tokens name.")] = "devkey",
    api_secret: Annotated[str, typer.Option(help="The secret that tokens are signed with.")] = "secret",
) -> None:
    """A small LiveKit server for tests and learning, in the place of `livekit-server --dev`."""
    raise typer.Exit(asyncio.run(serve_command.run(host, port, api_key, api_secret)))
