"""Reading makes nothing; what cannot be reached is told in a sentence with what to do about it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.faults import lake_error
from resources.lake.newest import newest, newest_rows
from resources.lake.tables import LISTINGS, REVISIONS


def test_reading_a_lake_that_is_not_there_makes_neither_folder_nor_table(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "deep" / "lake"))
    assert lake.names() == [] and not lake.exists("revisions")
    read = lake.scan(REVISIONS, ["dataset", "table_version"], "dataset = 'a'", row_ids=True)
    assert read.read_all().num_rows == 0
    assert read.schema.names == ["dataset", "table_version", "_rowid"]
    with pytest.raises(LakeError, match="has no table 'photos'"):
        lake.open("photos")
    assert list(tmp_path.iterdir()) == []


def test_reading_a_lake_makes_no_table_that_it_lacks(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    lake.table(LISTINGS)
    assert lake.scan(REVISIONS, ["dataset"]).read_all().num_rows == 0
    assert lake.names() == ["listings"]


def test_a_table_that_cannot_be_read_is_not_taken_for_one_that_is_not_there(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path))
    lake.table(REVISIONS)
    for manifest in (tmp_path / "revisions.lance" / "_versions").iterdir():
        manifest.write_bytes(b"no manifest")
    for read in (
        lambda: lake.scan(REVISIONS, ["dataset"]),
        lambda: lake.table(REVISIONS),
        lambda: lake.open("revisions"),
    ):
        with pytest.raises(LakeError, match=r"table revisions of the lake .* cannot be opened"):
            read()


def test_a_bucket_that_is_not_there_is_told_and_an_empty_one_is_an_empty_lake(s3: Any) -> None:
    with pytest.raises(LakeError, match="its bucket does not exist") as told:
        Lake("s3://nowhere/lake").scan(REVISIONS, ["dataset"])
    assert told.value.remedy == "Create the bucket, or correct LISTING_LAKE."
    s3.create_bucket(Bucket="lake")
    lake = Lake("s3://lake/x")
    assert lake.scan(REVISIONS, ["dataset"]).read_all().num_rows == 0
    assert lake.names() == []


def test_a_store_that_is_down_is_told_shortly_with_its_endpoint() -> None:
    keys = {"access_key_id": "a", "secret_access_key": "b", "region": "us-east-1"}
    down = {"endpoint": "http://127.0.0.1:9", "allow_http": "true", "client_max_retries": "0"}
    with pytest.raises(LakeError, match="nothing answers at its endpoint") as told:
        Lake("s3://lake/x", keys | down).names()
    assert "(127.0.0.1:9)" in told.value.problem and "AWS_ENDPOINT_URL" in told.value.remedy
    assert len(str(told.value)) < 250


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("<Code>InvalidAccessKeyId</Code>", "refuses its credentials"),
        ("status: 403, body: <Code>AccessDenied</Code>", "access is denied"),
        ("the credential provider was not enabled: no providers in chain", "no credentials"),
        ("OSS endpoint is required", "no endpoint is set"),
        ("<Code>PermanentRedirect</Code>", "another region"),
        ("<Code>RequestTimeTooSkewed</Code>", "clock differs"),
        ("operation timed out, uri: https://key:secret@store.example/x", r"\(store.example\)"),
    ],
    ids=lambda text: text[:12],
)
def test_each_cause_has_its_own_sentence(said: str, told: str) -> None:
    error = lake_error("s3://lake/x", RuntimeError(f"lance error: LanceError(IO): {said}, line 9"))
    assert "the lake s3://lake/x cannot be opened" in error.problem
    with pytest.raises(LakeError, match=told):
        raise error
    assert error.remedy and "secret@" not in str(error)


def test_the_newest_row_of_a_key_counts_with_all_its_fields() -> None:
    import duckdb

    database = duckdb.connect()
    rows = {"id": ["a", "a", "b"], "value": ["old", None, "x"], "created_at": [1, 2, 1]}
    database.register("incoming", pa.table(rows))
    found = database.sql(newest(["id"], ["value", "created_at"], "id != 'c'")).fetchall()
    assert sorted(found) == [("a", None, 2), ("b", "x", 1)]


def test_the_newest_rows_are_whole_and_one_a_key() -> None:
    import duckdb

    database = duckdb.connect()
    rows = {
        "id": ["a", "a", "b", "a"],
        "tag": ["x", "x", "x", "y"],
        "value": ["old", None, "x", "y"],
        "created_at": [1, 2, 1, 3],
    }
    database.register("told", pa.table(rows))
    found = database.sql(newest_rows("told", ["id", "tag"])).fetchall()
    assert sorted(found) == [("a", "x", None, 2), ("a", "y", "y", 3), ("b", "x", "x", 1)]
