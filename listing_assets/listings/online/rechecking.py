"""Checks a description as its person has edited it, by what its draft was checked by."""

from dataclasses import dataclass, replace

from listing_assets.listings.draft import Claim, Draft, Evidence, Violation
from listing_assets.listings.honesty import Rules, trace, violations


@dataclass(frozen=True, slots=True)
class Checked:
    """The claims of a text with what bears them out, and the rules that it breaks."""

    claims: tuple[Claim, ...]
    violations: tuple[Violation, ...]


def recheck(draft: Draft, description: str, rules: Rules) -> Checked:
    """The checks of a text about the product of a draft.

    A person may know what no photo shows: what is flagged is for them to look at.
    """
    evidence = replace(draft.evidence or Evidence(), reference=draft.alike)
    return Checked(trace(description, evidence), tuple(violations(description, rules)))
