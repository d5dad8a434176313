"""The category: what the tags say, or a choice from a tree of categories.

Of a tree with tens of thousands of leaves a model is shown a short list: the categories that the
neighbours have, and those whose words the photos show.
"""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz, process

from listing_assets.listings.answers import Answers, Opened
from listing_assets.listings.definitions import Language
from listing_assets.listings.desk import Desk
from listing_assets.listings.draft import Neighbour
from listing_assets.listings.instructions import category_question
from listing_assets.listings.products import Product
from listing_assets.listings.steps.found import Found
from listing_assets.listings.steps.verdict import ORDER
from resources.endpoints.interface import TagModel

CHOICE: Final = "category"
"""The name of the question's only tag."""


def tagged_category(product: Product, tag: str, neighbours: Sequence[Neighbour]) -> Found[str]:
    """The value of the category tag that most photos have; else what the neighbours are."""
    values = product.tags.get(tag, ())
    if values:
        return Found(values[0])
    common = common_category(neighbours)
    if common:
        return Found(common, "done", f"the photos have no tag '{tag}'; like products have this one")
    return Found("", "empty", f"the photos have no tag '{tag}'")


async def category_of(
    product: Product, desk: Desk, neighbours: Sequence[Neighbour], answers: Answers
) -> Found[str]:
    """The category, from where the definition says.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts.
    """
    source = desk.definition.category
    if source.tag is not None:
        return tagged_category(product, source.tag, neighbours)
    if desk.tree is None or desk.asker is None:
        return Found("", "skipped", "no model chooses from the category tree")
    return await chosen_category(
        product,
        desk.tree.leaves,
        source.candidates,
        neighbours,
        desk.definition.language,
        answers,
        desk.asker,
    )


async def chosen_category(
    product: Product,
    tree: Sequence[str],
    most: int,
    neighbours: Sequence[Neighbour],
    language: Language,
    answers: Answers,
    asker: Opened[TagModel],
) -> Found[str]:
    """The leaf of a tree that the model chooses from a short list.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts.
    """
    candidates = shortlist(product, tree, most, neighbours)
    if not candidates:
        return Found("", "empty", "nothing on the photos or in like products names a category")
    cover = product.photos[0].photo
    question = category_question(candidates, language)
    answer = (await answers.ask("category", asker, cover, question))[CHOICE]
    if answer.status == "valid" and answer.value:
        return Found(str(answer.value))
    common = common_category(neighbours)
    why = answer.reason or "the model knows none of the candidates to fit"
    if common in candidates:
        return Found(common, "done", f"as like products have it: {why}")
    return Found("", "empty" if answer.status == "valid" else "failed", why)


def shortlist(
    product: Product, tree: Sequence[str], most: int, neighbours: Sequence[Neighbour]
) -> tuple[str, ...]:
    """At most so many leaves: the neighbours' by likeness, then those that the photos name."""
    leaves = set(tree)
    found = _by_likeness([one for one in neighbours if one.category in leaves])[:most]
    words = " ".join(
        [*(value for values in product.tags.values() for value in values), *product.seen_text]
    )
    if words.strip():
        similar = process.extract(
            words, tree, scorer=fuzz.token_set_ratio, processor=str.casefold, limit=most
        )
        found += [category for category, score, _ in similar if score > 0]
    return tuple(dict.fromkeys(found))[:most]


def common_category(neighbours: Sequence[Neighbour]) -> str:
    """The category of most of the neighbours of the same model at least, weighed by likeness.

    What is only similar is as often of another category.
    """
    least = ORDER.index("same model")
    alike = [one for one in neighbours if one.category and ORDER.index(one.verdict) >= least]
    return _by_likeness(alike)[0] if alike else ""


def _by_likeness(neighbours: Sequence[Neighbour]) -> list[str]:
    """The categories of neighbours, those of the most and the most alike first."""
    scores: dict[str, float] = {}
    for neighbour in neighbours:
        scores[neighbour.category] = scores.get(neighbour.category, 0.0) + neighbour.score
    return sorted(scores, key=lambda category: -scores[category])
