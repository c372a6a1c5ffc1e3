"""Servers for the interop tests, each a process of its own: `lkpy serve` and livekit-server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interop.servers import running_fake, running_livekit


@pytest.fixture(scope="session")
def fake_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running `lkpy serve`."""
    with running_fake(tmp_path_factory.mktemp("fake")) as url:
        yield url


@pytest.fixture(scope="session")
def livekit_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running livekit-server on ports of its own."""
    with running_livekit(tmp_path_factory.mktemp("livekit")) as url:
        yield url


@pytest.fixture
def server_url(request: pytest.FixtureRequest) -> str:
    """The URL of the server that the test's `server_url` parameter names."""
    url: str = request.getfixturevalue(
        {"fake": "fake_server", "livekit-server": "livekit_server"}[request.param]
    )
    return url
