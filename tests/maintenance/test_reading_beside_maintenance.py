"""Row ids that were read before a maintenance name the same photos after it, or are refused."""

from datetime import timedelta
from pathlib import Path

import pytest

from listing_assets.maintenance import maintain_lake
from listing_assets.reading.source import RevisionSource
from listing_assets.web.pictures import Pictures
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES, embeddings
from tests.maintenance.lakes import image_id, make_lake, photo, photo_rows, photos_by_row, rows

NOTHING = timedelta(0)
WEEK = timedelta(days=7)


def of_an_earlier_release(folder: Path) -> Lake:
    """A lake whose photos have no stable row ids."""
    lake = Lake(str(folder))
    lake.create(NORMALIZED_IMAGES.name, NORMALIZED_IMAGES.schema)
    assert not lake.open("normalized_images").to_lance().has_stable_row_ids
    return make_lake(lake.uri)


def test_ids_of_photos_and_vectors_hold_for_ever(tmp_path: Path) -> None:
    lake = make_lake(str(tmp_path))
    spec = embeddings("m", 2)
    for number in range(10):
        lake.append(spec, rows(spec, 1, vector=[[number, number]]))
    vectors = lake.open(spec.name)
    before = photos_by_row(lake)
    held = vectors.search().with_row_id(True).select(["vector"]).to_arrow().to_pylist()
    lake.commit_fragments(
        NORMALIZED_IMAGES, lake.write_fragments(NORMALIZED_IMAGES, photo_rows(range(500, 505)))
    )
    maintain_lake(lake, NOTHING, "a test")
    assert photos_by_row(lake).items() >= before.items()
    ids = [*reversed(before), next(iter(before))]
    assert list(lake.read_jpegs(NORMALIZED_IMAGES, ids)) == [before[row] for row in ids]
    taken = vectors.take_row_ids([row["_rowid"] for row in held]).select(["vector"]).with_row_id()
    assert {row["_rowid"]: row["vector"] for row in taken.to_arrow().to_pylist()} == {
        row["_rowid"]: row["vector"] for row in held
    }


def test_a_reader_that_is_open_goes_on_whatever_was_cleared_away(tmp_path: Path) -> None:
    lake = make_lake(str(tmp_path))
    source = RevisionSource(lake.uri, "photos", "v1.1", None)
    photos = photos_by_row(lake)
    ids = list(photos)
    assert list(source.jpegs(ids[:2])) == [photos[row] for row in ids[:2]]
    maintain_lake(lake, NOTHING, "a test")
    assert list(source.jpegs(ids)) == list(photos.values())


def test_a_reader_of_an_earlier_lake_goes_on_for_the_retention_and_is_then_told(
    tmp_path: Path,
) -> None:
    lake = of_an_earlier_release(tmp_path)
    version = lake.open("normalized_images").version
    source = RevisionSource(lake.uri, "photos", "v1.1", version)
    photos = photos_by_row(lake)
    maintain_lake(lake, WEEK, "a test")
    assert photos_by_row(lake).keys().isdisjoint(photos)
    assert list(source.jpegs(list(photos))) == list(photos.values())
    maintain_lake(lake, NOTHING, "a test")
    for reader in (source, RevisionSource(lake.uri, "photos", "v1.1", version)):
        with pytest.raises(LakeError, match=r"moved by the lake's maintenance.*Open it again"):
            list(reader.jpegs(list(photos)[::-1]))


@pytest.mark.parametrize("make", [make_lake, of_an_earlier_release], ids=["stable", "earlier"])
def test_the_gallery_shows_the_right_photos_before_and_after(make, tmp_path: Path) -> None:
    lake = make(str(tmp_path))
    pictures = Pictures(lake)
    assert pictures.normalized(image_id(3), "r") == photo(3)
    for retention in (WEEK, NOTHING):
        maintain_lake(lake, retention, "a test")
        for number in (0, 7, 119):
            assert pictures.normalized(image_id(number), "r") == photo(number)
    lake.append(NORMALIZED_IMAGES, photo_rows(range(400, 401)))
    assert pictures.normalized(image_id(400), "r") == photo(400)
