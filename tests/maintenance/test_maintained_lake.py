"""Maintenance bounds what a lake stores, and leaves what its revisions name as it is."""

import json
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lancedb.index import BTree

from listing_assets.maintenance import Maintenance, maintain_lake
from resources.errors import LakeError
from resources.lake import Lake, compaction
from resources.lake.compaction import FEWEST, compact
from resources.lake.stored_files import stored_files
from resources.lake.tables import NORMALIZED_IMAGES, SMART_TAGS
from tests.maintenance.lakes import (
    bytes_of,
    image_id,
    make_lake,
    photo_rows,
    photos_by_row,
    published,
    revisions,
    rows,
)

NOTHING = timedelta(0)
WEEK = timedelta(days=7)


@pytest.fixture(params=["folder", "s3"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    if request.param == "folder":
        return make_lake(str(tmp_path / "lake"))
    request.getfixturevalue("s3").create_bucket(Bucket="lake")
    return make_lake("s3://lake/maintained/lake")


def maintain(lake: Lake, retention: timedelta, **options: Any) -> Maintenance:
    done = maintain_lake(lake, retention, "a test", **options)
    assert not done.problems
    return done


def fragments(lake: Lake, name: str) -> int:
    return len(lake.open(name).to_lance().get_fragments())


def test_little_is_left_and_every_revision_is_as_it_was(lake: Lake) -> None:
    before, read = revisions(lake), photos_by_row(lake)
    held = bytes_of(lake.uri)
    assert set(before) == {"v1.1", "v1.2", "v2.1", "v2.2", "v3.1"}
    assert before["v2.2"][1] == 30
    assert before["v3.1"][1] == 0
    done = {upkeep.table: upkeep for upkeep in maintain(lake, NOTHING).tables}
    assert revisions(lake) == before
    left = bytes_of(lake.uri)
    of_revisions = {file for _, _, files in before.values() for file in files} & set(held)
    assert {file: left[file] for file in of_revisions} == {f: held[f] for f in of_revisions}
    assert bool(of_revisions) is ("://" not in lake.uri)
    assert list(lake.read_jpegs(NORMALIZED_IMAGES, list(read))) == list(read.values())
    tags = done["smart_tags"]
    assert (tags.merged, tags.made, tags.versions) == (12, 1, 14)
    assert tags.before.files - tags.after.files == 12 + 2 * 13 - 3
    assert tags.after.files <= 4
    assert done["photos"].merged == 0
    assert done["photos"].versions > 0
    assert done["photos"].after.files < done["photos"].before.files
    assert sum(file.files for file in stored_files(lake).values()) < 110
    assert lake.open("smart_tags").count_rows() == 60


def test_versions_go_on_from_a_lake_that_was_maintained(tmp_path: Path) -> None:
    lake = make_lake(str(tmp_path))
    before = revisions(lake)
    maintain(lake, NOTHING)
    branch = lake.open("photos").branches.checkout("v2")
    branch.delete("key > '00125'")
    branch.to_lance().optimize.optimize_indices()
    branch.checkout_latest()
    branch.tags.create("v2.3", branch.version)
    maintain(lake, NOTHING)
    after = revisions(lake)
    assert after.pop("v2.3")[1] == 16
    assert after == before


def test_files_do_not_grow_with_nights_and_few_small_commits_are_left(tmp_path: Path) -> None:
    lake = make_lake(str(tmp_path))
    maintain(lake, NOTHING)
    seen = set()
    for night in range(FEWEST + 2):
        lake.append(NORMALIZED_IMAGES, photo_rows(range(200 + night, 201 + night)))
        done = maintain(lake, NOTHING)
        seen.add(sum(one.after.files for one in done.tables if one.table != "leases"))
        assert fragments(lake, "normalized_images") <= FEWEST
    assert max(seen) - min(seen) <= 2 * FEWEST
    assert fragments(lake, "leases") < FEWEST
    assert lake.open("normalized_images").count_rows() == 120 + FEWEST + 2


def test_a_version_stays_for_the_retention_after_a_newer_one_however_old_it_is(
    tmp_path: Path,
) -> None:
    lake = make_lake(str(tmp_path))
    time.sleep(1.2)
    pinned, later = lake.open("smart_tags"), Lake(lake.uri).open("smart_tags")
    pinned.checkout(pinned.version)
    later.checkout(pinned.version)
    lake.append(SMART_TAGS, rows(SMART_TAGS, 1))
    done = maintain(lake, timedelta(seconds=1))
    (tags,) = (upkeep for upkeep in done.tables if upkeep.table == "smart_tags")
    assert tags.merged == 13
    assert tags.versions == 12
    assert pinned.to_arrow().num_rows == 60
    maintain(lake, NOTHING)
    with pytest.raises(RuntimeError, match=r"(?i)not found"):
        later.to_arrow()


def test_files_of_a_writer_that_was_killed_go_when_no_commit_can_need_them(tmp_path: Path) -> None:
    lake = make_lake(str(tmp_path))
    data = tmp_path / "normalized_images.lance" / "data"
    old, young = (
        data
        / json.loads(lake.write_fragments(NORMALIZED_IMAGES, photo_rows(numbers))[0])["files"][0][
            "path"
        ]
        for numbers in (range(300, 305), range(305, 310))
    )
    week_ago = time.time() - 8 * 86_400
    for path in (old, *(data / old.stem).rglob("*")):
        os.utime(path, (week_ago, week_ago))
    maintain(lake, WEEK)
    assert not old.exists()
    assert not list((data / old.stem).rglob("*.blob"))
    assert young.exists()
    assert lake.open("normalized_images").count_rows() == 120


def test_a_dry_run_changes_nothing_and_tells_what_would_be_done(tmp_path: Path) -> None:
    lake = make_lake(str(tmp_path))

    def stored() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    before = stored()
    told = maintain(lake, NOTHING, dry_run=True)
    assert stored() == before
    (tags,) = (upkeep for upkeep in told.tables if upkeep.table == "smart_tags")
    assert (tags.merged, tags.made, tags.versions) == (12, None, 12)
    assert tags.after.files < tags.before.files


def test_tables_of_others_are_left_alone_and_one_that_is_damaged_does_not_stop_the_rest(
    tmp_path: Path,
) -> None:
    lake = make_lake(str(tmp_path))
    lake.database.create_table("notes", photo_rows(range(3)).select(["image_id"]))
    for manifest in (tmp_path / "listings.lance" / "_versions").iterdir():
        manifest.touch()
    for manifest in (tmp_path / "normalized_images.lance" / "_versions").iterdir():
        manifest.write_bytes(b"no manifest")
    done = maintain_lake(lake, NOTHING, "a test")
    upkeeps = {upkeep.table: upkeep for upkeep in done.tables}
    assert set(upkeeps) == {"leases", "listings", "normalized_images", "photos", "smart_tags"}
    assert [name for name, upkeep in upkeeps.items() if upkeep.problem] == ["normalized_images"]
    assert "table normalized_images of the lake" in done.problems[0]
    assert upkeeps["smart_tags"].made == 1


def test_a_commit_that_comes_between_is_kept_and_compaction_begins_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = make_lake(str(tmp_path))
    planned, others = compaction._tasks, ["value = '3'", "value = '5'"]

    def disturbed(dataset: Any) -> Any:
        tasks = planned(dataset)
        if others:
            lake.open("smart_tags").delete(others.pop())
        return tasks

    monkeypatch.setattr(compaction, "_tasks", disturbed)
    monkeypatch.setattr(compaction, "PAUSE_SECONDS", 0.01)
    assert compact(lake, "smart_tags").removed == 10
    assert lake.open("smart_tags").count_rows() == 50
    publish_again = [f"value = '{number}'" for number in range(12)]
    others += publish_again
    for number in range(12):
        lake.append(SMART_TAGS, rows(SMART_TAGS, 5, value=[str(number)] * 5))
    with pytest.raises(LakeError, match="changed 6 times while it was compacted"):
        compact(lake, "smart_tags")


def test_branches_of_a_published_dataset_are_not_compacted_and_stay_searchable(
    tmp_path: Path,
) -> None:
    lake = make_lake(str(tmp_path))
    born = lake.open("photos").branches.create("v4", from_ref="v3")
    for number in range(FEWEST):
        born.add(published(400 + number, 1))

    def heads() -> dict[str, tuple[list[int], int]]:
        branches = {name: lake.open("photos").branches.checkout(name) for name in ("v1", "v4")}
        return {
            name: (
                [fragment.fragment_id for fragment in branch.to_lance().get_fragments()],
                branch.search("word", query_type="fts").limit(999).to_arrow().num_rows,
            )
            for name, branch in branches.items()
        }

    before = heads()
    assert before["v4"][1] == 87 + FEWEST
    maintain(lake, NOTHING)
    assert heads() == before


@pytest.mark.parametrize(("name", "unindexed"), [("smart_tags", 0), ("normalized_images", FEWEST)])
def test_indexes_of_compacted_tables_are_kept_and_find_all_rows(
    name: str, unindexed: int, tmp_path: Path
) -> None:
    lake = make_lake(str(tmp_path))
    lake.open(name).create_index("image_id", config=BTree())
    for number in range(FEWEST):
        lake.append(NORMALIZED_IMAGES, photo_rows(range(200 + number, 201 + number)))
        lake.append(SMART_TAGS, rows(SMART_TAGS, 1, image_id=[image_id(number)]))
    maintain(lake, NOTHING)
    table = lake.open(name)
    told = table.index_stats(table.list_indices()[0].name)
    assert told.num_unindexed_rows == unindexed
    assert told.num_indexed_rows + unindexed == table.count_rows()
    newest = 5 if name == "smart_tags" else 205
    assert table.count_rows(f"image_id = '{image_id(newest)}'") == 1
