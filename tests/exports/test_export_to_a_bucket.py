"""Exports to S3 over HTTP: the same files as in a folder, visible together, cleared when broken."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from listing_assets.exports import ExportError
from listing_assets.exports import exporting as exporting_module
from resources.errors import ListingError
from tests.exports.conftest import Make, exported
from tests.exports.test_exporting import BrokenError, files_of
from tests.reading.published import PUBLISHED, Shop


@pytest.fixture
def bucket(shop: Shop, s3: Any) -> Iterator[Any]:
    s3.create_bucket(Bucket="exports")
    yield s3
    # Servers of one process share what is stored.
    for key in objects(s3):
        s3.delete_object(Bucket="exports", Key=key)


def objects(s3: Any, prefix: str = "") -> dict[str, bytes]:
    listed = s3.list_objects_v2(Bucket="exports", Prefix=prefix).get("Contents", [])
    return {
        entry["Key"].removeprefix(prefix): s3.get_object(Bucket="exports", Key=entry["Key"])[
            "Body"
        ].read()
        for entry in listed
    }


@pytest.mark.parametrize("form", ["huggingface-imagefolder", "webdataset", "file-list-parquet"])
def test_a_bucket_gets_the_same_files_as_a_folder(bucket: Any, make: Make, form: str) -> None:
    done = exported(form, "s3://exports/deep/photos/")
    assert (done.to, done.photos) == ("s3://exports/deep/photos", len(PUBLISHED))
    assert objects(bucket, "deep/photos/") == files_of(make(form))
    assert len(objects(bucket)) == done.files + 1


def test_the_root_of_a_bucket_is_a_place_too(bucket: Any, make: Make) -> None:
    exported("coco", "s3://exports")
    assert objects(bucket) == files_of(make("coco"))
    kinds = {
        key: bucket.head_object(Bucket="exports", Key=key)["ContentType"] for key in objects(bucket)
    }
    assert kinds["annotations.json"] == "application/json"
    assert {kind for key, kind in kinds.items() if key.startswith("images/")} == {"image/jpeg"}


def test_a_broken_export_leaves_no_object(bucket: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        raise BrokenError

    monkeypatch.setattr(exporting_module.Output, "finish", broken)
    with pytest.raises(BrokenError):
        exported("retrieval", "s3://exports/photos")
    assert objects(bucket) == {}


def test_the_manifest_appears_last_and_what_appeared_goes_when_it_cannot(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from resources.object_store import bucket_target

    copied: list[str] = []
    copy = bucket_target.BucketTarget._copy

    def failing(self: Any, key: str, size: int, etag: str) -> None:
        if key.endswith("export.json"):
            self._land()
            copied.extend(name for name in objects(bucket, "photos/") if not name.startswith("."))
            raise BrokenError
        copy(self, key, size, etag)

    monkeypatch.setattr(bucket_target.BucketTarget, "_copy", failing)
    with pytest.raises(BrokenError):
        exported("retrieval", "s3://exports/photos")
    assert "dataset.jsonl" in copied
    assert "export.json" not in copied
    assert objects(bucket) == {}


def test_what_a_killed_export_left_aside_is_cleared(bucket: Any, make: Make) -> None:
    for name in (".part/images/half.jpg", ".part/export.json"):
        bucket.put_object(Bucket="exports", Key=f"photos/{name}", Body=b"half")
    exported("retrieval", "s3://exports/photos")
    assert objects(bucket, "photos/") == files_of(make("retrieval"))


def test_an_earlier_export_is_replaced_when_told_and_others_never(bucket: Any, make: Make) -> None:
    exported("coco", "s3://exports/photos")
    bucket.put_object(Bucket="exports", Key="photos-of-others/a.jpg", Body=b"theirs")
    with pytest.raises(ExportError, match="there is an export at s3://exports/photos"):
        exported("retrieval", "s3://exports/photos")
    exported("retrieval", "s3://exports/photos", overwrite=True)
    assert objects(bucket, "photos/") == files_of(make("retrieval"))
    assert objects(bucket)["photos-of-others/a.jpg"] == b"theirs"
    with pytest.raises(ExportError, match="is no export"):
        exported("retrieval", "s3://exports/photos-of-others", overwrite=True)


@pytest.mark.parametrize("to", ["s3://no-such-bucket/x"])
def test_a_bucket_that_is_not_there_is_told(bucket: Any, to: str) -> None:
    with pytest.raises(ListingError, match="no-such-bucket' does not exist"):
        exported("coco", to)


def test_a_source_on_s3_may_not_hold_its_own_export(bucket: Any, shop: Shop) -> None:
    catalog = shop.chain.catalog / "datasets.yaml"
    before = catalog.read_text()
    try:
        catalog.write_text(before.replace(str(shop.source), "s3://exports/source"))
        with pytest.raises(ExportError, match="lies inside the source"):
            exported("coco", "s3://exports/source/deep")
    finally:
        catalog.write_text(before)
    assert objects(bucket) == {}


def test_no_secret_is_written(bucket: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "open-sesame")
    exported("file-list", "s3://exports/list")
    assert not any(b"open-sesame" in data for data in objects(bucket).values())
    manifest = json.loads(objects(bucket)["list/export.json"])
    assert manifest["format"] == "file-list"
