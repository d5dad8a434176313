"""Publishes a dataset version: writes the difference to its branch and tags a revision.

Every step can be cut short: a branch that was half written is compared again with what should
stand, and readers follow tags, which are made last.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listing_assets.catalog import Recipes
from listing_assets.hashing import digest
from listing_assets.publishing.columns import PublishedColumns
from listing_assets.publishing.indexes import index
from listing_assets.publishing.ingestion import load_ingested
from listing_assets.publishing.ranges import key_ranges
from listing_assets.publishing.revisions import (
    Revision,
    newest_earlier,
    newest_revision,
    note_revision,
    open_revision,
)
from listing_assets.publishing.rows import load_rows
from listing_assets.publishing.statistics import summarize
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations, is_one_of
from listing_assets.versions.view import required_listing
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.keys import with_primary_key
from resources.lake.tables import embeddings_name

WRITE_ROWS = 4_096
MERGE_ROWS = 20_000


@dataclass(frozen=True)
class Publication:
    """What publishing did. `is_new` is False where the newest revision already says the same."""

    revision: Revision
    is_new: bool
    added: int
    changed: int
    removed: int


def publish_version(
    lake: Lake, version: VersionName, recipes: Recipes, *, memory: str
) -> Publication:
    """Bring the version's branch to what is known now, and tag a revision where that is new.

    Raises:
        LakeError: the version is not ready, or its rows do not add up.
    """
    listing = required_listing(lake, version)
    columns = PublishedColumns(recipes.definition, listing.meta_schema, _dimension(lake, recipes))
    newest = newest_revision(lake, version)
    with Relations(memory) as relations:
        load_rows(relations, lake, version, recipes, columns)
        _require_accounts(relations, version, listing.objects)
        data_version = _data_version(relations, columns)
        parent = newest_earlier(lake, version)
        branch = _open_branch(lake, version, columns, parent)
        _reshape(branch, columns)
        added, changed, removed = _difference(relations, branch)
        if (
            newest is not None
            and newest.data_version == data_version
            and not (added or changed or removed)
            and _is_told(relations, lake, branch, newest)
        ):
            _follow(branch, newest)
            return Publication(newest, False, 0, 0, 0)
        _write(relations, lake, branch, columns, recipes, (added, changed, removed))
        _require_rows(branch, version, listing.objects)
        objects, published, rejected = relations.one(
            """SELECT count(*), count(*) FILTER (WHERE status = 'published'),
                      count(*) FILTER (WHERE status = 'rejected') FROM rows"""
        )
        summary = summarize(relations, lake, recipes, listing, parent)
    # Past the joins, whose memory an index of many vectors needs.
    index(branch, listing.objects)
    revision = Revision(
        version=version,
        revision=_tag(branch, version, newest),
        table_version=branch.version,
        data_version=data_version,
        parent=parent.revision if parent else "",
        objects=objects,
        published=published,
        rejected=rejected,
        summary=summary,
        published_at=datetime.now(UTC),
    )
    note_revision(lake, revision)
    _follow(branch, revision)
    return Publication(revision, True, added, changed, removed)


def _dimension(lake: Lake, recipes: Recipes) -> int:
    name = embeddings_name(recipes.embedding_model.vector_space)
    if not lake.exists(name):
        return 1
    size: int = lake.open(name).schema.field("vector").type.list_size
    return size


def _require_accounts(relations: Relations, version: VersionName, listed: int) -> None:
    rows, keys, accounted = relations.one(
        """SELECT count(*), count(DISTINCT key),
                  count(*) FILTER (WHERE (status = 'rejected') = (reason IS NOT NULL))
           FROM rows"""
    )
    if not rows == keys == accounted == listed:
        raise LakeError(
            f"{version} does not add up: {listed} objects listed, {rows} rows, {keys} keys,"
            f" {accounted} rows either published or rejected with a reason.",
            f"Materialize raw_images of {version} again, then the rest.",
        )


def _data_version(relations: Relations, columns: PublishedColumns) -> str:
    """A hash of all rows' contents in key order, and of the columns they fill."""
    (content,) = relations.one("SELECT md5(string_agg(content_version, '' ORDER BY key)) FROM rows")
    return digest(content, columns.shape)


def _open_branch(
    lake: Lake, version: VersionName, columns: PublishedColumns, parent: Revision | None
) -> Any:
    if lake.exists(version.dataset):
        table = lake.open(version.dataset)
    else:
        table = lake.create(version.dataset, with_primary_key(columns.schema, "key"))
    name = version.version
    if name in table.branches.list():
        return table.branches.checkout(name)
    if parent is None:
        return table.branches.create(name)
    return table.branches.create(
        name, from_ref=parent.version.version, from_version=parent.table_version
    )


def _reshape(branch: Any, columns: PublishedColumns) -> None:
    """Give the branch the version's columns; an altered column starts empty."""
    stands = {field.name: field.type for field in branch.schema}
    wanted = {field.name: field.type for field in columns.schema}
    dropped = [name for name, kind in stands.items() if wanted.get(name) != kind]
    if dropped:
        branch.drop_columns(dropped)
    missing = [field for field in columns.schema if stands.get(field.name) != field.type]
    if missing:
        branch.add_columns(pa.schema(missing))


def _difference(relations: Relations, branch: Any) -> tuple[int, int, int]:
    """Make tables `fresh`, `stale` and `gone` of keys; count them."""
    relations.load("standing", scan(branch, ["key", "row_version"]))
    relations.make("fresh", "SELECT key FROM rows WHERE key NOT IN (SELECT key FROM standing)")
    relations.make(
        "stale",
        """SELECT key FROM rows r JOIN standing s USING (key)
           WHERE s.row_version IS DISTINCT FROM r.row_version""",
    )
    relations.make("gone", "SELECT key FROM standing WHERE key NOT IN (SELECT key FROM rows)")
    added, changed, removed = relations.one(
        """SELECT (SELECT count(*) FROM fresh), (SELECT count(*) FROM stale),
                  (SELECT count(*) FROM gone)"""
    )
    return added, changed, removed


