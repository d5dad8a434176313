"""A run over a faulty endpoint, killed in the middle: all is tagged, all is accounted for."""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from listing_assets.settings import Settings
from resources.lake import Lake
from tests.conftest import REAL_DATA, draw_photo
from tests.support.endpoint_server import EndpointServer
from tests.support.in_process import listing_in_process
from tests.support.killing import finish, start, wait_for

PHOTOS = 405
CONCURRENCY = 8
CATALOG = {
    "models.yaml": """\
models:
  chat:
    provider: openai
    type: MLLM
    model: chat
    endpoint: {origin}/v1
    api_key_env: TEST_ENDPOINT_KEY
    ceilings: {{concurrency: 8}}
    price: {{per_million_input_tokens: 10, per_million_output_tokens: 20}}
  vectors:
    provider: dashscope
    type: EMBEDDING
    model: multimodal-embedding-v1
    endpoint: {origin}
    api_key_env: TEST_ENDPOINT_KEY
    dimension: 1024
""",
    "tag_definitions/shop.yaml": """\
name: shop
guide_prompt: Say what is for sale.
tags:
  - {{name: category, type: choice, values: [{{name: Food}}, {{name: Toys}}, {{name: Other}}]}}
  - {{name: title, type: text, max_length: 40}}
""",
    "datasets.yaml": """\
datasets:
  photos: {{source: {source}, tag_definition: shop, tag_model: chat, embedding_model: vectors,
           normalization: {{width: 128, height: 128}}}}
""",
}
KEY = "sk-never-to-be-seen-4711"
WORDS = (
    ("run", "photos@v2"),
    ("config",),
    ("models", "show", "chat"),
    ("models", "check", "chat"),
    ("status", "photos@v1"),
    ("errors", "photos@v1"),
    ("plan", "photos@v2"),
)
MARK = "=== the next command ==="
SAYING = f"""
import json, os, sys
from listing_assets.cli import main
for line in sys.stdin:
    environment, words = json.loads(line)
    os.environ.update(environment)
    sys.argv = ["listing", *words]
    try:
        main()
    except SystemExit:
        pass
    sys.stderr.flush()
    print("{MARK}", flush=True)
"""
"""Runs many commands in one process, which saves their imports."""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    real = REAL_DATA / "photos" / "images"
    if real.is_dir():
        for path in sorted(real.iterdir())[:PHOTOS]:
            shutil.copy(path, folder)
    else:
        for number in range(PHOTOS):
            (folder / f"{number:04}.jpg").write_bytes(draw_photo(number))
    return folder


def installation(root: Path, server: EndpointServer, source: Path) -> dict[str, str]:
    for name, text in CATALOG.items():
        path = root / "catalog" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(origin=server.origin, source=source))
    return {
        "LISTING_HOME": str(root / "home"),
        "LISTING_CATALOG": str(root / "catalog"),
        "TEST_ENDPOINT_KEY": KEY,
    }


class Commands:
    """A process that runs one command after the other, and all that they print."""

    def __init__(self, environment: dict[str, str]) -> None:
        without = {
            name: value for name, value in os.environ.items() if not name.startswith("LISTING_")
        }
        without.pop("DAGSTER_HOME", None)
        self._process = subprocess.Popen(
            [sys.executable, "-c", SAYING],
            env={**without, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> "Commands":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def said(self, *words: str, **environment: str) -> str:
        """What the command of these words prints; `environment` holds from then on."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps([environment, words]), file=self._process.stdin, flush=True)
        output = ""
        for line in self._process.stdout:
            before, mark, _ = line.partition(MARK)
            output += before
            if mark:
                return output
        raise AssertionError(f"the process ended:\n{output}")


@pytest.mark.timeout(300)
def test_all_photos_end_with_valid_tags_and_the_ledger_is_the_server_s_own_count(
    tmp_path: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    listing = listing_in_process(capsys, monkeypatch)
    faults = {"429": 0.15, "malformed": 0.03, "drop": 0.02}
    with EndpointServer(latency_seconds=0.05, key=KEY, mix=faults, seed=7) as server:
        environment = installation(tmp_path, server, source)
        killed = start("photos@v1", environment)
        wait_for(killed, lambda: server.requests["chat"] >= 150)
        killed.kill()
        killed.communicate()
        document = finish(start("photos@v1", environment), 200)
        received = server.counts()
    assert document["published"] == PHOTOS
    assert document["tags_filled"] == {"category": PHOTOS, "title": PHOTOS}
    assert document["invalid_tags"] == {}

    monkeypatch.setenv("LISTING_HOME", environment["LISTING_HOME"])
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    rows = Lake(Settings().lake).open("model_calls").search().limit(10_000).to_list()
    assert len({row["call_id"] for row in rows}) == len(rows)
    tagging = [row["outcome"] for row in rows if row["asset"] == "smart_tags"]
    lost = tagging.count("lost")
    told = f"{Counter(tagging)} against {received}"
    assert lost <= CONCURRENCY
    chats = received["requests"]["chat"]
    # A request may be cut between its entry in the ledger and its arrival at the server.
    assert len(tagging) - lost <= chats <= len(tagging), told
    assert lost > 0, told
    # Beyond one answer a photo: second askings of malformed ones, and what was lost in the kill.
    answered = tagging.count("ok")
    assert PHOTOS <= answered <= PHOTOS + received["outcomes"]["malformed"]
    assert tagging.count("rate_limited") > 20

    monkeypatch.setenv("LISTING_CATALOG", environment["LISTING_CATALOG"])
    _, told_by_status, _ = listing("status", "photos@v1", "--json")
    spending = json.loads(told_by_status)["spending"]
    (step,) = [step for step in spending if step["asset"] == "smart_tags"]
    assert step["calls"] == len(tagging)
    assert step["answered"] == answered
    assert step["cost"] == pytest.approx(answered * (100 * 10 + 10 * 20) / 1e6)


def test_no_key_is_in_any_log_event_table_page_or_output(tmp_path: Path) -> None:
    source = tmp_path / "photos"
    source.mkdir()
    for number in range(6):
        (source / f"{number}.jpg").write_bytes(draw_photo(number))
    with EndpointServer(key=KEY, echoes_key=True) as server:
        environment = installation(tmp_path, server, source)
        server.faults += ["500", "content_filter", "429"]
        with Commands(environment) as commands:
            outputs = [commands.said("run", "photos@v1", "--json")]
            (source / "6.jpg").write_bytes(draw_photo(6))
            wrong = {"TEST_ENDPOINT_KEY": KEY + "-wrong"}
            outputs += [
                commands.said(*words, *form, **wrong)
                for words in WORDS
                for form in ((), ("--json",))
            ]
    assert all(outputs)
    assert "published" in outputs[0] and "refuses the key" in outputs[1]
    assert all(KEY not in output for output in outputs)
    files = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert len(files) > 50
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
