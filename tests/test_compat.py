"""`lkpy.compat` in fresh interpreters: with the official package, beside `livekit-api`, and with neither."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import google.protobuf
import numpy as np
import pytest

from tests.interop.environment import sdk

ROOT = Path(__file__).parent.parent

CHECK = """
import lkpy

from livekit import rtc
assert rtc.Room is lkpy.Room, rtc
import livekit.rtc as same
from livekit.rtc import AudioFrame, Room
from livekit.rtc.room import ConnectError, proto_room
from livekit.rtc import participant, track
from livekit.rtc._proto import room_pb2
from livekit.rtc._proto.track_pb2 import TrackKind
from livekit.rtc._proto.video_frame_pb2 import VideoBufferType
import livekit.rtc.audio_frame, livekit.rtc.event_emitter, livekit.rtc._proto.stats_pb2

assert same is rtc and Room is lkpy.Room and AudioFrame is lkpy.AudioFrame
assert livekit.rtc is rtc and ConnectError is lkpy.ConnectError
assert proto_room is room_pb2 and room_pb2.CONN_CONNECTED == 1
assert participant.PublishDataError is participant.PublishDTMFError is lkpy.PublishDataError
assert track.proto_track.TrackKind is TrackKind and TrackKind.Name(1) == "KIND_AUDIO"
assert VideoBufferType.Value("I420") == 5
assert rtc.stats.RtcStats is livekit.rtc._proto.stats_pb2.RtcStats
assert rtc.utils.combine_audio_frames is lkpy.combine_audio_frames
assert rtc.__version__.startswith("1.0.17+lkpy.") and rtc.version.__version__ == rtc.__version__
assert rtc.log.logger.name == "lkpy"
for name in sys.modules:
    assert not name.startswith("livekit.rtc") or sys.modules[name].__spec__.origin == "lkpy", name
"""

GONE = """
try:
    import livekit.rtc
except ImportError:
    pass
else:
    raise SystemExit("livekit.rtc is still there")
"""


def run(code: str, *command: str, paths: tuple[Path, ...] = ()) -> None:
    """Run code in a fresh interpreter that finds lkpy; it must end well."""
    path = os.pathsep.join(map(str, (*paths, ROOT)))
    result = subprocess.run(
        [*(command or (sys.executable,)), "-c", f"import sys\n{code}"],
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr


INSTALL = "import lkpy.compat; lkpy.compat.install()\n"
API = "from livekit import api; assert api.AccessToken\n"


@pytest.mark.parametrize(
    "code",
    [INSTALL + CHECK, INSTALL + API + CHECK, API + INSTALL + CHECK, INSTALL + INSTALL + CHECK],
    ids=["alone", "before-api", "after-api", "twice"],
)
class TestWithTheApiPackage:
    """`livekit-api` is installed here, `livekit` is not."""

    def test_without_the_official_package(self, code: str) -> None:
        run(GONE + code + "lkpy.compat.uninstall()\n" + GONE + API)

    @pytest.mark.interop
    @pytest.mark.parametrize("version", ["1.0.17", "1.2.1"])
    def test_with_the_official_package(self, code: str, version: str) -> None:
        official = "lkpy.compat.uninstall()\nfrom livekit import rtc\nassert rtc.Room is not lkpy.Room\n"
        run(code + official + API, sdk(version).python)


@pytest.mark.interop
@pytest.mark.parametrize("version", ["1.0.17", "1.2.1"])
def test_the_official_package_was_imported_before(version: str) -> None:
    """Names taken before stay official; imports from then on are lkpy's, and the official ones come back."""
    before = "from livekit import rtc as official\nimport livekit.rtc.room as official_room\n"
    after = """
lkpy.compat.uninstall()
from livekit import rtc
import livekit.rtc.room
assert rtc is official and livekit.rtc.room is official_room and rtc.Room is not lkpy.Room
lkpy.compat.install()
assert sys.modules["livekit.rtc"].Room is lkpy.Room
"""
    run(before + INSTALL + CHECK + after, sdk(version).python)


def test_without_any_livekit_package(tmp_path: Path) -> None:
    """Only what `import lkpy` needs is installed."""
    for package in (Path(google.protobuf.__file__).parents[1], Path(np.__file__).parent):
        for entry in package.parent.glob(f"{package.name}*"):
            (tmp_path / entry.name).symlink_to(entry)
    no_api = (
        "try:\n    import livekit.api\nexcept ImportError:\n    pass\nelse:\n    raise SystemExit('api')\n"
    )
    after = "lkpy.compat.uninstall()\nassert 'livekit' not in sys.modules\n"
    run(INSTALL + CHECK + no_api + after + GONE, sys.executable, "-S", paths=(tmp_path,))


def test_uninstall_without_install_does_nothing() -> None:
    run("import lkpy.compat; lkpy.compat.uninstall(); assert not lkpy.compat.installed()" + GONE)


def test_what_lkpy_does_not_have_is_not_found() -> None:
    run(
        INSTALL
        + """
from importlib.util import find_spec
for name in ("jupyter", "_ffi_client", "resources", "transport", "_proto.ffi_pb2", "_proto.handle_pb2"):
    assert find_spec(f"livekit.rtc.{name}") is None, name
from livekit import rtc
assert not hasattr(rtc, "NoSuchName") and not hasattr(rtc, "jupyter")
"""
    )


def test_a_patch_of_the_official_name_leaves_lkpy_alone() -> None:
    run(
        INSTALL
        + """
from unittest import mock
import lkpy
from livekit import rtc
with mock.patch("livekit.rtc.Room") as fake:
    assert rtc.Room is fake and lkpy.Room is not fake
assert rtc.Room is lkpy.Room
"""
    )


def test_star_import_brings_the_public_names() -> None:
    run(INSTALL + "from livekit.rtc import *\nimport lkpy\nassert Room is lkpy.Room and AudioSource\n")


PROGRAM = """
import sys
from livekit import rtc
import beside
if __name__ == "__main__":
    print(rtc.Room.__module__, beside.VALUE, sys.argv[1:])
"""


@pytest.mark.parametrize("by_name", [False, True], ids=["file", "module"])
def test_a_program_runs_unchanged(by_name: bool, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "beside.py").write_text("VALUE = 7\n")
    target = ["-m", "program"] if by_name else [str(tmp_path / "program.py")]
    result = subprocess.run(
        [sys.executable, "-m", "lkpy.compat", *target, "--url", "x"],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=tmp_path if by_name else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.stdout, result.stderr) == ("lkpy.room 7 ['--url', 'x']\n", "")


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["-m"], 2), (["--help"], 0)])
def test_the_runner_says_how_it_is_used(arguments: list[str], status: int) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "lkpy.compat", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == status
    assert result.stderr.startswith("usage: ")
