"""The columns of a published dataset table, which outsiders rely on.

The fixed columns come first; a version adds `tag_<name>` for each tag of its definition and
`meta_<name>` for each column of its manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from listing_assets.catalog.schema import Tag, TagDefinition
from resources.lake.tables import TIME

TAG_TYPES: dict[str, pa.DataType] = {
    "choice": pa.string(),
    "multi_choice": pa.list_(pa.string()),
    "boolean": pa.bool_(),
    "number": pa.float64(),
    "text": pa.string(),
    "color": pa.string(),
}
META_TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "double": pa.float64(),
    "bool": pa.bool_(),
}
LABELLED = frozenset({"choice", "multi_choice", "boolean", "color"})
"""Types of tags whose values become labels `name:value`."""


ANY_DIMENSION = -1
"""For a vector column of no dimension in particular."""


def fixed_columns(dimension: int) -> list[pa.Field]:
    """The columns that every published table has."""
    return [
        pa.field("key", pa.string(), nullable=False),
        pa.field("uri", pa.string()),
        pa.field("image_id", pa.string()),
        pa.field("status", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("detail", pa.string()),
        pa.field("width", pa.int32()),
        pa.field("height", pa.int32()),
        pa.field("format", pa.string()),
        pa.field("content_type", pa.string()),
        pa.field("mode", pa.string()),
        pa.field("orientation", pa.int32()),
        pa.field("frames", pa.int32()),
        pa.field("icc", pa.string()),
        pa.field("bytes", pa.int64()),
        pa.field("last_modified", TIME),
        pa.field("ingested_at", TIME),
        pa.field("captured_at", pa.timestamp("us")),
        pa.field("phash", pa.string()),
        pa.field("sharpness", pa.float32()),
        pa.field("brightness", pa.float32()),
        pa.field("decisions", pa.list_(pa.string())),
        pa.field("labels", pa.list_(pa.string())),
        pa.field("labels_ai", pa.list_(pa.string())),
        pa.field("labels_user", pa.list_(pa.string())),
        pa.field("labels_user_deleted", pa.list_(pa.string())),
        pa.field("invalid_tags", pa.list_(pa.string())),
        pa.field("text", pa.string()),
        pa.field("vector", pa.list_(pa.float32(), dimension)),
        pa.field("model_tags", pa.string()),
        pa.field("model_embedding", pa.string()),
        pa.field("embedded_at", TIME),
        pa.field("content_version", pa.string()),
        pa.field("row_version", pa.string()),
        pa.field("updated_at", TIME),
    ]


@dataclass(frozen=True)
class PublishedColumns:
    """What a version's rows look like. `dimension` is None where no model has embedded yet."""

    definition: TagDefinition
    meta: Mapping[str, str]
    dimension: int

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema, in the order of the table."""
        return pa.schema(
            [
                *fixed_columns(self.dimension),
                *(pa.field(tag_column(tag), TAG_TYPES[tag.type]) for tag in self.definition.tags),
                *(pa.field(f"meta_{name}", META_TYPES[kind]) for name, kind in self.meta.items()),
            ]
        )

    @property
    def shape(self) -> list[str]:
        """Names and types, for digests."""
        return [f"{field.name}:{field.type}" for field in self.schema]


def tag_column(tag: Tag) -> str:
    """The column of a tag."""
    return f"tag_{tag.name}"
