"""Snack bag, tea tin, drink can, honey jar."""

import numpy as np

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import (
    Outline,
    arc,
    box,
    ellipse,
    leaf,
    moved,
    path,
    scatter,
    star,
    symmetric,
)
from listing_assets.sample.paints import across, darker, down, faded, glow, lighter, metal, turned
from listing_assets.sample.pen import Pen


def snack(pen: Pen, product: Product) -> None:
    """A pillow bag with crimped ends and chips flying out of a burst."""
    yellow, red, ink = product.palette.main, product.palette.accent, product.palette.ink
    bag = _bag()
    pen.fill(
        bag,
        across(
            -34,
            34,
            darker(yellow, 0.22),
            lighter(yellow, 0.25),
            yellow,
            lighter(yellow, 0.1),
            darker(yellow, 0.25),
        ),
    )
    pen.fill(star(0, -46, 46, 40, 22), faded(lighter(yellow, 0.55), 0.55), clip=bag)
    pen.fill(
        path("M -40 -93 L 40 -93 L 40 -80 C 14 -72 -14 -72 -40 -80 Z"),
        down(-93, -73, darker(red, 0.15), red),
        clip=bag,
    )
    swoosh = path("M -40 -60 C -18 -68 18 -68 40 -60 L 40 -42 C 16 -49 -16 -49 -40 -42 Z")
    pen.shade(swoosh, (0, 1.4), 1, opacity=0.35, colour=ink, clip=bag)
    pen.fill(
        swoosh,
        across(-36, 36, darker(red, 0.2), lighter(red, 0.12), red, darker(red, 0.25)),
        clip=bag,
    )
    pen.write(product.brand, 0, -55.5, 9.4, "#ffffff", bold=True)
    pen.write("原味薯片", 0, -38.4, 10, ink, bold=True)
    pen.write("POTATO CHIPS", 0, -84, 5.2, "#ffffff", bold=True)
    for x, y, turn, size in ((-14, -20, -20, 1.0), (13, -22, 30, 1.05), (0, -12, 5, 1.15)):
        _chip(pen, x, y, turn, size)
    for sheen in (
        "M -29 -88 C -32 -62 -32 -34 -29 -10 C -25 -34 -25 -62 -29 -88 Z",
        "M 20 -90 C 24 -70 24 -40 22 -8 C 28 -40 28 -70 20 -90 Z",
    ):
        pen.fill(path(sheen), faded("#ffffff", 0.42), blur=1.2, clip=bag)
    for crease in (
        "M -34 -90 C -22 -86 -18 -82 -12 -74 C -20 -80 -26 -84 -34 -86 Z",
        "M 34 -8 C 24 -12 20 -16 14 -24 C 22 -18 26 -14 34 -12 Z",
        "M -34 -8 C -26 -12 -24 -18 -20 -26 C -24 -16 -28 -12 -34 -11 Z",
    ):
        pen.fill(path(crease), faded(ink, 0.3), blur=0.9, clip=bag)
    for top in (-99.4, -6.4):
        teeth = [path(f"M {x} {top} L {x} {top + 5.4}") for x in range(-33, 34, 2)]
        pen.line(teeth, faded(ink, 0.16), 0.6, clip=bag)


def _bag() -> Outline:
    teeth = np.arange(-33, 33.1, 3)
    zigzag = np.where(np.arange(len(teeth)) % 2 == 0, 0.0, 1.2)
    upper = np.stack([teeth, -100 + zigzag], axis=1)
    lower = np.stack([teeth[::-1], -zigzag], axis=1)
    right = path("M 33 -93 C 35 -78 35.5 -64 35 -50 C 35.5 -34 35 -20 33 -7")
    return np.concatenate([upper, right, lower, right[::-1] * (-1, 1)])


def _chip(pen: Pen, x: float, y: float, turn: float, size: float) -> None:
    chip = moved(
        path("M -11 -2 C -10 -9 8 -10 11 -3 C 13 3 4 9 -4 7 C -9 6 -12 3 -11 -2 Z"),
        x,
        y,
        scale=size,
        turn=turn,
    )
    pen.shade(chip, (0.8, 1.6), 1, opacity=0.45, colour="#7a3a05")
    pen.fill(chip, glow(x - 3, y - 4, 16 * size, "#fff0a8", "#f4c04a", "#d98e1f"))
    pen.line(chip, faded("#b96d12", 0.8), 0.6, closed=True)
    pen.line(
        moved(arc(0, 3, 8, 5, start=200, end=320), x, y, scale=size, turn=turn),
        faded("#c47c1a", 0.6),
        0.7,
    )
    pen.fill(
        [
            moved(ellipse(a, b, 0.5), x, y, scale=size, turn=turn)
            for a, b in ((-4, 1), (3, -3), (5, 2), (-1, 4))
        ],
        "#ffffff",
    )


