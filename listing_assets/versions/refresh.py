"""Lists a source, freezes the result, and tells how it differs from earlier listings."""

from collections.abc import Iterator
from dataclasses import dataclass

from listing_assets.catalog import Dataset
from listing_assets.objects.selection import MissingObject, OpenSelection, open_selection
from listing_assets.versions.listing import (
    Listing,
    ListingDifference,
    Selected,
    compare_listings,
    discard_older_listings,
    freeze_listing,
    frozen_listings,
)
from listing_assets.versions.names import VersionName, age
from resources.errors import SourceError
from resources.lake import Lake
from resources.object_store import ObjectStore


@dataclass(frozen=True, slots=True)
class RefreshedListing:
    """A version's new listing, and how it differs from its last and from the version before."""

    listing: Listing
    differences: tuple[ListingDifference, ...]


def refresh_listing(
    lake: Lake, version: VersionName, store: ObjectStore, dataset: Dataset, memory: str
) -> RefreshedListing:
    """List the dataset's selection of `store` and make it the version's frozen listing.

    Raises:
        SourceError: the source cannot be listed, or the selection holds no object at all.
    """
    store.check()
    earlier = frozen_listings(lake, version.dataset)
    selected = open_selection(store, dataset.selection, version.version, dataset.credentials)
    photos = _without_marker(selected, dataset.watch.marker)
    listing = freeze_listing(lake, version, photos, selected.stats, selected.meta_schema)
    if not listing.objects:
        raise SourceError(
            f"{store.uri} has no object that could be a photo"
            f" ({sum(listing.passed_over.values())} side files were passed over).",
            "Check the prefix and the selection of the dataset.",
        )
    against = [earlier[version.version]] if version.version in earlier else []
    before = [name for name in earlier if age(name) < age(version.version)]
    against += [earlier[max(before, key=age)]] if before else []
    differences = tuple(compare_listings(lake, listing, old, memory) for old in against)
    discard_older_listings(lake, listing)
    return RefreshedListing(listing, differences)


def _without_marker(selected: OpenSelection, marker: str | None) -> Iterator[Selected]:
    """The marker file says that an upload is finished; it is no photo."""
    for item in selected:
        name = item.key if isinstance(item, MissingObject) else item.object.key
        if marker is not None and (name == marker or name.endswith(f"/{marker}")):
            selected.stats.pass_over("marker", name)
        else:
            yield item
