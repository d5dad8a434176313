"""What a description is asked from: the fullest instruction there can be, then simpler ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from listing_assets.listings.definitions import Language, ListingDefinition
from listing_assets.listings.definitions.templates import DEFAULT, AttributeTemplate
from listing_assets.listings.draft import InstructionKind, Neighbour, Verdict
from listing_assets.listings.instructions import Brief, ReferenceValue, instruction
from listing_assets.listings.products import Product
from listing_assets.listings.steps.attributes import KeyValue
from listing_assets.listings.steps.naming import described
from listing_assets.listings.steps.printed import HAN, printed_price
from resources.endpoints.writing import WriteRequest

FALLBACKS: Final[tuple[InstructionKind, ...]] = (
    "photo_template_reference",
    "photo_template",
    "photo",
)
CATEGORY: Final[dict[Language, str]] = {"en": "Category", "zh": "类别"}
PRICE: Final[dict[Language, str]] = {"en": "Price", "zh": "价格"}


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to ask for the description."""

    kind: InstructionKind
    request: WriteRequest


def attempts(
    product: Product,
    definition: ListingDefinition,
    title: str,
    category: str,
    template: AttributeTemplate | None,
    values: Sequence[KeyValue],
    neighbours: Sequence[Neighbour],
) -> tuple[Attempt, ...]:
    """The instructions that what is known is enough for, the fullest first.

    `template` is None where the category is not known.
    """
    language = definition.language
    verdicts = {one.key: one.verdict for one in neighbours}
    brief = Brief(
        definition.voice,
        language,
        definition.max_length,
        category,
        template.named(language) if template else (),
        tuple(
            ReferenceValue(
                one.attribute.named(language), one.value, one.source, _verdict(one, verdicts)
            )
            for one in values
            if one.from_reference
        ),
    )
    named = _category_in(language, category, template)
    found = []
    for kind in FALLBACKS[FALLBACKS.index(brief.kind) :]:
        reduced = brief.reduced(kind)
        if reduced.kind != kind:
            continue
        told = instruction(reduced)
        request = WriteRequest(
            told.system,
            told.prompt,
            tuple(one.photo for one in product.photos),
            _facts(product, definition, title, named, values, kind),
            language,
            definition.max_length,
        )
        found.append(Attempt(kind, request))
    return tuple(found)


def _verdict(value: KeyValue, verdicts: dict[str, Verdict]) -> Verdict:
    return verdicts.get(value.source, "same model")


def _category_in(language: Language, category: str, template: AttributeTemplate | None) -> str:
    """A category's name in a language, where need be that of its template; empty if none is."""
    if bool(HAN.search(category)) == (language == "zh"):
        return category
    if template is None or template.name == DEFAULT:
        return ""
    return template.zh if language == "zh" else template.name


def _facts(
    product: Product,
    definition: ListingDefinition,
    title: str,
    category: str,
    values: Sequence[KeyValue],
    kind: InstructionKind,
) -> tuple[tuple[str, str], ...]:
    """What the instruction would have a model say, for one that only composes."""
    language = definition.language
    known = [
        (one.attribute.named(language), one.value)
        for one in values
        if kind != "photo" and (kind == "photo_template_reference" or not one.from_reference)
    ]
    facts = [
        ("", title or described(product)),
        *known,
        (CATEGORY[language], category if kind != "photo" else ""),
        (PRICE[language], printed_price(product)),
    ]
    return tuple((name, value) for name, value in facts if value)
