"""The registry's entries: a model, its versions, and the rules that they keep.

The rules of names, sources, types and versions are those of MaxCompute's CREATE MODEL, but the name
of a version may start with a digit.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from listing_assets.catalog.entry import Entry
from listing_assets.catalog.model_fields import (
    BaseUrl,
    Comment,
    ModelName,
    Signature,
    VariableName,
    VersionName,
)
from listing_assets.hashing import recipe
from resources.endpoints import config
from resources.endpoints.config import AuthScheme, EndpointConfig, ImageInput, ModelType, Provider
from resources.errors import CatalogError

Source = Literal["remote", "imported", "embedded"]
Task = Literal["text-generation", "chat", "sentence-embedding", "multimodal-embedding"]
Mode = Literal["online", "batch"]

CHAT_PROVIDERS: Final = frozenset({"openai", "vllm", "dashscope", "pai_eas"})
BOOSTED_TREES: Final = frozenset({"BOOSTED_TREE_CLASSIFIER", "BOOSTED_TREE_REGRESSOR"})
EMBEDDED_MODELS: Final = {
    "MLLM": "embedded-reader",
    "LLM": "embedded-composer",
    "EMBEDDING": "embedded-visual-text",
}
SERVED: Final[Mapping[Provider, frozenset[str]]] = {
    "embedded": frozenset(EMBEDDED_MODELS),
    "openai": frozenset({"MLLM", "LLM"}),
    "vllm": frozenset({"MLLM", "LLM", "EMBEDDING"}),
    "dashscope": frozenset({"MLLM", "LLM", "EMBEDDING"}),
    "pai_eas": frozenset({"MLLM", "LLM", "EMBEDDING"}),
    "clip": frozenset({"EMBEDDING"}),
    "xgboost": BOOSTED_TREES,
}
"""The types of models that each provider has."""
TASKS: Final[Mapping[str, tuple[Task, ...]]] = {
    "MLLM": ("chat", "text-generation"),
    "LLM": ("chat", "text-generation"),
    "EMBEDDING": ("multimodal-embedding", "sentence-embedding"),
}
"""The tasks that models of a type can have, the usual one first."""
PHOTO_COLUMNS: Final = {"image_url": "STRING", "data": "BINARY"}
COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "MLLM": {**PHOTO_COLUMNS, "prompt": "STRING"},
    "LLM": {"prompt": "STRING"},
    "EMBEDDING": {**PHOTO_COLUMNS, "text": "STRING"},
}
"""The columns that can be filled for a model of a type; boosted trees declare their own."""
KEY_OPTIONS: Final = frozenset(
    {"api_key", "apikey", "x_api_key", "authorization", "token", "access_token", "secret"}
    | {"password", "secret_key", "access_key"}
)
KEY_VALUE: Final = re.compile(r"(?i:bearer|basic)\s+\S{8}|sk-[A-Za-z0-9_-]{8}|LTAI[A-Za-z0-9]{8}")
"""How keys look, wherever in the options they stand."""
OWN_OPTIONS: Final = frozenset({"model", "messages", "input", "contents", "stream"})
MODEL_STUDIO: Final = "https://dashscope.aliyuncs.com"
OPENAI: Final = "https://api.openai.com/v1"


def _holds_key(name: object, value: Any) -> bool:
    """Whether an option, or anything within it, is named or looks like a key."""
    if str(name).lower().replace("-", "_") in KEY_OPTIONS:
        return True
    if isinstance(value, Mapping):
        return any(_holds_key(inner, each) for inner, each in value.items())
    if isinstance(value, list | tuple):
        return any(_holds_key("", each) for each in value)
    return isinstance(value, str) and bool(KEY_VALUE.search(value))


def source_of(provider: str) -> Source:
    """Where the models of a provider come from."""
    if provider == "embedded":
        return "embedded"
    return "imported" if provider in {"clip", "xgboost"} else "remote"


Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
LONGEST_CURRENCY: Final = 8


class Price(Entry):
    """What a model costs, in the currency of its bill."""

    currency: str = "USD"
    per_call: Amount = 0.0
    per_million_input_tokens: Amount = 0.0
    per_million_output_tokens: Amount = 0.0

    @field_validator("currency")
    @classmethod
    def _currency_is_a_word(cls, currency: str) -> str:
        if len(currency.split()) != 1 or len(currency) > LONGEST_CURRENCY:
            raise ValueError(f"'{currency}' is no currency; write its code, such as CNY")
        return currency

    def by_unit(self) -> config.UnitPrice:
        """Per call and per single token."""
        return config.UnitPrice(
            self.per_call,
            self.per_million_input_tokens / 1e6,
            self.per_million_output_tokens / 1e6,
        )


class Ceilings(Entry):
    """What an endpoint may be asked for at most. None: no limit that is known beforehand."""

    concurrency: int = Field(default=8, ge=1, le=1024)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)


class Model(Entry):
    """One version of a model, with all that it takes to call it.

    `name` is the model's in the registry, `model` the one that the endpoint knows it by; for an
    imported model, its file or folder.
    """

    name: str
    version: VersionName = "1"
    source: Source
    type: ModelType
    tasks: tuple[Task, ...]
    provider: Provider
    model: str = Field(min_length=1)
    endpoint: BaseUrl | None = None
    api_key_env: VariableName | None = None
    auth: AuthScheme = "bearer"
    timeout_ms: int = Field(default=5_000, ge=5_000, le=1_800_000)
    input: Signature = ()
    dimension: int | None = Field(default=None, ge=1, le=65_536)
    """Length of the vectors; None takes what the model gives."""
    mode: Mode = "online"
    """`batch` hands the work to the endpoint's batch service, for what can wait."""
    price: Price | None = None
    ceilings: Ceilings = Field(default_factory=Ceilings)
    options: Mapping[str, Any] = Field(default_factory=dict)
    """Further members of each request's body."""
    comment: Comment = ""

    @model_validator(mode="before")
    @classmethod
    def _usual_source_and_tasks(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        usual = TASKS.get(str(data.get("type")), ())[:1]
        return {
            **data,
            "source": data.get("source") or source_of(str(data.get("provider"))),
            "tasks": data.get("tasks") or usual,
        }

    @field_validator("model")
    @classmethod
    def _model_is_printable(cls, model: str) -> str:
        if not model.isprintable():
            raise ValueError("the name has characters that cannot be shown, such as line ends")
        return model

    @field_validator("options")
    @classmethod
    def _options_hold_no_key(cls, options: Mapping[str, Any]) -> Mapping[str, Any]:
        for name, value in options.items():
            if _holds_key(name, value):
                raise ValueError(
                    f"'{name}' holds a literal key, which is refused, because it would be kept in"
                    " files and logs; name its environment variable in 'api_key_env'"
                )
            if name in OWN_OPTIONS:
                raise ValueError(f"'{name}' is set by the platform itself; leave it out")
        return options

    @model_validator(mode="after")
    def _provider_has_such_models(self) -> Self:
        if self.type not in SERVED[self.provider]:
            raise ValueError(_not_served(self.provider, self.type))
        if self.source != source_of(self.provider):
            raise ValueError(
                f"provider '{self.provider}' has models of source '{source_of(self.provider)}',"
                f" not '{self.source}'; a model's source is fixed at its creation"
            )
        if self.provider == "embedded" and self.model != EMBEDDED_MODELS[self.type]:
            raise ValueError(
                f"the embedded model of type {self.type} is '{EMBEDDED_MODELS[self.type]}'"
            )
        for task in self.tasks:
            if task not in (possible := TASKS.get(self.type, ())):
                has = " or ".join(possible) or "none"
                raise ValueError(f"task '{task}' is not one of type {self.type}, which has {has}")
        return self

    @model_validator(mode="after")
    def _endpoint_can_be_reached(self) -> Self:
        if self.source != "remote":
            for field in ("endpoint", "api_key_env"):
                if getattr(self, field) is not None:
                    raise ValueError(f"a model of source '{self.source}' has no '{field}'")
        elif self.endpoint is None and self.provider in {"vllm", "pai_eas"}:
            raise ValueError(f"provider '{self.provider}' needs 'endpoint', the base URL")
        elif self.endpoint is None and self.api_key_env is None:
            raise ValueError(
                f"provider '{self.provider}' without 'endpoint' is its public service, which needs"
                " a key: name its environment variable in 'api_key_env'"
            )
        return self

    @model_validator(mode="after")
    def _signature_can_be_filled(self) -> Self:
        if self.type in BOOSTED_TREES:
            if not self.input:
                raise ValueError(
                    "an imported model needs 'input', the columns that it was trained on, such as"
                    " ['width INT', 'vector ARRAY<FLOAT>']"
                )
            return self
        possible = COLUMNS[self.type]
        for name, kind in self.columns.items():
            if possible.get(name.lower()) != kind:
                has = ", ".join(f"'{column} {its}'" for column, its in possible.items())
                raise ValueError(f"'{name} {kind}' cannot be filled: type {self.type} takes {has}")
        if len(PHOTO_COLUMNS.keys() & {name.lower() for name in self.columns}) > 1:
            raise ValueError("photos go in either as 'image_url STRING' or as 'data BINARY'")
        return self

    @model_validator(mode="after")
    def _fields_fit_the_type(self) -> Self:
        if self.dimension is not None and (self.type != "EMBEDDING" or self.source == "embedded"):
            raise ValueError("only an EMBEDDING model that is not embedded has a 'dimension'")
        if self.mode == "batch" and (self.type != "MLLM" or self.provider not in CHAT_PROVIDERS):
            raise ValueError(
                "mode 'batch' is for MLLM models behind a chat endpoint, of provider"
                f" {' or '.join(sorted(CHAT_PROVIDERS))}"
            )
        return self

    @property
    def service(self) -> str:
        """What rows call the model: the name that its endpoint knows, or its own for a folder."""
        return self.name if self.provider == "clip" else self.model

    @property
    def identity(self) -> str:
        """What the model is, whatever its endpoint: `service@version`."""
        return f"{self.service}@{self.version}"

    @property
    def vector_space(self) -> str:
        """Names the table of its vectors: one model and one dimension."""
        return self.service if self.dimension is None else f"{self.service}_{self.dimension}"

    @property
    def columns(self) -> dict[str, str]:
        """The input signature, column name to type."""
        return dict(column.split() for column in self.input)

    @property
    def image_input(self) -> ImageInput:
        """How a photo goes into a request."""
        return "url" if "image_url" in {name.lower() for name in self.columns} else "data"

    def endpoint_config(self) -> EndpointConfig:
        """This version as a provider needs it."""
        return EndpointConfig(
            provider=self.provider,
            type=self.type,
            name=self.name,
            model=self.model,
            version=self.version,
            endpoint=self.endpoint or self._public_service,
            api_key_env=self.api_key_env,
            auth=self.auth,
            timeout_ms=self.timeout_ms,
            image_input=self.image_input,
            dimension=self.dimension,
            ceilings=config.Ceilings(**self.ceilings.model_dump()),
            price=self.price.by_unit() if self.price else None,
            options=self.options,
        )

    def embedding_recipe(self, normalization: str) -> str:
        """The recipe of a vector: the model, its version and dimension, the pixels it is shown."""
        chosen = () if self.dimension is None else (self.dimension,)
        return recipe("embedding", self.identity, normalization, *chosen)

    @property
    def prediction_recipe(self) -> str:
        """What a prediction depends on besides its inputs' values: the model and how it is read."""
        options = {name: value for name, value in self.options.items() if name != "credentials"}
        return recipe("prediction", self.identity, self.input, options)

    @property
    def _public_service(self) -> str | None:
        if self.provider == "openai":
            return OPENAI
        if self.provider != "dashscope":
            return None
        return f"{MODEL_STUDIO}/{'api' if self.type == 'EMBEDDING' else 'compatible-mode'}/v1"


class ModelHeader(Entry):
    """What all versions of a model share; `source` and `type` are fixed at its creation."""

    name: ModelName
    source: Source | None = None
    type: ModelType
    tasks: tuple[Task, ...] = ()
    comment: Comment = ""
    default_version: str | None = None


@dataclass(frozen=True)
class RegisteredModel:
    """A model and its versions, by name."""

    name: str
    comment: str
    default_version: str
    versions: Mapping[str, Model]

    @property
    def default(self) -> Model:
        """The version that is meant where none is named."""
        return self.versions[self.default_version]

    def at(self, version: str) -> Model:
        """That version, in any letter case. Raises `CatalogError` naming those there are."""
        for name, model in self.versions.items():
            if name.lower() == version.lower():
                return model
        raise CatalogError(
            f"model '{self.name}' has no version '{version}'.",
            f"Its versions: {', '.join(self.versions)}.",
        )


def _not_served(provider: Provider, model_type: ModelType) -> str:
    if (provider, model_type) == ("openai", "EMBEDDING"):
        return (
            "provider 'openai' has no embeddings of photos; an OpenAI-compatible endpoint that"
            " embeds photos is of provider 'vllm'"
        )
    others = sorted(name for name, types in SERVED.items() if model_type in types)
    return (
        f"provider '{provider}' has no models of type {model_type};"
        f" provider {' or '.join(others)} has"
    )
