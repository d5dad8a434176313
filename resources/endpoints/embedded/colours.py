"""Colours named from pixels, and the words that name them in English and Chinese.

Pixels are named in OKLCh (lightness, chroma and hue of OKLab; B. Ottosson 2020,
https://bottosson.github.io/posts/oklab/), where equal steps look about equal. The borders between
names were set by hand against the xkcd colour survey (https://xkcd.com/color/rgb/).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from PIL import Image

COLOUR_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "black": ("black", "黑色", "黑", "纯黑"),
        "white": ("white", "白色", "白", "纯白"),
        "grey": ("grey", "gray", "silver", "charcoal", "灰色", "灰", "银色", "银灰", "银"),
        "red": ("red", "crimson", "scarlet", "burgundy", "maroon", "红色", "红", "大红", "酒红"),
        "orange": ("orange", "橙色", "橙", "橘色", "橘红"),
        "yellow": ("yellow", "gold", "golden", "mustard", "黄色", "黄", "金色", "金"),
        "green": ("green", "olive", "lime", "绿色", "绿", "军绿", "墨绿", "橄榄绿"),
        "cyan": ("cyan", "teal", "turquoise", "aqua", "青色", "青", "湖蓝"),
        "blue": ("blue", "navy", "indigo", "蓝色", "蓝", "藏青", "天蓝", "深蓝"),
        "purple": ("purple", "violet", "lilac", "lavender", "紫色", "紫", "紫罗兰"),
        "pink": ("pink", "magenta", "fuchsia", "粉色", "粉", "粉红", "玫红"),
        "brown": ("brown", "tan", "coffee", "camel", "棕色", "棕", "褐色", "咖啡色", "驼色"),
        "beige": ("beige", "cream", "khaki", "ivory", "米色", "米白", "杏色", "卡其色", "卡其"),
    }
)
"""Every colour that is told apart, and the words for it; the first Chinese word is its usual one.

Silver and gold are a matter of gloss, which pixels do not tell: they count as grey and yellow.
"""

_SIDE = 128
"""Colours are named on a picture reduced to this many pixels a side."""
_BORDER = 0.04
"""Share of the sides that counts as border."""
_NEAR = 0.06
"""OKLab distance up to which a pixel has the colour of the background."""
_PLAIN = 0.75
"""A border is plain when this share of it has one colour."""
_LEAST_FOREGROUND = 0.03
"""Below this share what is left beside the background is noise, and the whole picture counts."""

_WORD_TO_NAME = {word: name for name, words in COLOUR_NAMES.items() for word in words}
_SHADES = re.compile(r"^(light|dark|deep|bright|pale|浅|深|淡|亮|暗|纯)[ -]?")
_IN_TEXT = re.compile(
    "|".join(
        rf"\b{word}\b" if word.isascii() else word
        for word in sorted(_WORD_TO_NAME, key=len, reverse=True)
        if word.isascii() or len(word) > 1
    )
)


@dataclass(frozen=True, slots=True)
class ColourShare:
    """A colour and the share (0..1) of the looked-at pixels that have it."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Background:
    """What the border of a picture shows: the share of it that has one colour, and that colour."""

    evenness: float
    colour: str

    @property
    def plain(self) -> bool:
        """Whether the border is of one colour, as in a studio photo or a poster."""
        return self.evenness >= _PLAIN


def colour_named(word: str) -> str | None:
    """The colour that a single word names, whatever its language or shade: "深红色" is red."""
    word = word.strip().lower()
    for candidate in (word, _SHADES.sub("", word)):
        if candidate in _WORD_TO_NAME:
            return _WORD_TO_NAME[candidate]
    return None


def colours_in(text: str) -> tuple[str, ...]:
    """The colours that a text names, each once, in order.

    A lone Chinese character such as 红 does not count inside a text: it is part of other words
    too often (红薯 is a vegetable).
    """
    found = (_WORD_TO_NAME[match.group()] for match in _IN_TEXT.finditer(text.lower()))
    return tuple(dict.fromkeys(found))


def chinese_name(name: str) -> str:
    """The usual Chinese word for a colour of `COLOUR_NAMES`, such as 红色."""
    return next(word for word in COLOUR_NAMES[name] if not word.isascii())


def palette(rgb: np.ndarray) -> tuple[ColourShare, ...]:
    """The colours of what is shown, largest share first; the background is left out.

    Args:
        rgb: uint8 pixels of shape (height, width, 3), sRGB.

    Where the border has one colour, that colour is background as far as it reaches inwards from
    the border. Where it has not, the middle of the picture stands for what is shown.
    """
    lab = _reduced_oklab(rgb)
    shown = _foreground(lab)
    return _shares(lab[shown])


def background(rgb: np.ndarray) -> Background:
    """How even the border of a picture is, and its colour. Pixels as in `palette`."""
    lab = _reduced_oklab(rgb)
    border = lab[_border_of(lab)]
    evenness = float(np.mean(_distance(border, np.median(border, axis=0)) < _NEAR))
    return Background(evenness, _shares(border)[0].name)


