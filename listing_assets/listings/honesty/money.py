"""Prices, what they were before, savings, discounts and what comes free with them."""

import re
from collections.abc import Iterator
from typing import Final

from listing_assets.listings.honesty.numerals import CHINESE_NUMBER, NUMBER, number
from listing_assets.listings.honesty.plain import SEARCH
from listing_assets.listings.honesty.statements import Price, Statement, Words

_CURRENCIES: Final = {
    "CNY": "¥ 元 圆 块 块钱 rmb cny yuan 人民币",
    "USD": "$ us$ usd dollars dollar bucks 美元 美金",
    "EUR": "€ eur euros euro 欧元",
    "GBP": "£ gbp 英镑",
    "HKD": "hk$ hkd 港币 港元",
    "JPY": "円 jpy yen 日元",
}
_CURRENCY_OF: Final = {
    word: currency for currency, words in _CURRENCIES.items() for word in words.split()
}
_SIGN: Final = r"(?:us\$|hk\$|(?<![a-z])(?:rmb|cny|usd|eur|gbp|hkd|jpy)|[¥$€£]|人民币)"
_AFTER: Final = (
    r"(?:块钱|块(?![一-鿿])|块(?=包邮|出|不|左|可|全)|元|圆|美元|美金|欧元|英镑|港币|港元|日元|円|€"
    r"|(?:rmb|cny|usd|eur|gbp|hkd|jpy|yuan|dollars?|bucks|euros?|yen)(?![a-z]))"
)
_CUE: Final = (
    r"(?:\b(?:price[ds]?(?:\s(?:is|at|of))?|asking(?:\s(?:for|price))?|(?:sell(?:ing)?|sold|yours)\sfor)"
    r"|原价|市场价|吊牌价|专柜价?|入手价|售价|价格|标价|一口价|现价|到手价|券后价?|仅售|只卖|卖)\s{0,2}(?:是|为)?\s?[::]?\s{0,2}"
)
_MULTIPLE: Final = r"(?:\s?(?P<m>[万千]|k(?![a-z])|w(?![a-z])))?"
_TO: Final = r"(?:\s?[-–~至到]\s?"
_MEASURE: Final = r"(?!\s?[年月天件个台只次人双条包袋瓶分%折:]|\s?[a-z]|[\d.,]*\d)"
_TO_GO: Final = r"(?=\s?(?:包邮|出(?![厂口色现风水版])|可小?刀|不刀|转(?![速动接轴])|拿走|带走))"
_PRICES: Final = tuple(
    re.compile(pattern, SEARCH)
    for pattern in (
        rf"(?P<sign>{_SIGN})\s{{0,2}}(?P<n>{NUMBER}){_TO}{_SIGN}?(?P<n2>{NUMBER}))?{_MULTIPLE}"
        rf"(?:\s?{_AFTER})?",
        rf"(?<![\d.])(?P<n>{NUMBER}){_TO}(?P<n2>{NUMBER}))?{_MULTIPLE}\s?(?P<sign>{_AFTER})",
        rf"(?P<n>{CHINESE_NUMBER})(?P<n2>)(?P<m>)(?P<sign>元|块钱|(?<!一)块(?![一-鿿]|钱)|块(?=包邮|出))",
        rf"(?<![\d.A-Za-z])(?P<sign>)(?P<n>\d{{2,6}}(?:\.\d{{1,2}})?)(?P<n2>)(?P<m>){_TO_GO}",
        rf"{_CUE}(?P<sign>)(?P<n>{NUMBER})(?P<n2>){_MULTIPLE}{_MEASURE}",
    )
)
_LOOK_BACK: Final = 16
_FORMER: Final = re.compile(
    r"(?<!不)(?:原价|市场价|吊牌价|专柜价?|官网价?|入手价?|买入价?|买时|花了|购入价?|\bwas|\brrp|\bmsrp"
    r"|originally|original\sprice|list\sprice|retails?(?:\s(?:for|at))?|bought\s(?:it\s)?for|paid)"
    r"\s?[::]?\s{0,2}(?:是|为|of|at|is)?\s?$",
    SEARCH,
)
_SAVING: Final = re.compile(
    r"(?:[省减满]|立减|直降|优惠|\bsaves?|\bup\sto|\bspend|discount\sof)\s?[::了]?\s{0,2}(?:up\sto\s)?$",
    SEARCH,
)
_OFF: Final = re.compile(r"\s?(?:off|discount|cheaper)\b", SEARCH)
_PERCENT_OFF: Final = re.compile(r"(?<!\d)(\d{1,2})\s?%\s?(?:off|discount)\b", SEARCH)
_ZHE: Final = re.compile(
    r"(?<![\d.对])([1-9一二三四五六七八九])([.点]?)([1-9五八九])?\s?折(?![叠痕损])"
)
_HALF: Final = re.compile(r"\bhalf[\s-]price\b|半价", SEARCH)
_OFFERS: Final = {
    "free postage": r"\bfree\s(?:shipping|postage|delivery)\b|包邮|免邮",
    "second one free": r"\bbuy\s(?:1|one)[,\s]{1,2}get\s(?:1|one)\b|\bbogo\b|买[一1]送[一1]",
    "third one free": r"\bbuy\s(?:2|two)[,\s]{1,2}get\s(?:1|one)\b|买[二两2]送[一1]",
    "a free gift": r"\bfree\sgifts?\b|送赠品|赠品",
    "negotiable": r"\bnegotiable\b|\bor\sbest\soffer\b|\bobo\b|可议价?|可小?刀|价格可谈",
    "not negotiable": r"\bnot?\s(?:negotiable|haggling)\b|\bprice\sis\sfirm\b|不议价|不刀|不讲价",
}
_OFFER: Final = tuple((name, re.compile(words, SEARCH)) for name, words in _OFFERS.items())


def money(text: str) -> Iterator[Statement]:
    """The statements on the price in a plain text."""
    for pattern in _PRICES:
        for match in pattern.finditer(text):
            sign = match["sign"].lower()
            values = tuple(
                number(part, match["m"] or "") for part in match.group("n", "n2") if part
            )
            price = Price(_role(text, match), values, _CURRENCY_OF.get(sign, ""))
            yield Statement("price", price, match.start(), match.end())
    for match in _PERCENT_OFF.finditer(text):
        yield _discount(match, float(match[1]))
    for match in _ZHE.finditer(text):
        tenths = number(match[1]) + (number(match[3]) / 10 if match[3] else 0)
        yield _discount(match, round(100 - 10 * tenths, 6))
    for match in _HALF.finditer(text):
        yield _discount(match, 50.0)
    for name, offer in reversed(_OFFER):
        for match in offer.finditer(text):
            yield Statement("price", Words(name), match.start(), match.end())


def _discount(match: re.Match[str], percent: float) -> Statement:
    return Statement("price", Price("discount", (percent,)), match.start(), match.end())


def _role(text: str, match: re.Match[str]) -> str:
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    cue = re.match(r"原价|市场价|吊牌价|专柜|入手价", match[0])
    if _SAVING.search(before) or _OFF.match(text, match.end()):
        return "saving"
    return "former" if cue or _FORMER.search(before) else "current"


def same_price(claimed: Price, shown: Price) -> bool:
    """Whether all that is claimed is shown, in the same role and in no other currency."""
    currencies = {claimed.currency, shown.currency} - {""}
    return (
        claimed.role == shown.role
        and len(currencies) <= 1
        and all(
            any(abs(value - other) < 0.005 for other in shown.values) for value in claimed.values
        )
    )
