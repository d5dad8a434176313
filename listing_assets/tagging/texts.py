"""Judges texts: what may be stored of them, their language and their length."""

import re
from typing import Any

from listing_assets.catalog.schema import Tag
from listing_assets.tagging.answers import REFUSED, TagAnswer, invalid, valid
from listing_assets.tagging.languages import may_be_in
from listing_assets.tagging.reasons import Reason, Repair
from listing_assets.tagging.refusals import is_refusal
from listing_assets.tagging.shortening import shortened
from resources.endpoints.complaints.words import storable

MAX_FREE_TEXT = 2_000
"""Characters of a text whose tag sets no maximum."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_LINE_ENDS = re.compile(r"\r\n?")


def text(tag: Tag, value: Any, *, last: bool = False) -> TagAnswer:
    """A text within the tag's length and language; None where it is empty.

    With `last`, one that is too long is cut at the end of a sentence or word.
    """
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**18:
        return text(tag, str(value), last=last).mended(Repair.RETYPED)
    if not isinstance(value, str):
        return invalid(Reason.WRONG_TYPE)
    whole = storable(value)
    clean = _CONTROLS.sub("", _LINE_ENDS.sub("\n", whole))
    repairs = [
        *([Repair.SURROGATES] if whole != value else []),
        *([Repair.CONTROLS] if clean != whole else []),
    ]
    return _judged(tag, clean.strip(), last).mended(*repairs)


def _judged(tag: Tag, clean: str, last: bool) -> TagAnswer:
    if not clean:
        return valid(None)
    if is_refusal(clean):
        return REFUSED
    if tag.language is not None and not may_be_in(clean, tag.language):
        return invalid(Reason.WRONG_LANGUAGE)
    limit = tag.max_length or MAX_FREE_TEXT
    if len(clean) <= limit:
        return valid(clean)
    cut = shortened(clean, limit) if last else None
    return valid(cut, Repair.CUT) if cut else invalid(Reason.TOO_LONG)
