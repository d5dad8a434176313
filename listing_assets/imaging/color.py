"""Colours: any mode that Pillow decodes becomes 8-bit sRGB, and what was done is said in words.

Two steps surround the resize. `resizable` comes before it and changes no more than resampling
needs; `to_srgb` comes after it, where pixels are few. Alpha is kept apart until the end, because
it must be composited in the colours that are seen.

Values of more than 8 bits are scaled by one rule (`value_range`): where the data uses at least a
quarter of its nominal range (0..65535 for integers, 0..1 for floats), that range becomes 0..255;
else, as with sensor counts such as 291..694, the data's own minimum and maximum do.
"""

import io
from functools import lru_cache
from typing import Final

import numpy as np
from PIL import Image, ImageCms

WIDE_MODES: Final = frozenset(("I;16", "I;16L", "I;16B", "I;16N", "I", "F"))
"""Pillow's one-channel modes whose values exceed 8 bits."""

_WIDE_NAMES = {"I": "32bit", "F": "float"}
_ICC_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK", "LAB": "Lab"}


def resizable(
    image: Image.Image, background: tuple[int, int, int], decisions: list[str]
) -> Image.Image:
    """The image in a mode that can be resampled: palettes and single bits are expanded.

    A transparent key colour becomes an alpha channel, so that resampling does not mix hidden
    colours into visible edges; a transparent palette is composited on the background right here,
    unless its colours have yet to be converted by a profile. `decisions` grows.
    """
    key = image.info.get("transparency")
    if image.mode in ("P", "PA"):
        decisions.append("palette_expanded")
        if not image.has_transparency_data:
            return image.convert("RGB")
        if image.mode == "PA" or "icc_profile" in image.info:
            return image.convert("RGBA")
        return _composited_palette(image, background, decisions)
    if image.mode in ("1", "L", "RGB") and key is not None:
        return image.convert("RGBA" if image.mode == "RGB" else "LA")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "F":
        return _without_gaps(image)
    if image.mode.startswith("I;16") and image.mode != "I;16":
        # Pillow resamples one byte order only, and converts to it only by way of 32 bits.
        image = image.convert("I").convert("I;16")
    if image.mode in WIDE_MODES and isinstance(key, int):
        visible = np.where(np.asarray(image) == key, np.uint8(0), np.uint8(255))
        gray = scaled_to_8bit(image, extrema(image), decisions)
        return Image.merge("LA", (gray, Image.fromarray(visible)))
    return image


def extrema(image: Image.Image) -> tuple[float, float]:
    """The lowest and highest value of an image of one channel."""
    lowest, highest = image.getextrema()
    assert isinstance(lowest, int | float)
    assert isinstance(highest, int | float)
    return float(lowest), float(highest)


def _composited_palette(
    image: Image.Image, background: tuple[int, int, int], decisions: list[str]
) -> Image.Image:
    """A transparent palette image as RGB: 256 entries are composited instead of every pixel."""
    image.apply_transparency()
    entries = np.array(image.getpalette("RGBA"), dtype=np.float64).reshape(-1, 4)
    alpha = entries[:, 3:] / 255
    seen = entries[:, :3] * alpha + np.array(background) * (1 - alpha)
    used = np.array(image.histogram()[: len(entries)]) > 0
    if (alpha[used] < 1).any():
        decisions.append("alpha_on_background")
    image.putpalette(np.rint(seen).astype(np.uint8).tobytes())
    return image.convert("RGB")


def _without_gaps(image: Image.Image) -> Image.Image:
    """A float image without NaN and infinities, which resampling would spread: they turn lowest."""
    values = np.asarray(image)
    finite = np.isfinite(values)
    if finite.all():
        return image
    lowest = values[finite].min() if finite.any() else np.float32(0)
    return Image.fromarray(np.where(finite, values, lowest))


