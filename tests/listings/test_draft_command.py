"""The command `draft`: a listing of files at hand, and what cannot be drafted told in words."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from listing_assets.cli.app import app
from listing_assets.sample import PRODUCTS, draw
from listing_assets.sample.encoding import encode
from listing_assets.sample.shots import SHOTS
from listing_assets.settings import PROJECT
from resources.errors import ListingError

SOLD = PRODUCTS[0]


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A poster of a product."""
    path = tmp_path_factory.mktemp("photos") / "poster.jpg"
    path.write_bytes(encode(draw(SOLD, SHOTS[SOLD.sku][1]), "jpg"))
    return path


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own; its catalog may be changed."""
    catalog = tmp_path / "catalog"
    shutil.copytree(PROJECT / "catalog", catalog)
    monkeypatch.setenv("LISTING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LISTING_CATALOG", str(catalog))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    return catalog


def run(*words: str | Path) -> Any:
    return CliRunner().invoke(app, ["draft", *map(str, words)])


def test_a_file_at_hand_is_drafted_and_what_is_no_photo_is_left_out(
    photo: Path, tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text("<html>")
    ran = run(photo, page, "--json")
    assert ran.exit_code == 0, ran.output
    draft = json.loads(ran.stdout)
    assert draft["title"].casefold() == SOLD.name_en.casefold()
    assert (draft["category"], draft["photos"]) == (SOLD.category, ["poster.jpg"])
    assert "HTML" in draft["others"]["page.html"]


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (("--definition", "shop_em"), "'shop_em'"),
        (("--dataset", "nothing"), "'nothing'"),
        (("absent.jpg",), "absent.jpg"),
        (("--definition", "elsewhere"), "nothing@v1"),
    ],
    ids=("definition", "dataset", "file", "reference"),
)
def test_what_cannot_be_drafted_is_said(
    photo: Path, installation: Path, words: tuple[str, ...], problem: str
) -> None:
    (installation / "listing_definitions" / "elsewhere.yaml").write_text(
        "name: elsewhere\nvoice: shop\nlanguage: en\nrules: default_en\n"
        "reference: {version: nothing@v1}\n"
    )
    ran = run(photo, *words)
    assert isinstance(ran.exception, ListingError)
    assert problem in ran.exception.problem and ran.exception.remedy
