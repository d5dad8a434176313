"""The options of a model that are about its batches, and a model's config without them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from resources.endpoints.config import EndpointConfig, UnitPrice, catalog_file
from resources.errors import ModelError

OPTIONS = frozenset(
    {"batch_max_requests", "batch_max_bytes", "completion_window", "batch_discount"}
)
"""They say how batches are made, and are no members of a request's body."""


@dataclass(frozen=True, slots=True)
class BatchTerms:
    """What an endpoint takes as one batch, and what part of the usual price it asks for it.

    The limits are those of OpenAI.
    """

    max_requests: int = 50_000
    max_bytes: int = 200_000_000
    completion_window: str = "24h"
    discount: float = 1.0

    @classmethod
    def of(cls, config: EndpointConfig) -> Self:
        """The terms that a model's options set.

        Raises:
            ModelError: an option is not a number above 0, or no text.
        """
        given = config.options
        usual = cls()
        window = given.get("completion_window", usual.completion_window)
        if not isinstance(window, str) or not window:
            raise _unusable(config, "completion_window", "a text such as '24h'")
        return cls(
            int(_positive(config, "batch_max_requests", usual.max_requests)),
            int(_positive(config, "batch_max_bytes", usual.max_bytes)),
            window,
            _positive(config, "batch_discount", usual.discount),
        )


def request_config(config: EndpointConfig) -> EndpointConfig:
    """The config that single requests of a batch are made with and priced by."""
    price, discount = config.price, BatchTerms.of(config).discount
    if price is not None:
        price = UnitPrice(
            price.per_call * discount,
            price.per_input_token * discount,
            price.per_output_token * discount,
        )
    return replace(config, options=without_terms(config.options), price=price)


def without_terms(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options that are members of a request's body."""
    return {name: value for name, value in options.items() if name not in OPTIONS}


def _positive(config: EndpointConfig, option: str, usual: float) -> float:
    value = config.options.get(option, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        raise _unusable(config, option, "a number above 0")
    return float(value)


def _unusable(config: EndpointConfig, option: str, wanted: str) -> ModelError:
    return ModelError(
        f"model {config.name}: its option '{option}' is not {wanted}.",
        f"Change 'options' of the model in {catalog_file('models.yaml')}.",
    )
