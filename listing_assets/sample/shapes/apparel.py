"""T-shirt, dress, running shoe."""

import numpy as np

from listing_assets.sample.catalogue import Product
from listing_assets.sample.outlines import Outline, box, ellipse, moved, path, symmetric
from listing_assets.sample.paints import across, darker, down, faded, lighter
from listing_assets.sample.pen import Pen


def tshirt(pen: Pen, product: Product) -> None:
    """A short-sleeved shirt laid flat, a print on its chest."""
    blue, cream, ink = product.palette.main, product.palette.accent, product.palette.ink
    pen.fill(symmetric("M 0 -97 L 14 -99 C 12 -90 6 -86 0 -86"), darker(blue, 0.45))
    pen.fill(symmetric("M 0 -97.5 L 13 -98.5 L 12 -95.5 L 0 -94.5"), darker(blue, 0.25))
    shirt = symmetric(
        "M 0 -86 C 8 -86 14 -91 15 -99 L 24 -96.5 C 33 -94 38 -90 41 -84 L 54 -62 L 39 -52 L 33 -61"
        " C 32 -40 33 -18 34.5 -2 C 22 0.5 10 0.8 0 0.8"
    )
    pen.fill(
        shirt, across(-54, 54, darker(blue, 0.2), lighter(blue, 0.12), blue, darker(blue, 0.22))
    )
    folds = (
        "M 33 -60 C 24 -52 18 -40 16 -22 C 22 -36 28 -46 33 -50 Z",
        "M -33 -60 C -26 -50 -22 -36 -22 -14 C -27 -32 -30 -44 -33 -50 Z",
        "M -34 -4 C -22 -11 -10 -12 2 -8 C -10 -8 -22 -4 -32 0 Z",
        "M 34 -10 C 28 -18 24 -26 23 -34 C 26 -26 30 -20 34 -18 Z",
    )
    for fold in folds:
        pen.fill(path(fold), faded(darker(blue, 0.6), 0.34), blur=1.6, clip=shirt)
    light = path("M -20 -70 C -18 -50 -20 -30 -18 -12 C -13 -30 -13 -50 -20 -70 Z")
    pen.fill(light, faded("#ffffff", 0.2), blur=2.2, clip=shirt)
    for side in (-1, 1):
        seam = path("M 24 -96.5 C 27 -84 31 -72 33 -61") * (side, 1)
        pen.line(seam, faded(darker(blue, 0.6), 0.5), 0.6, clip=shirt)
        hem = path("M 38 -54.5 L 52.6 -64.3") * (side, 1)
        pen.line(hem, faded(darker(blue, 0.6), 0.45), 0.5, clip=shirt)
    pen.line(
        path("M -36 -3.4 C -20 -1.6 20 -1.6 36 -3.4"),
        faded(darker(blue, 0.6), 0.4),
        0.5,
        clip=shirt,
    )
    collar = path("M -15 -98.6 C -14 -90.5 -8 -85.6 0 -85.6 C 8 -85.6 14 -90.5 15 -98.6")
    pen.line(collar, darker(blue, 0.16), 3)
    pen.line(collar, faded("#ffffff", 0.18), 0.5)
    _print(pen, product, cream, ink)


def _print(pen: Pen, product: Product, cream: str, ink: str) -> None:
    sun = ellipse(0, -58, 13)
    pen.fill(sun, down(-71, -46, "#ffd36b", "#ff7a3d"))
    pen.fill(
        path("M -14 -52 L -4 -61 L 2 -55 L 7 -60 L 14 -52 L 14 -44 L -14 -44 Z"), cream, clip=sun
    )
    pen.fill(
        path("M -14 -50 L -6 -56 L 2 -50 L 8 -53 L 14 -49 L 14 -44 L -14 -44 Z"), ink, clip=sun
    )
    pen.write(product.brand, 0, -37.5, 8, cream, bold=True)


