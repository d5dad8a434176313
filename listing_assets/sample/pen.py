"""The pen: fills, lines and words in a product's own units, anti-aliased on a Pillow image.

Geometry is transformed, never pixels, so that a product is as crisp lying in a close-up as standing
small in a row.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from listing_assets.sample.outlines import Outline
from listing_assets.sample.paints import SHADE, Linear, Paint, Radial, Stops, faded, rgba
from listing_assets.sample.typography import FAT
from listing_assets.typeface import font

Matrix = NDArray[np.float64]
"""An affine map of units to pixels, of shape (2, 3)."""

Box = tuple[int, int, int, int]

Mark = Callable[[ImageDraw.ImageDraw, list[float], int], None]
"""How an outline, as flat coordinates, is marked on a mask of so many points a pixel."""

_OVERSAMPLING = 4
_RAMP = 1024
"""Pixels of a gradient's ramp; four times as many on either side hold its first and last colour."""


def placement(
    x: float,
    y: float,
    scale: float,
    *,
    turn: float = 0.0,
    mirror: bool = False,
    squeeze: float = 1.0,
    pivot: tuple[float, float] = (0.0, 0.0),
) -> Matrix:
    """The matrix that brings the unit point `pivot` to the pixel (x, y).

    `scale` is pixels a unit, `turn` degrees clockwise; `squeeze` narrows the product before it is
    turned, as when it is seen from the side, and `mirror` swaps left and right.
    """
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = rotation @ np.diag([scale * squeeze * (-1 if mirror else 1), scale])
    shift = np.array([x, y]) - linear @ np.array(pivot)
    return np.column_stack([linear, shift])


