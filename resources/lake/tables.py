"""The names and columns of every table that the platform keeps besides the published datasets.

All are append-only but `raw_images`, whose older listings are deleted once a newer one stands.
Where a key occurs in several rows of an append-only table, the newest `created_at` holds.
"""

import re
from dataclasses import dataclass

import lance
import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


@dataclass(frozen=True)
class TableSpec:
    """A table's name and Arrow schema.

    `stable_row_ids` is for tables whose rows are read by the ids that an earlier scan gave: there
    an id names its row for ever; elsewhere it is a place, which compaction changes.
    """

    name: str
    schema: pa.Schema
    stable_row_ids: bool = False


RAW_IMAGES = TableSpec(
    "raw_images",
    pa.schema(
        [
            _required("dataset", pa.string()),
            _required("version", pa.string()),
            _required("listing_id", pa.string()),
            _required("key", pa.string()),
            _required("object_id", pa.string()),
            pa.field("uri", pa.string()),
            pa.field("size", pa.int64()),
            pa.field("etag", pa.string()),
            pa.field("last_modified", TIME),
            pa.field("content_type", pa.string()),
            pa.field("storage_class", pa.string()),
            pa.field("reason", pa.string()),
            pa.field("detail", pa.string()),
            pa.field("meta", pa.string()),
        ]
    ),
)
"""The object table: one row per object per dataset version, under the id of its listing."""

LISTINGS = TableSpec(
    "listings",
    pa.schema(
        [
            _required("dataset", pa.string()),
            _required("version", pa.string()),
            _required("listing_id", pa.string()),
            _required("listed_at", TIME),
            _required("objects", pa.int64()),
            _required("bytes", pa.int64()),
            _required("fingerprint", pa.string()),
            _required("passed_over", pa.string()),
            _required("meta_schema", pa.string()),
        ]
    ),
)
"""One row per finished listing; the newest of a version is the frozen one."""

FETCHED_OBJECTS = TableSpec(
    "fetched_objects",
    pa.schema(
        [
            _required("object_id", pa.string()),
            pa.field("image_id", pa.string()),
            pa.field("reason", pa.string()),
            pa.field("detail", pa.string()),
            _required("created_at", TIME),
        ]
    ),
)
"""Which bytes an object (uri, etag, size) held: its image id, or why it could not be fetched."""

NORMALIZED_IMAGES = TableSpec(
    "normalized_images",
    pa.schema(
        [
            _required("image_id", pa.string()),
            _required("recipe", pa.string()),
            pa.field("reason", pa.string()),
            pa.field("detail", pa.string()),
            pa.field("decisions", pa.list_(pa.string())),
            pa.field("width", pa.int32()),
            pa.field("height", pa.int32()),
            pa.field("format", pa.string()),
            pa.field("mode", pa.string()),
            pa.field("orientation", pa.int32()),
            pa.field("frames", pa.int32()),
            pa.field("icc", pa.string()),
            pa.field("bytes", pa.int64()),
            pa.field("captured_at", pa.timestamp("us")),
            pa.field("phash", pa.string()),
            pa.field("sharpness", pa.float32()),
            pa.field("brightness", pa.float32()),
            pa.field("digest", pa.string()),
            _required("created_at", TIME),
            lance.blob_field("jpeg"),
        ]
    ),
    stable_row_ids=True,
)
"""One row per (image id, recipe): JPEG bytes and facts, or the reason of rejection."""

SMART_TAGS = TableSpec(
    "smart_tags",
    pa.schema(
        [
            _required("image_id", pa.string()),
            _required("tag", pa.string()),
            _required("recipe", pa.string()),
            _required("status", pa.string()),
            pa.field("value", pa.string()),
            pa.field("reason", pa.string()),
            pa.field("repairs", pa.list_(pa.string())),
            pa.field("raw", pa.string()),
            pa.field("seen_text", pa.string()),
            _required("model", pa.string()),
            _required("model_version", pa.string()),
            _required("call_id", pa.string()),
            _required("created_at", TIME),
        ]
    ),
)
"""One row per (image id, tag, recipe). `value` is JSON; `status` is valid, invalid or failed."""

MODEL_CALLS = TableSpec(
    "model_calls",
    pa.schema(
        [
            _required("call_id", pa.string()),
            _required("dataset", pa.string()),
            _required("version", pa.string()),
            _required("asset", pa.string()),
            _required("run_id", pa.string()),
            _required("model", pa.string()),
            _required("model_version", pa.string()),
            _required("images", pa.int32()),
            _required("tags", pa.int32()),
            _required("input_tokens", pa.int64()),
            _required("output_tokens", pa.int64()),
            pa.field("cost", pa.float64()),
            _required("latency_ms", pa.float64()),
            _required("at_ceiling", pa.bool_()),
            _required("outcome", pa.string()),
            _required("created_at", TIME),
        ]
    ),
)
"""The ledger: one row per request to a model; `created_at` is when it left."""

BATCHES = TableSpec(
    "batches",
    pa.schema(
        [
            _required("batch_id", pa.string()),
            _required("dataset", pa.string()),
            _required("version", pa.string()),
            _required("status", pa.string()),
            pa.field("model", pa.string()),
            pa.field("model_version", pa.string()),
            pa.field("endpoint", pa.string()),
            pa.field("run_id", pa.string()),
            pa.field("requests", pa.int64()),
            pa.field("definition", pa.string()),
            pa.field("recipes", pa.string()),
            pa.field("form", pa.string()),
            pa.field("file_id", pa.string()),
            pa.field("noted_at", TIME),
            pa.field("remote_id", pa.string()),
            pa.field("ending", pa.string()),
            pa.field("refused", pa.string()),
            pa.field("budget_left", pa.float64()),
            _required("created_at", TIME),
        ]
    ),
)
"""What became of batches: noted, submitted, gone, collected; and which versions await which of
them (awaited, released). `definition`, `recipes` (by tag) and `form` are JSON: what was asked, and
how."""

