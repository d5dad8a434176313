"""Phone, headphones, laptop, desk lamp."""

import numpy as np

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import Outline, arc, box, ellipse, moved, path, symmetric
from listing_assets.sample.paints import Linear, across, darker, down, faded, glow, lighter, metal
from listing_assets.sample.pen import Pen


def phone(pen: Pen, product: Product) -> None:
    """Two phones: the back with its cameras behind, the lit screen in front."""
    blue, glint, ink = product.palette.main, product.palette.accent, product.palette.ink
    back = moved(box(-23, -46, 23, 46, 7), 17, -51, turn=9)
    pen.fill(
        back,
        Linear(
            (-10, -98), (40, -4), ((0, lighter(blue, 0.45)), (0.45, blue), (1, darker(blue, 0.5)))
        ),
    )
    pen.line(back, lighter(blue, 0.5), 0.9, closed=True)
    bump = moved(box(-10, -16, 10, 16, 6), 27, -77, turn=9)
    pen.shade(bump, (0.6, 1), 1, opacity=0.4, colour="#000000")
    pen.fill(bump, darker(blue, 0.2))
    for x, y in ((-4, -8.5), (4, 0), (-4, 8.5)):
        lens = moved(ellipse(x, y, 5), 27, -77, turn=9)
        left, top = lens.mean(axis=0).tolist()
        pen.fill(lens, "#0a0c12")
        pen.line(lens, lighter(blue, 0.35), 0.7, closed=True)
        pen.fill(
            ellipse(left, top, 2.6),
            glow(left - 1, top - 1, 3, glint, "#1b2d66", "#05060a"),
        )
    front = box(-40, -98, 8, 0, 7.5)
    pen.shade(front, (1.6, 1), 2, opacity=0.45, colour="#000000")
    pen.fill(front, metal(lighter(blue, 0.35), -40, 8))
    pen.fill(box(-39.2, -97.2, 7.2, -0.8, 7), "#05060a")
    screen = box(-37.8, -95.8, 5.8, -2.2, 5.8)
    _wallpaper(pen, screen, (-38, -96, 6, -2), (ink, product.palette.pop, "#ff8fb1", "#ffd59e"))
    pen.fill(box(-20.5, -93.4, -11.5, -90.6, 1.4), "#05060a")
    pen.write("10:24", -16, -79, 13, "#ffffff")
    pen.write("11月8日 星期六", -16, -69, 4.2, "#ffffff")
    for index, colour in enumerate(("#ffffffd0", "#3ad29f", "#ffb84d", "#ff6b81")):
        pen.fill(box(-34.5 + 9.8 * index, -14, -26.9 + 9.8 * index, -6.4, 2), colour)
    pen.fill(
        path("M -37.8 -92 L -20 -95.8 L -32 -2.2 L -37.8 -2.2 Z"),
        faded("#ffffff", 0.1),
        clip=screen,
    )


def _wallpaper(
    pen: Pen, screen: Outline, bounds: tuple[float, float, float, float], colours: tuple[str, ...]
) -> None:
    """Hills under an evening sky, on a screen."""
    left, top, right, bottom = bounds
    width, height = right - left, bottom - top
    night, dusk, rose, sun = colours
    pen.fill(screen, down(top, bottom, night, dusk, rose, sun))
    x, y = left + width * 0.66, top + height * 0.6
    pen.fill(
        ellipse(x, y, width * 0.13), glow(x, y, width * 0.16, "#fffbe8", "#ffe2a8"), clip=screen
    )
    for level, share in ((0.66, 0.35), (0.76, 0.6), (0.86, 0.88)):
        t = np.linspace(0, 1, 40)
        ridge = level + 0.045 * np.sin(7 * t + 9 * level) + 0.02 * np.sin(17 * t + level)
        line = np.stack([left + t * width, top + ridge * height], axis=1)
        hill = np.concatenate([line, [(right, bottom), (left, bottom)]])
        pen.fill(hill, faded(night, share), clip=screen)


