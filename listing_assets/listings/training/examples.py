"""Examples as ChatML messages: what a model is told, the photos, and what it should answer.

The words are those that production sends: the instructions of a description before its photos, the
question of tags behind its photo. `<image>` marks the place of a photo; LLaMA-Factory and ms-swift
replace it wherever it stands, so that no text of a stranger may contain it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from listing_assets.exports.errors import ExportError
from listing_assets.listings.instructions.quoting import quoted
from listing_assets.listings.products import ProductPhoto
from listing_assets.listings.training.request import ExampleKind
from resources.endpoints.chat.prompt import instructions
from resources.endpoints.interface import DescribeRequest

PLACEHOLDER: Final = "<image>"
MEDIUM: Final = re.compile(r"<(?:image|video|audio)>")


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation: `system` may be empty; `prompt` has a placeholder for each photo."""

    kind: ExampleKind
    system: str
    prompt: str
    answer: str
    photos: tuple[ProductPhoto, ...]

    @property
    def messages(self) -> list[dict[str, str]]:
        """The turns, by role."""
        told = [{"role": "system", "content": self.system}] if self.system else []
        return [
            *told,
            {"role": "user", "content": self.prompt},
            {"role": "assistant", "content": self.answer},
        ]


def described(
    kind: ExampleKind, system: str, prompt: str, photos: Sequence[ProductPhoto], answer: str
) -> Example:
    """An example of a description. Raises `ExportError` where a text has a place for a photo."""
    _check(system, prompt, answer)
    marks = PLACEHOLDER * len(photos)
    return Example(kind, system, marks + prompt, answer, tuple(photos))


def answered(
    kind: ExampleKind, request: DescribeRequest, photo: ProductPhoto, answer: Mapping[str, Any]
) -> Example:
    """An example of a question that is answered with a JSON object.

    Raises:
        ExportError: a tag definition has a place for a photo in its words.
    """
    prompt = instructions(request, with_schema=False)
    _check(prompt)
    return Example(kind, "", prompt + PLACEHOLDER, quoted(dict(answer)), (photo,))


def _check(*texts: str) -> None:
    for text in texts:
        found = MEDIUM.search(text)
        if found:
            around = text[max(0, found.start() - 40) : found.end() + 40]
            raise ExportError(
                f"the words of an instruction hold the placeholder {found[0]}: '…{around}…'.",
                "Take it out of the catalog: training tools put a photo in its place.",
            )
