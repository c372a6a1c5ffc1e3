"""The `fake_sfu` fixture, registered through the `pytest11` entry point.

Nothing heavy is imported here: the plugin is loaded in every pytest run where lkpy is installed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from lkpy.testing.sfu.server import FakeSfu

try:
    from pytest_asyncio import fixture as _async_fixture
except ImportError:  # the fixture cannot run then, but other people's suites must
    _async_fixture = None  # type: ignore[assignment]


async def _fake_sfu() -> AsyncIterator[FakeSfu]:
    """A running `FakeSfu` on a free port of 127.0.0.1 (`devkey`/`secret`), closed after the test."""
    from lkpy.testing.sfu.server import FakeSfu

    async with FakeSfu() as sfu:
        yield sfu


if _async_fixture is not None:
    fake_sfu = _async_fixture(name="fake_sfu")(_fake_sfu)
else:

    @pytest.fixture(name="fake_sfu")
    def fake_sfu() -> None:
        """Says what is missing instead of "fixture not found"."""
        pytest.fail("the fake_sfu fixture needs pytest-asyncio: pip install pytest-asyncio")