def value_range(mode: str, lowest: float, highest: float) -> tuple[float, float]:
    """Which values of a wide mode become black and white. The module says the rule."""
    nominal = 1.0 if mode == "F" else 65535.0
    uses_nominal = lowest >= 0 and nominal / 4 <= highest <= nominal
    if uses_nominal or lowest == highest:  # a flat picture has no range of its own
        return 0.0, nominal
    return lowest, highest


def scaled_to_8bit(
    image: Image.Image, original: tuple[float, float], decisions: list[str]
) -> Image.Image:
    """An image of a wide mode as mode L; `original` has the extrema before any resampling.

    `decisions` grows.
    """
    black, white = value_range(image.mode, *original)
    name = _WIDE_NAMES.get(image.mode, "16bit")
    decisions.append(f"{name}_scaled:{black:.6g}..{white:.6g}")
    values = np.asarray(image).astype(np.float64)
    levels = np.rint((values - black) * (255 / (white - black)))
    return Image.fromarray(levels.clip(0, 255).astype(np.uint8))


def to_srgb(
    image: Image.Image,
    profile: bytes | None,
    background: tuple[int, int, int],
    decisions: list[str],
) -> Image.Image:
    """An 8-bit image of any mode as sRGB (mode RGB), transparency composited on the background.

    `decisions` grows.
    """
    alpha = None
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    if image.mode in ("LA", "RGBA"):
        alpha = image.getchannel("A")
        image = image.convert("L" if image.mode == "LA" else "RGB")
    if image.mode not in _ICC_SPACES:
        decisions.append(f"{image.mode.lower()}_to_srgb")
        image = image.convert("RGB")
    rgb = _managed(image, profile, decisions)
    if alpha is None or extrema(alpha)[0] == 255:
        return rgb
    decisions.append("alpha_on_background")
    canvas = Image.new("RGB", rgb.size, background)
    canvas.paste(rgb, mask=alpha)
    return canvas


def profile_name(profile: bytes | None) -> str | None:
    """The description of an ICC profile; None where there is none or it cannot be read."""
    if profile is None:
        return None
    try:
        return _open_profile(profile)[1]
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _managed(image: Image.Image, profile: bytes | None, decisions: list[str]) -> Image.Image:
    """L, RGB, CMYK or LAB to sRGB, by the embedded profile where it is usable."""
    source_mode = image.mode
    if profile is not None:
        try:
            name, transform = _transform(profile, source_mode)
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            decisions.append("icc_unreadable_ignored")
        else:
            if transform is not None:
                decisions.append(f"icc_to_srgb:{name}")
                image = _apply(transform, image)
            elif not _is_srgb(name):
                decisions.append(f"icc_of_other_space_ignored:{name}")
    if source_mode in ("CMYK", "LAB"):
        decisions.append(f"{source_mode.lower()}_to_srgb")
    if image.mode == "LAB":
        image = _apply(_lab_transform(), image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _apply(transform: ImageCms.ImageCmsTransform, image: Image.Image) -> Image.Image:
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None  # None is for in-place work only
    return converted


@lru_cache(maxsize=32)
def _transform(profile: bytes, mode: str) -> tuple[str, ImageCms.ImageCmsTransform | None]:
    """The profile's name, and the way to sRGB; None where that is no way or none is needed.

    Relative colorimetric with black point compensation keeps in-gamut colours exact. Building a
    transform costs milliseconds, and the photos of one camera share a profile: hence the cache.
    """
    opened, name = _open_profile(profile)
    if opened.profile.xcolor_space.strip() != _ICC_SPACES[mode] or _is_srgb(name):
        return name, None
    return name, ImageCms.buildTransform(
        opened,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )


@lru_cache(maxsize=1)
def _lab_transform() -> ImageCms.ImageCmsTransform:
    return ImageCms.buildTransform(
        ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
    )


def _open_profile(profile: bytes) -> tuple[ImageCms.ImageCmsProfile, str]:
    opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    words = ImageCms.getProfileDescription(opened).split()
    printable = "".join(filter(str.isprintable, " ".join(words)))
    return opened, printable[:60] or "unnamed"


def _is_srgb(name: str) -> bool:
    return name.lower().startswith("srgb")
