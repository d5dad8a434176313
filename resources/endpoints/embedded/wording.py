"""Text answers made of what was read and measured: labelled values, visible text, descriptions."""

import re
from collections.abc import Sequence

from resources.endpoints.embedded.colours import ColourShare, chinese_name
from resources.endpoints.embedded.lexicon import mentions
from resources.endpoints.embedded.pixels import PixelFacts
from resources.endpoints.embedded.reading import Line, Reading
from resources.endpoints.interface import TagQuestion

_LABELS = {
    "brand": ("brand", "品牌"),
    "model": ("model", "model no", "model number", "型号"),
    "size": ("size", "尺码", "尺寸", "规格"),
    "material": ("material", "材质", "面料", "成分"),
    "origin": ("origin", "made in", "产地"),
}
"""What a package writes before a value, by the word that a question uses for it."""
_DESCRIPTION = (
    *("description", "caption", "summary", "title"),
    *("描述", "简介", "摘要", "标题", "概述"),
)
_VISIBLE_TEXT = ("text", "words", "ocr", "slogan", "headline", "文字", "文案", "标语")
_ASKS_FOR_TEXT = re.compile(
    r"(visible|readable|legible|printed|written) (text|words)"
    r"|(text|words) (that is |that are )?(visible|shown|printed|written|on the|in the)"
    r"|(画面|图中|图片|照片)[上中里]?的?文字",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"[\u3400-\u9fff]|[^\W\d_]{3}")
_LETTER = re.compile(r"[^\W\u3400-\u9fff]")
_BROKEN_WORD = re.compile(r"[^\W\u3400-\u9fff](?:[^\W\u3400-\u9fff]|['’.,-])*$")
_LENGTH = 200
"""Characters of a text whose definition sets no maximum."""
_LEADING = 0.3
"""Share from which a colour is worth a word."""


def labelled(question: TagQuestion, reading: Reading) -> str | None:
    """The value that a line states under the question's name: "Model: X-200", 品牌：安踏."""
    name = question.name.replace("_", " ").lower()
    labels = {name, *(label for key, words in _LABELS.items() if key in name for label in words)}
    either = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    stated = re.compile(rf"(?:^|\s)(?:{either})\s*[:：]\s*(\S.*)", re.IGNORECASE)
    values = [match[1] for line in reading.lines if (match := stated.search(line.text))]
    return _cut(values[0], question.max_length or _LENGTH) if values else None


def visible_text(question: TagQuestion, reading: Reading) -> str | None:
    """The words read, where the question asks for them."""
    name = question.name.replace("_", " ")
    if mentions(name, _DESCRIPTION):
        return None
    if not mentions(name, _VISIBLE_TEXT) and not _ASKS_FOR_TEXT.search(question.description):
        return None
    return _cut(reading.text.replace("\n", " "), question.max_length or _LENGTH) or None


def describe(
    question: TagQuestion,
    reading: Reading,
    colours: Sequence[ColourShare],
    facts: PixelFacts,
    language: str,
) -> str | None:
    """A description, where the question's name asks for one: the words read, then the colour.

    No longer than the question's `max_length`; where not all words fit, tall lines in the wanted
    language come first. None for a question that is not for a description.
    """
    if not mentions(question.name.replace("_", " "), _DESCRIPTION):
        return None
    limit = question.max_length or _LENGTH
    chinese = language.lower().startswith("zh")
    look = _look(colours, facts, chinese=chinese, detailed=not reading.lines)
    if not reading.lines:
        return _cut(look, limit) or None
    joint = "，" if chinese else ", "
    words = _best_that_fit(reading.lines, limit - len(joint) - len(look), chinese=chinese)
    if look and words:
        return f"{words}{joint}{look}"
    return _cut(words or reading.text.replace("\n", " "), limit) or _cut(look, limit) or None


def _look(
    colours: Sequence[ColourShare], facts: PixelFacts, *, chinese: bool, detailed: bool
) -> str:
    """The leading colour in words, and with `detailed` a plain background too."""
    if not colours or colours[0].share < _LEADING:
        colour = "多色" if chinese else "several colours"
    else:
        name = colours[0].name
        colour = f"{chinese_name(name)}为主" if chinese else f"mainly {name}"
    backdrop = facts.background
    if not detailed:
        return colour
    colour = colour[0].upper() + colour[1:]
    if not backdrop.plain:
        return colour
    if chinese:
        return f"{colour}，{chinese_name(backdrop.colour)}纯色背景"
    return f"{colour}, plain {backdrop.colour} background"


def _best_that_fit(lines: Sequence[Line], limit: int, *, chinese: bool) -> str:
    """Different lines of together at most `limit` characters, in reading order.

    The tallest are chosen first; a line without words counts half its height, and one in another
    language than the wanted a quarter.
    """
    once = {line.text.casefold(): line for line in reversed(lines)}.values()
    chosen: dict[Line, str] = {}
    for line in sorted(once, key=lambda line: -_weight(line, chinese=chinese)):
        room = limit - sum(len(text) + 1 for text in chosen.values())
        text = line.text if chosen else _cut(line.text, room)
        if text and len(text) <= room:
            chosen[line] = text
    return " ".join(chosen[line] for line in lines if line in chosen)


def _weight(line: Line, *, chinese: bool) -> float:
    height = line.box[3] - line.box[1]
    if not _WORDS.search(line.text):
        return height / 2
    return height if bool(_HAN.search(line.text)) == chinese else height / 4


def _cut(text: str, limit: int) -> str:
    """The beginning of a text, at most `limit` characters, never through a word of letters."""
    limit = max(0, limit)
    if len(text) <= limit:
        return text
    start = text[:limit]
    if _LETTER.match(text[limit]):
        start = _BROKEN_WORD.sub("", start)
    return start.rstrip(" ,;:-–，、；：")
