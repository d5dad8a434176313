"""Lipstick, dropper bottle, squeeze tube."""

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import box, ellipse, leaf, moved, path, symmetric
from listing_assets.sample.paints import (
    across,
    darker,
    down,
    faded,
    lighter,
    metal,
    turned,
)
from listing_assets.sample.pen import Pen


def lipstick(pen: Pen, product: Product) -> None:
    """An open lipstick, its cap beside it."""
    red, gold, case = product.palette.main, product.palette.accent, product.palette.ink
    pen.fill(box(-23, -38, 1, 0, 2), turned(darker(case, 0.25), -23, 1))
    pen.fill(box(-23, -41, 1, -37, 1.2), metal(gold, -23, 1))
    pen.fill(box(-20.5, -56, -1.5, -41, 0.8), metal(gold, -20.5, -1.5))
    pen.fill(box(-19, -61, -3, -55, 0.8), metal(lighter(gold, 0.25), -19, -3))
    bullet = path(
        "M -18 -60 L -18 -82 C -18 -90 -14 -97 -6 -99.5 C -4 -100 -3.6 -98.5 -3.6 -96 L -3.6 -60 Z"
    )
    pen.fill(bullet, turned(red, -18, -3.6, 0.35))
    slant = path("M -17.6 -82 C -17 -90 -13 -96.5 -6 -99.3 C -6.5 -92 -10 -85 -17.6 -82 Z")
    pen.fill(slant, down(-99, -82, lighter(red, 0.42), lighter(red, 0.1)))
    pen.fill(box(-15.5, -80, -13.8, -62, 0.8), faded("#ffffff", 0.35), blur=0.5)
    pen.write(product.brand[0], -11, -19, 9, gold, bold=True)
    pen.fill(box(5, -46, 28, 0, 2), turned(darker(case, 0.25), 5, 28))
    pen.fill(box(5, -6, 28, -3.5), metal(gold, 5, 28))
    pen.fill(ellipse(16.5, -45, 10.5, 1.3), lighter(case, 0.18))
    pen.write(product.brand, 16.5, -25, 4.4, gold, turn=-90)


def dropper(pen: Pen, product: Product) -> None:
    """A glass bottle with a pipette in its cap."""
    glass, cap, paper = product.palette.main, product.palette.accent, product.palette.paper
    bottle = symmetric(
        "M 0 -68 L 8 -68 L 8 -65 C 9 -61 21 -61 21 -52 L 21 -3 C 21 -1 20 0 18 0 L 0 0"
    )
    pen.fill(bottle, turned(glass, -21, 21, 0.5))
    pen.fill(
        symmetric("M 0 -46 L 19 -46 L 19 -4 C 19 -2.5 18 -2 17 -2 L 0 -2"),
        across(
            -19,
            19,
            faded(darker(glass, 0.55), 0.75),
            faded(glass, 0.2),
            faded(darker(glass, 0.6), 0.8),
        ),
    )
    pen.fill(box(-1.2, -64, 1.2, -14, 1), faded("#fff3e0", 0.35))
    label = box(-21, -42, 21, -9)
    pen.fill(label, turned(paper, -21, 21, 0.6), clip=bottle)
    pen.line(path("M -21 -40 L 21 -40"), darker(glass, 0.1), 0.5, clip=bottle)
    pen.line(path("M -21 -11 L 21 -11"), darker(glass, 0.1), 0.5, clip=bottle)
    pen.fill(
        moved(path("M 0 -5 C 3 -1 4 1 4 3 C 4 7 -4 7 -4 3 C -4 1 -3 -1 0 -5 Z"), 0, -34), glass
    )
    pen.write(product.brand, 0, -25, 6.6, product.palette.ink, bold=True)
    pen.write("SERUM", 0, -18.4, 4.2, product.palette.ink)
    pen.write(product.name_zh, 0, -13.6, 3.6, product.palette.ink)
    pen.fill(
        path(
            "M -17 -50 C -16 -55 -11 -57 -8 -58 L -8 -56"
            " C -12 -54 -14 -52 -14.5 -49 L -14.5 -5 L -17 -5 Z"
        ),
        faded("#ffffff", 0.38),
        blur=0.4,
    )
    pen.fill(box(-11.5, -79, 11.5, -66, 1.2), turned(cap, -11.5, 11.5))
    for x in (-9.5, -7, -4, 0, 4, 7, 9.5):
        pen.line(path(f"M {x} -78 L {x} -67"), faded("#ffffff", 0.14), 0.5)
    pen.fill(
        symmetric("M 0 -100 C 5 -100 6.5 -98 6.8 -93 L 8 -79 L 0 -79"),
        turned(lighter(cap, 0.1), -8, 8, 0.45),
    )


def tube(pen: Pen, product: Product) -> None:
    """A squeeze tube that stands on its cap."""
    pink, white, ink = product.palette.main, product.palette.accent, product.palette.ink
    pen.fill(box(-14.5, -13, 14.5, 0, 2.4), turned(white, -14.5, 14.5, 0.2))
    for x in range(-12, 13, 2):
        pen.line(path(f"M {x} -11.5 L {x} -1.5"), faded(ink, 0.1), 0.35)
    body = symmetric("M 0 -98 L 21 -98 C 21 -80 19 -40 16.5 -18 C 16 -14 14 -13 12 -13 L 0 -13")
    pen.fill(body, turned(pink, -20, 20, 0.55))
    pen.fill(
        path("M -19 -96 C -17 -70 -14 -40 -11 -20 L -8 -20 C -10 -50 -13 -75 -14 -96 Z"),
        faded("#ffffff", 0.4),
        blur=1.2,
        clip=body,
    )
    pen.fill(body, down(-98, -80, faded(darker(pink, 0.3), 0.35), faded(pink, 0)), clip=body)
    pen.fill(
        box(-22, -100, 22, -92, 0.6),
        across(-22, 22, darker(pink, 0.1), lighter(pink, 0.5), pink, darker(pink, 0.18)),
    )
    for x in range(-21, 22, 2):
        pen.line(path(f"M {x} -99.5 L {x} -92.5"), faded(ink, 0.16), 0.4)
    for turn in range(0, 360, 60):
        pen.fill(
            moved(ellipse(0, -4.2, 3, 4.4), 0, -74, turn=turn), faded(lighter(pink, 0.75), 0.85)
        )
    for turn in range(30, 390, 72):
        pen.fill(moved(ellipse(0, -2.2, 2, 2.6), 0, -74, turn=turn), faded("#e5517c", 0.75))
    pen.fill(ellipse(0, -74, 1.4), "#ffe27a")
    pen.fill([leaf(-6, -68, 9, 4, -110), leaf(6, -68, 9, 4, 110)], "#6fae7c")
    pen.write(product.brand, 0, -55, 6.8, ink, bold=True)
    pen.write("HAND CREAM", 0, -46.5, 4.4, ink)
    pen.line(path("M -8 -42 L 8 -42"), ink, 0.4)
    pen.write("护手霜", 0, -36, 6.4, ink, bold=True)
    pen.write("75 g", 0, -24, 4, ink)
