"""The description: its length, and whether it can be believed and published."""

from collections.abc import Mapping
from typing import Final

from listing_assets.listings.definitions import Language
from listing_assets.listings.draft import Draft
from listing_assets.listings.quality.measured import Measured, listed, share

WRITE: Final = "Write a description."
ENOUGH: Final[Mapping[Language, int]] = {"en": 200, "zh": 60}
"""Characters of a description that says enough, or half of the most it may have."""


def length(text: str, language: Language, most: int) -> Measured:
    """How much of a full description there is; a text that is too long counts less."""
    characters = len(text.strip())
    if not characters:
        return Measured(0.0, WRITE)
    if characters > most:
        return Measured(share(most, characters), f"Shorten the description to {most} characters.")
    enough = min(ENOUGH[language], max(1, most // 2))
    if characters >= enough:
        return Measured(1.0)
    return Measured(
        share(characters, enough),
        f"Tell more: the description has {characters} characters, {enough} are enough.",
    )


def honesty(draft: Draft) -> Measured:
    """1 for a description that a person may publish as it is, else 1 / (1 + what to look at).

    To look at are claims that nothing supports and words or photos that break a rule. Without a
    description nothing is told, honestly or not: that counts 0.
    """
    unsupported = list(dict.fromkeys(one.text for one in draft.claims if one.flagged))
    broken = list(dict.fromkeys((one.rule, one.words) for one in draft.violations))
    is_told = bool(draft.description.strip())
    advice = [] if is_told else [WRITE]
    if unsupported:
        advice.append(f"Check what nothing supports: {listed(unsupported)}.")
    if broken:
        advice.append(f"Remove what breaks rules: {listed([words for _, words in broken])}.")
    value = 1 / (1 + len(unsupported) + len(broken)) if is_told else 0.0
    return Measured(value, " ".join(advice))
