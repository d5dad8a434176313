"""The three instructions for a description, and the recipe of what they have a model write."""

from dataclasses import dataclass, replace
from typing import Final, get_args

from listing_assets.hashing import recipe
from listing_assets.listings.definitions.schema import Language, Voice
from listing_assets.listings.definitions.templates import AttributeTemplate
from listing_assets.listings.draft import InstructionKind, Verdict
from listing_assets.listings.instructions.languages import WORDINGS
from listing_assets.listings.instructions.quoting import block, one_line, quoted
from listing_assets.listings.instructions.wording import Wording

VERSION: Final = "1"
"""The version of the set of instructions: another one has every description written anew."""
MOST_OF_A_NAME: Final = 120
MOST_OF_A_VALUE: Final = 200
MOST_VALUES: Final = 30


@dataclass(frozen=True, slots=True)
class ReferenceValue:
    """A value that another listing has. `attribute` is named in the description's language.

    `source` is the key of that listing, `verdict` what it is to the product.
    """

    attribute: str
    value: str
    source: str
    verdict: Verdict = "same model"


@dataclass(frozen=True, slots=True)
class Brief:
    """What a description is to be written from. `attributes` are the template's names, in order."""

    voice: Voice
    language: Language
    max_length: int
    category: str = ""
    attributes: tuple[str, ...] = ()
    values: tuple[ReferenceValue, ...] = ()

    @property
    def kind(self) -> InstructionKind:
        """The instruction that this is enough for."""
        if self.values:
            return "photo_template_reference"
        return "photo_template" if self.attributes else "photo"

    def reduced(self, kind: InstructionKind) -> "Brief":
        """This brief without what an instruction of `kind` does not tell."""
        if kind == "photo_template_reference":
            return self
        attributes = self.attributes if kind == "photo_template" else ()
        return replace(self, attributes=attributes, values=())


@dataclass(frozen=True, slots=True)
class Instruction:
    """The exact words for a model that sees the photos: who it is, and what it shall do."""

    kind: InstructionKind
    system: str
    prompt: str
    max_length: int

    @property
    def recipe(self) -> str:
        """The hash of all that determines the text, besides the photos and the model."""
        return recipe("instruction", VERSION, self.kind, self.system, self.prompt, self.max_length)


def instruction(brief: Brief) -> Instruction:
    """The instruction for a brief, of its kind."""
    wording = WORDINGS[brief.language]
    return Instruction(
        brief.kind, _system(brief, wording), _prompt(brief, wording), brief.max_length
    )


def writing_recipe(
    voice: Voice, language: Language, max_length: int, template: AttributeTemplate
) -> str:
    """The hash of how products of a template's categories are written about, whatever they are.

    It changes with the wording of any of the three instructions, with the length, and with the
    template; not with another template.
    """
    any_value = ReferenceValue("-", "-", "-")
    brief = Brief(voice, language, max_length, "-", template.named(language), (any_value,))
    kinds = [instruction(brief.reduced(kind)).recipe for kind in get_args(InstructionKind)]
    return recipe("writing", VERSION, kinds, template.recipe)


def _system(brief: Brief, wording: Wording) -> str:
    with_reference = bool(brief.values)
    rules = [
        wording.sources_with_reference if with_reference else wording.sources,
        wording.unseen[brief.voice],
        *wording.common_rules,
        wording.data_with_reference if with_reference else wording.data,
        wording.limit.format(max_length=brief.max_length),
        wording.only_text,
    ]
    listed = "\n".join(f"{number}. {rule}" for number, rule in enumerate(rules, start=1))
    return f"{wording.role[brief.voice]}\n\n{wording.rules}\n{listed}"


def _prompt(brief: Brief, wording: Wording) -> str:
    parts = [wording.task]
    category = one_line(brief.category, MOST_OF_A_NAME)
    if category:
        parts[0] += "\n" + wording.category.format(category=quoted(category))
    if brief.attributes:
        points = enumerate(brief.attributes, start=1)
        listed = (f"{number}. {one_line(name, MOST_OF_A_NAME)}" for number, name in points)
        parts.append("\n".join([wording.points, *listed]))
    if brief.values:
        rows = (_row(value, wording) for value in brief.values[:MOST_VALUES])
        data = block("reference", rows)
        parts.append(f"{wording.reference}\n{data}\n{wording.reference_use}")
    return "\n\n".join(parts)


def _row(value: ReferenceValue, wording: Wording) -> dict[str, str]:
    return {
        wording.attribute: one_line(value.attribute, MOST_OF_A_NAME),
        wording.value: one_line(value.value, MOST_OF_A_VALUE),
        wording.listing: wording.likeness[value.verdict],
        wording.source: one_line(value.source, MOST_OF_A_NAME),
    }
