"""The same photos from S3 over HTTP, with the lake on S3 too, make the same dataset version."""

from pathlib import Path

import pytest

from listing_assets.publishing.revisions import newest_revision
from listing_assets.versions.names import VersionName
from tests.conftest import Chain
from tests.support.published_rows import published_rows

V1 = VersionName("photos", "v1")


def test_folder_and_s3_end_in_the_same_rows_and_data_version(
    chain: Chain, s3, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chain.add_photos(range(10))
    (chain.source / "照片 #1 50%.jpg").write_bytes((chain.source / "p0000.jpg").read_bytes())
    (chain.source / "broken.jpg").write_bytes(b"no photo")
    run = chain.run()
    assert run.success, run.problem
    on_disk, rows_on_disk = newest_revision(chain.lake, V1), published_rows(chain.lake, V1)

    s3.create_bucket(Bucket="photos")
    s3.create_bucket(Bucket="lake")
    for path in chain.source.iterdir():
        s3.upload_file(str(path), "photos", f"shop/{path.name}")
    chain.edit("datasets.yaml", str(chain.source), "s3://photos/shop")
    monkeypatch.setenv("LISTING_LAKE", "s3://lake/deep/lake")
    monkeypatch.setenv("LISTING_HOME", str(tmp_path / "other-home"))
    run = chain.run()
    assert run.success, run.problem
    on_s3 = newest_revision(chain.lake, V1)
    assert on_disk and on_s3
    assert on_s3.data_version == on_disk.data_version
    assert published_rows(chain.lake, V1) == rows_on_disk
    again = chain.run()
    assert again["normalized_images"]["computed"] == 0
    assert again["labeled_dataset_versions"]["is_new_revision"] is False


def test_a_bucket_that_is_not_there_is_told_with_a_remedy(chain: Chain, s3) -> None:
    chain.edit("datasets.yaml", str(chain.source), "s3://no-such-bucket/shop")
    run = chain.run()
    assert not run.success
    assert "no-such-bucket" in run.problem
