"""File lists: one row a photo with its URI, tags and all else that is published but the vector."""

import csv
import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photos, json_line

GROUP_ROWS = 32_768


def write_jsonl(photos: Photos, output: Output) -> int:
    """`files.jsonl`."""
    with output.create("files.jsonl") as file:
        for row in photos.rows():
            file.write(json_line(row))
    return 0


def write_csv(photos: Photos, output: Output) -> int:
    """`files.csv`, with a header. Lists are JSON, what is missing is empty."""
    with output.create("files.csv") as file:
        text = io.TextIOWrapper(io.BufferedWriter(file), encoding="utf-8", newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(photos.schema.names)
        for row in photos.rows():
            writer.writerow([_cell(value) for value in row.values()])
        text.flush()
        text.detach()
    return 0


def write_parquet(photos: Photos, output: Output) -> int:
    """`files.parquet`."""
    with output.create("files.parquet") as file, pq.ParquetWriter(file, photos.schema) as writer:
        waiting: list[pa.Table] = []
        for table in photos.tables():
            waiting.append(table)
            if sum(map(len, waiting)) >= GROUP_ROWS:
                writer.write_table(pa.concat_tables(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.concat_tables(waiting))
    return 0


def _cell(value: Any) -> Any:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return value
