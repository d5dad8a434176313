"""Which photos of a version the rows of a file speak of: named by key, or by the end of their URI.

So a file that lies beside its photos may say `images/1.jpg` of what a dataset whose source is that
folder has under the key `1.jpg`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Final

from listing_assets.listings.evaluation.errors import EvaluationError
from listing_assets.listings.evaluation.same_products import SameProducts
from listing_assets.listings.evaluation.told import PUBLISHED, Rows
from listing_assets.reading import OpenRevision

TEXTS: Final = "the file of texts"
PAIRS: Final = "the file of pairs"


def by_key_of_photo(
    opened: OpenRevision, beside: Rows | None, same: Sequence[SameProducts]
) -> tuple[Rows, tuple[SameProducts, ...], tuple[str, ...]]:
    """Texts and products of files by the keys of the photos, and how many rows name no photo.

    Raises:
        EvaluationError: no row of one of the files names a photo.
    """
    notes: list[str] = []

    def found(names: Collection[str], what: str) -> Mapping[str, str]:
        keys = _keys_of(opened, names, what)
        if lost := len(names) - len(keys):
            notes.append(f"{what.capitalize()}: {lost:,} of {len(names):,} rows name no photo.")
        return keys

    rows: Rows = {}
    if beside is not None:
        keys = found(beside, TEXTS)
        rows = {keys[name]: row for name, row in beside.items() if name in keys}
    if same:
        keys = found({name for one in same for name in one.product_of}, PAIRS)
        same = [
            replace(
                one,
                product_of={
                    keys[name]: product for name, product in one.product_of.items() if name in keys
                },
            )
            for one in same
        ]
    return rows, tuple(same), tuple(notes)


def _keys_of(opened: OpenRevision, names: Collection[str], what: str) -> dict[str, str]:
    """By name: the key of the published photo that it means; without those that mean none.

    A key goes before the end of a URI; of an end that several photos have, the first key counts.
    `what` says in an error what the names are from.

    Raises:
        EvaluationError: there are no names, or none of them means a photo.
    """
    if not names:
        raise EvaluationError(f"{what} has no row.", "Give it one for each photo that it tells of.")
    wanted = frozenset(names)
    lengths = sorted({name.count("/") + 1 for name in wanted})
    by_key: dict[str, str] = {}
    by_end: dict[str, str] = {}
    example = ""
    places = opened.places(PUBLISHED, with_photos=False)
    for table in opened.rows(places, ["key", "uri"]):
        for row in table.to_pylist():
            key, uri = row["key"], row["uri"] or ""
            example = example or key
            if key in wanted:
                by_key[key] = key
            parts = uri.split("/")
            for end in ("/".join(parts[-length:]) for length in lengths):
                if end in wanted:
                    by_end.setdefault(end, key)
    found = by_end | by_key
    if not found:
        raise EvaluationError(
            f"none of {len(wanted):,} rows of {what} names a photo of {opened}.",
            f"They name {min(wanted)!r}, for instance, where photos are called {example!r}.",
        )
    return found
