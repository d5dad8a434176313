"""What is behind and under a product: seamless paper, rays, podiums, tables, light from a window.

Each function paints on a picture given to it, in pixels. None of them writes words.
"""

import numpy as np
from PIL import Image

from listing_assets.sample.outlines import arc, box, ellipse, leaf, moved, path
from listing_assets.sample.paints import across, darker, down, faded, glow, lighter, mix
from listing_assets.sample.pen import Pen


def paper(size: tuple[int, int], top: str, bottom: str, light: str = "#ffffff") -> Image.Image:
    """A new picture: a vertical gradient with a soft light in its middle."""
    picture = Image.new("RGB", size)
    pen = Pen(picture)
    width, height = size
    pen.wash(down(0, height, top, bottom))
    pen.wash(glow(width / 2, height * 0.45, width * 0.75, faded(light, 0.5), faded(light, 0)))
    return picture


def room(size: tuple[int, int], horizon: float, wall: str, floor: str) -> Image.Image:
    """A new picture: a wall and a floor that meet softly at the height `horizon`."""
    picture = Image.new("RGB", size)
    pen = Pen(picture)
    width, height = size
    pen.wash(down(0, horizon, darker(wall, 0.06), wall, lighter(wall, 0.25)))
    pen.fill(
        box(-20, horizon, width + 20, height + 20),
        down(horizon, height, darker(floor, 0.1), lighter(floor, 0.12), floor),
    )
    pen.fill(box(-20, horizon - 3, width + 20, horizon + 8), faded(darker(floor, 0.6), 0.3), blur=8)
    return picture


def rays(picture: Image.Image, x: float, y: float, colour: str, count: int = 18) -> None:
    """Beams from (x, y) to all sides."""
    reach = float(np.hypot(*picture.size))
    edges = np.arange(2 * count) * np.pi / count + 0.06
    beams = [
        np.array(
            [
                (x, y),
                (x + reach * np.cos(start), y + reach * np.sin(start)),
                (x + reach * np.cos(end), y + reach * np.sin(end)),
            ]
        )
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]
    Pen(picture).fill(beams, glow(x, y, reach * 0.6, faded(colour, 0.75), faded(colour, 0.25)))


def halo(picture: Image.Image, x: float, y: float, radius: float, colour: str) -> None:
    """A disc with two thin rings around it."""
    pen = Pen(picture)
    pen.fill(ellipse(x, y, radius), down(y - radius, y + radius, lighter(colour, 0.3), colour))
    for factor, opacity in ((1.1, 0.55), (1.22, 0.3)):
        pen.line(ellipse(x, y, radius * factor), faded(colour, opacity), 2, closed=True)


def podium(picture: Image.Image, x: float, y: float, radius: float, colour: str) -> None:
    """A round plinth whose upper face has its middle at (x, y)."""
    pen = Pen(picture)
    flat = radius * 0.2
    depth = radius * 0.36
    side = np.concatenate(
        [
            arc(x, y + depth, radius, flat, start=0, end=180),
            np.array([(x - radius, y), (x + radius, y)]),
        ]
    )
    pen.fill(
        ellipse(x, y + depth + flat * 0.5, radius * 1.06, flat * 1.05),
        faded(darker(colour, 0.7), 0.4),
        blur=radius * 0.06,
    )
    pen.fill(
        side,
        across(
            x - radius,
            x + radius,
            darker(colour, 0.12),
            lighter(colour, 0.3),
            colour,
            darker(colour, 0.28),
        ),
    )
    top = ellipse(x, y, radius, flat)
    pen.fill(top, across(x - radius, x + radius, lighter(colour, 0.6), lighter(colour, 0.25)))
    pen.line(ellipse(x, y, radius * 0.93, flat * 0.9), faded("#ffffff", 0.5), 1.5, closed=True)


def table(picture: Image.Image, horizon: float, wood: str, seed: int = 1) -> None:
    """A wooden table from the height `horizon` down: planks that widen towards the viewer."""
    pen = Pen(picture)
    width, height = picture.size
    board = box(-10, horizon, width + 10, height + 10)
    pen.fill(board, down(horizon, height, darker(wood, 0.18), wood, lighter(wood, 0.12)))
    random = np.random.default_rng(seed)
    middle = width / 2
    for edge in np.linspace(-1.6, 1.6, 9):
        top, bottom = middle + edge * width * 0.36, middle + edge * width * 0.9
        pen.line(
            path(f"M {top:.1f} {horizon} L {bottom:.1f} {height + 10}"), darker(wood, 0.45), 2.5
        )
    grain = []
    for _ in range(46):
        share, start = random.uniform(-1.5, 1.5), random.uniform(0, 0.8)
        length, sway = random.uniform(0.1, 0.35), random.uniform(-6, 6)
        y0 = horizon + start * (height - horizon)
        y1 = y0 + length * (height - horizon)
        x0 = middle + share * width * (0.36 + 0.54 * start)
        x1 = middle + share * width * (0.36 + 0.54 * (start + length))
        grain.append(
            path(f"M {x0:.1f} {y0:.1f} Q {x0 + sway:.1f} {(y0 + y1) / 2:.1f} {x1:.1f} {y1:.1f}")
        )
    pen.line(grain, faded(darker(wood, 0.5), 0.3), 1.6, clip=board)
    pen.fill(box(-10, horizon, width + 10, horizon + 7), lighter(wood, 0.35))


