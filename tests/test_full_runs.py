"""Which results of a full recomputation count when it is asked for again."""

from pathlib import Path

import pytest

from listing_assets.full_runs import FullRun, note_published
from listing_assets.versions.names import VersionName
from resources.lake import Lake

V1 = VersionName("photos", "v1")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))


def run(lake: Lake, *steps: str, cut_short: str = "") -> None:
    """A full run of some steps, published before drafts are made."""
    for step in steps:
        if step == "listing_drafts":
            note_published(lake, V1)
        FullRun(lake, V1, step).begin()
        if step == cut_short:
            return
        FullRun(lake, V1, step).end()
    if "listing_drafts" not in steps:
        note_published(lake, V1)


def test_a_step_that_had_ended_counts_until_all_have_and_the_version_is_published(
    lake: Lake,
) -> None:
    run(lake, "embeddings", "smart_tags", cut_short="smart_tags")
    note_published(lake, V1)  # by a run that computed only what was missing
    began = FullRun(lake, V1, "embeddings").unfinished()
    assert began is not None
    run(lake, "embeddings", "smart_tags")
    assert FullRun(lake, V1, "embeddings").unfinished() is None
    assert FullRun(lake, V1, "embeddings").begin() > began


def test_drafts_that_were_cut_short_do_not_hold_the_steps_before_them_open(lake: Lake) -> None:
    run(lake, "smart_tags", "listing_drafts", cut_short="listing_drafts")
    assert FullRun(lake, V1, "listing_drafts").unfinished() is not None
    for _ in range(2):
        assert FullRun(lake, V1, "smart_tags").unfinished() is None
        run(lake, "smart_tags", "listing_drafts")
