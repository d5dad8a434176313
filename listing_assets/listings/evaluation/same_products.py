"""Which photos show the same product: by a column, or by a file of pairs.

At two levels: the SKU is the very item that is sold, in its colour and size; the SPU is the product
in all its variants.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from listing_assets.listings.evaluation.told import Told, read_rows
from resources.errors import SourceError

Level = Literal["SKU", "SPU"]
SKU_KIND: Final = "sku"
"""The kind of a row of pairs whose photos show the same item; any other kind is one of variants."""


@dataclass(frozen=True)
class SameProducts:
    """The product of each photo at a level, by the photo's key."""

    level: Level
    product_of: Mapping[str, str]


def read_pairs(path: Path) -> tuple[SameProducts, ...]:
    """The products that a JSONL, CSV or Parquet file tells, a photo a row.

    Its columns are the photo's key (`path`, `query_path` or `key`), `product_id`, and `kind`, which
    is `sku` where the photos of a product show the same item. Rows of every kind count for the SPU.

    Raises:
        SourceError: the file cannot be read so.
    """
    skus: dict[str, str] = {}
    spus: dict[str, str] = {}
    for key, row in read_rows(path).items():
        if row.get("product_id") is not None:
            spus[key] = str(row["product_id"])
            if str(row.get("kind", SKU_KIND)).lower() == SKU_KIND:
                skus[key] = spus[key]
    if not spus:
        raise SourceError(
            f"{path.name} names no product.", "Give it a column 'product_id', a photo a row."
        )
    found = (SameProducts("SKU", skus), SameProducts("SPU", spus))
    return tuple(one for one in found if one.product_of)


def told_products(told: Told, columns: Mapping[Level, str]) -> tuple[SameProducts, ...]:
    """The products that columns tell; none at a level whose column there is not."""
    found: dict[Level, dict[str, str]] = {
        level: {} for level, column in columns.items() if column in told.columns
    }
    if not found:
        return ()
    for row in told.rows([columns[level] for level in found]):
        for level, products in found.items():
            if (product := row[columns[level]]) is not None:
                products[row["key"]] = str(product)
    return tuple(SameProducts(level, products) for level, products in found.items() if products)
