"""An export names its revision for ever: whatever is corrected, asked or normalized again since."""

from pathlib import Path

from listing_assets import open_version
from listing_assets.catalog import load_catalog
from listing_assets.corrections import CorrectionJournal
from tests.conftest import Chain
from tests.exports.conftest import exported
from tests.exports.test_exporting import files_of, manifest_of

FORMATS = ("coco", "file-list", "huggingface-parquet")


def test_a_revision_is_exported_with_the_same_bytes_after_correction_and_full_relabelling(
    chain: Chain, tmp_path: Path
) -> None:
    chain.add_photos(range(6))
    assert chain.run().success
    for form in FORMATS:
        exported(form, tmp_path / f"{form}-before")
    (before, *_) = open_version("photos@v1")
    other = "Toys" if before["tag_category"] != "Toys" else "Food"
    definition = load_catalog(chain.catalog).tag_definition("shop")
    CorrectionJournal(chain.lake, "photos").make(
        [before["image_id"]], "category", "set", other, author="Li", definition=definition
    )
    assert chain.run(mode="full")["labeled_dataset_versions"]["revision"] == "v1.2"
    chain.add_photos(range(6, 8))
    assert chain.run("photos@v2").success

    for form in FORMATS:
        exported(form, tmp_path / f"{form}-again", "photos@v1.1")
        again = files_of(tmp_path / f"{form}-again")
        assert again == files_of(tmp_path / f"{form}-before")
        assert manifest_of(tmp_path / f"{form}-before")["revision"] == "v1.1"
    for version in ("photos@v1.2", "photos@v2"):
        corrected = {row["key"]: row["labels"] for row in open_version(version)}
        assert corrected[before["key"]] == [f"category:{other}"]
