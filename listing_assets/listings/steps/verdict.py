"""How a neighbour relates to the product: by its vector, its attributes and its words.

The vector alone proposes; what can be read on the photos decides against it. A neighbour of another
brand is never the same product, one of another capacity or model never the identical one.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from listing_assets.listings.definitions.schema import Thresholds
from listing_assets.listings.draft import Neighbour, Verdict
from listing_assets.listings.products import Product

ORDER: Final[tuple[Verdict, ...]] = ("none", "similar", "same model", "identical")
BRAND: Final = frozenset({"brand", "品牌", "牌子", "manufacturer"})
MODEL: Final = frozenset({"model", "model name", "型号", "机型", "款式"})
CAPACITY: Final = frozenset({"storage capacity", "capacity", "storage", "容量", "存储容量", "内存"})
AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(tb|gb|mb|kg|g|ml|l|mah|w|inch)\b", re.IGNORECASE)
LEAST_WORDS: Final = 2
"""Words of a title that must be read on the photo before they count for the same product."""
WORD: Final = re.compile(r"[a-z0-9]{2,}|[\u4e00-\u9fff]{2}", re.IGNORECASE)


def judged(
    neighbours: Iterable[Neighbour], product: Product, thresholds: Thresholds
) -> tuple[Neighbour, ...]:
    """The neighbours with their verdicts, the best verdict first, then the best score."""
    words = words_of(product)
    found = [
        replace(neighbour, verdict=verdict(neighbour, product, words, thresholds))
        for neighbour in neighbours
    ]
    return tuple(sorted(found, key=lambda one: (-ORDER.index(one.verdict), -one.score)))


def verdict(neighbour: Neighbour, product: Product, words: str, thresholds: Thresholds) -> Verdict:
    """The verdict on one neighbour; `words` are those of the product's photos and tags."""
    proposed = by_score(neighbour.score, thresholds)
    if proposed == "none":
        return proposed
    if names_product(neighbour, words, thresholds.agreement):
        proposed = max(proposed, "same model", key=ORDER.index)
    if differs(value_of(neighbour.attributes, BRAND), named(product, BRAND)):
        return min(proposed, "similar", key=ORDER.index)
    model = value_of(neighbour.attributes, MODEL)
    if differs(model, named(product, MODEL)):
        return min(proposed, "similar", key=ORDER.index)
    if _amounts_differ(neighbour, words):
        return min(proposed, "same model", key=ORDER.index)
    return proposed


def by_score(score: float, thresholds: Thresholds) -> Verdict:
    """What the similarity alone says."""
    if score >= thresholds.identical:
        return "identical"
    if score >= thresholds.same_model:
        return "same model"
    return "similar" if score >= thresholds.similar else "none"


def words_of(product: Product) -> str:
    """What is read on the photos and what their tags say, in lower case."""
    told = [value for values in product.tags.values() for value in values]
    return " ".join([*product.seen_text, *told]).casefold()


def names_product(neighbour: Neighbour, words: str, agreement: float) -> bool:
    """Whether the photos show in words so large a share of the words of the neighbour's title."""
    title = set(WORD.findall(neighbour.title.casefold()))
    shown = {word for word in title if word in words}
    return len(shown) >= LEAST_WORDS and len(shown) >= agreement * len(title)


def value_of(attributes: Mapping[str, str], names: frozenset[str]) -> str:
    """The attribute that goes by one of these names; empty where there is none."""
    for name, value in attributes.items():
        if name.replace("_", " ").strip().casefold() in names:
            return value
    return ""


def named(product: Product, names: frozenset[str]) -> str:
    """The tag that goes by one of these names."""
    tags = {name: values[0] for name, values in product.tags.items() if values}
    return value_of(tags, names)


def differs(one: str, other: str) -> bool:
    """Whether both are known and neither contains the other."""
    one, other = _plain(one), _plain(other)
    return bool(one and other) and one not in other and other not in one


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _amounts_differ(neighbour: Neighbour, words: str) -> bool:
    """Whether the photo shows another capacity or amount than the neighbour has."""
    theirs = _amounts(f"{neighbour.title} {value_of(neighbour.attributes, CAPACITY)}")
    shown = _amounts(words)
    return any(unit in shown and not shown[unit] & values for unit, values in theirs.items())


def _amounts(text: str) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for number, unit in AMOUNT.findall(text):
        found.setdefault(unit.casefold(), set()).add(float(number))
    return found