def dress(pen: Pen, product: Product) -> None:
    """A sleeveless dress with a full skirt, printed with flowers."""
    coral, cream, ink = product.palette.main, product.palette.accent, product.palette.ink
    pen.fill(symmetric("M 0 -96 L 9 -98 L 9 -88 L 0 -82"), darker(coral, 0.5))
    gown = symmetric(
        "M 0 -80 C 4 -85 8 -91 8.5 -99.5 L 13.5 -99"
        " C 14 -90 16 -85 19 -82 C 16.5 -76 14.5 -69 13.5 -62"
        " C 20 -46 33 -24 37 -5 C 30 0 22 -3 16 -0.5 C 10 1.5 5 -1.5 0 0"
    )
    pen.fill(
        gown, across(-34, 34, darker(coral, 0.14), lighter(coral, 0.16), coral, darker(coral, 0.2))
    )
    for flower in _flowers(gown):
        _flower(pen, *flower, cream=cream, clip=gown)
    for x, bend in ((-26, -9), (-13, -5), (0, 0), (12, 5), (25, 9)):
        fold = path(
            f"M {bend} -61 C {bend * 1.5} -44 {x - 1} -20 {x} 0"
            f" L {x + 5} 0 C {x + 3} -22 {bend * 1.4} -46 {bend} -61 Z"
        )
        pen.fill(fold, faded(darker(coral, 0.6), 0.3), blur=1.1, clip=gown)
        pen.fill(moved(fold, -3.2), faded("#ffffff", 0.2), blur=1.1, clip=gown)
    pen.fill(
        path("M -19 -80 C -14 -72 -13 -66 -13 -60 L -9 -60 C -10 -68 -14 -76 -19 -80 Z"),
        faded("#ffffff", 0.25),
        blur=1.2,
        clip=gown,
    )
    pen.fill(
        box(-14.5, -64.5, 14.5, -60, 0.8),
        across(-14, 14, darker(ink, 0.1), lighter(ink, 0.25), ink),
        clip=None,
    )
    pen.fill(
        moved(
            path("M 0 0 C 4 -5 9 -5 9 -1 C 9 2 4 2 0 0 C -4 2 -9 2 -9 -1 C -9 -5 -4 -5 0 0 Z"),
            6,
            -61.5,
            scale=0.8,
        ),
        lighter(ink, 0.12),
    )
    pen.line(path("M -8.5 -99 C -8 -91 -4 -85 0 -80.4 C 4 -85 8 -91 8.5 -99"), cream, 0.9)


def _flowers(gown: Outline) -> list[tuple[float, float, float]]:
    """Places and sizes of flowers over the gown: a jittered grid, drawn from a fixed seed."""
    random = np.random.default_rng(7)
    rows = [
        (x + float(random.uniform(-2, 2)) + (4 if row % 2 else 0), y + float(random.uniform(-2, 2)))
        for row, y in enumerate(range(-92, 2, 8))
        for x in range(-36, 38, 9)
    ]
    low, high = gown.min(axis=0), gown.max(axis=0)
    return [
        (x, y, float(random.uniform(1.5, 2.5)))
        for x, y in rows
        if low[0] < x < high[0] and abs(x) < 17 + max(0, y + 62) * 0.42
    ]


def _flower(pen: Pen, x: float, y: float, size: float, *, cream: str, clip: Outline) -> None:
    petals = [
        moved(ellipse(0, -size * 0.8, size * 0.62, size * 0.8), x, y, turn=t)
        for t in range(0, 360, 72)
    ]
    pen.fill(petals, cream, clip=clip)
    pen.fill(ellipse(x, y, size * 0.45), "#ffc94d", clip=clip)


