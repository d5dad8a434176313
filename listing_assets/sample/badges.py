"""Words that come in a shape: prices, discs, bursts, pills, ribbons."""

from PIL import Image

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import box, ellipse, path, star
from listing_assets.sample.paints import darker, down, faded, glow, legible_on, lighter
from listing_assets.sample.pen import Pen
from listing_assets.sample.typography import fitting, text_width, write


def yuan(amount: float) -> str:
    """An amount as shops print it: ¥129, ¥39.9."""
    return f"¥{amount:g}"


def price_tag(
    picture: Image.Image,
    product: Product,
    at: tuple[float, float],
    size: float,
    colour: str,
    *,
    anchor: str = "l",
) -> float:
    """The price, large, and the price before it, small and struck through; returns the width.

    `anchor` is `l`, `m` or `r`: where the point `at` is on the line.
    """
    now, before = yuan(product.price), yuan(product.was)
    small = size * 0.46
    wide = text_width(now, size, bold=True)
    total = wide + size * 0.2 + text_width(before, small)
    left = at[0] - {"l": 0.0, "m": total / 2, "r": total}[anchor]
    write(picture, now, (left, at[1]), size, colour, bold=True)
    start = left + wide + size * 0.2
    length = write(picture, before, (start, at[1]), small, colour)
    y = at[1] - small * 0.36
    Pen(picture).line(path(f"M {start - 3} {y} L {start + length + 3} {y}"), colour, small * 0.07)
    return total


def price_disc(
    picture: Image.Image, product: Product, centre: tuple[float, float], radius: float, colour: str
) -> None:
    """A round badge: what is offered above, the price below."""
    x, y = centre
    pen = Pen(picture)
    pen.shade(ellipse(x, y, radius), (3, radius * 0.09), radius * 0.08)
    pen.fill(
        ellipse(x, y, radius),
        glow(
            x - radius * 0.4,
            y - radius * 0.5,
            radius * 1.8,
            lighter(colour, 0.25),
            colour,
            darker(colour, 0.15),
        ),
    )
    words = legible_on(colour)
    pen.line(ellipse(x, y, radius * 0.9), faded(words, 0.7), 2, closed=True)
    write(picture, "到手价", (x, y - radius * 0.36), radius * 0.29, words, anchor="m", bold=True)
    write(
        picture,
        yuan(product.price),
        (x, y + radius * 0.28),
        radius * 0.68,
        words,
        anchor="m",
        bold=True,
        width=radius * 1.55,
    )
    was = yuan(product.was)
    size = radius * 0.27
    wide = write(picture, was, (x, y + radius * 0.64), size, words, anchor="m")
    strike = y + radius * 0.64 - size * 0.36
    pen.line(path(f"M {x - wide / 2 - 3} {strike} L {x + wide / 2 + 3} {strike}"), words, 2)


def burst(
    picture: Image.Image,
    lines: tuple[str, str],
    centre: tuple[float, float],
    radius: float,
    colour: str,
) -> None:
    """A badge with a zigzag edge and two lines of words, the second one large."""
    x, y = centre
    pen = Pen(picture)
    pen.shade(star(x, y, radius, radius * 0.88, 20), (3, radius * 0.08), radius * 0.06)
    pen.fill(
        star(x, y, radius, radius * 0.88, 20),
        down(y - radius, y + radius, lighter(colour, 0.22), colour),
    )
    words = legible_on(colour)
    write(
        picture,
        lines[0],
        (x, y - radius * 0.12),
        radius * 0.34,
        words,
        anchor="m",
        bold=True,
        width=radius * 1.3,
    )
    write(
        picture,
        lines[1],
        (x, y + radius * 0.46),
        radius * 0.58,
        words,
        anchor="m",
        bold=True,
        width=radius * 1.5,
    )


def pill(
    picture: Image.Image,
    text: str,
    at: tuple[float, float],
    size: float,
    colour: str,
    *,
    anchor: str = "l",
    width: float | None = None,
) -> float:
    """A line of words in a rounded bar whose middle height is `at[1]`; returns the bar's width."""
    if width is not None:
        size = fitting(text, size, width - 1.3 * size, bold=True)
    wide = text_width(text, size, bold=True) + 1.3 * size
    left = at[0] - {"l": 0.0, "m": wide / 2, "r": wide}[anchor]
    bar = box(left, at[1] - size * 0.85, left + wide, at[1] + size * 0.85, size)
    Pen(picture).fill(bar, down(at[1] - size, at[1] + size, lighter(colour, 0.12), colour))
    write(
        picture,
        text,
        (left + 0.65 * size, at[1] + size * 0.36),
        size,
        legible_on(colour),
        bold=True,
    )
    return wide


def ribbon(
    picture: Image.Image, text: str, y: float, height: float, colour: str, words: str
) -> None:
    """A banner right across the picture, folded at both ends, with words in its middle."""
    width = picture.width
    inset = width * 0.09
    pen = Pen(picture)
    tail = path("M 0 0.22 L 1.5 0.22 L 1.5 1.22 L 0 1.22 L 0.45 0.72 Z") * (inset, height) + (0, y)
    pen.fill([tail, tail * (-1, 1) + (width, 0)], darker(colour, 0.3))
    pen.shade(box(inset, y, width - inset, y + height), (0, 8), 8)
    pen.fill(
        box(inset, y, width - inset, y + height), down(y, y + height, lighter(colour, 0.2), colour)
    )
    write(
        picture,
        text,
        (width / 2, y + height * 0.7),
        height * 0.6,
        words,
        bold=True,
        anchor="m",
        width=width - 2.6 * inset,
    )
