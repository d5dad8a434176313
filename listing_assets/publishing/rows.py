"""Joins the rows that a version publishes: objects, facts, tags, texts, and which vector is whose.

The result is the table `rows`, kept on disk, one row per object with every published column but
`vector` (fetched when a row is written, by `vector_row`), `ingested_at` and `updated_at`. Two
digests tell rows apart:
`content_version` covers what the row says of the photo, wherever it lies; `row_version` covers its
place and time too, and the table's columns, so that a row that was written with other ones is
written again. Times of this platform's own work are in neither.
"""

from typing import Any

import pyarrow as pa

from listing_assets.catalog import Recipes
from listing_assets.catalog.schema import Tag
from listing_assets.hashing import digest
from listing_assets.publishing.columns import LABELLED, META_TYPES, PublishedColumns, tag_column
from listing_assets.publishing.corrected import (
    corrected_value,
    given_by_people,
    load_corrected,
    set_by_people,
)
from listing_assets.publishing.ranges import key_ranges
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations, is_one_of, quoted_text
from listing_assets.versions.stored_view import StoredView
from listing_assets.versions.view import load_objects
from resources.errors import LakeError
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.newest import newest_rows
from resources.lake.tables import NORMALIZED_IMAGES, SMART_TAGS, embeddings_name

FACTS = (
    "width",
    "height",
    "format",
    "mode",
    "orientation",
    "frames",
    "icc",
    "bytes",
    "captured_at",
    "phash",
    "sharpness",
    "brightness",
    "decisions",
)
DUCKDB_META = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}


def load_rows(
    relations: Relations,
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    columns: PublishedColumns,
) -> None:
    """Make the table `rows` of a version.

    Raises:
        LakeError: an object's photo is not normalized yet, so that the version is not ready.
    """
    load_objects(relations, lake, version, recipes.spec)
    _require_settled(relations, version)
    parts = StoredView()
    relations.write_loaded(
        "facts",
        lake.scan(NORMALIZED_IMAGES, FACTS, f"recipe = '{recipes.spec.recipe}'", row_ids=True),
        "SELECT * FROM incoming WHERE _rowid IN (SELECT jpeg_row FROM photos)",
        parts.path("facts"),
        of=parts,
    )
    _load_answers(relations, lake, recipes, parts)
    load_corrected(relations, lake, version.dataset, recipes.definition)
    _load_vectors(relations, lake, recipes, parts)
    _write_rows(relations, _rows_query(recipes, columns), parts)


def _require_settled(relations: Relations, version: VersionName) -> None:
    pending, example = relations.one(
        "SELECT count(*), min(key) FROM objects WHERE reason IS NULL AND NOT normalized"
    )
    if pending:
        raise LakeError(
            f"{pending} objects of {version} are not normalized yet, {example} among them.",
            f"Bring it up to date first: listing run {version}",
        )


def _load_answers(relations: Relations, lake: Lake, recipes: Recipes, parts: StoredView) -> None:
    of_recipes = is_one_of("recipe", recipes.tags.values())
    columns = ["image_id", "tag", "status", "value", "seen_text", "created_at"]
    relations.write_loaded(
        "answered",
        lake.scan(SMART_TAGS, columns, of_recipes),
        """SELECT jpeg_row, tag, status, value, seen_text, created_at
           FROM incoming JOIN photos USING (image_id)""",
        parts.path("answered"),
        of=parts,
    )
    values = ", ".join(
        f"""max(value) FILTER (tag = '{tag.name}' AND status = 'valid')
            AS "{tag_column(tag)}" """
        for tag in recipes.definition.tags
    )
    relations.write(
        "answers",
        f"""SELECT jpeg_row, {values},
                   list(tag ORDER BY tag) FILTER (status != 'valid') AS invalid_tags,
                   arg_max(seen_text, created_at) AS seen_text
            FROM ({newest_rows("answered", ["jpeg_row", "tag"])})
            GROUP BY jpeg_row""",
        parts.path("answers"),
        of=parts,
    )
    relations.drop("answered")


def _load_vectors(relations: Relations, lake: Lake, recipes: Recipes, parts: StoredView) -> None:
    name = embeddings_name(recipes.embedding_model.vector_space)
    columns = ["image_id", "digest", "reason", "created_at"]
    rows: Any = pa.table(
        {
            **{column: pa.array([], pa.string()) for column in columns[:3]},
            "created_at": pa.array([], pa.timestamp("us", tz="UTC")),
            "_rowid": pa.array([], pa.uint64()),
        }
    )
    if lake.exists(name):
        rows = scan(lake.open(name), columns, f"recipe = '{recipes.embedding}'", row_ids=True)
    relations.write_loaded(
        "embedded",
        rows,
        """SELECT jpeg_row, digest, reason, created_at, _rowid AS vector_row
           FROM incoming JOIN photos USING (image_id)""",
        parts.path("embedded"),
        of=parts,
    )
    relations.write(
        "vectors",
        f"""SELECT jpeg_row, digest, created_at AS embedded_at, vector_row
            FROM ({newest_rows("embedded", ["jpeg_row"])}) WHERE reason IS NULL""",
        parts.path("vectors"),
        of=parts,
    )
    relations.drop("embedded")


def _write_rows(relations: Relations, query: str, parts: StoredView) -> None:
    """Write the rows by ranges of keys: what is joined with all photos is a range of them."""
    for number, keys in enumerate(key_ranges(relations, "objects")):
        relations.make(
            "listed",
            f"""SELECT *, CASE WHEN normalized THEN jpeg_row END AS photo_row
                FROM objects WHERE {keys}""",
        )
        name = f"rows_{number}"
        relations.write(name, query, parts.path(name), of=parts)
    relations.drop("listed")
    relations.show("rows", parts.path("rows_*"), of=parts)


