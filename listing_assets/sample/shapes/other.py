"""Teddy bear, notebook with pen, potted monstera."""

import numpy as np

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import Outline, box, ellipse, moved, path, symmetric
from listing_assets.sample.paints import (
    Linear,
    across,
    darker,
    down,
    faded,
    glow,
    lighter,
    metal,
    turned,
)
from listing_assets.sample.pen import Pen


def bear(pen: Pen, product: Product) -> None:
    """A sitting teddy bear with a scarf."""
    fur, scarf = product.palette.main, product.palette.accent
    pale = lighter(fur, 0.55)
    for side in (-1, 1):
        _ball(pen, side * 21, -88, 10, 10, fur)
        pen.fill(
            ellipse(side * 21, -87.4, 5.6),
            glow(side * 20, -89, 7, lighter(pale, 0.2), darker(pale, 0.12)),
        )
    _ball(pen, 0, -28, 25, 27, fur)
    pen.fill(ellipse(0, -25, 15.5, 18), glow(-4, -32, 22, lighter(pale, 0.3), pale), blur=0.8)
    for side in (-1, 1):
        arm = moved(ellipse(0, 0, 8.5, 18), side * 27, -36, turn=side * -28)
        _fluffy(pen, arm, fur, side * 25, -42, 20)
        _ball(pen, side * 22, -10.5, 14.5, 11.5, fur)
        pen.fill(
            ellipse(side * 25, -10, 8, 7.6), glow(side * 24, -12, 9, lighter(pale, 0.25), pale)
        )
        toes = [ellipse(side * 25 + x, y, 1.5) for x, y in ((-4.2, -14), (0, -15.4), (4.2, -14))]
        pen.fill(toes, darker(fur, 0.25))
        pen.fill(ellipse(side * 25, -8.4, 3.4, 2.8), darker(fur, 0.25))
    _ball(pen, 0, -71, 29, 25, fur)
    pen.fill(ellipse(0, -64, 13, 10), glow(-2, -67, 15, lighter(pale, 0.45), pale))
    pen.fill(
        path("M -5 -70 C -5 -73 5 -73 5 -70 C 5 -67 2 -65.4 0 -65.4 C -2 -65.4 -5 -67 -5 -70 Z"),
        "#33211a",
    )
    pen.fill(ellipse(-1.4, -70.6, 1.6, 0.8), faded("#ffffff", 0.7))
    pen.line(path("M 0 -65.6 L 0 -62 C -1 -59 -5 -58.6 -6.4 -61"), "#33211a", 0.9)
    pen.line(path("M 0 -62 C 1 -59 5 -58.6 6.4 -61"), "#33211a", 0.9)
    for side in (-1, 1):
        pen.fill(ellipse(side * 11.5, -76, 3.1, 3.4), "#1d1412")
        pen.fill(ellipse(side * 11.5 - 1, -77.4, 1.1), "#ffffff")
        pen.fill(ellipse(side * 18, -67, 4.4, 3), faded("#ff7d6b", 0.4), blur=1.4)
    _scarf(pen, scarf, product)


def _scarf(pen: Pen, colour: str, product: Product) -> None:
    tail = path("M 6 -47 L 18 -46 L 21 -20 L 8 -19 Z")
    pen.shade(tail, (0.6, 1), 1, opacity=0.4, colour="#2b1508")
    pen.fill(tail, across(6, 21, lighter(colour, 0.15), colour, darker(colour, 0.2)))
    wrap = path(
        "M -23 -52 C -10 -43 10 -43 23 -52 C 26 -48 25 -45 23 -43"
        " C 10 -35 -10 -35 -23 -43 C -25 -45 -26 -48 -23 -52 Z"
    )
    pen.shade(wrap, (0, 1), 1, opacity=0.4, colour="#2b1508")
    pen.fill(wrap, down(-52, -37, lighter(colour, 0.2), colour, darker(colour, 0.2)))
    for y in (-31, -25):
        pen.line(path(f"M 5 {y} L 22 {y}"), "#fff4e4", 1.6, clip=tail)
    for x in (9, 12, 15, 18):
        pen.line(path(f"M {x} -20 L {x + 0.4} -16"), colour, 1)
    pen.write(product.brand, -3, -42.2, 3.9, "#fff4e4", bold=True)


