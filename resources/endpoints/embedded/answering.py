"""Answering one tag from what was read and measured, by the tag's own definition.

An answer needs evidence: words of the definition read on the photo, a colour that clearly leads, a
property that pixels show. Without it the answer is None. Same evidence, same answer.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from resources.endpoints.embedded.colours import (
    ColourShare,
    chinese_name,
    colour_named,
    colours_in,
)
from resources.endpoints.embedded.lexicon import mentions
from resources.endpoints.embedded.matching import matched
from resources.endpoints.embedded.pixels import PixelFacts
from resources.endpoints.embedded.properties import holds
from resources.endpoints.embedded.quantities import quantity
from resources.endpoints.embedded.reading import Reading
from resources.endpoints.embedded.wording import describe, labelled, visible_text
from resources.endpoints.interface import TagQuestion

Answer = str | float | bool | list[str] | None

_MARGIN = 1.4
"""How much more prominent the first value must be than the second."""
_LEAST_LEAD = 1.25
"""How much larger the first colour must be than the second."""
_LEAST_SHARE = {True: 0.3, False: 0.5}
"""Share that the first colour needs, on a plain background and on any other."""
_NOTABLE_SHARE = 0.15
"""Share from which a colour counts among several."""

_COLOUR = ("color", "colour", "colors", "colours", "颜色", "色彩", "主色", "配色")
_BACKGROUND = re.compile(
    r"(the )?((main|dominant) )?(colou?r of the )?(background|backdrop)|背景|底色", re.IGNORECASE
)
"""How a name or a description begins that asks about what is behind the subject."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one photo: words, colours of the subject (largest first), facts."""

    reading: Reading
    colours: tuple[ColourShare, ...]
    facts: PixelFacts


def answer(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    """The answer to one question, in its type, or None where the evidence does not carry it.

    Args:
        question: the tag as its definition states it.
        evidence: what was read and measured on the photo.
        language: BCP 47 tag of the language in which descriptions and colours are wanted; Chinese
            for `zh…`, English for any other. Values of a choice are given as they are named.
    """
    return _BY_TYPE[question.type](question, evidence, language)


def _choice(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    by_colour = _colour_values(question)
    if by_colour:
        colour = _leading_colour(question, evidence)
        named = [name for name, colours in by_colour.items() if colour in colours]
        return named[0] if len(named) == 1 else None
    ranked = sorted(matched(question.values, evidence.reading).items(), key=lambda item: -item[1])
    if not ranked or (len(ranked) > 1 and ranked[0][1] < _MARGIN * ranked[1][1]):
        return None
    return ranked[0][0]


def _multi_choice(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    by_colour = _colour_values(question)
    if by_colour:
        seen = {colour.name for colour in evidence.colours if colour.share >= _NOTABLE_SHARE}
        chosen = [name for name, colours in by_colour.items() if seen & colours]
    else:
        found = matched(question.values, evidence.reading)
        chosen = [value.name for value in question.values if value.name in found]
    return chosen or None


def _boolean(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    return holds(question, evidence.reading, evidence.facts)


def _number(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    number = quantity(question, evidence.reading)
    if number is None:
        return None
    above = question.minimum is None or number >= question.minimum
    below = question.maximum is None or number <= question.maximum
    return number if above and below else None


def _text(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    if mentions(_spoken(question), _COLOUR):
        return _color(question, evidence, language)
    return (
        labelled(question, evidence.reading)
        or visible_text(question, evidence.reading)
        or describe(question, evidence.reading, evidence.colours, evidence.facts, language)
    )


def _color(question: TagQuestion, evidence: Evidence, language: str) -> Answer:
    colour = _leading_colour(question, evidence)
    return chinese_name(colour) if colour and language.lower().startswith("zh") else colour


_BY_TYPE: Mapping[str, Callable[[TagQuestion, Evidence, str], Answer]] = {
    "choice": _choice,
    "multi_choice": _multi_choice,
    "boolean": _boolean,
    "number": _number,
    "text": _text,
    "color": _color,
}


def _colour_values(question: TagQuestion) -> dict[str, set[str]]:
    """The measured colours that each value stands for, where the question is one of colour.

    It is one when it says so or when most values are named like colours; then a value stands for
    the colour it is named after, or else for those in its description.
    """
    named = {value.name: colour_named(value.name) for value in question.values}
    known = sum(colour is not None for colour in named.values())
    asked = mentions(_spoken(question), _COLOUR)
    if known < 2 or (known <= len(named) / 2 and not asked):
        return {}
    return {
        value.name: {colour}
        if (colour := named[value.name])
        else set(colours_in(value.description))
        for value in question.values
    }


def _leading_colour(question: TagQuestion, evidence: Evidence) -> str | None:
    """The colour of the subject, or of the background where that is asked for, if one leads."""
    background = evidence.facts.background
    if _BACKGROUND.match(_spoken(question)) or _BACKGROUND.match(question.description):
        return background.colour if background.plain else None
    if not evidence.colours:
        return None
    first, *rest = evidence.colours
    leads = not rest or first.share >= _LEAST_LEAD * rest[0].share
    return first.name if leads and first.share >= _LEAST_SHARE[background.plain] else None


def _spoken(question: TagQuestion) -> str:
    return question.name.replace("_", " ")
