"""Instruction datasets of real listings: photos of other hands, and the words of their sellers."""

import json
from pathlib import Path

import pytest

from listing_assets.listings.training import InstructionRequest, write_instruction_dataset
from listing_assets.settings import PROJECT, Settings
from tests.conftest import REAL_DATA, Chain
from tests.listings.training.documented_formats import conversations, require_documented

PHOTOS = REAL_DATA / "photos"
FEW = 8
"""Of the listings, so that the test is quick."""


@pytest.mark.skipif(not PHOTOS.exists(), reason="the real data is not here")
def test_real_listings_are_taught_as_documented(chain: Chain, tmp_path: Path) -> None:
    texts = (PHOTOS / "listing_text.jsonl").read_text(encoding="utf-8").splitlines()[:FEW]
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text("\n".join(texts), encoding="utf-8")
    chain.edit("datasets.yaml", str(chain.source), str(PHOTOS))
    with (chain.catalog / "datasets.yaml").open("a") as file:
        file.write(
            f"    selection: {{kind: manifest, path: {manifest.as_uri()}, key_column: path}}\n"
        )
    for folder in ("listing_rules", "attribute_templates", "listing_definitions"):
        (chain.catalog / folder).symlink_to(PROJECT / "catalog" / folder)
    run = chain.run()
    assert run.success, run.problem

    request = InstructionRequest(version="photos@v1", definition="shop_en", to=str(tmp_path / "to"))
    dataset = write_instruction_dataset(request, Settings())

    assert dataset.listings - sum(line["removed"] for line in dataset.cleaning) == dataset.kept
    assert require_documented(tmp_path / "to") > 2 * dataset.kept
    written = {json.loads(line)["description"] for line in texts}
    taught = {
        line["messages"][-1]["content"]
        for _, line in conversations(tmp_path / "to")
        if line["channel"].startswith("description")
    }
    assert len(taught) == dataset.kept
    assert taught <= written
