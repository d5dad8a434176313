"""How a tag looks in Label Studio: its control, and its value as a region of a result.

choice          Choices, single       {"choices": ["Food"]}
multi_choice    Choices, multiple     {"choices": ["red", "blue"]}
boolean         Choices, single       {"choices": ["true"]}
number          Number, or Rating     {"number": 9.9}, {"rating": 4}
text, color     TextArea              {"text": ["…"]}
"""

import re
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from listing_assets.catalog import Tag
from listing_assets.hashing import digest
from listing_assets.review.errors import ReviewError

PHOTO: Final = "_photo"
"""Name of the photo in the interface; no tag's name begins so."""
MOST_STARS: Final = 10
MOST_HINT: Final = 200
"""Characters of a value's description that are shown: some hold a whole lexicon."""
_VARIABLE = re.compile(r"\$(?=[\w\[{])")


@dataclass(frozen=True, slots=True)
class Control:
    """The control of a tag. `is_rating` shows a number as stars."""

    tag: Tag
    is_rating: bool = False

    @classmethod
    def of(cls, tag: Tag, rated: frozenset[str]) -> "Control":
        """The control of a tag; stars where its name is among `rated`.

        Raises:
            ReviewError: stars cannot show the tag's numbers.
        """
        if tag.name not in rated:
            return cls(tag)
        top = tag.maximum
        whole = top is not None and top == int(top) and 1 <= top <= MOST_STARS
        if tag.type != "number" or tag.minimum not in {0, 1} or not whole:
            raise ReviewError(
                f"tag '{tag.name}' cannot be shown as stars.",
                "Stars are for a number from 0 or 1 to a whole number of at most"
                f" {MOST_STARS}, as its 'minimum' and 'maximum' say.",
            )
        return cls(tag, is_rating=True)

    @property
    def kind(self) -> str:
        """The control's element, which in small letters is the type of its regions."""
        if self.tag.type in {"choice", "multi_choice", "boolean"}:
            return "Choices"
        if self.tag.type == "number":
            return "Rating" if self.is_rating else "Number"
        return "TextArea"

    def add_to(self, view: Element) -> None:
        """Put the control under `view`, after a heading."""
        tag = self.tag
        told = f"{tag.name}: {tag.description}" if tag.description else tag.name
        SubElement(view, "Header", value=literal(told), size="5")
        control = SubElement(view, self.kind, name=tag.name, toName=PHOTO)
        match self.kind:
            case "Choices":
                control.set("choice", "multiple" if tag.type == "multi_choice" else "single")
                control.set("showInline", "true")
                for name, description in self._values():
                    choice = SubElement(control, "Choice", value=name)
                    if description:
                        choice.set("hint", literal(_shortened(description)))
            case "Rating":
                control.set("maxRating", f"{tag.maximum:g}")
            case "Number":
                for name, bound in (("min", tag.minimum), ("max", tag.maximum)):
                    if bound is not None:
                        control.set(name, f"{bound:g}")
            case "TextArea":
                control.set("maxSubmissions", "1")
                control.set("editable", "true")
                if tag.type == "color":
                    control.set("placeholder", "#RRGGBB")

    def region(self, image_id: str, value: Any) -> dict[str, Any] | None:
        """A published value as a region; None where there is none, or none that it can show."""
        match self.kind:
            case _ if value is None or value == []:
                return None
            case "Choices":
                values = value if isinstance(value, list) else [value]
                shown: dict[str, Any] = {"choices": [_word(one) for one in values]}
            case "Rating":
                if value != int(value):
                    return None
                shown = {"rating": int(value)}
            case "Number":
                shown = {"number": value}
            case _:
                shown = {"text": [value]}
        return {
            "id": digest(image_id, self.tag.name, length=10),
            "from_name": self.tag.name,
            "to_name": PHOTO,
            "type": self.kind.lower(),
            "value": shown,
        }

    def _values(self) -> list[tuple[str, str]]:
        if self.tag.type == "boolean":
            return [("true", ""), ("false", "")]
        return [(value.name, value.description) for value in self.tag.values]


def annotated_value(tag: Tag, value: Any) -> Any:
    """What a region's `value` says of a tag, as a published column has it; None for nothing.

    Raises:
        ValueError: it is no value of a control that the tag could have.
    """
    if not isinstance(value, dict):
        raise ValueError("no value")
    match tag.type:
        case "choice" | "multi_choice" | "boolean":
            chosen = value.get("choices")
            if not isinstance(chosen, list) or not all(isinstance(one, str) for one in chosen):
                raise ValueError("no choices")
            if tag.type == "multi_choice" or len(chosen) > 1:
                return chosen or None
            one = chosen[0] if chosen else None
            return truth(one) if tag.type == "boolean" else one
        case "number":
            number = value.get("number", value.get("rating", "none"))
            if number is not None and not _is_number(number):
                raise ValueError("no number")
            return number
        case _:
            texts = value.get("text")
            texts = [texts] if isinstance(texts, str) else texts
            if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
                raise ValueError("no text")
            return "\n".join(texts).strip() or None


def truth(word: str | None) -> bool | str | None:
    """A truth value by its word; any other word as it is."""
    return {"true": True, "false": False}.get(word, word) if word else None


def literal(text: str) -> str:
    """A text that the interface shows as it is: a dollar sign would name a field of the task."""
    return _VARIABLE.sub("＄", text)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_HINT else text[: MOST_HINT - 1].rstrip(" ,;，；、") + "…"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
