"""Requests made up from the API's own description: whatever is asked, no server error.

Each answer also has a status, a content type and a form that the description names. Where a job
would begin, no process does: real ones are begun in `test_jobs` and `test_exports_api`. What calls
models is left out.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from listing_assets.settings import PROJECT, Settings
from listing_assets.web.access import Access
from listing_assets.web.app import build_app
from listing_assets.web.running import jobs
from listing_assets.web.running.folders import ExportJob, JobFolder
from tests.web.conftest import Gallery, serving

schemathesis = pytest.importorskip("schemathesis", reason="makes up requests; it is not installed")
from hypothesis import HealthCheck, settings  # noqa: E402

EXAMPLES = 4
LONGEST_URL = 60_000
"""The HTTP server itself refuses those of 64 KB, in plain text."""
BEGIN_JOBS = "start_job|start_export"
CALL_MODELS = "trial|ceiling"
CONFIG = {
    "seed": 20_261_121,
    # Mostly of what there is; names of other things are made up by the coverage phase.
    "parameters": {"dataset": "photos", "version": "v1"},
    "checks": {
        # A request may fit its schema and still make no sense, such as a damaged token.
        "positive_data_acceptance": {"enabled": False},
        # /definitions/check is also a definition's name, so that more methods are taken there.
        "allow_header_conformance": {"enabled": False},
    },
}


@pytest.fixture(scope="module")
def spoilt(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server over a copy of the gallery, which may be spoilt."""
    root = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(gallery.settings.home, root / "home")
    shutil.copytree(gallery.settings.catalog, root / "catalog")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LISTING_HOME", str(root / "home"))
        patch.setenv("LISTING_CATALOG", str(root / "catalog"))
        patch.setenv("LISTING_DAGSTER", str(root / "home" / "dagster"))
        patch.setenv("DAGSTER_HOME", str(PROJECT))
        with serving(Settings()) as url:
            yield url


@pytest.fixture
def nothing_begins(monkeypatch: pytest.MonkeyPatch) -> list[JobFolder]:
    """Jobs whose processes were to begin."""
    begun: list[JobFolder] = []
    monkeypatch.setattr(jobs, "launch", lambda folder, settings: begun.append(folder))
    return begun


description = schemathesis.openapi.from_dict(
    build_app(Settings(), Access(None)).openapi(),
    config=schemathesis.Config.from_dict(CONFIG),
)
beginning = description.include(operation_id_regex=BEGIN_JOBS)
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def length_of_url(case: schemathesis.Case, base_url: str) -> int:
    """Characters of the URL of a request."""
    asked = case.as_transport_kwargs(base_url=base_url)
    prepared = requests.Request(asked["method"], asked["url"], params=asked.get("params")).prepare()
    return len(prepared.url or "")


@description.exclude(operation_id_regex=f"{BEGIN_JOBS}|{CALL_MODELS}").parametrize()
@bounded
def test_whatever_is_asked_is_answered_as_described(case: schemathesis.Case, spoilt: str) -> None:
    if length_of_url(case, spoilt) < LONGEST_URL:
        case.call_and_validate(base_url=spoilt, timeout=30)


@beginning.parametrize()
@bounded
def test_whatever_is_asked_to_begin_is_answered_as_described(
    case: schemathesis.Case, spoilt: str, nothing_begins: list[JobFolder]
) -> None:
    case.call_and_validate(base_url=spoilt, timeout=30)
    for folder in nothing_begins:
        if isinstance(folder.job, ExportJob) and folder.job.name is not None:
            assert Path(folder.job.request.to).parent == Settings().exports.resolve()
