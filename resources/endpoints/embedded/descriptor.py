"""The visual part of the embedded vector: which colours a photo has, and how fine its texture is.

Colour is a soft histogram over the cells of OKLab that sRGB can reach; texture is a histogram of
local binary patterns. Both are hand-made, so that nothing has to be downloaded, and neither is
fitted to any photos. What words and colour names add is `text_space`'s part.
"""

import math
from functools import cache

import numpy as np
from PIL import Image

from resources.endpoints.embedded.colours import oklab

_SIDE = 128
"""Photos are looked at reduced to this many pixels a side."""
_BINS = (5, 10, 10)
"""Cells along lightness, a and b. The retrieval figures are flat from (4, 9, 9) to (6, 12, 12)."""
_LOWEST = np.array([0.0, -0.16, -0.12], dtype=np.float32)
_HIGHEST = np.array([1.0, 0.20, 0.18], dtype=np.float32)
"""Range of the cells. The few colours beyond, all vivid, count in the outermost cells."""
_GRAZED = 1e-8
"""A cell with no more than this share of the sRGB cube is not reached."""
_FOCUS = 0.35
"""Standard deviation of the Gaussian that weights pixels by nearness to the middle, in sides."""
_POWER = 1 / 3
"""Histograms are raised to this power, so that a small patch of an own colour, such as a logo,
counts beside a large ground. A half is the Hellinger kernel of Vedaldi & Zisserman 2012; a third
finds packaged goods better."""
_TEXTURE_SHARE = 0.3
"""Share of texture in the square of the vector."""
_CONTRAST = 0.01
"""Least lightness by which a neighbour outshines a pixel; less is noise of the JPEG."""

_NEIGHBOURS = ((0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0))
"""(row, column) of the eight neighbours in a 3 x 3 window, clockwise from the top left."""
_MIRRORED = (2, 1, 0, 7, 6, 5, 4, 3)
"""Where each neighbour lands when left and right change places."""


def visual_dimension() -> int:
    """Length of what `visual_vector` returns."""
    return len(_reachable_cells()) + int(_pattern_classes().max()) + 1


def visual_vector(rgb: np.ndarray) -> np.ndarray:
    """Colours and texture as a float32 vector of unit length, the same for a mirrored photo.

    Args:
        rgb: uint8 pixels of shape (height, width, 3), sRGB, of any size and proportions.
    """
    reduced = Image.fromarray(rgb).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    lab = oklab(np.asarray(reduced))
    colour = _unit(_colour_histogram(lab, _focus(_SIDE))[_reachable_cells()] ** _POWER)
    texture = _unit(np.sqrt(_pattern_histogram(lab[..., 0])))
    blocks = (np.sqrt(1 - _TEXTURE_SHARE) * colour, np.sqrt(_TEXTURE_SHARE) * texture)
    return np.concatenate(blocks).astype(np.float32)


def _colour_histogram(lab: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weight in each cell, summing to 1; a pixel is shared out to the 8 cells around it.

    Args:
        lab: OKLab pixels of shape (..., 3).
        weights: weight of each pixel, of the same shape without the last axis.
    """
    cells = np.zeros((1, 1), dtype=np.intp)
    shares = weights.reshape(1, -1)
    for axis, bins in enumerate(_BINS):
        scale = bins / (_HIGHEST[axis] - _LOWEST[axis])
        place = np.clip((lab[..., axis].ravel() - _LOWEST[axis]) * scale - 0.5, 0, bins - 1)
        below = np.minimum(place.astype(np.intp), bins - 2)
        above_share = place - below
        cells = np.concatenate([cells * bins + below, cells * bins + below + 1])
        shares = np.concatenate([shares * (1 - above_share), shares * above_share])
    histogram = np.bincount(cells.ravel(), shares.ravel(), math.prod(_BINS))
    return np.asarray(histogram / histogram.sum())


def _pattern_histogram(lightness: np.ndarray) -> np.ndarray:
    """Weight of each class of local binary patterns, at half the resolution.

    Ojala, Pietikäinen & Mäenpää 2002, doi:10.1109/TPAMI.2002.1017623.

    Args:
        lightness: 0..1, of shape (_SIDE, _SIDE).
    """
    half = _SIDE // 2
    small = lightness.reshape(half, 2, half, 2).mean(axis=(1, 3))
    around = np.pad(small, 1, mode="edge")
    codes = np.zeros(small.shape, dtype=np.intp)
    for bit, (row, column) in enumerate(_NEIGHBOURS):
        brighter = around[row : row + half, column : column + half] > small + _CONTRAST
        codes |= brighter.astype(np.intp) << bit
    classes = _pattern_classes()
    return np.bincount(classes[codes].ravel(), _focus(half).ravel(), classes.max() + 1)


@cache
def _focus(side: int) -> np.ndarray:
    """Weight of each pixel of a (side, side) photo, summing to 1, largest in the middle."""
    offset = (np.arange(side) + 0.5) / side - 0.5
    profile = np.exp(-(offset**2) / (2 * _FOCUS**2))
    weights = np.outer(profile, profile)
    return np.asarray(weights / weights.sum())


@cache
def _reachable_cells() -> np.ndarray:
    """Flat indices of the cells that sRGB colours fall into; the others are empty or nearly so.

    Cells that the gamut only grazes are left out, so that rounding decides nowhere.
    """
    levels = np.arange(0, 256, 5, dtype=np.uint8)
    colours = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    reached = _colour_histogram(oklab(colours), np.ones(colours.shape[:-1]))
    return np.flatnonzero(reached > _GRAZED)


@cache
def _pattern_classes() -> np.ndarray:
    """The class of each of the 256 patterns, int of shape (256,).

    Uniform patterns (at most two changes around the circle) are told apart, except from their
    mirror images; all others are one class.
    """
    uniform: dict[int, int] = {}
    classes = np.full(256, -1)
    for pattern in range(256):
        bits = [pattern >> bit & 1 for bit in range(8)]
        if sum(bits[bit] != bits[bit - 1] for bit in range(8)) <= 2:
            mirrored = sum(bits[bit] << _MIRRORED[bit] for bit in range(8))
            classes[pattern] = uniform.setdefault(min(pattern, mirrored), len(uniform))
    classes[classes == -1] = len(uniform)
    return classes


def _unit(vector: np.ndarray) -> np.ndarray:
    return np.asarray(vector / np.linalg.norm(vector))
