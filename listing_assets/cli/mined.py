"""How `listing templates mine` tells what it found."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from listing_assets.cli.output import console, print_table
from listing_assets.listings.definitions.counting import Counting
from listing_assets.listings.definitions.mining import Mining, Proposal
from listing_assets.listings.definitions.proposals import Written

SHOWN_CATEGORIES = 8


def few(names: tuple[str, ...]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - SHOWN_CATEGORIES} more" if len(names) > SHOWN_CATEGORIES else ""
    return ", ".join(names[:SHOWN_CATEGORIES]) + more


def say(text: str) -> None:
    """A line of its own, below what it belongs to."""
    console.print(f"  {text}", markup=False, soft_wrap=True)


def show_proposal(proposal: Proposal) -> None:
    """A proposal as a table, and what it leaves out."""
    serving = proposal.serving
    title = (
        f"{proposal.template.name}: {proposal.listings:,} listings of {few(proposal.categories)}"
    )
    print_table(
        ["", "attribute", "share", "place", "examples", "written as", "standing"],
        [
            [
                place,
                one.attribute.name,
                None if one.share is None else f"{one.share:.0%}",
                None if one.position is None else f"{one.position + 1:.1f}",
                ", ".join(one.examples),
                ", ".join(one.spellings),
                one.standing if serving else "new template",
            ]
            for place, one in enumerate(proposal.attributes, start=1)
        ],
        title,
    )
    for left in proposal.left_out:
        say(f"left out: {left.name} ({left.share:.0%}), {left.reason}")
    if not proposal.changes:
        say(f"the template '{proposal.template.name}' is like this already")


def show_rest(
    origin: str, counting: Counting, mined: Mining, min_share: float, min_listings: int
) -> None:
    """What no proposal came of."""
    console.print(f"\n{origin}: {counting.listings:,} listings", markup=False, end="")
    for count, what in (
        (counting.without_attributes, "carry no attributes"),
        (counting.without_category, "have no category"),
    ):
        if count:
            console.print(f", {count:,} {what}", end="")
    console.print()
    for why, categories in (
        (f"fewer than {min_listings} listings with attributes", mined.too_few),
        (f"no attribute of the product in {min_share:.0%} of the listings", mined.without),
    ):
        if categories:
            say(f"no proposal, {why}: {_counts(categories)}")


def _counts(categories: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in categories.items())


def show_written(mined: Mining, written: list[Written], write: bool, version: str) -> None:
    """Where it was written, or how to have it written."""
    if not write:
        if any(proposal.changes for proposal in mined.proposals):
            console.print(f"Nothing was written: [bold]listing templates mine {version} --write[/]")
        return
    for one in written:
        say(f"wrote {one.path}")
    if not all(one.is_used for one in written):
        say(
            "What ends in .proposed stands beside a template that was written or edited by hand:"
            " take over what you want, then remove it."
        )
    if not written:
        say("nothing to write")


def mining_document(counting: Counting, mined: Mining, written: list[Written]) -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "listings": counting.listings,
        "without_attributes": counting.without_attributes,
        "without_category": counting.without_category,
        "too_few": dict(mined.too_few),
        "no_frequent_attribute": dict(mined.without),
        "proposals": [_proposal_document(one) for one in mined.proposals],
        "written": [asdict(one) for one in written],
    }


def _proposal_document(proposal: Proposal) -> dict[str, Any]:
    return {
        "template": proposal.template.name,
        "exists": proposal.serving is not None,
        "changes": proposal.changes,
        "categories": proposal.categories,
        "listings": proposal.listings,
        "attributes": [
            {
                "name": one.attribute.name,
                "zh": one.attribute.zh,
                "standing": one.standing,
                "listings": one.listings,
                "share": one.share,
                "position": one.position,
                "spellings": one.spellings,
                "examples": one.examples,
            }
            for one in proposal.attributes
        ],
        "left_out": [asdict(one) for one in proposal.left_out],
    }
