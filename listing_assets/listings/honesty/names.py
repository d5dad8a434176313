"""The names that the evidence gives, and those that a text gives as such (`brand: …`, 型号：…)."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from listing_assets.listings.draft import ClaimKind
from listing_assets.listings.honesty.known_names import BRANDS, VARIANTS
from listing_assets.listings.honesty.plain import SEARCH
from listing_assets.listings.honesty.statements import Name, Statement

_VALUE: Final = r"([^\n,，。;；|/()（）【】]{1,40}?)(?=\s?(?:[\n,，。;；|/()（）【】]|\.\s|\.?$))"
_IS: Final = r"\s?(?:[::]|\bis\b|是)\s{0,2}"


VARIANT: Final = rf"(?:\s?(?:{VARIANTS})(?![A-Za-z]))"
"""What follows the name of a model and makes it another one."""
_EDITION: Final = (
    rf"\s?(?:(?!(?:19|20)\d\d(?!\d))[A-Za-z]{{0,8}}\s?-?\d{{1,6}}[A-Za-z]{{0,3}}(?![A-Za-z0-9.,%]))(?!\s?[个件台只双部条年月日天折成])"
    rf"(?!\s(?:pairs?|pieces?|pcs|packs?|items?|in|x|for)\b){VARIANT}{{0,2}}"
)


def _cue(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{words}){_IS}{_VALUE}", SEARCH | re.MULTILINE)


_CUES: Final[tuple[tuple[ClaimKind, re.Pattern[str]], ...]] = (
    ("model", _cue(r"\bmodel(?:\s?(?:names?|numbers?|no\.?))?|型号|款号")),
    ("brand", _cue(r"\bbrand(?:\sname)?|\bmaker|\bmanufacturer|品牌|牌子")),
)


@dataclass(frozen=True)
class Lexicon:
    """The brands and models that the evidence names, besides those that are well known."""

    brands: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()

    @cached_property
    def brand(self) -> re.Pattern[str]:
        """Finds a brand by name."""
        known = {spelling for group in BRANDS for spelling in group}
        return _any_of(known | {name for name in self.brands if len(name) > 1})

    @cached_property
    def model(self) -> re.Pattern[str]:
        """Finds a model by name."""
        return _any_of({name for name in self.models if len(name) > 1} or {"\0"})

    @cached_property
    def edition(self) -> re.Pattern[str]:
        """Finds a brand with a number behind it, as in Canon 80D or 小米14."""
        return re.compile(f"(?P<brand>{self.brand.pattern})(?P<edition>{_EDITION})", SEARCH)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    words = "|".join(
        re.escape(name).replace(r"\ ", r"[\s-]?") for name in sorted(names, key=len, reverse=True)
    )
    return re.compile(
        rf"(?:(?<![A-Za-z0-9])|(?![A-Za-z0-9]))(?:{words})"
        rf"(?:(?![A-Za-z0-9])|(?<![A-Za-z0-9]))",
        SEARCH,
    )


def named_by_cue(text: str) -> Iterator[Statement]:
    """The brands and models that a text names as such: `brand: …`, 型号：…."""
    for kind, cue in _CUES:
        for match in cue.finditer(text):
            yield named(kind, match, 1)


def named(kind: ClaimKind, match: re.Match[str], group: int | str) -> Statement:
    """The statement that a group of a match names a brand or model."""
    found = match[group]
    start = match.start(group) + len(found) - len(found.lstrip())
    return Statement(kind, Name(found.strip()), start, start + len(found.strip()))