class Pen:
    """Draws on `picture` (RGB or RGBA, changed in place) through `matrix`."""

    def __init__(self, picture: Image.Image, matrix: Matrix | None = None) -> None:
        self.picture = picture
        self.matrix = placement(0, 0, 1) if matrix is None else matrix
        self.scale = float(np.sqrt(abs(np.linalg.det(self.matrix[:, :2]))))

    def wash(self, paint: Paint) -> None:
        """Cover the whole picture."""
        size = self.picture.size
        self._stamp(Image.new("L", size, 255), (0, 0, *size), paint)

    def fill(
        self,
        outline: Outline | Sequence[Outline],
        paint: Paint,
        *,
        holes: Sequence[Outline] = (),
        clip: Outline | None = None,
        blur: float = 0.0,
    ) -> None:
        """Fill one outline or several at once.

        `holes` are cut out, `clip` bounds what is painted, `blur` softens the edge (units, the
        standard deviation of a Gaussian); a clip stays sharp.
        """
        outlines = [outline] if isinstance(outline, np.ndarray) else outline
        self._paint(outlines, paint, _polygon, holes=holes, clip=clip, blur=blur)

    def shade(
        self,
        outline: Outline,
        offset: tuple[float, float],
        blur: float,
        *,
        opacity: float = 0.4,
        colour: str = SHADE,
        clip: Outline | None = None,
    ) -> None:
        """Lay the soft shadow that an outline casts `offset` units away."""
        self.fill(outline + offset, faded(colour, opacity), blur=blur, clip=clip)

    def line(
        self,
        outline: Outline | Sequence[Outline],
        paint: Paint,
        width: float,
        *,
        clip: Outline | None = None,
        blur: float = 0.0,
        closed: bool = False,
    ) -> None:
        """Draw along one open line or several, `width` units wide, with round ends."""

        def along(canvas: ImageDraw.ImageDraw, points: list[float], fineness: int) -> None:
            thickness = max(1, round(width * self.scale * fineness))
            if closed:
                points = points + points[:2]
            canvas.line(points, fill=255, width=thickness, joint="curve")
            for x, y in (points[:2], points[-2:]):
                canvas.circle((x, y), thickness / 2, fill=255)

        outlines = [outline] if isinstance(outline, np.ndarray) else outline
        self._paint(outlines, paint, along, clip=clip, blur=blur, margin=width / 2)

    def write(
        self,
        text: str,
        x: float,
        y: float,
        size: float,
        paint: Paint,
        *,
        bold: bool = False,
        turn: float = 0.0,
    ) -> None:
        """Write `text` centred on (x, y), `size` units high. Words are never seen in a mirror."""
        ratio = 2 * self.scale
        face = font(max(4, round(size * ratio)))
        stroke = FAT * size * ratio if bold else 0.0
        left, top, right, bottom = (int(v) for v in face.getbbox(text, stroke_width=stroke))
        mask = Image.new("L", (right - left + 4, bottom - top + 4))
        ImageDraw.Draw(mask).text(
            (2 - left, 2 - top), text, fill=255, font=face, stroke_width=stroke
        )
        linear = self.matrix[:, :2]
        centre = linear @ (x, y) + self.matrix[:, 2]
        if np.linalg.det(linear) < 0:
            linear = linear @ np.diag([-1, 1])
        word = placement(0, 0, 1, turn=turn)[:, :2]
        forward = linear @ word / ratio
        corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * mask.size / 2
        bounds = self._bounds([corners @ forward.T + centre], 1)
        if bounds is None:
            return
        back = np.linalg.inv(forward)
        origin = back @ (np.array(bounds[:2]) - centre) + np.array(mask.size) / 2
        coefficients = (*back[0], origin[0], *back[1], origin[1])
        mask = mask.transform(
            (bounds[2] - bounds[0], bounds[3] - bounds[1]),
            Image.Transform.AFFINE,
            tuple(float(c) for c in coefficients),
            Image.Resampling.BICUBIC,
        )
        self._stamp(mask, bounds, paint)

    def _paint(
        self,
        outlines: Sequence[Outline],
        paint: Paint,
        mark: Mark,
        *,
        holes: Sequence[Outline] = (),
        clip: Outline | None = None,
        blur: float = 0.0,
        margin: float = 0.0,
    ) -> None:
        moved = [self._pixels(outline) for outline in outlines]
        softness = blur * self.scale
        bounds = self._bounds(moved, margin * self.scale + 3 * softness + 1)
        if bounds is None:
            return
        cut = [self._pixels(hole) for hole in holes]
        fineness = _OVERSAMPLING if softness < 2 else 1
        mask = _mask(bounds, moved, mark, fineness, cut)
        if softness > 0:
            mask = blurred(mask, softness)
        if clip is not None:
            fence = _mask(bounds, [self._pixels(clip)], _polygon, _OVERSAMPLING)
            mask = ImageChops.multiply(mask, fence)
        self._stamp(mask, bounds, paint)

    def _pixels(self, outline: Outline) -> Outline:
        pixels: Outline = outline @ self.matrix[:, :2].T + self.matrix[:, 2]
        return pixels

    def _bounds(self, outlines: Sequence[Outline], margin: float) -> Box | None:
        """The pixels that the outlines may touch, or None where they are off the picture."""
        points = np.concatenate(outlines)
        low = np.floor(points.min(axis=0) - margin)
        high = np.ceil(points.max(axis=0) + margin)
        left, top = (int(v) for v in np.maximum(low, 0))
        right, bottom = (int(v) for v in np.minimum(high, self.picture.size))
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _stamp(self, mask: Image.Image, bounds: Box, paint: Paint) -> None:
        """Lay the paint down where the mask is."""
        if isinstance(paint, str):
            tile = Image.new("RGBA", mask.size, paint)
            alpha = rgba(paint)[3]
            mask = mask if alpha == 255 else mask.point([v * alpha // 255 for v in range(256)])
        else:
            tile = self._gradient(mask.size, bounds, paint)
            mask = ImageChops.multiply(mask, tile.getchannel("A"))
        if self.picture.mode == "RGBA":
            tile.putalpha(mask)
            self.picture.alpha_composite(tile, bounds[:2])
        else:
            self.picture.paste(tile, bounds, mask)

    def _gradient(self, size: tuple[int, int], bounds: Box, paint: Linear | Radial) -> Image.Image:
        """The gradient's colours over the pixels of `bounds`."""
        back = np.linalg.inv(np.vstack([self.matrix, (0, 0, 1)]))[:2]
        back = np.column_stack([back[:, :2], back @ (bounds[0], bounds[1], 1)])
        if isinstance(paint, Linear):
            start, end = np.array(paint.start), np.array(paint.end)
            direction = (end - start) / np.sum((end - start) ** 2)
            back[:, 2] -= start
            along = (direction @ back) * _RAMP + (0, 0, 4 * _RAMP)
            coefficients = (*along, 0.0, 0.0, 0.5)
            source = _linear_ramp()
        else:
            back[:, 2] -= paint.centre
            along = np.diag(1 / np.array(paint.radius)) @ back * (_RAMP / 4)
            along[:, 2] += _RAMP / 2
            coefficients = (*along[0], *along[1])
            source = _radial_ramp()
        offsets = source.transform(
            size,
            Image.Transform.AFFINE,
            tuple(float(c) for c in coefficients),
            Image.Resampling.NEAREST,
            fillcolor=255,
        )
        channels = [offsets.point(table) for table in _tables(paint.stops)]
        return Image.merge("RGBA", channels)


def blurred(mask: Image.Image, radius: float) -> Image.Image:
    """A mask blurred by a Gaussian of `radius` pixels; a wide one is blurred at a smaller size."""
    factor = int(min(8, radius // 3))
    if factor < 2 or min(mask.size) < 8 * factor:
        return mask.filter(ImageFilter.GaussianBlur(radius))
    small = mask.reduce(factor).filter(ImageFilter.GaussianBlur(radius / factor))
    return small.resize(mask.size, Image.Resampling.BICUBIC)


def _mask(
    bounds: Box, outlines: Sequence[Outline], mark: Mark, fineness: int, cut: Sequence[Outline] = ()
) -> Image.Image:
    """How much of each pixel of `bounds` the outlines cover, 0 to 255.

    Coverage is counted on `fineness` x `fineness` points a pixel.
    """
    left, top, right, bottom = bounds
    fine = Image.new("L", ((right - left) * fineness, (bottom - top) * fineness))
    canvas = ImageDraw.Draw(fine)
    for outline in outlines:
        mark(canvas, ((outline - (left, top)) * fineness).ravel().tolist(), fineness)
    for hole in cut:
        canvas.polygon(((hole - (left, top)) * fineness).ravel().tolist(), fill=0)
    return fine.reduce(fineness)


def _polygon(canvas: ImageDraw.ImageDraw, points: list[float], _: int) -> None:
    canvas.polygon(points, fill=255)


@lru_cache(maxsize=1)
def _linear_ramp() -> Image.Image:
    """0 before the ramp, 0 to 255 along it, 255 after; one pixel high."""
    ramp = np.clip(np.arange(-4 * _RAMP, 5 * _RAMP) / _RAMP, 0, 1) * 255
    return Image.fromarray(np.rint(ramp)[None, :].astype(np.uint8))


@lru_cache(maxsize=1)
def _radial_ramp() -> Image.Image:
    """Distance from the middle, 255 at a quarter of the side and beyond."""
    offset = (np.arange(_RAMP) + 0.5 - _RAMP / 2) / (_RAMP / 4)
    distance = np.hypot(offset[:, None], offset[None, :])
    return Image.fromarray(np.rint(np.clip(distance, 0, 1) * 255).astype(np.uint8))


@lru_cache(maxsize=512)
def _tables(stops: Stops) -> tuple[list[int], ...]:
    """Four look-up tables of 256 entries, one a channel."""
    offsets = [offset for offset, _ in stops]
    colours = np.array([rgba(colour) for _, colour in stops])
    steps = np.arange(256) / 255
    return tuple(
        np.rint(np.interp(steps, offsets, colours[:, channel])).astype(int).tolist()
        for channel in range(4)
    )
