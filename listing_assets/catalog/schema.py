"""The entries of the catalog: what may be written in its YAML, and the recipes that follow from it.

No file is read here; `loading.py` does that.
"""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from listing_assets.hashing import recipe
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.objects.selection import Selection, SnapshotSelection
from resources.endpoints.interface import DescribeRequest, TagQuestion, TagType, TagValue
from resources.endpoints.open import EndpointConfig
from resources.object_store import SourceCredentials

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")


def _valid_name(name: str) -> str:
    if not NAME.fullmatch(name):
        raise ValueError(
            "a name starts with a letter and has letters, digits, '_' and '-' only, at most 40"
        )
    return name


Name = Annotated[str, AfterValidator(_valid_name)]


class Entry(BaseModel):
    """Base of all entries: immutable, and an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
        if self.type != "number" and (self.minimum is not None or self.maximum is not None):
            raise ValueError(f"tag '{self.name}': only a number has 'minimum' or 'maximum'")
        return self

    def question(self) -> TagQuestion:
        """This tag as a model is asked for it."""
        return TagQuestion(
            name=self.name,
            type=self.type,
            description=self.description,
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

    def recipes(self, model: "Model", normalization: str) -> dict[str, str]:
        """The recipe of each tag, by tag name.

        It covers the tag's own definition, the guide prompt and language, the model and the pixels
        it is shown: changing one tag changes one recipe, changing the prompt changes all.
        """
        shared = (self.language, self.guide_prompt, model.identity, normalization)
        return {tag.name: recipe("tag", tag.model_dump(), *shared) for tag in self.tags}

    def request(self, tags: tuple[str, ...]) -> DescribeRequest:
        """The request for the named tags, in the definition's order."""
        return DescribeRequest(
            guide_prompt=self.guide_prompt,
            language=self.language,
            questions=tuple(tag.question() for tag in self.tags if tag.name in tags),
        )


EMBEDDED_MODELS = {"MLLM": "embedded-reader", "EMBEDDING": "embedded-visual-text"}


class Price(Entry):
    """What a model costs, in the currency of its bill."""

    currency: str = "USD"
    per_call: float = Field(default=0.0, ge=0)
    per_million_input_tokens: float = Field(default=0.0, ge=0)
    per_million_output_tokens: float = Field(default=0.0, ge=0)


class Model(Entry):
    """A model endpoint. A key is given by the name of an environment variable, never literally."""

    name: Name
    provider: Literal["embedded", "openai"]
    type: Literal["MLLM", "EMBEDDING"]
    model: str
    version: str = "1"
    endpoint: str | None = None
    api_key_env: str | None = None
    concurrency: int = Field(default=8, ge=1, le=1024)
    timeout_ms: int = Field(default=60_000, ge=5_000, le=1_800_000)
    price: Price | None = None

    @model_validator(mode="after")
    def _key_is_a_reference(self) -> Self:
        if self.api_key_env and not re.fullmatch(r"[A-Z_][A-Z0-9_]*", self.api_key_env):
            raise ValueError(
                "'api_key_env' takes the name of an environment variable, such as OPENAI_API_KEY; "
                "a literal key would be kept in files and logs"
            )
        return self

    @model_validator(mode="after")
    def _embedded_model_is_known(self) -> Self:
        if self.provider == "embedded" and EMBEDDED_MODELS[self.type] != self.model:
            raise ValueError(
                f"the embedded model of type {self.type} is '{EMBEDDED_MODELS[self.type]}'"
            )
        return self

    @property
    def identity(self) -> str:
        """What the model is, whatever its endpoint: `model@version`."""
        return f"{self.model}@{self.version}"

    def endpoint_config(self) -> EndpointConfig:
        """This entry as a provider needs it."""
        price = self.price or Price()
        return EndpointConfig(
            provider=self.provider,
            name=self.name,
            model=self.model,
            version=self.version,
            endpoint=self.endpoint,
            api_key_env=self.api_key_env,
            concurrency=self.concurrency,
            timeout_ms=self.timeout_ms,
            price_per_call=price.per_call,
            price_per_input_token=price.per_million_input_tokens / 1e6,
            price_per_output_token=price.per_million_output_tokens / 1e6,
            is_priced=self.price is not None,
        )

    def embedding_recipe(self, normalization: str) -> str:
        """The recipe of a vector: the model, its version and the pixels it is shown."""
        return recipe("embedding", self.identity, normalization)


class Watch(Entry):
    """How the `new_uploads` sensor decides that an upload is finished."""

    enabled: bool = True
    quiet_seconds: float = Field(default=60.0, ge=0)
    """Uploads have settled when nothing changed for so long."""
    marker: str | None = None
    """Key of a file that says "finished"; while it is named, quiet time alone starts nothing."""


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
    embedding_model: str = "embedded_visual_text"
    watch: Watch = Field(default_factory=Watch)
