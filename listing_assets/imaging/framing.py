"""Geometry: which part of the original is used, at what size, and which way is up.

Sizes are (width, height) in pixels; boxes are (left, top, right, bottom).
"""

from dataclasses import dataclass

from PIL import Image

from listing_assets.imaging.spec import Mode

Size = tuple[int, int]
Box = tuple[float, float, float, float]

# EXIF 2.32, tag 0x0112: what undoes each orientation.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Framing:
    """The part `box` of the original is resized to `size`."""

    box: Box
    size: Size


def swap_if_turned(size: Size, orientation: int) -> Size:
    """Width and height, exchanged where the EXIF orientation (1..8) turns by a quarter."""
    return (size[1], size[0]) if orientation >= 5 else size


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The image as it should be seen, given its EXIF orientation (1..8)."""
    method = _UPRIGHT.get(orientation)
    return image if method is None else image.transpose(method)


def frame(original: Size, wanted: Size, mode: Mode) -> Framing:
    """Where the original goes, for the modes that `NormalizationSpec` describes.

    Both sizes are in the same orientation. For `pad` the result is the photo without its margins.
    """
    width, height = original
    whole: Box = (0.0, 0.0, float(width), float(height))
    scales = wanted[0] / width, wanted[1] / height
    if mode == "stretch":
        return Framing(whole, wanted)
    if mode == "cover":
        scale = max(scales)
        left = (width - wanted[0] / scale) / 2
        top = (height - wanted[1] / scale) / 2
        # Rounding must not push the box over the edge, which Pillow refuses.
        left, top = max(left, 0.0), max(top, 0.0)
        return Framing((left, top, width - left, height - top), wanted)
    scale = min(scales) if mode == "pad" else min(*scales, 1.0)
    fitted = max(1, round(width * scale)), max(1, round(height * scale))
    return Framing(whole, fitted)


def on_canvas(image: Image.Image, size: Size, background: tuple[int, int, int]) -> Image.Image:
    """The image centred on a canvas of the given size and colour."""
    if image.size == size:
        return image
    canvas = Image.new("RGB", size, background)
    canvas.paste(image, ((size[0] - image.width) // 2, (size[1] - image.height) // 2))
    return canvas
