"""Yes-or-no questions that measurement or reading can settle: the vocabulary, and its thresholds.

A question is known by its words ("white background", 白底). One that names no property, or two
different ones, is not answered.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from resources.endpoints.embedded.lexicon import Lexicon, Tokens, tokens
from resources.endpoints.embedded.pixels import PixelFacts
from resources.endpoints.embedded.quantities import prices
from resources.endpoints.embedded.reading import Reading
from resources.endpoints.interface import TagQuestion

_NEGATIONS = frozenset({"no", "not", "without", "non", "无", "不", "没", "非"})
_PROMOTION = re.compile(
    r"\b(sale|off|discount|save|coupon|promo\w*|free shipping|buy one|limited time|clearance)\b"
    r"|[\d一二三四五六七八九]\s*折|特价|优惠|促销|满\s*\d+|立减|秒杀|包邮|买.送|限时|抢购|大促|券",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Property:
    """A property, the words that ask for it and for its opposite, and how it is found."""

    words: tuple[str, ...]
    opposite: tuple[str, ...]
    measured: Callable[[Reading, PixelFacts], bool | None]


def holds(question: TagQuestion, reading: Reading, facts: PixelFacts) -> bool | None:
    """Whether the property that a question names holds; None where no property is named or the
    measurement lies between its thresholds. The question's name decides before its description.
    """
    for text in (question.name.replace("_", " "), question.description):
        named = _named(tokens(text))
        if len({id(asked) for asked, _ in named}) == 1:
            asked, affirmed = named[0]
            measured = asked.measured(reading, facts)
            return None if measured is None else measured == affirmed
        if named:
            return None
    return None


def _named(words: Tokens) -> list[tuple[_Property, bool]]:
    """The properties that a text names, in order, and whether it affirms them."""
    found = []
    for span in _LEXICON.spans(words):
        asked, affirmed = _BY_WORDS[span.term]
        negated = bool(_NEGATIONS & set(words[max(0, span.start - 2) : span.start]))
        found.append((asked, affirmed != negated))
    return found


def _between(value: float, no: float, yes: float) -> bool | None:
    """True from `yes` on, False up to `no`, None between; `no` may be the larger."""
    if (value >= yes) if yes > no else (value <= yes):
        return True
    return False if ((value <= no) if yes > no else (value >= no)) else None


def _white_background(reading: Reading, facts: PixelFacts) -> bool | None:
    even = _plain_background(reading, facts)
    return facts.background.colour == "white" if even else even


def _plain_background(_: Reading, facts: PixelFacts) -> bool | None:
    return True if facts.background.plain else _between(facts.background.evenness, 0.5, 1.0)


def _has_text(reading: Reading, _: PixelFacts) -> bool:
    return bool(reading.lines)


def _shows_price(reading: Reading, _: PixelFacts) -> bool:
    return bool(prices(reading))


def _promotes(reading: Reading, _: PixelFacts) -> bool:
    return bool(_PROMOTION.search(reading.text))


def _blurred(_: Reading, facts: PixelFacts) -> bool | None:
    """Of 405 product photos 1 had a sharpness under 0.4 and 95% over 0.5; blurred with a Gaussian
    of 3 pixels at 512 x 512, 97% were under 0.4.
    """
    return _between(facts.sharpness, no=0.5, yes=0.4)


def _too_dark(_: Reading, facts: PixelFacts) -> bool | None:
    return _between(facts.brightness, no=0.3, yes=0.2)


def _drawn(reading: Reading, facts: PixelFacts) -> bool | None:
    """A poster has several lines of large text and much that is perfectly flat."""
    if len(reading.lines) >= 3 and facts.text_share >= 0.05 and facts.flat_share >= 0.7:
        return True
    return False if not reading.lines and facts.flat_share < 0.5 else None


_PROPERTIES = (
    _Property(
        ("white background", "white backdrop", "白底", "白色背景", "纯白背景", "白背景"),
        (),
        _white_background,
    ),
    _Property(
        (
            *("plain background", "clean background", "solid background", "uniform background"),
            *("plain backdrop", "纯色背景", "干净背景", "背景干净", "背景纯净"),
        ),
        ("cluttered background", "busy background", "背景杂乱", "杂乱背景"),
        _plain_background,
    ),
    _Property(("text", "words", "lettering", "文字", "字样"), (), _has_text),
    _Property(("price", "price tag", "价格", "售价", "标价"), (), _shows_price),
    _Property(
        ("promotion", "promotional", "discount", "on sale", "促销", "打折", "优惠", "折扣"),
        (),
        _promotes,
    ),
    _Property(
        ("blurry", "blurred", "blur", "out of focus", "模糊", "失焦", "虚焦"),
        ("sharp", "in focus", "清晰"),
        _blurred,
    ),
    _Property(
        (
            *("too dark", "underexposed", "dark photo", "dark picture", "dark image", "is dark"),
            *("poorly lit", "过暗", "偏暗", "昏暗", "曝光不足"),
        ),
        (),
        _too_dark,
    ),
    _Property(("poster", "banner", "海报", "宣传图", "广告图"), (), _drawn),
)

_BY_WORDS: dict[Tokens, tuple[_Property, bool]] = {
    tokens(words): (entry, affirmed)
    for entry in _PROPERTIES
    for affirmed, phrases in ((True, entry.words), (False, entry.opposite))
    for words in phrases
}
_LEXICON = Lexicon(_BY_WORDS)
