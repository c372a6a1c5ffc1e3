"""The generated code is what `proto/` says, and lives beside the official packages."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
OURS = "from lkpy.protocol import metrics_pb2, models_pb2, options_pb2, room_pb2, rtc_pb2, stats_pb2\n"
THEIRS = "from livekit.protocol import metrics, models, room, rtc\n"
USE = """
info = models_pb2.ParticipantInfo(sid="PA_1", state=models_pb2.ParticipantInfo.ACTIVE, attributes={"a": "b"})
assert models.ParticipantInfo.FromString(info.SerializeToString()).attributes["a"] == "b"
assert options_pb2.TrackKind.Name(options_pb2.KIND_AUDIO) == "KIND_AUDIO"
assert not options_pb2.TrackPublishOptions().HasField("dtx")
assert options_pb2.TrackPublishOptions(dtx=False).HasField("dtx")
assert stats_pb2.RtcStats(track=stats_pb2.RtcStats.Track()).WhichOneof("stats") == "track"
"""


def run(code: str, implementation: str) -> None:
    result = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={"PYTHONPATH": str(ROOT), "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": implementation},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("implementation", ["upb", "python"])
@pytest.mark.parametrize("code", [OURS + THEIRS, THEIRS + OURS], ids=["ours first", "theirs first"])
def test_both_definitions_in_one_process(code: str, implementation: str) -> None:
    run(code + USE, implementation)


def test_committed_code_is_what_the_script_writes() -> None:
    result = subprocess.run(
        [sys.executable, str(ROOT / "proto" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_generated_code_asks_for_no_certain_runtime() -> None:
    """Code that names its protobuf version is refused by runtimes of another major version."""
    for path in (ROOT / "lkpy" / "protocol").glob("*_pb2.py"):
        text = path.read_text(encoding="utf-8")
        assert "runtime_version" not in text
        imports = set(re.findall(r"^(?:from|import) (\S+)", text, re.MULTILINE))
        outside = {name for name in imports if not name.startswith("lkpy.protocol.")}
        assert outside <= {"google.protobuf", "google.protobuf.internal", "google.protobuf.timestamp_pb2"}
