"""What may be written in `catalog/listing_rules/*.yaml`."""

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from listing_assets.catalog.entry import Entry
from listing_assets.catalog.schema import Name
from listing_assets.listings.honesty.rules.patterns import checked

RuleKind = Literal["forbidden words", "contact", "luring price", "privacy"]
Digits = Literal["telephone", "identity card", "bank card"]


class Rule(Entry):
    """One thing that a listing must not say.

    `words` are found as whole words, in any case and width; with `spaced`, also where blanks,
    signs or emoji stand between their characters. `patterns` are regular expressions in RE2's
    syntax, in which `{gap}` stands for such signs; where one has a group, the group is what is
    reported. `digits` are numbers told by their form and check digit. What lies in or across a
    match of `unless` is no violation.
    """

    name: Name
    kind: RuleKind
    reason: str = Field(min_length=1)
    """Why it must not be said, for the person who edits the draft."""
    words: tuple[str, ...] = ()
    spaced: bool = False
    patterns: tuple[str, ...] = ()
    digits: tuple[Digits, ...] = ()
    unless: tuple[str, ...] = ()
    stop: bool = False
    """Whether a stream that says it is stopped at once."""

    @field_validator("words")
    @classmethod
    def _has_words(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if any(not word.strip() for word in words):
            raise ValueError("a word is empty")
        return words

    @field_validator("patterns", "unless")
    @classmethod
    def _can_be_searched(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            checked(pattern)
        return patterns

    @model_validator(mode="after")
    def _looks_for_something(self) -> Self:
        if not (self.words or self.patterns or self.digits):
            raise ValueError(f"rule '{self.name}' needs 'words', 'patterns' or 'digits'")
        return self


class RuleSet(Entry):
    """The rules that a listing definition names."""

    name: Name
    language: Literal["en", "zh"]
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [rule.name for rule in self.rules]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"there are two rules named '{twice}'")
        return self
