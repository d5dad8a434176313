"""What the words on the photos say outright: the product's name, its price, labelled values.

The words are lines of OCR. What several photos of a product repeat is the product's; what stands on
one alone is as often an advertisement.
"""

import re
from collections import Counter
from typing import Final

from listing_assets.listings.definitions.names import name_key
from listing_assets.listings.definitions.templates import Attribute, AttributeTemplate
from listing_assets.listings.products import Product

_SUM: Final = r"\d(?:[\d,]*\d)?(?:\.\d{1,2})?"
PRICE: Final = re.compile(rf"(?:[¥￥$€£]\s?{_SUM}|{_SUM}\s?元)")
DEAL: Final = re.compile(
    r"\b(?:save|coupon|buy|half price|sale|shop now|new arrival)\b"
    r"|\bfree (?:shipping|delivery|gifts?)\b"
    r"|\b(?:get|any|over|up to|was|off)\b(?=.*\d)|\d.*\b(?:for|off|free)\b"
    r"|\d\s(?:bags?|cans?|bottles?|boxes|packs?|pieces|pcs)\b.*[¥￥$€£]"
    r"|[减满省]\s?[¥￥]?\d|立减|直降|减半|满减|半价|[\d一二三四五六七八九]折|[买送赠券]|原价|[两二三]件"
    r"|(?:[\d一二两三四五六七八九十]+[包支条瓶盒袋罐双]|整箱|一箱)(?=.*\d)"
    r"|特惠|限时|抢购|到手|新品|上市|正品|保障|包邮",
    re.IGNORECASE,
)
ENCLOSED: Final = re.compile(
    r"\b(?:included|includes|including)\b|[内另]?[含附]有?礼盒", re.IGNORECASE
)
"""What comes with a product is not its name: `Gift Box Included`."""
HAN: Final = re.compile(r"[\u4e00-\u9fff]")
LETTER: Final = re.compile(r"[^\W\d_]")
WORDMARK: Final = re.compile(r"[A-Z]{4,}")
SPACED: Final = re.compile(r"[A-Z](?: [A-Z]){3,}")
"""A word in capitals that is set wide: `Z E N T I Q`."""
FEWEST_MARKED: Final = 2
"""Photos that must show a word before it counts for a brand."""
BULLET: Final = re.compile(r"^[●•·▪■◆*✓-]+\s*")
IN_TWO_LANGUAGES: Final = re.compile(r"([\u4e00-\u9fff]+)\s*([A-Za-z][A-Za-z .]*)")
DIGITS: Final = re.compile(r"\d+(?:\.\d+)?")
LONG_LABEL: Final = 4
"""Characters from which a Chinese label begins no slogan, as two do: `包装精美`."""
LEAST_LETTERS: Final = 3
LONGEST_NAME: Final = 60


def printed_price(product: Product) -> str:
    """The price that the photos show; empty where they show none.

    Of several, those that end their line, as the others stand in sentences; of those the one that
    most photos show, and then the lowest: a struck-out price stands beside it. Prices of offers
    (`2 for ¥69`, `Save ¥30`) do not count.
    """
    at_end: Counter[str] = Counter()
    within: Counter[str] = Counter()
    for photo in product.photos:
        lines = [line.strip() for line in photo.seen_text if not DEAL.search(line)]
        found = [(line, match) for line in lines for match in PRICE.finditer(line)]
        within.update({_price(match) for _, match in found})
        at_end.update({_price(match) for line, match in found if match.end() == len(line)})
    shown = at_end or within
    if not shown:
        return ""
    most = max(shown.values())
    return min((price for price, count in shown.items() if count == most), key=_amount)


def printed_name(product: Product, language: str, template: AttributeTemplate | None) -> str:
    """The product's name, in the wanted language where one is printed so; empty if none is.

    Lines that are written as names come first; of those, the line that most photos show, and then
    the longest.
    """
    shown: Counter[str] = Counter()
    for photo in product.photos:
        names = {_name(line, language) for line in photo.seen_text}
        shown.update(name for name in names if name and not (template and template.attribute(name)))
    if not shown:
        return ""
    return max(shown, key=lambda name: (_likeness(name), shown[name], len(name), name))


