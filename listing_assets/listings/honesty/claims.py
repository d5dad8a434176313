"""Traces the statements of a description to what they rest on."""

from listing_assets.listings.draft import Claim, Evidence
from listing_assets.listings.honesty.evidence import Witness, lexicon_of, witnesses
from listing_assets.listings.honesty.finding import statements
from listing_assets.listings.honesty.plain import plain
from listing_assets.listings.honesty.statements import Statement


def trace(text: str, evidence: Evidence, brands: frozenset[str] = frozenset()) -> tuple[Claim, ...]:
    """The claims of a text, in its order, each with its support; they do not overlap.

    Args:
        text: a description or title, in English or Chinese.
        evidence: what it may rest on.
        brands: further brands to know, such as all those of a reference version.
    """
    found = witnesses(evidence)
    original = plain(text)
    return tuple(
        _claim(text, said, original.span(said.start, said.end), found)
        for said in statements(text, lexicon_of(found, brands))
    )


def _claim(text: str, said: Statement, span: tuple[int, int], found: list[Witness]) -> Claim:
    start, end = span
    bearing = next((witness for witness in found if witness.bears_out(said)), None)
    if bearing is None:
        return Claim(text[start:end], said.kind, start, end, "unsupported")
    return Claim(text[start:end], said.kind, start, end, bearing.support, bearing.source)
