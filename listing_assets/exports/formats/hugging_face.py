"""Hugging Face `datasets`: a folder of images with metadata, and Parquet with the Image feature.

Both have one split, `train`, told by a folder or a file name as `datasets` looks for it first: a
key that contains "test" must not make a split of its own.
"""

import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photo, Photos, json_line

GROUP_PHOTOS = 100
"""Rows of a row group: what a reader holds at once."""
SHARD_BYTES = 400 * 1024**2
"""Of photos in one Parquet file."""
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
DTYPES = {
    pa.string(): "string",
    pa.bool_(): "bool",
    pa.int64(): "int64",
    pa.float64(): "float64",
}


def write_imagefolder(photos: Photos, output: Output) -> int:
    """`train/metadata.jsonl` and the photos beside it."""
    with output.create("train/metadata.jsonl") as file:
        for photo in photos.photos():
            output.write(f"train/{photo.name}", photo.data)
            file.write(json_line({"file_name": photo.name, **photo.row}))
    return 0


def write_parquet(photos: Photos, output: Output) -> int:
    """`data/train-00000.parquet` and so on."""
    schema = _schema(photos)
    items = photos.photos()
    photo = next(items, None)
    shard = 0
    while photo is not None:
        path = f"data/train-{shard:05d}.parquet"
        with (
            output.create(path) as file,
            pq.ParquetWriter(file, schema, use_dictionary=False) as writer,
        ):
            size, group = 0, []
            while photo is not None and size < SHARD_BYTES:
                group.append(photo)
                size += len(photo.data)
                if len(group) == GROUP_PHOTOS:
                    writer.write_table(_table(group, schema))
                    group = []
                photo = next(items, None)
            if group:
                writer.write_table(_table(group, schema))
        shard += 1
    return 0


def _schema(photos: Photos) -> pa.Schema:
    """The columns, and what `datasets` is told of them in the file's metadata."""
    columns = [photos.schema.field(name) for name in photos.portable]
    features: dict[str, Any] = {"image": {"_type": "Image"}}
    features |= {field.name: _feature(field.type) for field in columns}
    told = json.dumps({"info": {"features": features}}, ensure_ascii=False)
    return pa.schema([pa.field("image", IMAGE), *columns], {"huggingface": told})


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_list(kind):
        # The name that releases before 4.0 know too.
        return {"_type": "Sequence", "feature": _feature(kind.value_type)}
    return {"_type": "Value", "dtype": DTYPES[kind]}


def _table(group: list[Photo], schema: pa.Schema) -> pa.Table:
    rows = [{"image": {"bytes": photo.data, "path": photo.name}, **photo.row} for photo in group]
    return pa.Table.from_pylist(rows, schema=schema)
