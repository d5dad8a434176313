"""What lies beside photos is passed over by name; all else is kept to be judged by content."""

from datetime import UTC, datetime

import pytest

from listing_assets.objects.side_files import is_passed_over, passed_over_as
from resources.object_store import StoredObject


def named(key: str, size: int = 1) -> StoredObject:
    return StoredObject(key, f"s3://b/{key}", size, "e", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    "suffix", [".csv", ".json", ".jsonl", ".txt", ".md", ".xml", ".yaml", ".parquet", ".html"]
)
def test_side_files_are_told_by_suffix_in_any_case(suffix: str) -> None:
    assert passed_over_as(named(f"a/b{suffix}")) == suffix
    assert passed_over_as(named(f"a/B.JPG{suffix.upper()}")) == suffix


@pytest.mark.parametrize(
    "key", [".DS_Store", ".git/config", "a/.thumbs/b.jpg", "a/b/.c.jpg", ".csv"]
)
def test_hidden_is_what_has_a_segment_beginning_with_a_dot(key: str) -> None:
    assert passed_over_as(named(key)) == "hidden"


@pytest.mark.parametrize(
    "key",
    [
        "a.jpg",
        "photo",
        "csv",
        "a.csv/photo",
        "a.yml",
        "a.log",
        "a.pdf",
        "a.zip",
        "notes.txt.jpg",
        "a..jpg",
        "红.图",
        "a.",
    ],
)
def test_everything_else_may_be_a_photo(key: str) -> None:
    assert passed_over_as(named(key)) is None
    assert not is_passed_over(named(key))


def test_an_empty_object_ending_in_a_slash_marks_a_folder() -> None:
    assert passed_over_as(named("a/b/", 0)) == "folder marker"
    assert passed_over_as(named("a/b/", 5)) is None
    assert passed_over_as(named("a/b", 0)) is None
