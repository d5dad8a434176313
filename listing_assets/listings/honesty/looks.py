"""Colours and materials, by lists of words in English and Chinese."""

import re
from collections.abc import Iterator
from typing import Final

from listing_assets.listings.draft import ClaimKind
from listing_assets.listings.honesty.plain import SEARCH
from listing_assets.listings.honesty.statements import Statement, Words
from resources.endpoints.embedded.colours import COLOUR_NAMES

_MATERIALS: Final = {
    "cotton": "cotton 纯棉 全棉 棉质 棉",
    "wool": "wool woolen woollen 羊毛 毛呢",
    "cashmere": "cashmere 羊绒",
    "silk": "silk 真丝 丝绸 桑蚕丝",
    "linen": "linen 亚麻",
    "denim": "denim 牛仔布 丹宁",
    "polyester": "polyester 聚酯纤维 涤纶",
    "nylon": "nylon 尼龙 锦纶",
    "chiffon": "chiffon 雪纺",
    "canvas": "canvas 帆布",
    "leather": "leather 真皮 牛皮 羊皮 皮革 皮质",
    "artificial leather": "faux_leather pu_leather bonded_leather vegan_leather 人造革 仿皮 PU皮",
    "stoneware": "stoneware 炻瓷",
    "porcelain": "porcelain 骨瓷 瓷器",
    "ceramic": "ceramic ceramics 陶瓷",
    "glass": "glass 玻璃",
    "stainless steel": "stainless_steel 不锈钢",
    "steel": "steel 钢",
    "aluminium": "aluminium aluminum 铝合金 铝",
    "titanium": "titanium 钛合金 钛",
    "brass": "brass 黄铜",
    "sterling silver": "sterling_silver 925银 纯银",
    "metal": "metal 金属",
    "plastic": "plastic 塑料",
    "oak": "oak 橡木",
    "walnut": "walnut_wood 胡桃木",
    "solid wood": "solid_wood 实木",
    "wood": "wood wooden 木质 木头 木制",
    "bamboo": "bamboo 竹制 竹子 竹",
    "silicone": "silicone 硅胶",
    "rubber": "rubber 橡胶",
    "carbon fibre": "carbon_fibre carbon_fiber 碳纤维",
}
_IMPLIED: Final = {
    "stoneware": ("ceramic",),
    "porcelain": ("ceramic",),
    "stainless steel": ("steel", "metal"),
    **dict.fromkeys(("steel", "aluminium", "titanium", "brass", "sterling silver"), ("metal",)),
    "oak": ("solid wood", "wood"),
    "walnut": ("solid wood", "wood"),
    "solid wood": ("wood",),
}
_OTHER_THINGS: Final = frozenset(
    {"coffee", "cream", "lime", "camel", "lavender", "olive", "aqua", "tan", "mustard"}
)
"""Words that name a thing as often as its colour: they count after `in` or before `colour`."""
_WORDS_OF: Final = {
    "color": {name: list(words) for name, words in COLOUR_NAMES.items()},
    "material": {
        name: [word.replace("_", " ") for word in words.split()]
        for name, words in _MATERIALS.items()
    },
}


def _pattern(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"[\s-]") for word in words)


def _finder(kind: str) -> re.Pattern[str]:
    words = sorted((word for names in _WORDS_OF[kind].values() for word in names), key=len)[::-1]
    latin = [word for word in words if word.isascii() and word not in _OTHER_THINGS]
    chinese = [word for word in words if not word.isascii() and len(word) > 1]
    things = sorted(_OTHER_THINGS)
    doubtful = (
        rf"|(?<=\bin )(?:{'|'.join(things)})\b|\b(?:{'|'.join(things)})(?=[\s-]colou?r)"
        if kind == "color"
        else ""
    )
    return re.compile(rf"\b(?:{_pattern(latin)})\b|{_pattern(chinese)}{doubtful}", SEARCH)


_FINDERS: Final[tuple[tuple[ClaimKind, re.Pattern[str]], ...]] = (
    ("material", _finder("material")),
    ("color", _finder("color")),
)
_NAME_OF: Final = {
    kind: {word.lower(): name for name, words in names.items() for word in words}
    for kind, names in _WORDS_OF.items()
}


def looks(text: str) -> Iterator[Statement]:
    """The colours and materials that a plain text names."""
    for kind, finder in _FINDERS:
        for match in finder.finditer(text):
            name = _NAME_OF[kind][re.sub(r"[\s-]", " ", match[0].lower())]
            implied = _IMPLIED.get(name, ()) if kind == "material" else ()
            yield Statement(kind, Words(name, implied), match.start(), match.end())
