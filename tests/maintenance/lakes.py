"""Lakes as runs leave them, made without runs: many small commits, branches born of branches."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa

from listing_assets.publishing.indexes import FULL_TEXT
from resources.lake import Lake
from resources.lake.keys import with_primary_key
from resources.lake.tables import LISTINGS, NORMALIZED_IMAGES, SMART_TAGS, TableSpec

PUBLISHED = with_primary_key(
    pa.schema([pa.field("key", pa.string(), nullable=False), ("text", pa.string())]), "key"
)


def image_id(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def photo(number: int) -> bytes:
    """What stands for a photo's JPEG: inline in the file, or in a file of its own beside it."""
    return f"photo {number} ".encode() * (8_000 if number % 20 == 0 else 20)


def rows(spec: TableSpec, count: int, **columns: list[Any]) -> pa.Table:
    """Rows with these columns, and the least that is allowed in the others."""
    filled = {
        field.name: columns.get(field.name)
        or ([_least(field)] * count if not field.nullable else pa.nulls(count, field.type))
        for field in spec.schema
        if field.name != "jpeg"
    }
    if "jpeg" in columns:
        filled["jpeg"] = lance.blob_array(columns["jpeg"])
    return pa.table(filled, schema=spec.schema)


def _least(field: pa.Field) -> object:
    if pa.types.is_timestamp(field.type):
        return datetime.now(UTC)
    return "" if pa.types.is_string(field.type) else 0


def photo_rows(numbers: range) -> pa.Table:
    return rows(
        NORMALIZED_IMAGES,
        len(numbers),
        image_id=[image_id(number) for number in numbers],
        recipe=["r"] * len(numbers),
        jpeg=[photo(number) for number in numbers],
    )


def photos_by_row(lake: Lake) -> dict[int, bytes]:
    """What each row id of the table means now."""
    found = lake.scan(NORMALIZED_IMAGES, ["image_id"], row_ids=True).read_all()
    numbers = {image_id(number): number for number in range(10_000)}
    return {
        row: photo(numbers[known])
        for known, row in zip(
            found["image_id"].to_pylist(), found["_rowid"].to_pylist(), strict=True
        )
    }


def make_lake(uri: str) -> Lake:
    """Photos and tags in twelve commits each, and a dataset of three versions."""
    lake = Lake(uri)
    lake.append(LISTINGS, rows(LISTINGS, 1, dataset=["photos"], version=["v1"]))
    for commit in range(12):
        lake.append(NORMALIZED_IMAGES, photo_rows(range(commit * 10, commit * 10 + 10)))
        lake.append(SMART_TAGS, rows(SMART_TAGS, 5, value=[str(commit)] * 5))
    publish(lake)
    return lake


def publish(lake: Lake) -> None:
    """Versions v1, v2 born of v1.1, v3 born of v2.1; each goes on after its child was born."""
    born_of = None
    for number in (1, 2, 3):
        table = lake.create("photos", PUBLISHED)
        name = f"v{number}"
        if born_of is None:
            branch = table.branches.create(name)
        else:
            branch = table.branches.create(name, from_ref=born_of[0], from_version=born_of[1])
        for batch in range(3):
            branch.add(published(number * 100 + batch * 10, 10))
        if not branch.list_indices():
            branch.create_index("text", config=FULL_TEXT)
        branch.delete(f"key = '{number * 100 + 3:05d}'")
        branch.to_lance().optimize.optimize_indices()
        branch.checkout_latest()
        branch.tags.create(f"{name}.1", branch.version)
        born_of = name, branch.version
    for name in ("v1", "v2"):
        branch = lake.open("photos").branches.checkout(name)
        branch.delete("key < '00115'")
        merge = branch.merge_insert("key").when_matched_update_all().when_not_matched_insert_all()
        merge.execute(published(110, 30, "again"))
        branch.tags.create(f"{name}.2", branch.version)


def published(first: int, count: int, word: str = "word") -> pa.Table:
    keys = [f"{number:05d}" for number in range(first, first + count)]
    return pa.table({"key": keys, "text": [f"{word} {key}" for key in keys]}, schema=PUBLISHED)


def revisions(lake: Lake) -> dict[str, tuple[list[Any], int, tuple[str, ...]]]:
    """Of each revision: its rows with their ids, how many a word finds, the files it reads."""
    found = {}
    for tag in lake.open("photos").tags.list():
        table = lake.open("photos")
        table.checkout(tag)
        dataset = table.to_lance()
        held = dataset.scanner(with_row_id=True).to_table().sort_by("key").to_pylist()
        words = table.search("again", query_type="fts").select(["key", "_score"]).limit(99)
        files = sorted(
            file.path for fragment in dataset.get_fragments() for file in fragment.data_files()
        )
        found[tag] = held, words.to_arrow().num_rows, tuple(files)
    return found


def bytes_of(folder: str) -> dict[str, str]:
    """The digest of every data file below a folder, by its name; none of a bucket."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path(folder).rglob("data/*")
        if path.is_file()
    }