def _is_told(relations: Relations, lake: Lake, branch: Any, newest: Revision) -> bool:
    """Whether the newest revision says what stands.

    It does not where a kill came between writing rows whose place or time alone had changed and
    their tag: the branch is up to date, and nobody sees it.
    """
    if branch.version == newest.table_version:
        return True
    tagged = open_revision(lake, newest.version.dataset, newest.revision)
    relations.load("tagged", scan(tagged, ["key", "row_version"]))
    (different,) = relations.one(
        """SELECT count(*) FROM tagged t FULL JOIN rows r USING (key)
           WHERE t.row_version IS DISTINCT FROM r.row_version"""
    )
    return not different


def _write(
    relations: Relations,
    lake: Lake,
    branch: Any,
    columns: PublishedColumns,
    recipes: Recipes,
    counts: tuple[int, int, int],
) -> None:
    added, changed, removed = counts
    schema = pa.schema([columns.schema.field(name) for name in branch.schema.names])
    now = datetime.now(UTC)

    def batches(keys: str) -> Iterator[pa.RecordBatch]:
        vectors = _Vectors(lake, recipes, columns.dimension)
        for part in key_ranges(relations, keys):
            query = f"""SELECT * FROM (FROM rows WHERE {part})
                        JOIN (FROM ingested WHERE {part}) USING (key)
                        WHERE key IN (SELECT key FROM {keys} WHERE {part}) ORDER BY key"""
            for batch in relations.stream(query, WRITE_ROWS):
                yield _complete(pa.Table.from_batches([batch]), vectors, schema, now)

    if removed:
        gone = [key for (key,) in relations.all("SELECT key FROM gone")]
        for start in range(0, len(gone), MERGE_ROWS):
            branch.delete(is_one_of("key", gone[start : start + MERGE_ROWS]))
    if added or changed:
        load_ingested(relations, lake, branch)
    if added:
        branch.add(pa.RecordBatchReader.from_batches(schema, batches("fresh")))
    if changed:
        pending: list[pa.RecordBatch] = []
        for batch in batches("stale"):
            pending.append(batch)
            if len(pending) * WRITE_ROWS >= MERGE_ROWS:
                _merge(branch, pending)
                pending = []
        _merge(branch, pending)


def _merge(branch: Any, batches: list[pa.RecordBatch]) -> None:
    if batches:
        merge = branch.merge_insert("key").when_matched_update_all().when_not_matched_insert_all()
        # Rows without a vector, such as rejected ones, are as they should be.
        merge.execute(pa.Table.from_batches(batches), on_bad_vectors="null")


class _Vectors:
    """Takes vectors by row id from the embeddings table, a batch at a time."""

    def __init__(self, lake: Lake, recipes: Recipes, dimension: int) -> None:
        name = embeddings_name(recipes.embedding_model.vector_space)
        self._table = lake.open(name) if lake.exists(name) else None
        self._type = pa.list_(pa.float32(), dimension)

    def take(self, row_ids: pa.ChunkedArray) -> pa.Array:
        """Vectors at `row_ids`, in their order; null where the row id is null."""
        wanted = pc.unique(row_ids.drop_null())
        if self._table is None or not len(wanted):
            return pa.nulls(len(row_ids), self._type)
        found = (
            self._table.take_row_ids(wanted.to_pylist()).select(["vector"]).with_row_id().to_arrow()
        )
        places = pc.index_in(row_ids, value_set=found.column("_rowid").combine_chunks())
        vectors = found.column("vector").combine_chunks()
        taken = vectors.take(places.combine_chunks())
        return taken.cast(self._type)


def _complete(
    rows: pa.Table, vectors: _Vectors, schema: pa.Schema, now: datetime
) -> pa.RecordBatch:
    """A batch of `rows` with vectors and time of writing, in the table's columns."""
    given: dict[str, Any] = {name: rows.column(name) for name in rows.column_names}
    given["vector"] = vectors.take(rows.column("vector_row"))
    given["updated_at"] = pa.array(
        np.full(rows.num_rows, np.datetime64(now.replace(tzinfo=None), "us"))
    )
    columns = [_cast(given[field.name], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _cast(column: pa.ChunkedArray | pa.Array, kind: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column if column.type == kind else column.cast(kind)


def _require_rows(branch: Any, version: VersionName, listed: int) -> None:
    written = branch.count_rows()
    if written != listed:
        raise LakeError(
            f"the branch of {version} holds {written} rows for {listed} objects.",
            "Publish again; no revision was made.",
        )


def _tag(branch: Any, version: VersionName, newest: Revision | None) -> str:
    """Make the next revision's tag, or find it where a kill came between tag and history."""
    number = newest.number + 1 if newest else 1
    tags = branch.tags.list()
    while True:
        name = f"{version.version}.{number}"
        if name not in tags:
            branch.tags.create(name, branch.version)
            return name
        if tags[name]["version"] == branch.version:
            return name
        number += 1


def _follow(branch: Any, newest: Revision) -> None:
    """Let the tag of the version's own name point at its newest revision."""
    name, tags = newest.version.version, branch.tags.list()
    if name not in tags:
        branch.tags.create(name, newest.table_version)
    elif tags[name]["version"] != newest.table_version:
        branch.tags.update(name, newest.table_version)