BATCH_REQUESTS = TableSpec(
    "batch_requests",
    pa.schema(
        [
            _required("batch_id", pa.string()),
            _required("image_id", pa.string()),
            _required("tags", pa.list_(pa.string())),
        ]
    ),
)
"""The requests of a batch: one a photo, for the tags that it lacked. A batch that `batches` does
not have was never submitted."""

CORRECTIONS = TableSpec(
    "corrections",
    pa.schema(
        [
            _required("correction_id", pa.string()),
            _required("dataset", pa.string()),
            _required("image_id", pa.string()),
            _required("tag", pa.string()),
            _required("action", pa.string()),
            pa.field("value", pa.string()),
            _required("author", pa.string()),
            pa.field("undoes", pa.string()),
            _required("place", pa.int64()),
            _required("created_at", TIME),
        ]
    ),
)
"""What people say of photos: append-only; `value` is JSON, `place` the order within a commit."""

LISTING_ANSWERS = TableSpec(
    "listing_answers",
    pa.schema(
        [
            _required("request", pa.string()),
            _required("kind", pa.string()),
            _required("image_id", pa.string()),
            _required("value", pa.string()),
            _required("model", pa.string()),
            _required("model_version", pa.string()),
            _required("call_id", pa.string()),
            _required("created_at", TIME),
        ]
    ),
)
"""Answers about the photos of listings, by the digest of the exact request; `image_id` is the
cover's, `value` a text or the JSON of answered questions."""

LISTING_DRAFTS = TableSpec(
    "listing_drafts",
    pa.schema(
        [
            _required("listing_id", pa.string()),
            _required("recipe", pa.string()),
            _required("category", pa.string()),
            _required("template", pa.string()),
            _required("status", pa.string()),
            _required("draft", pa.string()),
            _required("created_at", TIME),
        ]
    ),
)
"""One row per (listing, recipe): the draft as JSON. `recipe` covers all but the template of the
category that was found, whose recipe is `template`."""

LISTING_ADOPTIONS = TableSpec(
    "listing_adoptions",
    pa.schema(
        [
            _required("adoption_id", pa.string()),
            _required("action", pa.string()),
            _required("listing_id", pa.string()),
            _required("recipe", pa.string()),
            _required("definition", pa.string()),
            _required("draft", pa.string()),
            pa.field("title", pa.string()),
            pa.field("description", pa.string()),
            pa.field("category", pa.string()),
            pa.field("attributes", pa.string()),
            pa.field("author", pa.string()),
            pa.field("share_kept", pa.float64()),
            _required("created_at", TIME),
        ]
    ),
)
"""What became of drafts: each is `offered` to the person who waited for it, and may be `accepted`,
with the texts as they were then. `draft` and `attributes` are JSON; `recipe` is the draft's."""

FULL_RUNS = TableSpec(
    "full_runs",
    pa.schema(
        [
            _required("dataset", pa.string()),
            _required("version", pa.string()),
            _required("asset", pa.string()),
            _required("event", pa.string()),
            _required("created_at", TIME),
        ]
    ),
)
"""Beginnings and ends of full recomputations, so that a killed one goes on where it stopped."""

REVISIONS = TableSpec(
    "revisions",
    pa.schema(
        [
            _required("dataset", pa.string()),
            _required("version", pa.string()),
            _required("revision", pa.string()),
            _required("table_version", pa.int64()),
            _required("data_version", pa.string()),
            _required("parent", pa.string()),
            _required("objects", pa.int64()),
            _required("published", pa.int64()),
            _required("rejected", pa.int64()),
            _required("summary", pa.string()),
            _required("published_at", TIME),
        ]
    ),
)
"""One row per publication. `summary` is JSON: models, recipes, differences, distributions."""

FIXED = (
    RAW_IMAGES,
    LISTINGS,
    REVISIONS,
    FETCHED_OBJECTS,
    NORMALIZED_IMAGES,
    SMART_TAGS,
    MODEL_CALLS,
    BATCHES,
    BATCH_REQUESTS,
    CORRECTIONS,
    LISTING_ANSWERS,
    LISTING_DRAFTS,
    LISTING_ADOPTIONS,
    FULL_RUNS,
)


def embeddings(model: str, dimension: int) -> TableSpec:
    """The table of one embedding model: one row per (image id, recipe), one dimension for ever."""
    return TableSpec(
        embeddings_name(model),
        pa.schema(
            [
                _required("image_id", pa.string()),
                _required("recipe", pa.string()),
                pa.field("vector", pa.list_(pa.float32(), dimension)),
                pa.field("digest", pa.string()),
                pa.field("reason", pa.string()),
                _required("model", pa.string()),
                _required("model_version", pa.string()),
                _required("call_id", pa.string()),
                _required("created_at", TIME),
            ]
        ),
        stable_row_ids=True,
    )


def embeddings_name(model: str) -> str:
    """The table name of an embedding model."""
    return "embeddings_" + re.sub(r"[^a-z0-9]+", "_", model.lower()).strip("_")


def is_reserved(name: str) -> bool:
    """Whether a dataset of that name would collide with a table of the platform."""
    lower = name.lower()
    return lower.startswith("embeddings_") or lower in {"leases", *(spec.name for spec in FIXED)}
