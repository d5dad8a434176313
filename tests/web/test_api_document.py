"""The document of the API: it names every route, and its examples are answered."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from listing_assets.settings import PROJECT
from listing_assets.web.running import jobs
from listing_assets.web.running.folders import JobFolder
from tests.web.conftest import KEY, Gallery

DOCUMENT = (PROJECT / "docs" / "API.md").read_text()
EXAMPLES = re.findall(r"^```sh\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
HERE = {
    "/sample/": "/photos/",
    '"sample"': '"photos"',
    "sample@": "photos@",
    "daily-use/claymere-mug-01.jpg": "p0003.jpg",
    "ecommerce_poster": "shop",
    "versions/v3": "versions/v2",
    '"version": "v3"': '"version": "v2"',
}
"""What the gallery of the tests has in place of what the sample has."""
IDS = {"upload": "UPLOAD", "correction_ids": "CORRECTION", "trial": "TRIAL"}
NOT_WHOLE = "/download"
"""Of an export whose process was never begun."""


def test_every_route_is_named(api: httpx.Client) -> None:
    paths = api.get("/openapi.json").json()["paths"]
    routes = {f"{method.upper()} {path}" for path, ways in paths.items() for method in ways}
    named = set(re.findall(r"^\| `([A-Z]+ /api/[^`]*)` \|", DOCUMENT, re.MULTILINE))
    assert named == routes


@pytest.fixture
def environment(
    gallery: Gallery, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """Variables of a shell in a folder with what the examples read; no job's process begins."""
    monkeypatch.setenv("LISTING_DAGSTER", str(gallery.settings.dagster_storage))
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT))
    begun: list[JobFolder] = []
    monkeypatch.setattr(jobs, "launch", lambda folder, settings: begun.append(folder))
    shutil.copytree(gallery.settings.catalog, tmp_path / "catalog")
    yield {"PATH": os.environ["PATH"], "API": f"{url}/api", "LISTING_API_KEY": KEY}
    for folder in begun:
        shutil.rmtree(folder.path)


@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("jq")), reason="needs curl and jq on PATH"
)
def test_every_example_is_answered(environment: dict[str, str], tmp_path: Path) -> None:
    asked = 0
    for command in commands():
        if not command.startswith("curl"):
            subprocess.run(command, shell=True, cwd=tmp_path, env=environment, check=True)
            continue
        asked += 1
        status, body = run(command, environment, tmp_path)
        if NOT_WHOLE in command:
            assert status == 404, command
            continue
        assert status in {200, 202}, (command, body)
        environment |= ids_in(command, body)
    assert asked > 25


def commands() -> Iterator[str]:
    """Each command of the examples, for the gallery of the tests."""
    for example in EXAMPLES:
        text = example
        for there, here in HERE.items():
            text = text.replace(there, here)
        for command in re.split(r"\n(?=curl|jq|API)", text):
            if not command.startswith("API="):
                yield command.strip()


def run(command: str, environment: dict[str, str], folder: Path) -> tuple[int, bytes]:
    """The status and the body that a curl command is answered with."""
    ended = subprocess.run(
        f"{command} -sS -w '\\n%{{http_code}}'",
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        check=True,
    )
    body, _, status = ended.stdout.rpartition(b"\n")
    return int(status), body


def ids_in(command: str, body: bytes) -> dict[str, str]:
    """The variables that an answer sets for the examples after it."""
    try:
        document: Any = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(document, dict):
        return {}
    found = {name: document[key] for key, name in IDS.items() if key in document}
    if "id" in document:
        found["JOB" if "/jobs" in command else "EXPORT"] = document["id"]
    return {name: one[0] if isinstance(one, list) else one for name, one in found.items()}
