"""What bears out a statement: the table of sources and kinds, and the comparison of meanings.

| statement | tags of the photo | words on the photo | identical | same model | similar |
|---|---|---|---|---|---|
| brand, model, material | yes | yes | yes | yes | no |
| capacity, size, colour, other | yes | yes | yes | no | no |
| price, condition | yes | yes | no | no | no |

The columns after the photo are neighbours by their verdict. Another item's price and condition are
another seller's, however alike the items are. Attributes that were extracted from the neighbours
count as a text of the least related of them; without neighbours they bear out nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, cast

from listing_assets.listings.draft import ClaimKind, Evidence, Neighbour, Verdict
from listing_assets.listings.honesty.amounts import same_amount
from listing_assets.listings.honesty.condition import same_condition
from listing_assets.listings.honesty.finding import statements
from listing_assets.listings.honesty.known_names import BRANDS
from listing_assets.listings.honesty.likeness import stands_in
from listing_assets.listings.honesty.money import same_price
from listing_assets.listings.honesty.names import Lexicon, named_by_cue
from listing_assets.listings.honesty.plain import plain
from listing_assets.listings.honesty.statements import (
    Amount,
    Condition,
    Name,
    Price,
    Statement,
    Words,
)

ON_THE_PHOTO: Final = "text on the photo"
_OF_THE_MODEL: Final[frozenset[ClaimKind]] = frozenset({"brand", "model", "material"})
_OF_THE_ITEM: Final[frozenset[ClaimKind]] = _OF_THE_MODEL | {"capacity", "size", "color", "other"}
_OF_ANY: Final[frozenset[ClaimKind]] = _OF_THE_ITEM | {"price", "condition"}
SUPPORTED_BY: Final[Mapping[Verdict, frozenset[ClaimKind]]] = {
    "identical": _OF_THE_ITEM,
    "same model": _OF_THE_MODEL,
    "similar": frozenset(),
    "none": frozenset(),
}
"""The kinds of statements that a neighbour of each verdict bears out."""

_LEAST_RELATED: Final[tuple[Verdict, ...]] = ("none", "similar", "same model", "identical")
_MISREAD: Final = (
    (re.compile(r"(?<=[\doO])[oO](?=[\doO.]|\s?[a-zA-Z元])|(?<=\d)[oO](?=[oO])"), "0"),
    (re.compile(r"(?<=\d)[lI|](?=[\d.])|(?<![A-Za-z])[lI|](?=\.?\d)"), "1"),
    (re.compile(r"(?<![A-Za-z\d])[Y半羊](?=\s?\d)"), "¥"),
    (re.compile(r"(?<=\d)\s(?=\.\d)|(?<=\d\.)\s(?=\d)"), ""),
)
"""Slips of recognition in numbers, and what was printed."""


@dataclass(frozen=True)
class Witness:
    """A text of the evidence, where it is from, and which kinds of statements it bears out."""

    text: str
    source: str
    support: Literal["photo", "reference"]
    kinds: frozenset[ClaimKind]
    misread: bool = False

    def bears_out(self, claimed: Statement) -> bool:
        """Whether this text says what is claimed."""
        if claimed.kind not in self.kinds:
            return False
        meaning = claimed.meaning
        if isinstance(meaning, Name):
            return self._names(meaning.text, claimed.kind)
        return any(
            claimed.kind == said.kind and _same(meaning, said.meaning) for said in self._statements
        )

    @cached_property
    def _statements(self) -> list[Statement]:
        texts = {self.text, _mended(self.text)} if self.misread else {self.text}
        return [said for text in sorted(texts) for said in statements(text, Lexicon())]

    def _names(self, name: str, kind: ClaimKind) -> bool:
        model = kind == "model"
        return any(
            stands_in(spelling, self.text, misread=self.misread, whole_model=model)
            for spelling in _spellings(name)
        )


def witnesses(evidence: Evidence) -> list[Witness]:
    """All texts of the evidence, the photo's before the reference's."""
    found = [
        Witness(_labelled(name, values), name, "photo", _OF_ANY, misread=True)
        for name, values in evidence.tags.items()
    ]
    found += _brand_with_model(found)
    found.append(
        Witness("\n".join(evidence.seen_text), ON_THE_PHOTO, "photo", _OF_ANY, misread=True)
    )
    related = sorted(evidence.reference, key=lambda near: -_LEAST_RELATED.index(near.verdict))
    found += [
        Witness(_text_of(near), near.key, "reference", SUPPORTED_BY[near.verdict])
        for near in related
    ]
    if related:
        least = related[-1]
        text = "\n".join(_labelled(name, (value,)) for name, value in evidence.attributes.items())
        found.append(Witness(text, least.key, "reference", SUPPORTED_BY[least.verdict]))
    return found


def _brand_with_model(tags: list[Witness]) -> list[Witness]:
    """Brand and model together, where each is a tag: 小米 and 14 bear out 小米14."""
    named = [(said, tag) for tag in tags for said in named_by_cue(plain(tag.text).text)]
    brands = [cast(Name, said.meaning).text for said, _ in named if said.kind == "brand"]
    return [
        Witness(f"{brand} {cast(Name, said.meaning).text}", tag.source, "photo", _OF_THE_MODEL)
        for brand in brands
        for said, tag in named
        if said.kind == "model"
    ]


def lexicon_of(found: list[Witness], brands: frozenset[str] = frozenset()) -> Lexicon:
    """The names that the evidence gives as brands and models, whatever they bear out."""
    named = [said for witness in found for said in named_by_cue(plain(witness.text).text)]
    by_kind = {
        kind: frozenset(cast(Name, said.meaning).text for said in named if said.kind == kind)
        for kind in ("brand", "model")
    }
    return Lexicon(brands | by_kind["brand"], by_kind["model"])


def _labelled(name: str, values: tuple[str, ...]) -> str:
    """The values of a tag or attribute as a text: `asking price: 120`."""
    label = re.sub(r"[_-]+", " ", name)
    return "\n".join(f"{label}: {value}" for value in values)


def _text_of(near: Neighbour) -> str:
    lines = (_labelled(name, (value,)) for name, value in near.attributes.items())
    return "\n".join((near.title, near.description, *lines))


def _mended(text: str) -> str:
    mended = plain(text).text
    for slip, printed in _MISREAD:
        mended = slip.sub(printed, mended)
    return mended


def _spellings(name: str) -> Iterator[str]:
    """A name in all spellings of the brand that it is or begins with."""
    yield name
    for group in BRANDS:
        for spelling in group:
            if name.lower().startswith(spelling.lower()):
                rest = name[len(spelling) :]
                for other in group:
                    yield other + rest


def _same(claimed: object, shown: object) -> bool:
    match claimed, shown:
        case Amount(), Amount():
            return same_amount(claimed, shown)
        case Price(), Price():
            return same_price(claimed, shown)
        case Condition(), Condition():
            return same_condition(claimed, shown)
        case Words(), Words():
            return claimed.meaning == shown.meaning or claimed.meaning in shown.implied
    return False