def _rows_query(recipes: Recipes, columns: PublishedColumns) -> str:
    tags, meta = recipes.definition.tags, columns.meta
    metas = ", ".join(
        f"""TRY_CAST(json_extract_string(o.meta, {_path(name)}) AS {DUCKDB_META[kind]})
            AS {_quoted("meta_" + name)}"""
        for name, kind in meta.items()
    )
    typed = ", ".join(
        f"{_typed(tag, corrected_value(tag, _given(tag)))} AS {_quoted(tag_column(tag))}"
        for tag in tags
    )
    labelled = [tag for tag in tags if tag.type in LABELLED]
    labels_ai = _all_labels(labelled, [_typed(tag, _given(tag)) for tag in labelled])
    labels_user = _all_labels(labelled, [_typed(tag, given_by_people(tag)) for tag in labelled])
    labels = _all_labels(labelled, [_quoted(tag_column(tag)) for tag in labelled])
    texts = ", ".join(
        [_quoted("meta_" + name) for name, kind in meta.items() if kind == "string"]
        + [_quoted(tag_column(tag)) for tag in tags if tag.type == "text"]
        + ["seen_text"]
    )
    content = ", ".join(
        _printed(column)
        for column in [
            "key",
            "image_id",
            "status",
            "reason",
            "pixels",
            "vector_digest",
            "labels",
            "labels_ai",
            "labels_user",
            "invalid_tags",
            "text",
            "model_tags",
            "model_embedding",
            *(_quoted(tag_column(tag)) for tag in tags),
            *(_quoted("meta_" + name) for name in meta),
        ]
    )
    return f"""
        WITH joined AS (
            SELECT o.key, o.uri,
                   o.image_id,
                   CASE WHEN o.normalized THEN 'published' ELSE 'rejected' END AS status,
                   o.reason, o.detail, f.* EXCLUDE (_rowid, bytes),
                   coalesce(f.bytes, o.size) AS bytes, o.last_modified, o.pixels,
                   -- The media types of all formats that are read have their names.
                   'image/' || lower(f.format) AS content_type,
                   {typed}{"," + metas if metas else ""},
                   {labels_ai} AS labels_ai,
                   list_concat({labels_user}, coalesce(c.free, [])) AS labels_user,
                   coalesce(c.free, []) AS free,
                   a.seen_text,
                   list_filter(coalesce(a.invalid_tags, []), lambda x:
                       NOT list_contains({set_by_people(recipes.definition)}, x)) AS invalid_tags,
                   v.digest AS vector_digest, v.vector_row, v.embedded_at,
                   CASE WHEN a.jpeg_row IS NOT NULL
                        THEN {quoted_text(recipes.tag_model.identity)} END AS model_tags,
                   CASE WHEN v.jpeg_row IS NOT NULL
                        THEN {quoted_text(recipes.embedding_model.identity)} END AS model_embedding
            FROM listed o
            LEFT JOIN facts f ON f._rowid = o.photo_row
            LEFT JOIN answers a ON a.jpeg_row = o.photo_row
            LEFT JOIN corrected c ON o.normalized AND c.image_id = o.image_id
            LEFT JOIN vectors v ON v.jpeg_row = o.photo_row
        ), labelled AS (
            SELECT *, list_concat({labels}, free) AS labels FROM joined
        ), told AS (
            SELECT *, list_filter(labels_ai, lambda x: NOT list_contains(labels, x))
                       AS labels_user_deleted,
                   nullif(concat_ws(chr(10), {texts}), '') AS text
            FROM labelled
        ), versioned AS (
            SELECT *, md5(concat_ws(chr(31), {content})) AS content_version FROM told
        )
        SELECT * EXCLUDE (pixels, seen_text, vector_digest, free),
               md5(concat_ws(chr(31), content_version, {_printed("uri")},
                             {_printed("epoch_us(last_modified)")},
                             {quoted_text(digest(columns.shape))})) AS row_version
        FROM versioned
    """


def _given(tag: Tag) -> str:
    """The model's value of a tag, as JSON."""
    return f"a.{_quoted(tag_column(tag))}"


def _typed(tag: Tag, value: str) -> str:
    """A JSON value as the tag's column has it."""
    match tag.type:
        case "multi_choice":
            return f"""from_json({value}, '["VARCHAR"]')"""
        case "boolean":
            return f"({value}) = 'true'"
        case "number":
            return f"CAST(({value}) AS DOUBLE)"
        case _:
            return f"json_extract_string(({value}), '$')"


def _all_labels(tags: list[Tag], values: list[str]) -> str:
    """The labels of these tags with these values, a list without nulls."""
    each = ", ".join(map(_labels, tags, values)) or "[]::VARCHAR[]"
    return f"list_filter(flatten([{each}]), lambda x: x IS NOT NULL)"


def _labels(tag: Tag, value: str) -> str:
    if tag.type == "multi_choice":
        return f"list_transform(coalesce({value}, []), lambda x: '{tag.name}:' || x)"
    return f"['{tag.name}:' || CAST({value} AS VARCHAR)]"


def _printed(expression: str) -> str:
    """A value as text in which null and empty differ."""
    return f"coalesce('=' || CAST({expression} AS VARCHAR), '-')"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _path(name: str) -> str:
    """A JSON pointer (RFC 6901) to a member, as an SQL literal; a `$` path knows wildcards."""
    return quoted_text("/" + name.replace("~", "~0").replace("/", "~1"))


assert DUCKDB_META.keys() == META_TYPES.keys()
