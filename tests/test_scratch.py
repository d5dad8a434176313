"""What processes keep in the temporary folder while they live."""

import os
import signal
import subprocess
import sys
from pathlib import Path

KEEP = """
import os, signal, sys
from listing_assets.versions.stored_view import StoredView
view = StoredView()
view.path("rows").write_bytes(b"1")
if sys.argv[1] == "killed":
    os.kill(os.getpid(), signal.SIGKILL)
print(len(os.listdir(os.environ["TMPDIR"])))
"""


def test_what_a_killed_process_left_is_cleared_away_by_the_next(tmp_path: Path) -> None:
    def keep(end: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", KEEP, end],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    (tmp_path / "somebody_elses").mkdir()
    assert keep("killed").returncode == -signal.SIGKILL
    assert len(list(tmp_path.iterdir())) == 2
    assert keep("ended").stdout.strip() == "2", "its own, and somebody else's"
    assert [path.name for path in tmp_path.iterdir()] == ["somebody_elses"]