def tin(pen: Pen, product: Product) -> None:
    """A round tea caddy: lid, gold rings, misty hills on the label."""
    green, gold, paper = product.palette.main, product.palette.accent, product.palette.paper
    body = path("M -29 -72 L -29 -5 C -29 2 29 2 29 -5 L 29 -72 Z")
    pen.fill(body, turned(green, -29, 29, 0.3))
    label = path("M -29 -64 C -18 -60 18 -60 29 -64 L 29 -14 C 18 -9 -18 -9 -29 -14 Z")
    pen.fill(label, turned(paper, -29, 29, 0.6), clip=body)
    for data, colour, share in (
        (
            "M -29 -26 L -18 -38 L -8 -29 L 2 -40 L 14 -29 L 22 -35 L 29 -30 L 29 -8 L -29 -8 Z",
            green,
            0.25,
        ),
        ("M -29 -20 L -20 -28 L -10 -21 L 4 -30 L 16 -20 L 29 -26 L 29 -8 L -29 -8 Z", green, 0.45),
        ("M -29 -15 C -16 -22 -6 -12 6 -17 C 16 -21 22 -16 29 -18 L 29 -8 L -29 -8 Z", green, 0.8),
    ):
        pen.fill(
            path(data), down(-40, -8, faded(colour, share), faded(colour, share * 0.35)), clip=label
        )
    pen.fill(ellipse(15, -50, 4.6), faded(product.palette.pop, 0.9))
    pen.fill(box(-11, -60, 8, -20, 1), faded(paper, 0.85))
    pen.line(box(-11, -60, 8, -20, 1), gold, 0.5, closed=True)
    for index, letter in enumerate("龙井"):
        pen.write(letter, -1.5, -50.5 + index * 15, 14, product.palette.ink, bold=True)
    pen.write("GREEN TEA", -1.5, -25, 3.4, product.palette.ink)
    for y in (-66.4, -11.6):
        pen.line(
            path(f"M -29 {y} C -18 {y + 4.4} 18 {y + 4.4} 29 {y}"),
            metal(gold, -29, 29),
            1.4,
            clip=body,
        )
    pen.write(product.brand, 0, -4.6, 4.6, lighter(gold, 0.3), bold=True)
    lid = path("M -30 -94 C -30 -100 30 -100 30 -94 L 30 -74 C 30 -67.5 -30 -67.5 -30 -74 Z")
    pen.fill(lid, turned(darker(green, 0.2), -30, 30, 0.35))
    pen.line(path("M -30 -76 C -18 -70.5 18 -70.5 30 -76"), metal(gold, -30, 30), 1.8, clip=lid)
    pen.fill(
        ellipse(0, -94, 30, 5), across(-30, 30, green, lighter(green, 0.3), darker(green, 0.15))
    )
    pen.line(ellipse(0, -94, 25.5, 4), faded(gold, 0.9), 0.5, closed=True)
    pen.fill([leaf(-1, -92.6, 9, 3.4, -70), leaf(1, -92.6, 9, 3.4, 70)], gold)