def _ball(pen: Pen, x: float, y: float, rx: float, ry: float, fur: str) -> None:
    _fluffy(pen, ellipse(x, y, rx, ry), fur, x - rx * 0.35, y - ry * 0.45, max(rx, ry) * 1.5)


def _fluffy(pen: Pen, outline: Outline, fur: str, x: float, y: float, radius: float) -> None:
    """An outline with a hairy edge, lit from (x, y)."""
    centre = outline.mean(axis=0)
    random = np.random.default_rng(17)
    fine = np.repeat(outline, 3, axis=0)
    hairy = centre + (fine - centre) * (1 + random.uniform(-0.012, 0.028, (len(fine), 1)))
    pen.fill(hairy, glow(x, y, radius, lighter(fur, 0.34), fur, darker(fur, 0.38)))
    angle = random.uniform(0, 2 * np.pi, 70)
    reach = np.sqrt(random.uniform(0, 0.72, 70))
    size = np.ptp(outline, axis=0) / 2
    roots = centre + np.stack([np.cos(angle), np.sin(angle)], axis=1) * reach[:, None] * size
    hairs = [np.stack([root, root + (root - centre) * 0.06 + (0.2, 0.7)]) for root in roots]
    pen.line(hairs[:35], faded(lighter(fur, 0.5), 0.4), 0.5)
    pen.line(hairs[35:], faded(darker(fur, 0.4), 0.35), 0.5)


def notebook(pen: Pen, product: Product) -> None:
    """A hardcover notebook with an elastic band, a pen lying beside it."""
    navy, gold = product.palette.main, product.palette.accent
    pen.fill(box(-37, -97, 31, 0, 3), darker(navy, 0.45))
    pen.fill(box(-34, -97.5, 30, -2, 2), "#f4ecd9")
    for x in (27.2, 28.2, 29.2):
        pen.line(path(f"M {x} -97 L {x} -2.4"), faded("#a08c62", 0.5), 0.3)
    pen.line(path("M -12 -3 L -12 4 L -10 2 L -8 4 L -8 -3"), product.palette.pop, 1.4)
    cover = box(-38, -100, 27, -3, 3)
    pen.fill(
        cover,
        Linear(
            (-38, -100), (27, 0), ((0, lighter(navy, 0.28)), (0.5, navy), (1, darker(navy, 0.35)))
        ),
    )
    pen.fill(
        box(-38, -100, -31, -3, 2),
        across(-38, -31, darker(navy, 0.4), lighter(navy, 0.1), darker(navy, 0.25)),
        clip=cover,
    )
    frame = box(-25, -93, 15, -10, 2)
    pen.line(frame, gold, 0.7, closed=True)
    pen.fill(ellipse(-5, -68, 10), faded(gold, 0.95))
    pen.fill(ellipse(-1, -70.5, 8.6), navy)
    sky = ((9, -80, 1.5), (-18, -84, 1.1), (10, -60, 0.8), (-19, -56, 1.2), (1, -71, 1.3))
    stars = [moved(_spark(), x, y, scale=size) for x, y, size in sky]
    pen.fill(stars, gold)
    pen.write(product.brand, -5, -44, 6.6, gold, bold=True)
    pen.write("手账本", -5, -32, 9, gold, bold=True)
    pen.write("NOTES", -5, -20, 5, gold)
    pen.fill(
        box(19, -100.6, 22.4, -2.4),
        across(19, 22.4, product.palette.pop, darker(product.palette.pop, 0.2)),
    )
    pen.fill(path("M -34 -99 L -10 -100 L -34 -50 Z"), faded("#ffffff", 0.1), blur=2, clip=cover)
    barrel = box(33, -88, 38.4, -18, 1.6)
    pen.shade(barrel, (1.4, 1), 1.2, opacity=0.3, colour="#000000")
    pen.fill(barrel, turned(navy, 33, 38.4, 0.5))
    pen.fill(path("M 33 -18 L 38.4 -18 L 36.2 -8 L 35.2 -8 Z"), metal(gold, 33, 38.4))
    pen.fill(box(33, -56, 38.4, -53), metal(gold, 33, 38.4))
    pen.fill(box(37.4, -86, 38.9, -62, 0.7), metal(gold, 37.4, 38.9))


