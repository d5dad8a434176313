"""How commands end: exit codes, errors as JSON where that was asked for, quiet interrupts."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from listing_assets.cli import INTERRUPTED, app, main
from listing_assets.cli.ending import Interrupted, plainly
from tests.conftest import Chain
from tests.support.in_process import Listing, listing_in_process
from tests.support.killing import COMMAND


@pytest.fixture
def listing(
    chain: Chain, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Listing:
    return listing_in_process(capsys, monkeypatch)


ERRORS = [
    (1, ["run", "fotos@v1"], "there is no dataset 'fotos'", "Did you mean 'photos'?"),
    (1, ["run"], "no dataset version is named", "Write DATASET@VERSION"),
    (1, ["run", "photos@v1", "--model", "gpt"], "there is no model 'gpt'", "OPENAI_API_KEY"),
    (1, ["plan", "x@v1", "--source", "/not/here"], "/not/here", ""),
    (1, ["status", "photos@v9"], "photos@v9", "listing run photos@v9"),
    (1, ["history", "photos"], "has no revision yet", "listing run photos@v1"),
    (1, ["errors", "fotos@v1"], "there is no dataset 'fotos'", "photos"),
    (1, ["search", "photos@v1"], "photos", ""),
    (1, ["models", "show", "chta"], "no model 'chta'", "chat"),
    (1, ["models", "check", "gone"], "no model 'gone'", ""),
    (1, ["tags", "try", "shoop", "photos@v1"], "no tag definition 'shoop'", "shop"),
    (1, ["export", "photos@v1", "--format", "coco", "--to", "x"], "no lake at", ""),
    (2, ["run", "--modus", "full"], "No such option: --modus", "See listing run --help."),
    (2, ["run", "photos@v1", "--mode", "all"], "'all'", "See listing run --help."),
    (2, ["run", "photos@v1", "--budget", "much"], "--budget", "See listing run --help."),
    (2, ["models", "add"], "Missing", "See listing models add --help."),
    (2, ["tags", "try", "shop"], "Missing argument", "See listing tags try --help."),
    (2, ["fly"], "No such command 'fly'", "See listing --help."),
]


@pytest.mark.parametrize(
    ("code", "words", "problem", "remedy"), ERRORS, ids=[" ".join(case[1][:2]) for case in ERRORS]
)
def test_with_json_an_error_is_the_one_document_on_stdout(
    chain: Chain, listing, code: int, words: list[str], problem: str, remedy: str
) -> None:
    ended, out, err = listing(*words, "--json")
    assert ended == code
    document = json.loads(out)
    assert document.keys() == {"error"} and document["error"].keys() == {"problem", "remedy"}
    assert problem in document["error"]["problem"]
    assert remedy in document["error"]["remedy"]
    assert err and "Traceback" not in err, "people read it on stderr"


def test_without_json_stdout_stays_empty(chain: Chain, listing) -> None:
    code, out, err = listing("run", "fotos@v1")
    assert (code, out) == (1, "") and "Did you mean 'photos'?" in err
    code, out, err = listing("run", "--modus")
    assert (code, out) == (2, "") and "No such option" in err


def test_a_wrong_setting_is_told_as_json(
    chain: Chain, listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTING_COMMIT_ROWS", "many")
    monkeypatch.setenv("LISTING_QUERY_MEMORY", "much")
    code, out, _ = listing("status", "--json")
    told = json.loads(out)["error"]
    assert code == 1
    assert "LISTING_COMMIT_ROWS" in told["problem"] and "LISTING_QUERY_MEMORY" in told["problem"]
    assert "listing config" in told["remedy"]


def test_the_help_says_how_errors_come(listing) -> None:
    code, out, _ = listing("--help")
    told = " ".join(out.split())
    assert code == 0 and '{"error": {"problem": …, "remedy": …}}' in told and "130" in told


def test_no_words_at_all_show_the_help(listing) -> None:
    code, out, _ = listing()
    assert code == 2 and "Usage: listing" in out


def test_an_interrupt_and_a_bug_are_told_as_json_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop, plainly(["run", "--json"]):
        raise Interrupted("interrupted; all is kept.", "Go on.")
    assert stop.value.code == INTERRUPTED
    told = json.loads(capsys.readouterr().out)["error"]
    assert told == {"problem": "interrupted; all is kept.", "remedy": "Go on."}
    with pytest.raises(ZeroDivisionError, match="a secret"), plainly(["run", "--json"]):
        raise ZeroDivisionError("a secret")
    out = capsys.readouterr().out
    assert "ZeroDivisionError" in json.loads(out)["error"]["problem"] and "secret" not in out


def test_a_home_that_cannot_be_written_is_told_without_a_traceback(
    listing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    (tmp_path / "upload").mkdir()
    (tmp_path / "upload" / "a.jpg").write_bytes(b"a photo")
    monkeypatch.setenv("LISTING_HOME", str(tmp_path / "file"))
    words = ("run", "x@v1", "--source", str(tmp_path / "upload"), "--model", "embedded_reader")
    code, out, err = listing(*words, "--json")
    problem = json.loads(out)["error"]["problem"]
    assert code == 1 and str(tmp_path / "file") in problem and "Not a directory" in problem
    assert "Traceback" not in err and "LISTING_HOME" in err


def test_a_home_that_cannot_be_made_is_told_without_a_traceback(
    listing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").symlink_to(tmp_path / "nowhere" / "deeper")
    monkeypatch.setenv("LISTING_HOME", str(tmp_path / "home"))
    code, out, err = listing("run", "photos@v1", "--json")
    assert code == 1 and str(tmp_path / "home") in json.loads(out)["error"]["problem"]
    assert "Traceback" not in err and "LISTING_HOME" in err


def test_an_interrupt_within_any_command_ends_with_130(
    listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("listing_assets.cli.inspecting.Settings", interrupt)
    code, out, err = listing("status", "--json")
    assert code == INTERRUPTED
    assert json.loads(out)["error"]["problem"] == "interrupted"
    assert err.strip() == "interrupted"
    assert app.main is not main


def test_a_ctrl_c_while_modules_are_imported_is_quiet(tmp_path: Path) -> None:
    slow = tmp_path / "typer.py"
    slow.write_text("import time\nprint('importing', flush=True)\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [sys.executable, "-c", "from listing_assets.cli import main; main()"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path.cwd()}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "importing\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (INTERRUPTED, "", "")


def test_a_run_against_a_dead_port_says_so_at_once_and_when_it_is_interrupted(
    chain: Chain, tmp_path: Path
) -> None:
    chain.add_photos(range(2))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        models = chain.catalog / "models.yaml"
        text = models.read_text()
        url = text.partition("endpoint: ")[2].split()[0]
        models.write_text(text.replace(url, f"http://{host}/v1"))
        errors = tmp_path / "stderr"
        with errors.open("w") as stderr:
            process = subprocess.Popen(
                [*COMMAND, "run", "photos@v1", "--json"],
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
                env={name: text for name, text in os.environ.items() if name != "DAGSTER_HOME"},
                start_new_session=True,
            )
            down = f"{host} does not answer (connection refused); trying again in 5 s, giving up"
            told = threading.Event()
            deadline = time.monotonic() + 90
            while not told.is_set() and time.monotonic() < deadline and process.poll() is None:
                if down in errors.read_text():
                    told.set()
                time.sleep(0.1)
            assert told.is_set(), errors.read_text()
            os.killpg(process.pid, signal.SIGINT)
            out, _ = process.communicate(timeout=60)
    assert process.returncode == INTERRUPTED
    problem = json.loads(out)["error"]["problem"]
    assert f"interrupted while waiting for {host}, which does not answer" in problem
    assert "Traceback" not in errors.read_text()
