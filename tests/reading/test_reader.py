"""The reader: rows in key order, views, photos and originals of the revision that was opened."""

import base64
import hashlib
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path

import lance
import pyarrow as pa
import pytest
from PIL import Image

from listing_assets import open_version
from listing_assets.search import QueryError, SearchError
from resources.errors import LakeError, ListingError, SourceError
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES
from tests.reading.published import GPS, NAMES, PUBLISHED, REJECTED, Shop


def test_a_version_is_its_newest_revision_and_a_revision_is_itself(shop: Shop) -> None:
    version, first = open_version("photos@v1"), open_version("photos@v1.1")
    assert (version.dataset, version.revision, first.revision) == ("photos", "v1.2", "v1.1")
    before = {row["key"]: row["labels"] for row in first}
    after = {row["key"]: row["labels"] for row in version}
    assert {key for key in after if after[key] != before[key]} == {shop.corrected}
    assert repr(version) == "<photos@v1.2: 11 rows>"


def test_rows_come_in_key_order_whatever_was_written_last(shop: Shop) -> None:
    version = open_version("photos@v1")
    keys = [row["key"] for row in version]
    assert keys == PUBLISHED
    assert len(version) == len(keys)
    row = next(iter(version))
    assert "vector" in version.columns
    assert list(row) == [name for name in version.columns if name != "vector"]
    assert next(iter(version.rows(["labels", "key"]))).keys() == {"labels", "key"}


def test_rejected_objects_are_rows_only_where_they_are_asked_for(shop: Shop) -> None:
    assert len(open_version("photos@v1", include="all")) == len(PUBLISHED) + 1
    (rejected,) = open_version("photos@v1", include="rejected")
    assert (rejected["key"], rejected["status"]) == (REJECTED, "rejected")
    assert REJECTED not in open_version("photos@v1")
    with pytest.raises(LakeError, match=REJECTED):
        open_version("photos@v1", include="all").image(REJECTED)
    with pytest.raises(LakeError, match="no normalized photo of 1 rows"):
        open_version("photos@v1", include="all").to_torch()
    with pytest.raises(SearchError, match="published, rejected, all"):
        open_version("photos@v1", include="rejectd")


def test_a_view_is_narrower_and_the_view_of_a_view_narrower_still(shop: Shop) -> None:
    version = open_version("photos@v1")
    food = version.where("category=Food")
    assert 0 < len(food) < len(version)
    assert {row["tag_category"] for row in food} == {"Food"}
    deep = food.where('key="a.jpg" OR key="same as a.jpg"')
    assert {row["key"] for row in deep} == {
        key for key in ("a.jpg", "same as a.jpg") if key in food
    }
    assert len(food.where("category=Toys")) == 0
    assert [row["key"] for row in food.where("category=Toys")] == []


@pytest.mark.parametrize("broken", ["category=", "nonsense=1", "category=Food) OR (category=Toys"])
def test_a_wrong_expression_is_told_when_the_view_is_made(shop: Shop, broken: str) -> None:
    with pytest.raises(QueryError):
        open_version("photos@v1").where("category=Food").where(broken)


def test_arrow_and_pandas_hold_the_same_rows_with_vectors_on_request(shop: Shop) -> None:
    version = open_version("photos@v1")
    table = version.to_arrow()
    assert table["key"].to_pylist() == PUBLISHED
    assert table.column_names == [name for name in version.columns if name != "vector"]
    assert table.to_pylist() == list(version)
    with_vectors = version.where("category=Food").to_arrow(vectors=True)
    assert with_vectors.column_names == version.columns
    assert all(vector is not None for vector in with_vectors["vector"].to_pylist())
    frame = version.to_pandas(["tag_category", "key"])
    assert list(frame.columns) == ["tag_category", "key"]
    assert frame["key"].tolist() == PUBLISHED
    with pytest.raises(LakeError, match="no column 'tag_categories'"):
        version.to_arrow(["tag_categories"])


def test_images_are_the_normalized_photos_and_originals_the_files(shop: Shop) -> None:
    version = open_version("photos@v1")
    for key in NAMES:
        assert version.original(key) == (shop.source / key).read_bytes()
    with Image.open(shop.source / "A.jpg") as original:
        expected = original.convert("RGB").resize((128, 128)).resize((4, 4)).getpixel((1, 1))
    image = version.image("A.jpg")
    assert (image.size, image.mode) == ((128, 128), "RGB")
    found = image.resize((4, 4)).getpixel((1, 1))
    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) < 12
    with pytest.raises(LakeError, match=r"has no photo 'b\.jpg'"):
        version.image("b.jpg")
    with pytest.raises(LakeError, match="in this view"):
        version.where("NOT category=Food AND NOT category=Toys AND NOT category=Other").image(GPS)


