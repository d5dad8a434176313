"""Whether a budget can be kept: what the calls of a run cost must add up."""

from listing_assets.catalog.models import Model
from resources.endpoints.config import catalog_file
from resources.errors import CatalogError


def require_one_currency(*models: Model) -> None:
    """Check that the models of a run are paid in one currency.

    Raises:
        CatalogError: their prices are in several.
    """
    paid = {
        model.price.currency: model.name
        for model in models
        if model.price is not None and model.price.by_unit().of(1, 1)
    }
    if len(paid) > 1:
        told = " and ".join(f"{currency} ({name})" for currency, name in sorted(paid.items()))
        raise CatalogError(
            f"a budget cannot be kept in several currencies: {told}.",
            f"Write these prices in one currency in {catalog_file('models.yaml')}, or set no"
            " budget.",
        )
