"""Media types and the times of this platform's own work: published, and never a reason to."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listing_assets import open_version
from listing_assets.publishing.revisions import open_revision
from listing_assets.search import Query, open_published, search
from resources.lake.tables import LISTINGS
from tests.conftest import Chain
from tests.publishing.conftest import publish_again

LATER = ("content_type", "ingested_at", "embedded_at")


def rows(chain: Chain, revision: str) -> dict[str, dict[str, Any]]:
    table = open_revision(chain.lake, "photos", revision)
    return {row["key"]: row for row in table.to_arrow().to_pylist()}


def test_times_stay_what_they_were_and_make_no_revision_of_their_own(shop: Chain) -> None:
    first = rows(shop, "v1.1")
    assert {key: row["content_type"] for key, row in first.items()} == {
        "p0000.jpg": "image/jpeg",
        "p0001.jpg": "image/jpeg",
        "p0002.png": "image/jpeg",
        "really a gif.jpg": None,
    }
    now = datetime.now(UTC)
    for key, row in first.items():
        assert now - timedelta(minutes=10) < row["ingested_at"] < now
        if row["status"] == "published":
            assert row["ingested_at"] < row["embedded_at"] < row["updated_at"]
        else:
            assert row["embedded_at"] is None, key

    # Listed and embedded again: the same revision, in which nothing changed.
    run = shop.run(mode="full")
    assert run["labeled_dataset_versions"]["is_new_revision"] is False, run.problem
    assert rows(shop, "v1") == first

    # A row that is written anew keeps the time at which its object was first seen.
    os.utime(shop.source / "p0001.jpg", (1, 1))
    shop.add_photos(range(3, 4))
    between = datetime.now(UTC)
    shop.run("photos@v2")
    second = rows(shop, "v2")
    assert second["p0001.jpg"]["last_modified"] == datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    for key, row in first.items():
        assert second[key]["ingested_at"] == row["ingested_at"]
    assert second["p0003.jpg"]["ingested_at"] > between
    query = Query(where="ContentType=image/jpeg AND HAS SemanticIndexUpdateTime")
    found = search(open_published(shop.lake, "photos@v2"), replace(query, ingested_from=between))
    assert [row["key"] for row in found.documents()] == ["p0003.jpg"]


def test_a_table_from_before_these_columns_is_read_and_gets_them_with_the_next_run(
    shop: Chain,
) -> None:
    was = rows(shop, "v1")
    branch = shop.lake.open("photos").branches.checkout("v1")
    branch.drop_columns(list(LATER))
    branch.update(values={"row_version": "of an older release"})
    branch.tags.create("v1.7", branch.version)
    older = open_version("photos@v1.7")
    assert not set(LATER) & set(older.columns)
    assert [row["key"] for row in older.where("HAS text")] == sorted(was)[:3]

    # Another listing has replaced the first: what is still known is when a photo was fetched.
    shop.lake.table(LISTINGS).update(values={"listed_at": datetime.now(UTC)})
    assert publish_again(shop).changed == len(was)
    now = rows(shop, "v1")
    for key, row in now.items():
        assert row["content_type"] == was[key]["content_type"]
        assert row["embedded_at"] == was[key]["embedded_at"]
        assert was[key]["ingested_at"] < row["ingested_at"]
        assert row["ingested_at"] < (was[key]["embedded_at"] or was[key]["updated_at"])
        assert row["row_version"] == was[key]["row_version"]
    assert publish_again(shop).is_new is False