def window_light(picture: Image.Image, opacity: float = 0.5) -> None:
    """Sun through a window of six panes, slanting over the wall."""
    width, height = picture.size
    unit = width / 10
    panes = [
        path("M 0 0 L 2.2 -0.7 L 2.2 2.4 L 0 3.1 Z") * unit
        + (unit * (3.4 + 2.5 * column), unit * (0.7 + 3.4 * row - 0.8 * column))
        for row in range(3)
        for column in range(3)
    ]
    Pen(picture).fill(panes, faded("#fff6df", opacity), blur=height * 0.006)


def leaf_shade(picture: Image.Image, colour: str, opacity: float = 0.22, seed: int = 2) -> None:
    """The blurred shade of a palm branch that reaches in from a corner."""
    width, height = picture.size
    random = np.random.default_rng(seed)
    fronds = []
    for x, y, bearing in ((-0.05, 0.02, 118.0), (1.05, -0.03, -128.0)):
        for step in range(9):
            along = step / 9 * width * 0.55
            angle = np.radians(bearing)
            at = (x * width + np.sin(angle) * along, y * height - np.cos(angle) * along)
            for side in (-1, 1):
                length = width * (0.3 - 0.02 * step) * float(random.uniform(0.85, 1.1))
                fronds.append(leaf(*at, length, length * 0.16, bearing + side * (52 - 3 * step)))
    Pen(picture).fill(fronds, faded(colour, opacity), blur=width * 0.012)


def bokeh(picture: Image.Image, colours: tuple[str, ...], seed: int, below: float = 0.6) -> None:
    """Discs of light out of focus, above the share `below` of the height."""
    width, height = picture.size
    random = np.random.default_rng(seed)
    pen = Pen(picture)
    for index in range(22):
        x, y = random.uniform(0, width), random.uniform(0, height * below)
        radius = width * random.uniform(0.02, 0.09)
        disc = ellipse(float(x), float(y), float(radius))
        pen.fill(
            disc, faded(colours[index % len(colours)], float(random.uniform(0.1, 0.32))), blur=2.5
        )


def confetti(picture: Image.Image, colours: tuple[str, ...], seed: int, count: int = 70) -> None:
    """Paper snippets falling, none in the middle, where product and words are."""
    width, height = picture.size
    random = np.random.default_rng(seed)
    pen = Pen(picture)
    for index in range(count):
        x, y = float(random.uniform(0, width)), float(random.uniform(0, height))
        if abs(x / width - 0.5) < 0.34:
            continue
        size = width * float(random.uniform(0.008, 0.018))
        shape = (
            box(-size, -size * 0.45, size, size * 0.45) if index % 3 else ellipse(0, 0, size * 0.6)
        )
        turn = float(random.uniform(0, 180))
        pen.fill(moved(shape, x, y, turn=turn), colours[index % len(colours)])


def waves(picture: Image.Image, height: float, first: str, second: str) -> None:
    """Three bands with wavy edges, the topmost beginning at `height`."""
    width, bottom = picture.size
    pen = Pen(picture)
    t = np.linspace(0, 1, 60)
    for index in range(3):
        swell = bottom * 0.022 * np.sin(2 * np.pi * (t * 1.2 + index * 0.37))
        crest = height + index * bottom * 0.055 + swell
        line = np.stack([t * width, crest], axis=1)
        band = np.concatenate([line, [(width, bottom), (0, bottom)]])
        pen.fill(band, mix(first, second, index / 2))


def dots(picture: Image.Image, area: tuple[float, float, float, float], colour: str) -> None:
    """A grid of small dots over `area` (left, top, right, bottom)."""
    left, top, right, bottom = area
    step = picture.width / 34
    marks = [
        ellipse(float(x), float(y), step * 0.14)
        for x in np.arange(left, right, step)
        for y in np.arange(top, bottom, step)
    ]
    Pen(picture).fill(marks, colour)
