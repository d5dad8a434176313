"""The key attributes: what the photos say, what like products share, what a model reads of both.

The photo has the first word, then a neighbour as far as its verdict lets it speak: nobody tells the
condition of another's item.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from listing_assets.listings.answers import Answers, Opened
from listing_assets.listings.definitions import Language
from listing_assets.listings.definitions.templates import Attribute, AttributeTemplate
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.instructions import attributes_question
from listing_assets.listings.products import Product
from listing_assets.listings.steps.found import Found
from listing_assets.listings.steps.printed import labelled_values, printed_brand
from listing_assets.listings.steps.verdict import ORDER
from resources.endpoints.interface import TagModel

LABEL: Final = "label on the photo"
TOLD: Final = "the reference's description"


@dataclass(frozen=True, slots=True)
class KeyValue:
    """The value of an attribute. `source` is `tag`, a label, or a neighbour's key."""

    attribute: Attribute
    value: str
    source: str
    from_reference: bool


def known_values(
    product: Product, template: AttributeTemplate, neighbours: Sequence[Neighbour], language: str
) -> dict[str, KeyValue]:
    """What needs no asking, by the attribute's name: of tags, labels and neighbours."""
    tags = {name: ", ".join(values) for name, values in product.tags.items()}
    found = _values(template, template.matched(tags), "tag", from_reference=False)
    printed = labelled_values(product, template, language)
    if brand := template.matched({"brand": printed_brand(product)}):
        printed = brand | printed
    found = _values(template, printed, LABEL, from_reference=False) | found
    for neighbour in sorted(neighbours, key=lambda one: -ORDER.index(one.verdict)):
        shared = {one.name for one in template.told_by(neighbour.verdict)}
        values = template.matched(neighbour.attributes)
        told = {name: value for name, value in values.items() if name in shared}
        found = _values(template, told, neighbour.key, from_reference=True) | found
    return found


async def key_attributes(
    product: Product,
    template: AttributeTemplate,
    neighbours: Sequence[Neighbour],
    language: Language,
    answers: Answers,
    asker: Opened[TagModel] | None,
) -> Found[tuple[KeyValue, ...]]:
    """The attributes of the template that are known, in its order.

    `asker` reads the descriptions of the neighbours for what is still missing; None where no model
    can.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts.
    """
    found = known_values(product, template, neighbours, language)
    described = [one for one in neighbours if one.description and template.told_by(one.verdict)]
    missing = [
        one
        for one in template.told_by(described[0].verdict if described else "none")
        if one.name not in found
    ]
    reason = ""
    if missing and asker is not None:
        cover = product.photos[0].photo
        question = attributes_question(missing, described, language)
        told = await answers.ask("attributes", asker, cover, question)
        for one in missing:
            answer = told[one.key]
            if answer.status == "valid" and answer.value:
                found[one.name] = KeyValue(one, str(answer.value), TOLD, from_reference=True)
            reason = reason or ("" if answer.status == "valid" else answer.reason or answer.status)
    in_order = tuple(found[one.name] for one in template.attributes if one.name in found)
    if not in_order:
        return Found((), "empty", reason or "neither the photos nor like products tell any")
    return Found(in_order, "done", reason)


def _values(
    template: AttributeTemplate, values: Mapping[str, str], source: str, *, from_reference: bool
) -> dict[str, KeyValue]:
    found = {}
    for name, value in values.items():
        attribute = template.attribute(name)
        assert attribute is not None
        found[attribute.name] = KeyValue(attribute, value, source, from_reference)
    return found
