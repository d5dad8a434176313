"""Outlines: closed or open lines as arrays of points, and the few ways to make one.

An outline is a float array of shape (n, 2), x to the right and y downwards. Products are drawn in
units of their own: y = 0 is the ground, y = -100 about the top, x = 0 the middle.
"""

import re
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Outline = NDArray[np.float64]

_STEPS = 16
"""Straight pieces that a curve becomes: at the sizes drawn no corner shows."""

_TOKEN = re.compile(r"[MLCQZ]|-?\d*\.?\d+")


@lru_cache(maxsize=1024)
def path(data: str) -> Outline:
    """The outline of SVG path data, with the absolute commands M, L, C, Q and Z only.

    The grammar is that of https://www.w3.org/TR/SVG2/paths.html, one subpath. Z is allowed at the
    end and says nothing: whether an outline is closed is the pen's matter.
    """
    tokens = _TOKEN.findall(data)
    points: list[NDArray[np.float64]] = []
    command = "M"
    index = 0
    while index < len(tokens):
        if tokens[index].isalpha():
            command = tokens[index]
            index += 1
            continue
        count = {"M": 1, "L": 1, "Q": 2, "C": 3}[command]
        numbers = np.array([float(token) for token in tokens[index : index + 2 * count]])
        control = numbers.reshape(count, 2)
        index += 2 * count
        points.append(_bezier(points[-1][-1], control) if count > 1 else control)
    outline: Outline = np.concatenate(points)
    outline.setflags(write=False)
    return outline


def _bezier(start: NDArray[np.float64], control: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points of a quadratic or cubic Bezier curve by de Casteljau, without its start."""
    t = (np.arange(1, _STEPS + 1) / _STEPS)[:, None]
    level = [np.broadcast_to(p, (_STEPS, 2)) for p in (start, *control)]
    while len(level) > 1:
        level = [a + (b - a) * t for a, b in pairwise(level)]
    return level[0]


@lru_cache(maxsize=1024)
def symmetric(data: str) -> Outline:
    """The closed outline whose right half, from top to bottom, is the path `data`."""
    half = path(data)
    return np.concatenate([half, half[::-1] * (-1.0, 1.0)])


def ellipse(x: float, y: float, rx: float, ry: float | None = None) -> Outline:
    """An ellipse, or a circle where `ry` is left out, around (x, y)."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    ry = rx if ry is None else ry
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def scatter(
    seed: int,
    count: int,
    area: tuple[float, float, float, float],
    radius: tuple[float, float],
) -> list[Outline]:
    """Dots at random over `area` (left, top, right, bottom); the same seed, the same dots."""
    random = np.random.default_rng(seed)
    places = random.uniform(area[:2], area[2:], (count, 2))
    radii = random.uniform(*radius, count)
    circle = ellipse(0, 0, 1)[::4]
    return [circle * r + place for r, place in zip(radii, places, strict=True)]


def arc(x: float, y: float, rx: float, ry: float, *, start: float, end: float) -> Outline:
    """The part of an ellipse from angle `start` to `end`, in degrees, clockwise from the right."""
    angle = np.radians(np.linspace(start, end, 48))
    return np.stack([x + rx * np.cos(angle), y + ry * np.sin(angle)], axis=1)


def box(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> Outline:
    """A rectangle with corners of `radius`."""
    radius = min(radius, (right - left) / 2, (bottom - top) / 2)
    if radius <= 0:
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=float)
    return np.concatenate(
        [
            arc(right - radius, top + radius, radius, radius, start=-90, end=0),
            arc(right - radius, bottom - radius, radius, radius, start=0, end=90),
            arc(left + radius, bottom - radius, radius, radius, start=90, end=180),
            arc(left + radius, top + radius, radius, radius, start=180, end=270),
        ]
    )


def star(x: float, y: float, outer: float, inner: float, points: int) -> Outline:
    """A star or, with many points, the zigzag edge of a burst."""
    angle = np.arange(2 * points) * np.pi / points - np.pi / 2
    radius = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1)


def leaf(x: float, y: float, length: float, width: float, turn: float) -> Outline:
    """A pointed leaf that starts at (x, y) and grows in direction `turn`, degrees from up."""
    t = np.linspace(0, 1, 24)
    side = np.sin(np.pi * t**0.8) * width / 2
    right = np.stack([side, -t * length], axis=1)
    return moved(np.concatenate([right, right[::-1] * (-1.0, 1.0)]), x, y, turn=turn)


def moved(
    outline: Outline, x: float = 0.0, y: float = 0.0, *, scale: float = 1.0, turn: float = 0.0
) -> Outline:
    """The outline scaled and turned (degrees, clockwise) about (0, 0), then shifted."""
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    result: Outline = outline @ rotation * scale + (x, y)
    return result