def printed_brand(product: Product) -> str:
    """The word in capitals that stands alone on most of several photos; empty if there is none.

    What the product is called after its first word is no brand: `SERUM` of a `Hydrating Serum`.
    """
    _, *called = printed_name(product, "en", None).casefold().split() or [""]
    words = Counter(
        line
        for photo in product.photos
        for line in {_closed_up(one.strip()) for one in photo.seen_text}
        if WORDMARK.fullmatch(line) and not DEAL.search(line) and line.casefold() not in called
    )
    word, count = max(words.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    return word.title() if count >= FEWEST_MARKED and 2 * count > len(product.photos) else ""


def labelled_values(product: Product, template: AttributeTemplate, language: str) -> dict[str, str]:
    """Values whose label is printed with them: `Fabric: cotton`, `容量30毫升`, lines after a label.

    A label may be printed in two languages, `面料 Fabric`. A word in capitals that more photos show
    than the label is a brand, no value of it. A Chinese value is none of an English listing.
    """
    found: dict[str, str] = {}
    shown = Counter(line for photo in product.photos for line in set(photo.seen_text))
    for photo in product.photos:
        lines = [BULLET.sub("", line) for line in photo.seen_text]
        for place, line in enumerate(lines):
            if named := _labelled(line, template):
                name, value = named
                before = lines[place - 1] if place else ""
                value = _in_language(value, before, language)
            elif name := _label(line, template):
                others = [
                    one
                    for one in lines[place + 1 :]
                    if not (WORDMARK.fullmatch(one) and shown[one] > shown[line])
                ]
                value = _value_after(others, template, language)
            else:
                continue
            if value:
                found.setdefault(name, value)
    return {one.name: found[one.name] for one in template.attributes if one.name in found}


def _label(line: str, template: AttributeTemplate) -> str:
    """The attribute whose label a line is, in one language or two; empty for any other line."""
    both = IN_TWO_LANGUAGES.fullmatch(line)
    parts = both.groups() if both else (line,)
    found = {part: one for part in parts if (one := template.attribute(part))}
    names = {one.name for part, one in found.items() if name_key(part) in map(name_key, _own(one))}
    return names.pop() if len(names) == 1 else ""


def _own(attribute: Attribute) -> tuple[str, ...]:
    """The names that mean nothing else on a photo: `Screen` has an inch, `Screen Condition` not."""
    return (attribute.name, attribute.zh) if attribute.holds_for == "item" else attribute.names


def _labelled(line: str, template: AttributeTemplate) -> tuple[str, str] | None:
    """The attribute and the value of a line that has both."""
    label, colon, value = line.replace("：", ":").partition(":")
    if colon and value.strip() and (name := _label(label, template)):
        return name, value.strip()
    for attribute in template.attributes:
        for label in sorted(filter(HAN.match, _own(attribute)), key=len, reverse=True):
            rest = line.removeprefix(label)
            is_apart = rest.startswith(" ") and HAN.search(rest)
            is_value = is_apart or DIGITS.search(rest) or len(label) >= LONG_LABEL
            if rest != line and rest.strip() and is_value and not _label(line, template):
                return attribute.name, rest.strip()
    return None


def _in_language(value: str, before: str, language: str) -> str:
    """A value, or in its place the line before that has the same numbers; empty if neither fits."""
    if language.startswith("zh") or not HAN.search(value):
        return value
    numbers = DIGITS.findall(value)
    says_the_same = numbers and numbers == DIGITS.findall(before) and not HAN.search(before)
    return before if says_the_same else ""


def _value_after(following_label: list[str], template: AttributeTemplate, language: str) -> str:
    """The value after a label: in the wanted language where the two next lines say it twice."""
    following: list[str] = []
    for line in following_label[:2]:
        is_other_label = following and IN_TWO_LANGUAGES.fullmatch(line)
        if is_other_label or DEAL.search(line):
            break
        if _label(line, template) or _labelled(line, template):
            break
        following.append(line)
    chinese = [line for line in following if HAN.search(line)]
    others = [line for line in following if line not in chinese]
    fitting = chinese + others if language.startswith("zh") else others
    return fitting[0] if fitting else ""


def _name(line: str, language: str) -> str:
    """The part of a line that may be a name in this language."""
    if DEAL.search(line) or ENCLOSED.search(line):
        return ""
    words = PRICE.sub(" ", line).split()
    chinese = language.startswith("zh")
    kept = " ".join(word for word in words if bool(HAN.search(word)) == chinese)
    letters = len(LETTER.findall(kept))
    return kept if letters >= LEAST_LETTERS and len(kept) <= LONGEST_NAME else ""


def _likeness(name: str) -> int:
    """How much a line is written like a name: brands stand alone or in capitals, slogans do not."""
    if HAN.search(name):
        return int(not re.search(r"[·，,。！!]", name))
    if name.endswith((".", "!", "?")):
        return 0
    words = [word for word in re.split(r"[\s-]+", name) if LETTER.search(word)]
    titled = sum(word[0].isupper() for word in words) >= len(words) - words.count("and")
    return (len(words) > 1) + (titled and not name.isupper())


def _closed_up(line: str) -> str:
    return line.replace(" ", "") if SPACED.fullmatch(line) else line


def _price(match: re.Match[str]) -> str:
    return match[0].replace(" ", "").replace("￥", "¥")


def _amount(price: str) -> float:
    return float(re.sub(r"[^\d.]", "", price))
