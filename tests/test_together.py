"""Commands that begin and end together, and the UI, which is two of them."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import typer

from listing_assets.cli import serving
from listing_assets.cli.together import run_together
from resources.errors import ListingError
from resources.processes import is_alive

SLEEPING = [sys.executable, "-c", "import time; time.sleep(60)"]


def test_the_end_of_one_command_ends_the_other_and_gives_the_code(tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    other = [
        sys.executable,
        "-c",
        f"import os, time; open({str(noted)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    ]
    waiting = f"import os, sys, time\nwhile not os.path.exists({str(noted)!r}): time.sleep(.02)"
    first = [sys.executable, "-c", f"{waiting}\nsys.exit(3)"]
    assert run_together([other, first], os.environ) == 3
    assert not is_alive(int(noted.read_text()))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_all_even_what_a_command_left_behind(
    tmp_path: Path, number: signal.Signals
) -> None:
    noted = tmp_path / "pid"
    forking = (
        "import os, time\n"
        "if os.fork() == 0:\n"
        f"    open({str(noted)!r}, 'w').write(str(os.getpid()))\n"
        "time.sleep(60)"
    )
    supervising = (
        "import os, sys\nfrom listing_assets.cli.together import run_together\n"
        f"sys.exit(run_together([[sys.executable, '-c', {forking!r}], {SLEEPING!r}], os.environ))"
    )
    process = subprocess.Popen([sys.executable, "-c", supervising])
    deadline = time.monotonic() + 30
    while not (noted.exists() and noted.read_text()):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.02)
    process.send_signal(number)
    assert process.wait(30) == 130
    left = int(noted.read_text())
    while is_alive(left) and not is_zombie(left):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_zombie(pid: int) -> bool:
    """Whether it has ended, though its parent may not have taken note."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """The commands that the UI begins, in place of beginning them."""
    found: list[list[str]] = []

    def begin(commands: list[list[str]], environment: object) -> int:
        found.extend(commands)
        return 130

    kept = {name: value for name, value in os.environ.items() if not name.startswith("LISTING_")}
    monkeypatch.setattr(os, "environ", {**kept, "LISTING_HOME": str(tmp_path)})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serving, "run_together", begin)
    return found


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_the_ui_is_dagster_and_the_gallery_which_know_of_each_other(
    begun: list[list[str]],
) -> None:
    port = free_port()
    with pytest.raises(typer.Exit) as ended:
        serving.ui(port=port, gallery_port=0)
    assert ended.value.exit_code == 130
    gallery, dagster = begun
    assert gallery[1:-1] == ["-m", "listing_assets.cli", "serve", "--port"]
    assert dagster[1] == "dev" and dagster[-1] == str(port)
    assert os.environ["LISTING_GALLERY_URL"] == f"http://127.0.0.1:{gallery[-1]}"
    assert os.environ["LISTING_DAGSTER_URL"] == f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("taken", ["port", "gallery_port"])
def test_a_port_in_use_is_told_before_anything_begins(begun: list[list[str]], taken: str) -> None:
    ports = {"port": free_port(), "gallery_port": 0}
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports[taken] = other.getsockname()[1]
        with pytest.raises(ListingError, match=f"port {ports[taken]}: Address already in use"):
            serving.ui(**ports)
    assert begun == []


def test_one_port_for_both_is_told(begun: list[list[str]]) -> None:
    port = free_port()
    with pytest.raises(ListingError, match=f"port {port}"):
        serving.ui(port=port, gallery_port=port)
    assert begun == []
