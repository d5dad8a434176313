"""A dataset for searching: rows such as publishing writes, in a real lake, without a chain."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from lancedb.index import Bitmap, BTree, LabelList

from listing_assets.catalog import TagDefinition
from listing_assets.publishing.columns import PublishedColumns
from listing_assets.publishing.indexes import FULL_TEXT
from listing_assets.publishing.revisions import Revision, note_revision
from listing_assets.search import Published, open_published
from listing_assets.versions.names import VersionName
from resources.lake import Lake

Row = dict[str, Any]
DIMENSION = 16
MODEL = "stand-in@1"
BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
WORDS = ("red", "running", "shoes", "green", "tea", "cup", "iPhone", "case", "wool", "summer")
CHINESE = ("红色", "绿茶", "运动鞋", "手机", "杯子", "羊毛")
DEFINITION = TagDefinition.model_validate(
    {
        "name": "shop",
        "guide_prompt": "Look.",
        "tags": [
            {
                "name": "category",
                "type": "choice",
                "values": [{"name": name} for name in ("Food", "Daily Use", "Toys", "服装")],
            },
            {
                "name": "colours",
                "type": "multi_choice",
                "values": [{"name": name} for name in ("red", "green", "blue", "红色")],
            },
            {"name": "in-stock", "type": "boolean"},
            {"name": "price", "type": "number"},
            {"name": "title", "type": "text"},
            {"name": "shade", "type": "color"},
        ],
    }
)
META = {
    "sku": "string",
    "重量 (kg)": "double",
    "stock": "int64",
    "checked": "bool",
    "price": "double",
}
SCHEMA = PublishedColumns(DEFINITION, META, DIMENSION).schema


class StandInVectors:
    """`QueryVectors` that looks vectors up, and counts how often it was asked."""

    def __init__(
        self,
        texts: dict[str, np.ndarray] | None = None,
        of_photo: Callable[[bytes], np.ndarray] | None = None,
        model: str = MODEL,
    ) -> None:
        self.model = model
        self.asked = 0
        self._texts = texts or {}
        self._of_photo = of_photo

    def of_text(self, text: str) -> np.ndarray | None:
        self.asked += 1
        return self._texts.get(text)

    def of_photo(self, data: bytes) -> np.ndarray:
        self.asked += 1
        assert self._of_photo is not None
        return self._of_photo(data)


@dataclass
class Shop:
    """A lake with one dataset, and the rows of its newest revision."""

    lake: Lake
    rows: list[Row]

    def open(self, reference: str = "v1") -> Published:
        return open_published(self.lake, f"shop@{reference}")


def unit(vector: np.ndarray) -> np.ndarray:
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def generate_rows(count: int, seed: int = 0) -> list[Row]:
    """Rows of all kinds: rejected ones, ones without labels, text or vector, and equal photos."""
    chance = random.Random(seed)
    numbers = np.random.default_rng(seed)
    rows: list[Row] = []
    for number in range(count):
        row = _rejected(number) if chance.random() < 0.05 else _published(number, chance, numbers)
        if row["status"] == "published" and number > 20 and chance.random() < 0.1:
            twin = next((other for other in rows[-20:] if other["vector"] is not None), row)
            row |= {name: twin[name] for name in ("image_id", "vector", "text")}
        rows.append(row)
    return [row | {"embedded_at": row["vector"] and row["ingested_at"]} for row in rows]


def _rejected(number: int) -> Row:
    return _blank(number) | {
        "status": "rejected",
        "reason": "truncated",
        "detail": "It ends early.",
        "bytes": 100 + number,
        "text": "red shoes of a broken file",
        "meta_sku": f"SKU-{number}",
    }


def _published(number: int, chance: random.Random, numbers: np.random.Generator) -> Row:
    def maybe(value: Any, share: float = 0.8) -> Any:
        return value if chance.random() < share else None

    category = maybe(chance.choice(["Food", "Daily Use", "Toys", "服装"]))
    colours = maybe(chance.sample(["red", "green", "blue", "红色"], chance.randint(0, 3)))
    in_stock = maybe(chance.random() < 0.5)
    shade = maybe(f"#{chance.randrange(4) * 85:02X}0000", 0.3)
    labels_ai = [
        *([f"category:{category}"] if category else []),
        *(f"colours:{colour}" for colour in colours or []),
        *([f"in-stock:{str(in_stock).lower()}"] if in_stock is not None else []),
        *([f"shade:{shade}"] if shade else []),
    ]
    user = chance.choice([[], [], ["note:best of 2025"], ["category:Gift"]])
    deleted = [label for label in labels_ai if chance.random() < 0.1]
    labels = [label for label in labels_ai if label not in deleted] + user
    words = chance.sample(WORDS, 3) + chance.sample(CHINESE, chance.randint(0, 1))
    return _blank(number) | {
        "status": "published",
        "width": chance.randint(100, 4000),
        "height": chance.randint(100, 4000),
        "format": (form := chance.choice(["JPEG", "PNG", "WEBP"])),
        "content_type": f"image/{form.lower()}",
        "bytes": chance.randint(1_000, 5_000_000),
        "captured_at": maybe(datetime(2024, 5, 1) + timedelta(hours=chance.randint(0, 5_000)), 0.4),
        "sharpness": maybe(float(np.float32(chance.random()))),
        "brightness": float(np.float32(chance.random())),
        "decisions": chance.choice([[], ["cmyk_to_srgb"], ["exif_orientation_6_applied"]]),
        "labels": None if chance.random() < 0.05 else labels,
        "labels_ai": labels_ai,
        "labels_user": user,
        "labels_user_deleted": deleted,
        "text": maybe(" ".join(words), 0.9),
        "vector": maybe(unit(numbers.normal(size=DIMENSION)).tolist(), 0.95),
        "model_tags": "tags@1",
        "tag_category": category,
        "tag_colours": colours,
        "tag_in-stock": in_stock,
        "tag_price": maybe(round(chance.uniform(1, 100), 2)),
        "tag_title": maybe(" ".join(words[:2]).title()),
        "tag_shade": shade,
        "meta_sku": maybe(f"SKU-{chance.randint(0, 500):04d}"),
        "meta_重量 (kg)": maybe(chance.choice([0.5, 1.0, 2.25])),
        "meta_stock": maybe(chance.randint(-5, 50)),
        "meta_checked": maybe(chance.random() < 0.5),
        "meta_price": maybe(round(chance.uniform(1, 100), 2)),
    }


def _blank(number: int) -> Row:
    folder = ("", "shoes/", "shoes/new/", "茶叶/绿茶/", "a%_b/")[number % 5]
    name = f"{random.Random(number).choice(['IMG', 'img', '照片', 'Sea food', 'o_k'])}_{number:04d}"
    return dict.fromkeys(SCHEMA.names) | {
        "key": f"{folder}{name}.jpg",
        "uri": f"s3://shop/{folder}{name}.jpg",
        "image_id": f"{number:064x}",
        "last_modified": BEGIN + timedelta(minutes=37 * (number % 900)),
        "ingested_at": BEGIN + timedelta(minutes=37 * (number % 800), seconds=30),
        "updated_at": BEGIN,
        "content_version": str(number),
        "row_version": str(number),
    }


def publish_rows(
    lake: Lake,
    rows: Sequence[Row],
    version: str = "v1",
    *,
    dataset: str = "shop",
    schema: pa.Schema = SCHEMA,
    indexed: bool = True,
) -> str:
    """Make `rows` the newest revision of a version, as publishing leaves it; its name."""
    rows = [
        row | {"model_embedding": row.get("model_embedding") or (MODEL if row["vector"] else None)}
        for row in rows
    ]
    table = lake.create(dataset, schema)
    if version not in table.branches.list():
        branch = table.branches.create(version)
    else:
        branch = table.branches.checkout(version)
        branch.delete("true")
    batches = pa.Table.from_pylist(rows, schema=schema).to_batches(max_chunksize=700)
    branch.add(pa.RecordBatchReader.from_batches(schema, batches))
    if indexed and not branch.list_indices():
        scalar = {"key": BTree(), "labels": LabelList(), "status": Bitmap()}
        for column, config in {"text": FULL_TEXT, **scalar}.items():
            branch.create_index(column, config=config)
    elif indexed:
        branch.to_lance().optimize.optimize_indices()
        branch.checkout_latest()
    numbers = [int(tag.partition(".")[2]) for tag in branch.tags.list() if f"{version}." in tag]
    revision = f"{version}.{max(numbers, default=0) + 1}"
    branch.tags.create(revision, branch.version)
    published = sum(row["status"] == "published" for row in rows)
    note_revision(
        lake,
        Revision(
            version=VersionName(dataset, version),
            revision=revision,
            table_version=branch.version,
            data_version=revision,
            parent="",
            objects=len(rows),
            published=published,
            rejected=len(rows) - published,
            summary={},
            published_at=datetime.now(UTC),
        ),
    )
    return revision


def make_shop(folder: Path, rows: list[Row], **options: Any) -> Shop:
    lake = Lake(str(folder))
    publish_rows(lake, rows, **options)
    return Shop(lake, rows)