def can(pen: Pen, product: Product) -> None:
    """A slim drink can with drops of water on it."""
    peach, paper, ink = product.palette.main, product.palette.accent, product.palette.ink
    body = symmetric(
        "M 0 -92 L 18 -92 C 20 -88 24.5 -86 24.5 -80 L 24.5 -10"
        " C 24.5 -6 20 -4 19 -1.5 C 14 0.5 6 0.8 0 0.8"
    )
    pen.fill(body, turned(peach, -24.5, 24.5, 0.5))
    pen.fill(
        path("M -26 -52 C -12 -64 8 -44 26 -56 L 26 -4 L -26 -4 Z"),
        across(
            -24.5,
            24.5,
            darker(product.palette.pop, 0.25),
            lighter(product.palette.pop, 0.25),
            product.palette.pop,
            darker(product.palette.pop, 0.3),
        ),
        clip=body,
    )
    pen.line(path("M -26 -54 C -12 -66 8 -46 26 -58"), faded("#ffffff", 0.8), 1, clip=body)
    fruit = ellipse(0, -34, 13.5)
    pen.shade(fruit, (0.6, 1.2), 1.2, opacity=0.3, colour=ink, clip=body)
    pen.fill(fruit, glow(-4, -39, 20, "#fff1d8", "#ffc9a3", "#ff8f86"), clip=body)
    pen.line(path("M 1 -47 C 6 -40 6 -32 1 -22"), faded("#e0606a", 0.7), 0.9, clip=fruit)
    pen.fill([leaf(0, -46.5, 12, 5.5, 62), leaf(0, -46.5, 9, 4.4, -58)], "#5fae6a")
    pen.write(product.brand, 0, -74, 9.2, ink, bold=True)
    pen.write("SPARKLING WATER", 0, -65.6, 4, ink, bold=True)
    pen.write("白桃气泡水", 0, -15, 7.2, paper, bold=True)
    pen.write("330 ml", 0, -7.4, 4, paper)
    pen.fill(box(-20, -84, -16.4, -8, 2), faded("#ffffff", 0.5), blur=0.9, clip=body)
    drops = scatter(5, 22, (12, -60, 22, -22), (0.5, 1.4))
    pen.fill(drops, faded("#ffffff", 0.4))
    glints = [drop.mean(axis=0) + (drop - drop.mean(axis=0)) * 0.3 - 0.3 for drop in drops]
    pen.fill(glints, "#ffffff")
    pen.fill(
        symmetric("M 0 -97 L 17.4 -97 C 19 -95 19 -93 18.4 -91 C 12 -89 6 -88.6 0 -88.6"),
        metal("#cfd3d8", -19, 19),
    )
    pen.fill(ellipse(0, -96.6, 17.6, 3.2), across(-18, 18, "#9aa0a8", "#f6f8fa", "#b7bcc4"))
    pen.fill(ellipse(0, -96.2, 15.4, 2.3), across(-15, 15, "#c9cdd3", "#8f959d", "#dfe3e8"))
    pen.fill(ellipse(1, -96.6, 5, 1.3), "#eceff2")
    pen.line(ellipse(1, -96.6, 5, 1.3), "#868c94", 0.4, closed=True)


def jar(pen: Pen, product: Product) -> None:
    """A glass jar of honey under a screw lid, with a paper label."""
    honey, wood, ink = product.palette.main, product.palette.accent, product.palette.ink
    glass = symmetric("M 0 -76 L 26 -76 C 30 -74 35 -70 35 -62 L 35 -10 C 35 -3 31 0 25 0 L 0 0")
    pen.fill(glass, across(-35, 35, "#d9a24a", "#ffe7b0", "#f3c878", "#c58a2c"))
    inside = symmetric(
        "M 0 -70 L 26 -70 C 29 -69 32.6 -66 32.6 -60 L 32.6 -11 C 32.6 -5 29 -2.6 24 -2.6 L 0 -2.6"
    )
    pen.fill(inside, turned(honey, -33, 33, 0.5))
    pen.fill(
        inside, down(-70, -2, faded("#fff2b8", 0.55), faded(honey, 0.0), faded("#9c4a00", 0.45))
    )
    pen.fill(ellipse(0, -69.6, 26, 2.4), "#ffe39a")
    for x, y, r in (
        (-24, -58, 1.3),
        (-27, -22, 1.0),
        (26, -46, 1.5),
        (24, -14, 1.1),
        (-22, -10, 1.4),
    ):
        pen.fill(ellipse(x, y, r), faded("#fff6d0", 0.7))
    label = box(-26, -56, 26, -14, 4)
    pen.shade(label, (0, 0.8), 0.9, opacity=0.4, colour=ink)
    pen.fill(label, turned("#fffaf0", -36, 36, 0.5))
    pen.line(box(-24.4, -54.4, 24.4, -15.6, 3), honey, 0.6, closed=True)
    hexagon = moved(star(0, 0, 4.2, 4.2 * 0.866, 3), 0, 0)
    cells = [
        (-19, -49.5),
        (-14.6, -49.5),
        (19, -49.5),
        (14.6, -49.5),
        (-16.8, -45.7),
        (16.8, -45.7),
    ]
    pen.line([moved(star(0, 0, 2.5, 2.5, 3), x, y) for x, y in cells], honey, 0.5, closed=True)
    pen.fill(moved(hexagon, 0, -48.5), honey)
    pen.write("蜂蜜", 0, -34.6, 15, ink, bold=True)
    pen.write(product.brand, 0, -22.6, 6.4, ink, bold=True)
    pen.write("HONEY", 0, -48.5, 2.4, "#ffffff", bold=True)
    pen.fill(
        path("M -31 -62 C -33 -44 -33 -24 -31 -8 L -28 -8 C -29.4 -26 -29.4 -46 -27 -64 Z"),
        faded("#ffffff", 0.65),
        blur=0.6,
    )
    pen.fill(box(-29, -91, 29, -75, 2.4), turned(wood, -29, 29, 0.3))
    pen.fill(ellipse(0, -90, 28, 2.2), lighter(wood, 0.3))
    for x in range(-27, 28, 3):
        pen.line(path(f"M {x} -87 L {x} -77"), faded("#000000", 0.16), 0.6)