def test_an_original_that_was_replaced_is_told_and_not_given(shop: Shop) -> None:
    path = shop.source / "con.jpg"
    data = path.read_bytes()
    path.write_bytes(data + b"more")
    try:
        with pytest.raises(SourceError, match="other bytes than when it was published"):
            open_version("photos@v1").original("con.jpg")
    finally:
        path.write_bytes(data)


def test_search_finds_within_the_view(shop: Shop, tmp_path: Path) -> None:
    version = open_version("photos@v1")
    everything = version.search("photo", text_by="words", top_k=50)
    assert {row["key"] for row in everything.documents()} == set(PUBLISHED)
    food = version.where("category=Food")
    keys = {row["key"] for row in food.search("photo", text_by="words", top_k=50).documents()}
    assert keys == {row["key"] for row in food}
    assert {row["key"] for row in version.search(where="category=Food").documents()} == keys
    first = [row["key"] for row in version.search(image="a.jpg", top_k=2).documents()]
    assert first == ["a.jpg", "same as a.jpg"]
    (tmp_path / "a.jpg").write_bytes((shop.source / "a.jpg").read_bytes())
    for photo in (tmp_path / "a.jpg", (shop.source / "a.jpg").read_bytes(), version.image("a.jpg")):
        (found, *_) = version.search(image=photo, top_k=1).documents()
        assert found["key"] == "a.jpg"


def test_a_lake_can_be_read_without_the_catalog_and_settings_of_its_installation(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "catalog").mkdir()
    monkeypatch.setenv("LISTING_HOME", str(tmp_path))
    monkeypatch.setenv("LISTING_CATALOG", str(tmp_path / "catalog"))
    version = open_version("photos@v1.1", lake=shop.chain.home / "lake")
    assert [row["key"] for row in version] == PUBLISHED
    assert version.original("deep/a.jpg") == (shop.source / "deep/a.jpg").read_bytes()
    assert not (tmp_path / "lake").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("photos@v2", "was not published yet"),
        ("photos@v1.9", "has no revision 'v1.9'"),
        ("photos", "not the name"),
        ("fotos@v1", "was not published yet"),
    ],
)
def test_what_is_not_there_is_told(shop: Shop, name: str, told: str) -> None:
    with pytest.raises(ListingError, match=told):
        open_version(name)


def test_a_mistyped_lake_is_told_and_not_made(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(LakeError, match="no lake at"):
        open_version("photos@v1", lake=tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_a_photo_that_was_normalized_again_later_stays_as_it_was(
    shop: Shop, tmp_path: Path
) -> None:
    """A later row of the same recipe, as a full run over another library's release would add."""
    lake = Lake(str(shutil.copytree(shop.chain.home / "lake", tmp_path / "lake")))
    before = open_version("photos@v1.1", lake=lake.uri).image("a.jpg").tobytes()
    image_id = hashlib.sha256((shop.source / "a.jpg").read_bytes()).hexdigest()
    columns = [name for name in NORMALIZED_IMAGES.schema.names if name != "jpeg"]
    (row,) = (
        lake.scan(NORMALIZED_IMAGES, columns, f"image_id = '{image_id}'").read_all().to_pylist()
    )
    buffer = io.BytesIO()
    Image.new("RGB", (128, 128), "red").save(buffer, "JPEG")
    row["created_at"] = datetime.now(UTC)
    rows = pa.Table.from_pylist(
        [row], schema=pa.schema(map(NORMALIZED_IMAGES.schema.field, columns))
    )
    jpeg = lance.blob_array([buffer.getvalue()])
    lake.append(NORMALIZED_IMAGES, rows.append_column(NORMALIZED_IMAGES.schema.field("jpeg"), jpeg))

    version = open_version("photos@v1.1", lake=lake.uri)
    assert version.image("a.jpg").tobytes() == before
    numbers = {row["key"]: number for number, row in enumerate(version)}
    assert version.to_torch()[numbers["a.jpg"]]["image"].tobytes() == before


def test_notebooks_show_thumbnails_and_never_run_what_a_key_says(shop: Shop) -> None:
    html = open_version("photos@v1")._repr_html_()
    assert html.count("data:image/jpeg;base64,") == len(PUBLISHED)
    assert "photos@v1.2: 11 rows" in html
    assert "-rf ‥ ;$(x)&#x27;&quot;.jpg" in html
    assert "'\".jpg" not in html
    shown = html.split("base64,")[1].split('"')[0]
    with Image.open(io.BytesIO(base64.b64decode(shown))) as thumbnail:
        assert max(thumbnail.size) == 128
