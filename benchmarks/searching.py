"""Search over many vectors, beside the same queries straight through lancedb in the same run.

    python -m benchmarks.searching [--vectors N …]

A table of N rows (100,000 and 1,000,000 where not said), with the columns and indexes that
publishing gives it and vectors of 512 numbers: products of about 50 photos each, which differ in 48
dimensions, under noise. Each query is asked of lancedb with the same settings and of the search
core, in turn, with other values each time. The core also checks the model, settles ties, and counts
results. Recall is the share of the hundred nearest vectors that were found, against comparing all.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from lancedb.index import FTS, BTree, IvfSq, LabelList
from lancedb.query import ColumnOrdering, MatchQuery

from benchmarks.measuring import own_peak_mb, scratch
from listing_assets.catalog import TagDefinition
from listing_assets.publishing.columns import PublishedColumns
from listing_assets.publishing.revisions import Revision, note_revision
from listing_assets.search import Published, Query, Vector, open_published, search
from listing_assets.search.ranking import REFINED
from listing_assets.versions.names import VersionName
from resources.lake import Lake

DIMENSION = 512
BATCH = 5_000
ROUNDS = 60
TOP_K = 100
MODEL = "synthetic@1"
WORDS = [f"word{number}" for number in range(2_000)]
DEFINITION = TagDefinition.model_validate(
    {
        "name": "synthetic",
        "guide_prompt": "Look.",
        "tags": [
            {
                "name": "category",
                "type": "choice",
                "values": [{"name": f"c{number}"} for number in range(20)],
            },
            {"name": "batch", "type": "text"},
        ],
    }
)
SCHEMA = PublishedColumns(DEFINITION, {}, DIMENSION).schema


@dataclass(frozen=True)
class Case:
    """One kind of query: asked of lancedb and of the core, for a round's vector and number."""

    name: str
    straight: Callable[[Any, np.ndarray, int], object]
    query: Callable[[np.ndarray, int], Query]


def fill(lake: Lake, vectors: int) -> None:
    """A published version of so many photos, with the indexes that publishing makes."""
    table = lake.create("synthetic", SCHEMA)
    table.set_unenforced_primary_key("key")
    branch = table.branches.create("v1")
    branch.add(pa.RecordBatchReader.from_batches(SCHEMA, _batches(vectors)))
    wanted: dict[str, Any] = {
        "text": FTS(base_tokenizer="icu", stem=False, remove_stop_words=False),
        "key": BTree(),
        "labels": LabelList(),
        "vector": IvfSq(distance_type="cosine"),
    }
    for column, config in wanted.items():
        branch.create_index(column, config=config)
    branch.tags.create("v1.1", branch.version)
    note_revision(
        lake,
        Revision(
            version=VersionName("synthetic", "v1"),
            revision="v1.1",
            table_version=branch.version,
            data_version="synthetic",
            parent="",
            objects=vectors,
            published=vectors,
            rejected=0,
            summary={},
            published_at=datetime.now(UTC),
        ),
    )


