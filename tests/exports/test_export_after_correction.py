"""An export names its revision for ever: whatever is corrected or asked again since."""

import copy
import shutil
from pathlib import Path

import pytest

from listing_assets import open_version
from listing_assets.catalog import load_catalog
from listing_assets.corrections import CorrectionJournal
from tests.conftest import MODELS, Chain
from tests.exports.conftest import exported
from tests.exports.test_exporting import files_of, manifest_of
from tests.reading.published import Shop
from tests.support.endpoint_server import EndpointServer

FORMATS = ("coco", "file-list", "huggingface-parquet")


@pytest.fixture
def own(
    shop: Shop, tmp_path: Path, chat_server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> Chain:
    """A copy of the published dataset, with an endpoint that answers."""
    chain = copy.copy(shop.chain)
    chain.home, chain.catalog = tmp_path / "home", tmp_path / "catalog"
    shutil.copytree(shop.chain.home, chain.home)
    shutil.copytree(shop.chain.catalog, chain.catalog)
    (chain.catalog / "models.yaml").write_text(MODELS.format(url=chat_server.url))
    monkeypatch.setenv("LISTING_HOME", str(chain.home))
    monkeypatch.setenv("LISTING_CATALOG", str(chain.catalog))
    return chain


def test_a_revision_is_exported_with_the_same_bytes_after_correction_and_full_relabelling(
    own: Chain, tmp_path: Path, chat_server: EndpointServer
) -> None:
    for form in FORMATS:
        exported(form, tmp_path / f"{form}-before")
    before, *_ = open_version("photos@v1").where("NOT HAS tags.user")
    other = "Toys" if before["tag_category"] != "Toys" else "Food"
    definition = load_catalog(own.catalog).tag_definition("shop")
    CorrectionJournal(own.lake, "photos").make(
        [before["image_id"]], "category", "set", other, author="Li", definition=definition
    )
    run = own.run("photos@v2", mode="full")
    assert run.success, run.problem
    now = {row["key"]: row for row in open_version("photos@v2")}
    assert sum(chat_server.calls.values()) >= len({row["image_id"] for row in now.values()})
    corrected = now[before["key"]]
    assert corrected["labels"] == [f"category:{other}"] != before["labels"]

    for form in FORMATS:
        exported(form, tmp_path / f"{form}-again", "photos@v1.2")
        again = files_of(tmp_path / f"{form}-again")
        assert again == files_of(tmp_path / f"{form}-before")
        assert manifest_of(tmp_path / f"{form}-before")["revision"] == "v1.2"
