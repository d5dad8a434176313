"""Datasets and tag definitions: what may be written in YAML, and the recipes that follow from it.

No file is read here; `loading.py` does that. Models are in `models.py`.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from listing_assets.catalog.entry import Entry
from listing_assets.catalog.models import Model
from listing_assets.hashing import recipe
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.objects.selection import Selection, SnapshotSelection
from resources.compute import ComputeKind
from resources.endpoints.config import ModelType
from resources.endpoints.interface import DescribeRequest, TagQuestion, TagType, TagValue
from resources.object_store import SourceCredentials

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _valid_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(
            "a name starts with a letter and has letters, digits, '_' and '-' only, at most 40"
        )
    return name


def _valid_language(language: str) -> str:
    if not LANGUAGE.fullmatch(language):
        raise ValueError("a language is written as its short code, such as 'en', 'zh' or 'zh-Hant'")
    return language


Name = Annotated[str, AfterValidator(_valid_name)]
Language = Annotated[str, AfterValidator(_valid_language)]


PREDICTED_BY: Final[Mapping[str, ModelType]] = {
    "choice": "BOOSTED_TREE_CLASSIFIER",
    "boolean": "BOOSTED_TREE_CLASSIFIER",
    "number": "BOOSTED_TREE_REGRESSOR",
}
"""The types of tags that a model of their own can predict, and the type of that model."""


class Value(Entry):
    """One value of a choice, with words on when it applies."""

    name: str = Field(min_length=1)
    description: str = ""


class Tag(Entry):
    """One tag of a tag definition."""

    name: Name
    type: TagType
    description: str = ""
    values: tuple[Value, ...] = ()
    max_length: int | None = Field(default=None, gt=0)
    minimum: float | None = None
    maximum: float | None = None
    language: Language | None = None
    """Language that a text answer must be written in, such as `en` or `zh`."""
    model: str | None = None
    """A registered boosted-tree model that predicts this tag, in place of the tag model."""

    @model_validator(mode="after")
    def _fields_fit_the_type(self) -> Self:
        choice = self.type in {"choice", "multi_choice"}
        if choice and not self.values:
            raise ValueError(f"tag '{self.name}' is a {self.type} and needs 'values'")
        if not choice and self.values:
            raise ValueError(f"tag '{self.name}' is a {self.type}: only choices have 'values'")
        names = [value.name for value in self.values]
        if len(set(names)) != len(names):
            raise ValueError(f"tag '{self.name}' has a value twice")
        if self.type != "text" and self.max_length is not None:
            raise ValueError(f"tag '{self.name}': only text has 'max_length'")
        if self.type != "text" and self.language is not None:
            raise ValueError(f"tag '{self.name}': only text has 'language'")
        if self.type not in PREDICTED_BY and self.model is not None:
            raise ValueError(
                f"tag '{self.name}' is a {self.type}: a model of its own predicts only"
                f" {', '.join(PREDICTED_BY)}"
            )
        if self.type != "number" and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"tag '{self.name}': only a number has 'minimum' or 'maximum'")
        return self

    def question(self) -> TagQuestion:
        """This tag as a model is asked for it."""
        wanted = f"Write it in this language: {self.language}." if self.language else ""
        return TagQuestion(
            name=self.name,
            type=self.type,
            description=f"{self.description} {wanted}".strip(),
            values=tuple(TagValue(value.name, value.description) for value in self.values),
            max_length=self.max_length,
            minimum=self.minimum,
            maximum=self.maximum,
        )


class TagDefinition(Entry):
    """What is asked of every photo: a guide prompt, a language and the tags."""

    name: Name
    language: str = "en"
    guide_prompt: str
    tags: tuple[Tag, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _tag_names_differ(self) -> Self:
        names = [tag.name.lower() for tag in self.tags]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ValueError(f"tag names must differ: {', '.join(sorted(twice))}")
        return self

    def recipes(
        self, model: Model, normalization: str, predicted: Mapping[str, Model], embedding: str
    ) -> dict[str, str]:
        """The recipe of each tag, by tag name.

        Where `model` answers, it covers the tag's own definition, the guide prompt and language,
        the model and the pixels it is shown: changing one tag changes one recipe, changing the
        prompt changes all. For a tag in `predicted` it covers its definition, the model that
        predicts it, and the pixels and vectors that it predicts from.

        Only what differs from a default is part of a recipe, so that a field that is added to the
        schema later asks nothing again.
        """
        asked = (self.language, self.guide_prompt, model.identity, normalization)
        recipes = {}
        for tag in self.tags:
            definition = tag.model_dump(exclude_defaults=True, exclude={"model"})
            if tag.name in predicted:
                model_recipe = predicted[tag.name].prediction_recipe
                recipes[tag.name] = recipe(
                    "predicted", definition, model_recipe, normalization, embedding
                )
            else:
                recipes[tag.name] = recipe("tag", definition, *asked)
        return recipes

    def request(self, tags: tuple[str, ...]) -> DescribeRequest:
        """The request for the named tags, in the definition's order."""
        return DescribeRequest(
            guide_prompt=self.guide_prompt,
            language=self.language,
            questions=tuple(tag.question() for tag in self.tags if tag.name in tags),
        )


class Watch(Entry):
    """How the `new_uploads` sensor decides that an upload is finished."""

    enabled: bool = True
    quiet_seconds: float = Field(default=60.0, ge=0)
    """Uploads have settled when nothing changed for so long."""
    marker: str | None = None
    """Key of a file that says "finished"; while it is named, quiet time alone starts nothing."""


GroupBy = Literal["photo", "name", "folder", "product"]
"""Which photos show one product: each its own; those whose file names differ in their last number
only; those of a folder; those of equal `product_column` in the manifest."""


class Listings(Entry):
    """What listings are drafted for a dataset's photos."""

    definition: str
    """A listing definition: `catalog/listing_definitions/NAME.yaml`."""
    group_by: GroupBy = "photo"
    product_column: str = "meta_product_id"
    """The published column that names the product, for `group_by: product`."""


class Dataset(Entry):
    """A named collection of photos with one source, one tag definition, one embedding model."""

    name: Name
    source: str
    description: str = ""
    owners: tuple[str, ...] = ()
    selection: Selection = Field(default_factory=SnapshotSelection, discriminator="kind")
    credentials: SourceCredentials = Field(default_factory=SourceCredentials)
    normalization: NormalizationSpec = Field(default_factory=NormalizationSpec)
    tag_definition: str = "ecommerce_poster"
    tag_model: str = "embedded_reader"
    """`NAME` or `NAME@VERSION` of the registry, or a service name that the environment resolves."""
    embedding_model: str = "embedded_visual_text"
    budget: float | None = Field(default=None, gt=0)
    """What one run may cost, in the currency of its models; it stops before it passes that."""
    compute: ComputeKind | None = None
    """Where its photos are worked on; where none is set, LISTING_COMPUTE tells."""
    watch: Watch = Field(default_factory=Watch)
    listings: Listings | None = None
    """Drafts are made of each version where this is set."""
