"""The labeling interface of a tag definition, in Label Studio's XML."""

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from listing_assets.catalog import TagDefinition
from listing_assets.review.controls import PHOTO, Control
from listing_assets.review.errors import ReviewError


def controls_of(definition: TagDefinition, rated: Sequence[str] = ()) -> list[Control]:
    """A control for each tag, in the definition's order; numbers in `rated` are shown as stars.

    Raises:
        ReviewError: one of `rated` is no tag, or none that stars can show.
    """
    names = [tag.name for tag in definition.tags]
    for name in rated:
        if name not in names:
            raise ReviewError(
                f"{definition.name} has no tag '{name}'.", f"It has {', '.join(names)}."
            )
    return [Control.of(tag, frozenset(rated)) for tag in definition.tags]


def labeling_config(controls: Sequence[Control]) -> str:
    """The XML to paste into a project's labeling interface: the photo, beside it the controls."""
    view = Element("View", style="display: flex; gap: 24px")
    shown = SubElement(view, "View", style="flex: 3")
    SubElement(shown, "Image", name=PHOTO, value="$image", zoom="true")
    SubElement(shown, "Header", value="$key", size="6")
    asked = SubElement(view, "View", style="flex: 2")
    for control in controls:
        control.add_to(asked)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"
