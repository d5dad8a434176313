"""Words on a picture: the one typeface, text that fits, and text that is measured.

The face is that of `listing_assets.typeface`; bold is the same face with a stroke around it.
"""

from PIL import Image, ImageDraw

from listing_assets.typeface import font

FAT = 0.022
"""Width of the stroke that makes a letter bold, in parts of its size."""


def text_width(text: str, size: float, *, bold: bool = False, tracking: float = 0.0) -> float:
    """Width of a line in pixels. `tracking` is extra space a letter, in parts of the size."""
    stroke = 2 * FAT * size if bold else 0.0
    return font(round(size)).getlength(text) + stroke + tracking * size * max(len(text) - 1, 0)


def fitting(
    text: str, size: float, width: float, *, bold: bool = False, tracking: float = 0.0
) -> float:
    """The size, at most `size`, at which a line is no wider than `width` pixels."""
    wide = text_width(text, size, bold=bold, tracking=tracking)
    return size if wide <= width else size * width / wide


def write(
    picture: Image.Image,
    text: str,
    at: tuple[float, float],
    size: float,
    colour: str,
    *,
    bold: bool = False,
    anchor: str = "l",
    tracking: float = 0.0,
    width: float | None = None,
    outline: str | None = None,
) -> float:
    """Write one line whose capitals stand on the point `at`; return its width in pixels.

    `anchor` is `l`, `m` or `r`: where the point is on the line. `width` makes the line smaller
    until it fits. `outline` draws an edge of another colour around the letters.
    """
    if width is not None:
        size = fitting(text, size, width, bold=bold, tracking=tracking)
    wide = text_width(text, size, bold=bold, tracking=tracking)
    x = at[0] - {"l": 0.0, "m": wide / 2, "r": wide}[anchor]
    face = font(round(size))
    pen = ImageDraw.Draw(picture)
    stroke = FAT * size if bold else 0.0
    pieces = [text] if tracking == 0 else list(text)
    for layer in (outline, colour):
        if layer is None:
            continue
        edge = stroke + (0.05 * size if layer is outline else 0.0)
        left = x + stroke
        for piece in pieces:
            pen.text(
                (left, at[1]),
                piece,
                fill=layer,
                font=face,
                anchor="ls",
                stroke_width=edge,
                stroke_fill=layer,
            )
            left += face.getlength(piece) + tracking * size
    return wide


def write_down(
    picture: Image.Image,
    text: str,
    at: tuple[float, float],
    size: float,
    colour: str,
    *,
    bold: bool = False,
) -> float:
    """Write a column of Chinese from the point `at` down; return its height."""
    face = font(round(size))
    pen = ImageDraw.Draw(picture)
    for index, letter in enumerate(text):
        pen.text(
            (at[0], at[1] + (index + 0.5) * size * 1.12),
            letter,
            fill=colour,
            font=face,
            anchor="mm",
            stroke_width=FAT * size if bold else 0.0,
        )
    return len(text) * size * 1.12