def headphones(pen: Pen, product: Product) -> None:
    """Over-ear headphones seen from the front."""
    dark, orange = product.palette.main, product.palette.accent
    band = arc(0, -54, 37, 42, start=180, end=360)
    pen.line(band, down(-98, -54, lighter(dark, 0.25), darker(dark, 0.3)), 7)
    pen.line(arc(0, -54, 39.4, 44.2, start=195, end=300), faded("#ffffff", 0.45), 0.9, blur=0.3)
    pen.line(arc(0, -54, 33.6, 38.6, start=205, end=335), orange, 2.4)
    for side in (-1, 1):
        arm = path("M 37 -58 L 38 -40") * (side, 1)
        pen.line(arm, metal("#b9bcc4", 30 * side, 44 * side), 3.4)
        pad = moved(ellipse(0, 0, 8.5, 23), side * 28, -25, turn=side * -6)
        pen.fill(pad, glow(side * 24, -34, 26, lighter(dark, 0.2), darker(dark, 0.5)))
        for offset in (-2.6, 1.4):
            pen.line(
                moved(
                    arc(0, 0, 7, 21, start=-80 if side > 0 else 100, end=80 if side > 0 else 260),
                    side * (28 + offset),
                    -25,
                    turn=side * -6,
                ),
                faded("#000000", 0.3),
                0.7,
                clip=pad,
            )
        cup = moved(box(-8, -25, 8, 25, 8), side * 39, -25, turn=side * -6)
        pen.fill(
            cup,
            across(
                side * 30,
                side * 49,
                lighter(dark, 0.05),
                lighter(dark, 0.42),
                dark,
                darker(dark, 0.4),
            ),
        )
        pen.line(moved(path("M 2 -19 L 2 19"), side * 39, -25, turn=side * -6), orange, 1.3)
        shine = moved(box(-1.2, -17, 1.2, 15, 1.2), side * 39 + 4.6, -26, turn=side * -6)
        pen.fill(shine, faded("#ffffff", 0.3), blur=0.8)
        pen.fill(ellipse(side * 36.5, -4.5, 0.9), "#4de38a")
    pen.write(product.brand, 0, -94.6, 4.2, "#ffffff", bold=True)


def laptop(pen: Pen, product: Product) -> None:
    """An open laptop from the front, its keyboard in perspective."""
    silver, violet, ink = product.palette.main, product.palette.accent, product.palette.ink
    lid = box(-56, -92, 56, -18, 4)
    pen.fill(lid, down(-92, -18, lighter(silver, 0.4), darker(silver, 0.25)))
    pen.fill(box(-55, -91, 55, -18, 3.4), "#0b0c12")
    screen = box(-52.5, -88, 52.5, -22.5, 1.2)
    _wallpaper(pen, screen, (-52.5, -88, 52.5, -22.5), (ink, violet, "#ff9ec4", "#ffe0b8"))
    pen.write(product.brand, -22, -72, 9, "#ffffff", bold=True)
    pen.write("轻薄 · 高清 · 长续航", -22, -62, 5.2, "#ffffff")
    pen.fill(box(-26, -28.5, 26, -24, 2), faded("#ffffff", 0.5))
    for index, colour in enumerate(
        ("#ffffff", "#ff6b81", "#ffb84d", "#3ad29f", "#4d9dff", "#8f7bff")
    ):
        pen.fill(box(-22 + 7.6 * index, -27.8, -18.6 + 7.6 * index, -24.6, 0.8), colour)
    pen.fill(
        path("M -52.5 -88 L -20 -88 L -44 -22.5 L -52.5 -22.5 Z"),
        faded("#ffffff", 0.08),
        clip=screen,
    )
    deck = path("M -55 -18 L 55 -18 L 72 -4 L -72 -4 Z")
    pen.fill(box(-46, -19.2, 46, -17, 0.8), darker(silver, 0.55))
    pen.fill(deck, down(-18, -4, darker(silver, 0.12), lighter(silver, 0.45)))
    for row in range(4):
        _keys(pen, row)
    pen.fill(path("M -15 -7.4 L 15 -7.4 L 16.6 -4.4 L -16.6 -4.4 Z"), darker(silver, 0.12))
    edge = path("M -72 -4 L 72 -4 C 73 -2.6 72 -0.4 68 0 L -68 0 C -72 -0.4 -73 -2.6 -72 -4 Z")
    pen.fill(edge, down(-4, 0, lighter(silver, 0.55), darker(silver, 0.3)))
    pen.fill(
        path("M -10 -4 L 10 -4 C 10 -2.4 8 -2.2 7 -2.2 L -7 -2.2 C -8 -2.2 -10 -2.4 -10 -4 Z"),
        darker(silver, 0.35),
    )


