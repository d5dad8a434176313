"""Paints: what an outline is filled with, and the shades that make a flat outline look round.

A colour is a string that Pillow understands, `#rrggbb` or `#rrggbbaa`.
"""

from dataclasses import dataclass

from PIL import ImageColor

SHADE = "#1a1030"
"""The colour of shadows: a near black that is a little violet, as shade is."""

Stops = tuple[tuple[float, str], ...]
"""Colours at offsets from 0 to 1, in order."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Linear:
    """A gradient along the line from `start` to `end`."""

    start: Point
    end: Point
    stops: Stops


@dataclass(frozen=True, slots=True)
class Radial:
    """A gradient from a centre outwards to an ellipse of `radius` (x, y)."""

    centre: Point
    radius: Point
    stops: Stops


Paint = str | Linear | Radial


def rgba(colour: str) -> tuple[int, int, int, int]:
    """The four channels of a colour, 0 to 255."""
    red, green, blue, alpha = ImageColor.getcolor(colour, "RGBA")  # type: ignore[misc]
    return red, green, blue, alpha


def mix(first: str, second: str, share: float) -> str:
    """The colour that is `share` of `second` and the rest of `first`."""
    pairs = zip(rgba(first), rgba(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def lighter(colour: str, share: float) -> str:
    """Towards white."""
    return mix(colour, "#ffffff", share)


def darker(colour: str, share: float) -> str:
    """Towards the colour of shadows."""
    return mix(colour, SHADE, share)


def faded(colour: str, opacity: float) -> str:
    """The colour with another opacity, 0 to 1."""
    red, green, blue, _ = rgba(colour)
    return f"#{red:02x}{green:02x}{blue:02x}{round(255 * opacity):02x}"


def luminance(colour: str) -> float:
    """How light a colour looks, 0 to 1, by the weights of ITU-R BT.601."""
    red, green, blue, _ = rgba(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def legible_on(colour: str, dark: str = "#221c28", light: str = "#ffffff") -> str:
    """Whichever of `dark` and `light` reads better on a colour."""
    return dark if luminance(colour) > 0.62 else light


def down(top: float, bottom: float, *colours: str) -> Linear:
    """Colours evenly spaced from the height `top` to the height `bottom`."""
    return Linear((0, top), (0, bottom), _even(colours))


def across(left: float, right: float, *colours: str) -> Linear:
    """Colours evenly spaced from `left` to `right`."""
    return Linear((left, 0), (right, 0), _even(colours))


def glow(x: float, y: float, radius: float, *colours: str, ry: float | None = None) -> Radial:
    """Colours evenly spaced from (x, y) outwards."""
    return Radial((x, y), (radius, radius if ry is None else ry), _even(colours))


def _even(colours: tuple[str, ...]) -> Stops:
    last = max(len(colours) - 1, 1)
    return tuple((index / last, colour) for index, colour in enumerate(colours))


def turned(colour: str, left: float, right: float, gloss: float = 0.4) -> Linear:
    """A body turned on a lathe, lit from the upper left: dark edges, one highlight."""
    return Linear(
        (left, 0),
        (right, 0),
        (
            (0.0, darker(colour, 0.34)),
            (0.1, darker(colour, 0.08)),
            (0.24, lighter(colour, gloss)),
            (0.34, lighter(colour, gloss * 0.35)),
            (0.5, colour),
            (0.78, darker(colour, 0.16)),
            (0.93, darker(colour, 0.4)),
            (1.0, darker(colour, 0.26)),
        ),
    )


def metal(colour: str, left: float, right: float) -> Linear:
    """Polished metal: several hard reflections."""
    return Linear(
        (left, 0),
        (right, 0),
        (
            (0.0, darker(colour, 0.45)),
            (0.12, darker(colour, 0.05)),
            (0.22, lighter(colour, 0.75)),
            (0.32, colour),
            (0.55, darker(colour, 0.3)),
            (0.7, lighter(colour, 0.3)),
            (0.82, darker(colour, 0.1)),
            (1.0, darker(colour, 0.5)),
        ),
    )
