"""Mug, detergent bottle, folded towels."""

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import arc, box, ellipse, leaf, moved, path, scatter
from listing_assets.sample.paints import across, darker, down, faded, glow, lighter, turned
from listing_assets.sample.pen import Pen


def mug(pen: Pen, product: Product) -> None:
    """A glazed stoneware mug, half dipped, coffee inside."""
    teal, cream, ink = product.palette.main, product.palette.accent, product.palette.ink
    handle = path("M 20 -58 C 44 -66 48 -20 18 -18")
    pen.line(handle, darker(teal, 0.2), 9)
    pen.line(moved(handle, -0.6, -0.8), across(20, 44, teal, lighter(teal, 0.4)), 5.6)
    body = path(
        "M -40 -72 C -40 -40 -38 -16 -31 -5 C -28 -1 -20 0 -8 0"
        " C 4 0 12 -1 15 -5 C 22 -16 24 -40 24 -72 Z"
    )
    pen.fill(body, turned(cream, -40, 24, 0.5))
    glaze = path(
        "M -41 -74 L 25 -74 L 25 -30 C 18 -24 12 -32 4 -27"
        " C -4 -22 -10 -31 -18 -26 C -26 -21 -32 -30 -41 -27 Z"
    )
    pen.fill(glaze, turned(teal, -40, 24, 0.45), clip=body)
    speckles = scatter(3, 90, (-40, -70, 24, -2), (0.2, 0.65))
    pen.fill(speckles, faded(ink, 0.45), clip=body)
    pen.fill(box(-33, -66, -29, -14, 2), faded("#ffffff", 0.5), blur=1.4, clip=body)
    pen.write(product.brand, -8, -50, 8, cream, bold=True)
    pen.write("SLOW MORNING", -8, -41, 4.6, cream)
    pen.fill(ellipse(-8, -72, 32, 6.4), darker(teal, 0.12))
    pen.fill(
        ellipse(-8, -72.3, 32, 6.2), across(-40, 24, lighter(teal, 0.4), teal, lighter(teal, 0.2))
    )
    pen.fill(ellipse(-8, -71.6, 29.4, 5), darker(teal, 0.55))
    pen.fill(ellipse(-8, -70.8, 28, 4.1), glow(-14, -72, 30, "#8a5a35", "#4a2812", ry=5))
    pen.line(arc(-8, -70.8, 18, 2.2, start=150, end=330), faded("#e9c9a0", 0.7), 0.8)


