"""How well the search core finds the same product: Precision@k of each photo's nearest ones.

Every photo of which another one shows the same product is searched by its own vector among all
photos of the version, as a user would. The photo itself, and copies of it, are no results.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from listing_assets.hashing import digest
from listing_assets.listings.evaluation.same_products import Level, SameProducts
from listing_assets.listings.evaluation.told import PUBLISHED
from listing_assets.reading import OpenRevision
from listing_assets.search import KeyOf, Published, Query, search

DEPTHS: Final = (1, 5, 10, 50, 100)


@dataclass(frozen=True, slots=True)
class PrecisionAt:
    """The mean over the queries of the share of the first `depth` results that are right.

    `of_possible` is the mean share of the right results that so many places could have held: where
    a product has three other photos, Precision@100 cannot pass 0.03, and this can reach 1.
    """

    level: Level
    depth: int
    queries: int
    precision: float
    of_possible: float


def retrieval(
    opened: OpenRevision, same: Sequence[SameProducts], most_queries: int
) -> tuple[PrecisionAt, ...]:
    """Precision at all depths and levels, of at most so many queries a level.

    Raises:
        SearchError: the version has no vectors.
    """
    image_of = _images(opened)
    rankings: dict[str, list[str]] = {}
    found: list[PrecisionAt] = []
    for one in same:
        products = {key: name for key, name in one.product_of.items() if key in image_of}
        queries = _queries(products, image_of, most_queries)
        for key in queries:
            if key not in rankings:
                rankings[key] = _ranked(opened.published, key, image_of)
        found += precisions(one.level, {key: rankings[key] for key in queries}, products, image_of)
    return tuple(found)


def precisions(
    level: Level,
    rankings: Mapping[str, Sequence[str]],
    product_of: Mapping[str, str],
    image_of: Mapping[str, str],
) -> Iterator[PrecisionAt]:
    """Precision at each depth, of ranked keys by the key that they were searched by.

    A product is known by its photos' keys, a copy by an equal image id.
    """
    members = _members(product_of)
    hits: dict[str, list[bool]] = {}
    others: dict[str, int] = {}
    for key, ranked in rankings.items():
        product = product_of[key]
        hits[key] = [product_of.get(other) == product for other in ranked]
        others[key] = sum(image_of[other] != image_of[key] for other in members[product])
    for depth in DEPTHS if rankings else ():
        right = {key: sum(hits[key][:depth]) for key in rankings}
        yield PrecisionAt(
            level,
            depth,
            len(rankings),
            _mean(right[key] / depth for key in rankings),
            _mean(right[key] / min(depth, others[key]) for key in rankings),
        )


def _images(opened: OpenRevision) -> dict[str, str]:
    """The image id of each published photo that has a vector, by its key."""
    places = opened.places(f"{PUBLISHED} AND model_embedding IS NOT NULL", with_photos=False)
    found: dict[str, str] = {}
    for table in opened.rows(places, ["key", "image_id"]):
        found.update(zip(table["key"].to_pylist(), table["image_id"].to_pylist(), strict=True))
    return found


def _queries(product_of: Mapping[str, str], image_of: Mapping[str, str], most: int) -> list[str]:
    """The photos whose product has another photo; of too many, some, always the same."""
    members = _members(product_of)
    found = [
        key
        for key, product in product_of.items()
        if any(image_of[other] != image_of[key] for other in members[product])
    ]
    return sorted(sorted(found, key=digest)[:most])


def _members(product_of: Mapping[str, str]) -> dict[str, list[str]]:
    members = defaultdict(list)
    for key, product in product_of.items():
        members[product].append(key)
    return members


def _ranked(published: Published, key: str, image_of: Mapping[str, str]) -> list[str]:
    copies = Counter(image_of.values())[image_of[key]]
    wanted = DEPTHS[-1] + copies
    query = Query(image=KeyOf(key), top_k=wanted, max_results=wanted, columns=("image_id",))
    rows = search(published, query).documents()
    return [row["key"] for row in rows if row["image_id"] != image_of[key]][: DEPTHS[-1]]


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
