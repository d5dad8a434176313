"""The listing drafts of the products that are exported, beside whatever the format writes."""

from typing import Final

from listing_assets.exports.errors import ExportError
from listing_assets.exports.output import Output
from listing_assets.exports.photos import json_line
from listing_assets.exports.selecting import Selection
from listing_assets.listings.published_drafts import drafts_in
from listing_assets.listings.stored import document
from listing_assets.reading import OpenRevision

DRAFTS: Final = "listing_drafts.jsonl"


def write_drafts(opened: OpenRevision, selection: Selection, output: Output) -> int:
    """Write `listing_drafts.jsonl`, one draft a line; their count.

    A product counts when any of its photos is exported; `keys` has all of them.

    Raises:
        ExportError: the dataset names no listing definition, or nothing is drafted.
    """
    wanted = opened.dataset.listings
    if wanted is None:
        raise ExportError(
            f"dataset '{opened.dataset.name}' names no listing definition: there are no drafts.",
            "Leave out --drafts, or add 'listings' to the dataset and run the version.",
        )
    places = opened.places(selection.where, with_photos=False)
    chosen = {key for table in opened.rows(places, ["key"]) for key in table["key"].to_pylist()}
    drafts = [
        one
        for one in drafts_in(opened, opened.dataset, wanted, opened.catalog)
        if chosen.intersection(one.keys)
    ]
    if not drafts:
        raise ExportError(
            f"no product of {opened} that is exported has a draft.",
            f"Make them: listing run {opened.published.version}",
        )
    with output.create(DRAFTS) as file:
        for one in drafts:
            row = {"listing_id": one.listing_id, "keys": list(one.keys), "status": one.status}
            file.write(json_line(row | document(one.draft)))
    return len(drafts)