def detergent(pen: Pen, product: Product) -> None:
    """A jug with a handle hole, a measuring cap and a large label."""
    violet, white, ink = product.palette.main, product.palette.accent, product.palette.ink
    body = path(
        "M -26 -80 C -30 -74 -32 -66 -32 -56 L -32 -7"
        " C -32 -2 -29 0 -24 0 L 24 0 C 29 0 32 -2 32 -7 L 32 -62"
        " C 32 -76 24 -86 10 -87 L -8 -87 C -8 -84 -22 -84 -26 -80 Z"
    )
    hole = path(
        "M 6 -75 C 15 -76 22 -72 22 -63 L 22 -56 C 22 -52 17 -52 15 -56"
        " C 13 -62 10 -65 4 -66 C -2 -67 0 -74 6 -75 Z"
    )
    pen.fill(body, turned(violet, -32, 32, 0.35), holes=[hole])
    pen.line(hole, faded(darker(violet, 0.5), 0.6), 1.2, closed=True)
    pen.line(moved(hole, -0.7, -0.7), faded("#ffffff", 0.35), 0.5, closed=True)
    pen.fill(
        path("M -29 -60 C -30 -40 -30 -20 -29 -6 L -25.5 -6 C -26.5 -24 -26.5 -44 -25 -66 Z"),
        faded("#ffffff", 0.45),
        blur=0.8,
        clip=body,
    )
    cap = product.palette.pop
    pen.fill(box(-22, -88, 1, -83, 1), turned(darker(cap, 0.1), -22, 1))
    pen.fill(box(-20, -100, -1, -86, 2), turned(cap, -20, -1))
    for x in range(-18, -1, 3):
        pen.line(path(f"M {x} -98 L {x} -88"), faded(ink, 0.18), 0.7)
    label = path("M -26 -50 C -10 -56 14 -54 27 -48 L 27 -10 C 12 -5 -12 -5 -26 -9 Z")
    pen.fill(label, down(-54, -6, white, lighter(violet, 0.84)), clip=body)
    pen.fill(
        path("M -26 -22 C -10 -30 10 -14 27 -23 L 27 -10 C 12 -5 -12 -5 -26 -9 Z"),
        down(-26, -6, lighter(violet, 0.45), violet),
        clip=label,
    )
    for stalk, height in ((-23.5, 12), (-20, 8), (21, 8), (24.5, 12)):
        pen.line(path(f"M {stalk} -10 L {stalk} {-10 - height}"), "#5d9a63", 0.8, clip=label)
        buds = [
            ellipse(stalk + side * 1.2, -12 - height + 2.2 * step, 1.2, 1.5)
            for step in range(5)
            for side in (-1, 1)
        ]
        pen.fill(buds, darker(violet, 0.12), clip=label)
    for left, y, r in ((20, -44, 3.2), (14.5, -48, 1.7), (-21, -46, 2.2), (23, -37, 1.5)):
        bubble = ellipse(left, y, r)
        shine = glow(left - r / 3, y - r / 3, r * 1.4, "#ffffff", lighter(violet, 0.5))
        pen.fill(bubble, shine, clip=label)
        pen.line(bubble, faded(violet, 0.6), 0.3, closed=True)
    pen.write(product.brand, 0, -42, 8, ink, bold=True)
    pen.write("洗衣液", 0, -32, 8.4, violet, bold=True)
    pen.write("LAUNDRY LIQUID", 0, -17.5, 3.8, white, bold=True)
    pen.write("3 kg", 0, -11, 4.4, white, bold=True)


def towel(pen: Pen, product: Product) -> None:
    """Three towels folded on top of each other, a paper band round the stack."""
    palette = product.palette
    colours = (palette.accent, palette.main, "#fbf8f2")
    for index, colour in enumerate(colours):
        _folded(pen, colour, -21 * index, 1.5 * index)
    band = box(-17, -64, 17, 0)
    pen.fill(
        band, across(-17, 17, lighter(palette.ink, 0.12), palette.ink, darker(palette.ink, 0.25))
    )
    pen.line(path("M -14.5 -62 L -14.5 -2"), palette.main, 0.5)
    pen.line(path("M 14.5 -62 L 14.5 -2"), palette.main, 0.5)
    pen.write(product.brand, 0, -42, 5.4, palette.paper, bold=True)
    pen.write("浴巾", 0, -30, 11, palette.paper, bold=True)
    pen.write("100% COTTON", 0, -19, 3.9, palette.main)
    pen.fill(leaf(0, -50, 8, 4.4, 0), palette.accent)


def _folded(pen: Pen, colour: str, bottom: float, inset: float) -> None:
    left, right, top = -54 + inset, 54 - inset, bottom - 21.5
    slab = box(left, top, right, bottom, 9.5)
    pen.fill(slab, down(top, bottom, lighter(colour, 0.3), colour, darker(colour, 0.3)))
    tufts = scatter(11, 420, (left, top, right, bottom), (0.42, 0.42))
    pen.fill(tufts[:210], faded(darker(colour, 0.4), 0.22), clip=slab)
    pen.fill(tufts[210:], faded("#ffffff", 0.35), clip=slab)
    middle = bottom - 10.7
    pen.line(
        path(f"M {left + 9} {middle} L {right} {middle}"),
        faded(darker(colour, 0.55), 0.55),
        1,
        blur=0.4,
    )
    pen.line(
        path(f"M {left + 9} {middle + 1} L {right - 2} {middle + 1}"),
        faded("#ffffff", 0.4),
        0.7,
        blur=0.3,
    )
    pen.line(
        arc(left + 9.4, middle, 6, 6.2, start=90, end=270),
        faded(darker(colour, 0.5), 0.35),
        0.8,
        clip=slab,
    )
    for x in (right - 22, right - 18.5):
        pen.line(
            path(f"M {x} {top} L {x} {bottom}"), faded(darker(colour, 0.35), 0.35), 1.3, clip=slab
        )