def _spark() -> Outline:
    return path("M 0 -3 Q 0.3 -0.3 3 0 Q 0.3 0.3 0 3 Q -0.3 0.3 -3 0 Q -0.3 -0.3 0 -3 Z")


def plant(pen: Pen, product: Product) -> None:
    """A monstera in a clay pot."""
    green, clay = product.palette.main, product.palette.accent
    leaves = (
        (-27, -62, -58, 0.92, 0.25),
        (29, -64, 52, 0.95, 0.2),
        (-17, -86, -22, 0.98, 0.1),
        (19, -90, 20, 1.0, 0.05),
        (31, -44, 88, 0.72, 0.0),
        (-30, -42, -92, 0.7, 0.0),
        (1, -72, -4, 1.08, -0.12),
    )
    for x, y, turn, size, shade in leaves:
        pen.line(path(f"M 0 -30 Q {x * 0.25} {y * 0.75} {x} {y + 4}"), darker(green, 0.25), 1.6)
        _monstera(
            pen, x, y, turn, size, darker(green, shade) if shade > 0 else lighter(green, -shade)
        )
    pot = symmetric("M 0 -32 L 21 -32 L 16 -3 C 15.6 -1 14 0 12 0 L 0 0")
    pen.fill(pot, turned(clay, -21, 21, 0.35))
    pen.fill(box(-24, -38, 24, -30, 1.6), turned(lighter(clay, 0.06), -24, 24, 0.4))
    pen.fill(box(-24, -30.4, 24, -28.6), faded("#3b1508", 0.35), blur=0.8, clip=pot)
    pen.write(product.brand, 0, -15, 5.4, lighter(clay, 0.75), bold=True)


def _monstera(pen: Pen, x: float, y: float, turn: float, size: float, green: str) -> None:
    """One leaf: a heart with notches cut from its edge, the stem at (x, y)."""
    half = (
        "M 0 4 C 6 9 13 6 16 1 L 9 -2 L 18 -4 C 19.5 -8 19 -12 18 -14 L 9 -11 L 16 -18"
        " C 15 -22 12 -25 10 -27 L 5 -19 L 7 -30 C 5 -33 2 -35 0 -37"
    )
    blade = moved(symmetric(half), x, y, scale=size, turn=turn)
    pen.shade(blade, (1, 1.6), 1.2, opacity=0.35, colour="#0b2412")
    tip = moved(np.array([(0.0, -37.0)]), x, y, scale=size, turn=turn)[0]
    pen.fill(
        blade,
        Linear(
            (x, y),
            (tip[0], tip[1]),
            ((0, darker(green, 0.3)), (0.5, green), (1, lighter(green, 0.3))),
        ),
    )
    veins = ((0, 13, 2), (-5, 16, -8), (-12, 14, -20), (-20, 7, -28))
    ribs = [f"M 0 {a} L {side * b} {c}" for a, b, c in veins for side in (-1, 1)]
    ribs.append("M 0 4 L 0 -35")
    pen.line(
        [moved(path(rib), x, y, scale=size, turn=turn) for rib in ribs],
        faded(lighter(green, 0.6), 0.6),
        0.6,
    )
    holes = [
        moved(ellipse(side * 5, b, 1, 2), x, y, scale=size, turn=turn)
        for side in (-1, 1)
        for b in (-7, -14)
    ]
    pen.fill(holes, faded("#0b2412", 0.5))