def sneaker(pen: Pen, product: Product) -> None:
    """A running shoe from its outer side, the toe to the right."""
    green, amber, ink = product.palette.main, product.palette.accent, product.palette.ink
    pen.fill(
        path("M -12 -50 C -12 -60 -10 -68 -5 -69 C 0 -70 6 -62 10 -54 L 4 -44 Z"),
        darker(green, 0.25),
    )
    upper = path(
        "M -60 -14 C -62 -30 -62 -44 -57 -60 C -55 -65 -48 -65 -46 -61"
        " C -42 -53 -30 -49 -22 -53 C -17 -56 -14 -61 -9 -62"
        " C -4 -62 0 -58 5 -52 C 14 -42 24 -35 38 -31 C 54 -27 65 -24 65 -13 L -60 -13 Z"
    )
    pen.fill(upper, down(-64, -13, lighter(green, 0.18), green, darker(green, 0.22)))
    mesh = [
        ellipse(x + 1.6 * (row % 2), y, 0.5)[::4]
        for row, y in enumerate(np.arange(-60, -14, 2.1))
        for x in np.arange(-58, 64, 3.2)
    ]
    pen.fill(mesh, faded(darker(green, 0.55), 0.4), clip=upper)
    heel = path(
        "M -62 -14 L -62 -62 L -52 -64 C -50 -50 -46 -40 -34 -30 C -30 -26 -30 -18 -32 -13 Z"
    )
    pen.fill(heel, across(-62, -30, darker(ink, 0.1), lighter(ink, 0.2)), clip=upper)
    toe = path("M 34 -13 C 38 -24 46 -30 56 -27 L 70 -26 L 70 -12 Z")
    pen.fill(toe, faded(darker(green, 0.45), 0.6), clip=upper)
    wave = path(
        "M -34 -13 C -26 -32 -8 -46 8 -46 C -2 -38 -8 -30 -6 -26"
        " C 2 -32 12 -36 22 -35 C 8 -28 0 -20 -4 -13 Z"
    )
    pen.fill(wave, down(-46, -13, lighter(amber, 0.25), amber), clip=upper)
    pen.fill(
        path(
            "M -50 -62 C -40 -50 -28 -46 -18 -52 L -10 -62 L -4 -62"
            " C 0 -54 -10 -44 -24 -42 C -38 -41 -48 -50 -50 -62 Z"
        ),
        faded("#ffffff", 0.2),
        blur=1.2,
        clip=upper,
    )
    facing = path(
        "M -10 -62 C -4 -63 2 -57 6 -52 C 14 -43 24 -36 36 -31 L 28 -29 C 16 -34 4 -42 -4 -53 Z"
    )
    pen.fill(facing, darker(green, 0.34), clip=upper)
    for x, y in ((-4, -58), (2.5, -51.5), (9.5, -45.5), (17, -40), (25, -35.5)):
        pen.line(
            path(f"M {x - 6} {y + 6} C {x - 4} {y} {x} {y - 3} {x + 4} {y - 2}"),
            faded(ink, 0.35),
            2.6,
        )
        pen.line(
            path(f"M {x - 6} {y + 5.4} C {x - 4} {y - 1} {x} {y - 4} {x + 4} {y - 3}"),
            "#ffffff",
            2.2,
        )
    sole = path(
        "M -63 -17 C -68 -8 -66 -1 -58 -0.5 L 46 0 C 58 0 69 -6 69 -14"
        " C 69 -17 62 -15 52 -14 C 20 -11 -20 -19 -63 -17 Z"
    )
    pen.fill(sole, down(-18, 0, "#ffffff", "#f1f3f2", "#c9d1ce"))
    pen.fill(
        path("M -64 -5 C -30 -8 20 -2 66 -7 L 60 -1 L 46 0 L -58 0 Z"),
        down(-8, 0, amber, darker(amber, 0.2)),
        clip=sole,
    )
    for x in range(-56, 60, 8):
        pen.line(path(f"M {x} -12.5 L {x + 4} -9"), faded(ink, 0.18), 0.8, clip=sole)
    pen.write(product.brand, -15, -9.2, 4.8, ink, bold=True, turn=2)
    pen.fill(box(-57, -58, -55, -20, 1), faded("#ffffff", 0.25), blur=0.8)
