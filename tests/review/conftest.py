"""A published dataset with a tag of every type; each test has a copy of its lake to itself."""

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listing_assets.catalog import Catalog, Recipes, load_catalog
from listing_assets.corrections import CorrectionJournal
from listing_assets.publishing.publish import publish_version
from listing_assets.publishing.revisions import open_revision
from listing_assets.reading import OpenRevision
from listing_assets.review import Imported, ReviewRequest, import_annotations, write_tasks
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.lake import Lake
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.support.in_process import Listing, listing_in_process

DEFINITION = """\
name: shop
guide_prompt: Say what you see.
tags:
  - name: category
    type: choice
    description: What it is, "in $plain words" & <briefly>.
    values: [{name: Food, description: To eat.}, {name: "Daily \\"Use\\" & more"}, {name: 服装}]
  - {name: colours, type: multi_choice, values: [{name: red}, {name: green}, {name: blue}]}
  - {name: in-stock, type: boolean}
  - {name: price, type: number, minimum: 0}
  - {name: stars, type: number, minimum: 0, maximum: 5}
  - {name: title, type: text, max_length: 40}
  - {name: shade, type: color}
"""
ANSWERS: dict[str, Any] = {
    "category": "Food",
    "colours": ["red", "blue"],
    "in-stock": False,
    "price": 9.9,
    "stars": 4,
    "title": "红茶 <tea>",
    "shade": "#aa0000",
}
PHOTOS = ("p0000.jpg", "p0001.jpg", "p0002.jpg")
MONDAY = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    with EndpointServer() as server, pytest.MonkeyPatch.context() as patch:
        server.answers |= ANSWERS
        chain = Chain(tmp_path_factory.mktemp("review"), server.url)
        patch.setenv("LISTING_HOME", str(chain.home))
        patch.setenv("LISTING_CATALOG", str(chain.catalog))
        patch.delenv("LISTING_LAKE", raising=False)
        chain.definition.write_text(DEFINITION)
        chain.add_photos(range(len(PHOTOS)))
        (chain.source / "broken.jpg").write_bytes(b"no photo")
        run = chain.run()
        assert run.success, run.problem
    return chain


@dataclass(frozen=True)
class Review:
    """The installation, and what one does with it."""

    home: Path
    lake: Lake
    catalog: Catalog
    folder: Path

    @property
    def journal(self) -> CorrectionJournal:
        return CorrectionJournal(self.lake, "photos")

    def opened(self, version: str = "photos@v1") -> OpenRevision:
        return OpenRevision.of(version, Settings())

    def tasks(self, **asked: Any) -> list[dict[str, Any]]:
        """Tasks as they are written, read back."""
        to = self.folder / f"tasks-{len(list(self.folder.iterdir()))}.json"
        request = ReviewRequest(**{"version": "photos@v1", "to": to, **asked})
        write_tasks(request, self.opened(request.version))
        loaded: list[dict[str, Any]] = json.loads(request.to.read_text(encoding="utf-8"))
        return loaded

    def bring(self, tasks: Any, **options: Any) -> Imported:
        """Import tasks as if Label Studio had exported them."""
        path = self.folder / "exported.json"
        path.write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
        return import_annotations(path, self.lake, self.catalog, **options)

    def publish(self) -> str:
        recipes = Recipes.of(self.catalog.dataset("photos"), self.catalog)
        version = VersionName("photos", "v1")
        return publish_version(self.lake, version, recipes, memory="100MB").revision.revision

    def row(self, key: str = PHOTOS[0]) -> dict[str, Any]:
        table = open_revision(self.lake, "photos", "v1")
        (row,) = table.search().where(f"key = '{key}'").to_list()
        return row


@pytest.fixture
def review(published: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Review:
    home = tmp_path / "home"
    shutil.copytree(published.home, home)
    monkeypatch.setenv("LISTING_HOME", str(home))
    monkeypatch.setenv("LISTING_CATALOG", str(published.catalog))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    (tmp_path / "files").mkdir()
    catalog = load_catalog(published.catalog)
    return Review(home, Lake(str(home / "lake")), catalog, tmp_path / "files")


def annotated(
    task: dict[str, Any],
    *,
    by: Any = 7,
    at: datetime = MONDAY,
    number: int = 1,
    without: tuple[str, ...] = (),
    **values: dict[str, Any],
) -> dict[str, Any]:
    """The task as Label Studio exports it, its predictions accepted but for `values`.

    `values` are what regions hold, by tag with `_` for `-`; a tag in `without` has no region.
    """
    changed = {name.replace("in_stock", "in-stock"): value for name, value in values.items()}
    result = [
        {**region, "value": changed.pop(region["from_name"], region["value"]), "origin": "manual"}
        for region in task["predictions"][0]["result"]
        if region["from_name"] not in without
    ]
    result += [{"from_name": name, "value": value} for name, value in changed.items()]
    annotation = {
        "id": number,
        "completed_by": by,
        "result": result,
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": (at - timedelta(minutes=1)).isoformat().replace("+00:00", "Z"),
        "updated_at": at.isoformat().replace("+00:00", "Z"),
        "lead_time": 4.2,
    }
    before = task.get("annotations", [])
    return {"id": 100, "project": 3, **task, "annotations": [*before, annotation]}


@pytest.fixture
def listing(
    review: Review, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Listing:
    """`listing review` over the installation."""
    return listing_in_process(capsys, monkeypatch, "review")