def name_pixels(rgb: np.ndarray) -> np.ndarray:
    """The index into `COLOUR_NAMES` of each pixel: int array of the shape without its last axis.

    Args:
        rgb: uint8 pixels of shape (..., 3), sRGB.
    """
    return _name_oklab(oklab(rgb))


def oklab(rgb: np.ndarray) -> np.ndarray:
    """OKLab (lightness 0..1, a, b) of sRGB pixels: uint8 (..., 3) to float32 (..., 3)."""
    lms = np.cbrt(_LINEAR[rgb] @ _LINEAR_TO_LMS)
    return np.asarray(lms @ _LMS_TO_LAB, dtype=np.float32)


_CODE = np.arange(256) / 255
_LINEAR = np.where(_CODE <= 0.04045, _CODE / 12.92, ((_CODE + 0.055) / 1.055) ** 2.4).astype("f4")
"""Linear light of each sRGB code (IEC 61966-2-1)."""
_LINEAR_TO_LMS = np.array(
    [
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ],
    dtype=np.float32,
)
_LMS_TO_LAB = np.array(
    [
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ],
    dtype=np.float32,
)


def _name_oklab(lab: np.ndarray) -> np.ndarray:
    """The index into `COLOUR_NAMES` of each OKLab pixel. The first rule that holds decides."""
    light, a, b = lab[..., 0], lab[..., 1], lab[..., 2]
    chroma = np.hypot(a, b)
    hue = np.degrees(np.arctan2(b, a)) % 360
    rules: list[tuple[str, np.ndarray]] = [
        ("black", (light < 0.35) & (chroma < 0.04)),
        ("black", (light < 0.2) & (chroma < 0.07)),
        ("white", (light > 0.88) & (chroma < 0.03)),
        ("grey", chroma < 0.035),
        ("red", (hue < 14) & (light < 0.53)),
        ("pink", hue < 14),
        ("brown", (hue >= 25) & (hue < 36) & (light < 0.45) & (chroma < 0.1)),
        ("pink", (hue < 36) & (light > 0.68) & (chroma < 0.15)),
        ("red", hue < 36),
        ("beige", (hue < 75) & (light > 0.74) & (chroma < 0.09)),
        ("brown", (hue < 75) & ((light < 0.56) | (chroma < 0.125))),
        ("orange", hue < 75),
        ("beige", (hue < 100) & (light > 0.7) & (chroma < 0.105)),
        ("brown", (hue < 100) & (light < 0.67)),
        ("beige", (hue < 118) & (light > 0.65) & (chroma < 0.095)),
        ("yellow", (hue < 100) | ((hue < 118) & (light > 0.78))),
        ("green", hue < 164),
        ("cyan", hue < 210),
        ("blue", hue < 290),
        ("purple", (hue < 325) | ((hue < 345) & (light < 0.62))),
    ]
    index = {name: position for position, name in enumerate(COLOUR_NAMES)}
    return np.select(
        [holds for _, holds in rules], [index[name] for name, _ in rules], index["pink"]
    )


def _reduced_oklab(rgb: np.ndarray) -> np.ndarray:
    """OKLab of the picture reduced to `_SIDE` x `_SIDE`, each pixel a mean of its area."""
    reduced = Image.fromarray(rgb).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    return oklab(np.asarray(reduced))


def _shares(lab: np.ndarray) -> tuple[ColourShare, ...]:
    """Colours of OKLab pixels (n, 3), largest share first, equals in the order of the names."""
    counts = np.bincount(_name_oklab(lab), minlength=len(COLOUR_NAMES))
    shares = [
        ColourShare(name, float(count / counts.sum()))
        for name, count in zip(COLOUR_NAMES, counts, strict=True)
        if count
    ]
    return tuple(sorted(shares, key=lambda colour: -colour.share))


def _border_of(lab: np.ndarray) -> np.ndarray:
    """Mask (side, side) of the pixels along the four edges."""
    width = round(_BORDER * _SIDE)
    mask = np.ones(lab.shape[:2], dtype=bool)
    mask[width:-width, width:-width] = False
    return mask


def _distance(lab: np.ndarray, colour: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(lab - colour, axis=-1))


def _foreground(lab: np.ndarray) -> np.ndarray:
    """Mask (side, side) of the pixels that show the subject rather than what is behind it."""
    border = _border_of(lab)
    colour = np.median(lab[border], axis=0)
    like_border = _distance(lab, colour) < _NEAR
    if like_border[border].mean() < _PLAIN:
        middle = np.zeros_like(border)
        inset = _SIDE // 5
        middle[inset:-inset, inset:-inset] = True
        return middle
    foreground = ~_connected(border & like_border, like_border)
    return foreground if foreground.mean() >= _LEAST_FOREGROUND else np.ones_like(border)


def _connected(seed: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """The pixels of `allowed` that can be reached from `seed` through `allowed`, by edges."""
    reached = seed
    while True:
        grown = reached.copy()
        grown[1:] |= reached[:-1]
        grown[:-1] |= reached[1:]
        grown[:, 1:] |= reached[:, :-1]
        grown[:, :-1] |= reached[:, 1:]
        grown &= allowed
        if np.array_equal(grown, reached):
            return reached
        reached = grown
