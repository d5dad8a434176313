"""What was paid, with its currency."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from listing_assets.catalog.registry import Registry
from listing_assets.settings import Settings
from resources.errors import ListingError

Paid = tuple[float | None, str]
"""A cost and its currency; None where it is unknown, "" where the currency is."""


def currencies(settings: Settings) -> dict[str, str]:
    """The currency of each registered model with a price, by the model's identity.

    Empty where models.yaml cannot be read: what was paid can be told without it.
    """
    found: dict[str, str] = {}
    with suppress(ListingError):
        registry = Registry(settings.catalog, {"LISTING_HOME": str(settings.home)})
        for model in registry.models().values():
            for version in model.versions.values():
                if version.price is not None:
                    found[version.identity] = version.price.currency
    return found


def step_currency(metadata: Mapping[str, Any], known: Mapping[str, str]) -> str:
    """The currency of what a step reported; empty where it has none, or several."""
    models = metadata.get("models")
    named = [metadata.get("model"), *(models.values() if isinstance(models, Mapping) else ())]
    found = {known[name] for name in named if name in known}
    return found.pop() if len(found) == 1 else ""


def amount(cost: float | None, currency: str) -> str:
    """A cost in words."""
    if cost is None:
        return "unknown"
    return f"{cost:.4g} {currency}".strip() if cost else "0"


def total(costs: Iterable[Paid]) -> Paid:
    """The sum, which is unknown where one cost is, or where there are several currencies."""
    paid = [one for one in costs if one[0] != 0]
    found = {currency for _, currency in paid}
    known = [cost for cost, _ in paid if cost is not None]
    currency = found.pop() if len(found) == 1 else ""
    return (sum(known) if len(known) == len(paid) and not found else None), currency
