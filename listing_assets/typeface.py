"""The one typeface of samples and reports: Noto Sans CJK, which has Latin and Chinese letters.

It comes with a package, so that the same words give the same pixels on every machine. Pillow's
basic layout is asked for, because the other one depends on libraries of the machine.
"""

from functools import cache, lru_cache
from importlib.resources import as_file, files
from itertools import count

from PIL import ImageFont

COLLECTION = files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc"
FAMILY = "Noto Sans CJK SC"


@lru_cache(maxsize=256)
def font(size: int) -> ImageFont.FreeTypeFont:
    """The typeface at `size` pixels an em."""
    return _face(size, _simplified_chinese())


@cache
def _simplified_chinese() -> int:
    """The position of the Simplified Chinese face in the collection."""
    return next(index for index in count() if _face(10, index).getname()[0] == FAMILY)


def _face(size: int, index: int) -> ImageFont.FreeTypeFont:
    with as_file(COLLECTION) as file:
        return ImageFont.truetype(file, size, index, layout_engine=ImageFont.Layout.BASIC)