def _keys(pen: Pen, row: int) -> None:
    top = -16.8 + row * 2.3
    spread = 48.5 + row * 2.9
    step = 2 * spread / 13
    keys = [
        np.array(
            [
                (x, top),
                (x + step * 0.86, top),
                (x + step * 0.88 + 0.02 * x, top + 1.8),
                (x + 0.02 * x, top + 1.8),
            ]
        )
        for x in (-spread + step * index for index in range(13))
    ]
    pen.fill(keys, "#2a2c35")


def lamp(pen: Pen, product: Product) -> None:
    """A jointed desk lamp, switched on."""
    mint, light, ink = product.palette.main, product.palette.accent, product.palette.ink
    beam = path("M 8 -68 L 36 -52 L 44 0 L -22 0 Z")
    haze = Linear(
        (26, -66),
        (12, -2),
        ((0, faded(light, 0.7)), (0.6, faded(light, 0.22)), (1, faded(light, 0))),
    )
    pen.fill(beam, haze, blur=2.5)
    pen.fill(
        path("M -38 -5 L -38 -3 C -38 1 -2 1 -2 -3 L -2 -5 Z"),
        across(-38, -2, darker(mint, 0.3), mint, darker(mint, 0.4)),
    )
    pen.fill(
        ellipse(-20, -5.4, 18, 3.8), across(-38, -2, lighter(mint, 0.35), mint, darker(mint, 0.12))
    )
    pen.fill(ellipse(-9, -5.6, 2.2, 0.8), light)
    lower, upper = path("M -20 -7 L -32 -54"), path("M -32 -54 L 12 -90")
    for arm in (lower, upper):
        pen.line(arm, darker(mint, 0.3), 4)
        pen.line(moved(arm, -0.6, -0.4), lighter(mint, 0.3), 1.6)
    for x, y, r in ((-32, -54, 4.6), (12, -90, 4.2), (-20, -8, 3.6)):
        pen.fill(
            ellipse(x, y, r), glow(x - 1, y - 1, r * 1.3, lighter(mint, 0.6), darker(mint, 0.25))
        )
        pen.fill(ellipse(x, y, r * 0.36), ink)
    shade = moved(
        symmetric("M 0 -22 L 6 -22 C 9 -20 9 -17 10 -14 C 14 -8 19 -4 20 4 L 0 4"),
        20,
        -76,
        turn=-28,
    )
    pen.fill(
        shade,
        Linear(
            (6, -78),
            (38, -72),
            (
                (0, darker(mint, 0.2)),
                (0.3, lighter(mint, 0.55)),
                (0.6, mint),
                (1, darker(mint, 0.38)),
            ),
        ),
    )
    mouth = moved(ellipse(0, 4, 20, 4.4), 20, -76, turn=-28)
    pen.fill(mouth, glow(22, -72, 20, "#ffffff", "#fff3c4", light))
    pen.line(mouth, faded(darker(mint, 0.4), 0.7), 0.6, closed=True)
    pen.fill(
        moved(ellipse(0, 6, 8, 5.4), 20, -76, turn=-28),
        glow(22.5, -70, 9, "#ffffff", "#fff1b8", light),
    )
    pen.write(product.brand, 13, -81, 4.2, ink, bold=True, turn=-28)