def _batches(vectors: int) -> Iterator[pa.RecordBatch]:
    chance = np.random.default_rng(0)
    basis = chance.normal(size=(48, DIMENSION)).astype(np.float32)
    products = chance.normal(size=(max(1, vectors // 50), 48)).astype(np.float32)
    began = datetime(2025, 1, 1, tzinfo=UTC)
    for start in range(0, vectors, BATCH):
        count = min(BATCH, vectors - start)
        product = chance.integers(0, len(products), count)
        own = 0.35 * chance.normal(size=(count, 48)).astype(np.float32)
        values = (products[product] + own) @ basis
        values += chance.normal(size=values.shape).astype(np.float32)
        values /= np.linalg.norm(values, axis=1, keepdims=True)
        numbers = range(start, start + count)
        sizes = chance.integers(10_000, 5_000_000, count)
        words = chance.integers(0, len(WORDS), (count, 20))
        lengths = chance.integers(2, 21, count)
        columns: dict[str, Any] = {
            "key": [f"folder{number % 97}/{number:09d}.jpg" for number in numbers],
            "uri": [f"s3://synthetic/folder{number % 97}/{number:09d}.jpg" for number in numbers],
            "image_id": [f"{number:064x}" for number in numbers],
            "status": ["published"] * count,
            "width": pa.array([1024] * count, pa.int32()),
            "height": pa.array([768] * count, pa.int32()),
            "format": ["JPEG"] * count,
            "bytes": sizes,
            "last_modified": [began + timedelta(seconds=number) for number in numbers],
            "labels": [[f"category:c{one % 20}", f"batch:b{one % 1_000}"] for one in product],
            "text": [
                " ".join(WORDS[word] for word in row[:length])
                for row, length in zip(words, lengths, strict=True)
            ],
            "vector": pa.FixedSizeListArray.from_arrays(
                pa.array(values.astype(np.float32).ravel()), DIMENSION
            ),
            "model_tags": [MODEL] * count,
            "model_embedding": [MODEL] * count,
            "content_version": [str(number) for number in numbers],
            "row_version": [str(number) for number in numbers],
            "tag_category": [f"c{one % 20}" for one in product],
            "tag_batch": [f"b{one % 1_000}" for one in product],
        }
        arrays = [
            pa.array(columns[field.name], field.type)
            if field.name in columns
            else pa.nulls(count, field.type)
            for field in SCHEMA
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _near(table: Any, vector: np.ndarray, where: str | None = None, *, exact: bool = False) -> Any:
    builder = (
        table.search(vector, vector_column_name="vector")
        .distance_type("cosine")
        .select(["key", "uri", "labels", "_distance"])
        .limit(TOP_K)
    )
    if exact:
        builder = builder.bypass_vector_index()
    else:
        builder = builder.refine_factor(REFINED).maximum_nprobes(0)
    builder = builder if where is None else builder.where(where, prefilter=True)
    return builder.to_arrow()


def _words(table: Any, text: str, where: str) -> Any:
    builder = table.search(MatchQuery(text, "text"), query_type="fts").where(where, prefilter=True)
    return builder.select(["key", "uri", "labels", "_score"]).limit(TOP_K).to_arrow()


def _page(table: Any, where: str) -> object:
    order = [ColumnOrdering(column_name="bytes", ascending=True, nulls_first=False)]
    order.append(ColumnOrdering(column_name="key", ascending=True, nulls_first=False))
    builder = table.search().select(["key", "bytes", "uri", "labels"]).where(where).order_by(order)
    return builder.limit(50).to_arrow(), table.count_rows(where)


def _image(vector: np.ndarray, **conditions: Any) -> Query:
    return Query(image=Vector(tuple(vector.tolist()), MODEL), top_k=TOP_K, **conditions)


def _label(number: int) -> str:
    return f"category:c{number % 20}"


CASES = (
    Case(
        "vector",
        lambda table, vector, number: _near(table, vector),
        lambda vector, number: _image(vector),
    ),
    Case(
        "vector, a label of 5%",
        lambda table, vector, number: _near(
            table, vector, f"array_has_any(labels, ['{_label(number)}'])"
        ),
        lambda vector, number: _image(vector, any_of=(_label(number),)),
    ),
    Case(
        "vector, none of a label",
        lambda table, vector, number: _near(
            table, vector, f"labels IS NULL OR NOT array_has_any(labels, ['{_label(number)}'])"
        ),
        lambda vector, number: _image(vector, none_of=(_label(number),)),
    ),
    Case(
        "vector, an expression",
        lambda table, vector, number: _near(
            table, vector, f"bytes > {number * 10_000} AND tag_category = 'c{number % 20}'"
        ),
        lambda vector, number: _image(
            vector, where=f"DataSize>{number * 10_000} AND category=c{number % 20}"
        ),
    ),
    Case(
        "two words",
        lambda table, vector, number: _words(
            table, f"word{number} word{number + 500}", "status = 'published'"
        ),
        lambda vector, number: Query(text=f"word{number} word{number + 500}", text_by="words"),
    ),
    Case(
        "label, sorted by size, counted",
        lambda table, vector, number: _page(
            table, f"status = 'published' AND array_has_any(labels, ['{_label(number)}'])"
        ),
        lambda vector, number: Query(any_of=(_label(number),), sort="size"),
    ),
)


def measure(published: Published, case: Case, queries: list[np.ndarray]) -> None:
    """Print percentiles of both, and their ratio, over rounds in which they take turns."""
    table = published.table
    straight: list[float] = []
    core: list[float] = []
    for number, vector in enumerate(queries):

        def ask_lancedb(vector: np.ndarray = vector, number: int = number) -> None:
            case.straight(table, vector, number)

        def ask_core(vector: np.ndarray = vector, number: int = number) -> None:
            search(published, case.query(vector, number))

        turns = [(straight, ask_lancedb), (core, ask_core)]
        for times, ask in turns if number % 2 else turns[::-1]:
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1000)
    warm = len(queries) // 6
    (p50, p95), (its_p50, its_p95) = (_percentiles(times[warm:]) for times in (straight, core))
    print(
        f"  {case.name:<32} lancedb p50 {p50:6.1f} p95 {p95:6.1f}   core p50 {its_p50:6.1f}"
        f" p95 {its_p95:6.1f} ms   ratio {its_p50 / p50:.2f}"
    )


def _percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[18]


def recall(published: Published, queries: list[np.ndarray]) -> float:
    """Of the nearest by comparing all vectors, the share that the core finds."""
    shares = []
    for vector in queries:
        right = set(_near(published.table, vector, exact=True)["key"].to_pylist())
        found = search(published, _image(vector, max_results=TOP_K)).rows["key"].to_pylist()
        shares.append(len(right & set(found)) / len(right))
    return statistics.fmean(shares)


def main() -> None:
    """Fill, index and measure each size in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vectors", type=int, nargs="+", default=[100_000, 1_000_000])
    for vectors in parser.parse_args().vectors:
        with scratch() as folder:
            lake = Lake(folder)
            began = time.monotonic()
            fill(lake, vectors)
            print(f"{vectors:,} vectors, filled and indexed in {time.monotonic() - began:.0f} s")
            published = open_published(lake, "synthetic@v1")
            chance = np.random.default_rng(1)
            some = published.table.search().select(["vector"]).limit(20_000).to_arrow()["vector"]
            queries = [
                np.asarray(some[int(place)].values)
                + 0.02 * chance.normal(size=DIMENSION).astype(np.float32)
                for place in chance.integers(0, len(some), ROUNDS)
            ]
            for case in CASES:
                measure(published, case, queries)
            print(f"  recall@{TOP_K} {recall(published, queries[:10]):.3f}")
    print(f"peak memory {own_peak_mb():,.0f} MB")


if __name__ == "__main__":
    main()
