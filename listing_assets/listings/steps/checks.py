"""The checks of a text: its length, what bears out its claims, what it must not say."""

from dataclasses import replace

from listing_assets.listings.definitions import ListingDefinition
from listing_assets.listings.draft import Draft, Evidence
from listing_assets.listings.honesty import Rules, cut, trace, violations, without_unsupported
from listing_assets.listings.steps.found import Found


def checked(
    draft: Draft, evidence: Evidence, rules: Rules, definition: ListingDefinition
) -> Found[Draft]:
    """The draft with a text that fits, its claims traced and its violations named."""
    text = cut(draft.description, definition.max_length)
    if not text:
        return Found(replace(draft, description=""), "skipped", "there is no text to check")
    claims = trace(text, evidence)
    dropped: tuple[str, ...] = ()
    if definition.drop_unsupported and any(claim.flagged for claim in claims):
        text, dropped = without_unsupported(text, claims)
        claims = trace(text, evidence)
    broken = violations(text, rules)
    said = []
    if dropped:
        said.append(f"unsupported statements dropped: {len(dropped)}")
    if flagged := sum(claim.flagged for claim in claims):
        said.append(f"statements without support: {flagged}")
    if broken:
        said.append(f"words that break rules: {len(broken)}")
    return Found(
        replace(
            draft,
            description=text,
            claims=claims,
            violations=(*draft.violations, *broken),
        ),
        "done",
        "; ".join(said),
    )
