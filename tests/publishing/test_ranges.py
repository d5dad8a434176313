"""Publishing by ranges of keys gives what publishing at once gives."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from listing_assets.publishing import ranges
from listing_assets.publishing.ranges import key_ranges
from listing_assets.publishing.revisions import newest_revision
from listing_assets.versions.relations import Relations
from resources.lake.tables import RAW_IMAGES
from tests.conftest import Chain
from tests.publishing.conftest import V1, publish_again


def test_ranges_have_every_key_once_and_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "RANGE_ROWS", 3)
    keys = ["", "a", "it's", "Z", "é", "口红", "𝄞", "\ufb01", *(f"{n:03d}" for n in range(12))]
    with Relations("100MB") as relations:
        relations.load("objects", pa.table({"key": keys}))
        parts = key_ranges(relations, "objects")
        found = [
            key
            for part in parts
            for (key,) in relations.all(f"SELECT key FROM objects WHERE {part} ORDER BY key")
        ]
        assert found == [key for (key,) in relations.all("SELECT key FROM objects ORDER BY key")]
        assert len(parts) == 7
        relations.load("few", pa.table({"key": ["b", "a", "c"]}))
        assert key_ranges(relations, "few") == ["true"]


def test_what_is_published_by_ranges_is_the_same(
    shop: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "RANGE_ROWS", 1)
    before = newest_revision(shop.lake, V1)
    assert before is not None
    assert publish_again(shop).is_new is False
    later = datetime(2030, 1, 1, tzinfo=UTC)
    shop.lake.table(RAW_IMAGES).update(values={"last_modified": later})
    again = publish_again(shop)
    assert (again.is_new, again.changed, again.added, again.removed) == (True, 4, 0, 0)
    assert again.revision.data_version == before.data_version
    table = shop.lake.open("photos")
    table.checkout(again.revision.revision)
    assert table.to_arrow().column("last_modified").to_pylist() == [later] * 4
