"""Weighs the features of a listing."""

from listing_assets.listings.definitions import AttributeTemplate, ListingDefinition
from listing_assets.listings.draft import Draft, Feature, Quality
from listing_assets.listings.products import Product
from listing_assets.listings.quality import attributes, photos, text
from listing_assets.listings.quality.fluency import fluency
from listing_assets.listings.quality.measured import Measured


def quality_of(
    draft: Draft,
    product: Product,
    template: AttributeTemplate | None,
    definition: ListingDefinition,
) -> Quality:
    """The quality of a draft: the mean of its features by the definition's weights, 0 to 1.

    `product` has the photos that show the product, `template` is that of the draft's category, None
    where it is not known. A feature that cannot be measured has weight 0: it neither helps nor
    harms. The features stand in the order of the definition's weights.
    """
    language, said = definition.language, draft.description
    measured: dict[str, Measured] = {
        "category": attributes.category(draft.category),
        "attributes": attributes.filled(draft.attributes, template, language),
        "length": text.length(said, language, definition.max_length),
        "fluency": fluency(said, language),
        "coverage": attributes.coverage(said, draft.attributes, template, language),
        "honesty": text.honesty(draft),
        "sharpness": photos.sharpness(product),
        "brightness": photos.brightness(product),
        "background": photos.background(product),
        "count": photos.count(product),
    }
    weights: dict[str, float] = definition.quality.model_dump()
    features = tuple(_feature(name, measured[name], weight) for name, weight in weights.items())
    total = sum(one.weight for one in features)
    score = sum(one.value * one.weight for one in features) / total if total else 0.0
    return Quality(min(1.0, score), features)


def most_to_gain(quality: Quality, most: int = 3) -> tuple[tuple[Feature, float], ...]:
    """The features whose advice would raise the score most, each with what it can add to it.

    Features of the same advice are told once, with what they can add together.
    """
    total = sum(one.weight for one in quality.features)
    gains: dict[str, tuple[Feature, float]] = {}
    for one in quality.features:
        if total and (gain := one.weight * (1 - one.value) / total) > 0:
            first, so_far = gains.get(one.advice, (one, 0.0))
            gains[one.advice] = first, so_far + gain
    return tuple(sorted(gains.values(), key=lambda gain: -gain[1])[:most])


def _feature(name: str, measured: Measured, weight: float) -> Feature:
    if measured.value is None:
        return Feature(name, 0.0, 0.0, measured.advice)
    return Feature(name, measured.value, weight, measured.advice)
