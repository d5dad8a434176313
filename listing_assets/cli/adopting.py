"""Datasets that the command line describes: how it changes them, and where they are noted."""

from dataclasses import replace
from typing import Any

import yaml
from pydantic import ValidationError

from listing_assets.catalog import Catalog, Dataset, Model, adopt_dataset
from listing_assets.catalog.environment_models import AT, endpoint_host, placed
from listing_assets.cli.installation import Installation
from listing_assets.cli.output import stderr
from listing_assets.publishing.revisions import revisions
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError
from resources.object_store import open_store


def described(
    settings: Settings, name: VersionName, source: str | None, model: str | None
) -> Installation:
    """This installation, with the version's dataset as the command line wants it.

    A model that is given by its service name alone is meant where the dataset has it. A noted
    dataset that cannot be used as it is may be given another model.

    Raises:
        ListingError: there is no such dataset, or it cannot be used so.
    """
    installation = Installation(settings)
    noted = _noted(settings, name.dataset)
    reference = str(noted.get("tag_model", ""))
    if model is not None and AT in reference and reference.partition(AT)[0] == model:
        model = reference
    catalog = installation.catalog
    before = _before(settings, catalog, name.dataset)
    if model is not None and before is not None:
        # One that cannot be used as it is noted stands there only to be changed.
        known = {**catalog.datasets, name.dataset: before}
        installation.catalog = replace(catalog, datasets=known)
    return installation.with_source(name, source, model)


def adopt(settings: Settings, name: VersionName, source: str | None, model: str | None) -> None:
    """Note a dataset that the command line describes, for later runs and for the daemon.

    What was noted of it before is replaced, unless versions of another source are published.

    Raises:
        ListingError: the dataset cannot be changed so, or its source cannot be read.
    """
    installation = described(settings, name, source, model)
    dataset = installation.catalog.dataset(name.dataset)
    tag_model = say_where(installation.catalog, dataset)
    if source is None and model is None:
        return
    before = _before(settings, Installation(settings).catalog, name.dataset)
    if before is not None and name.dataset in installation.own_datasets:
        if dataset == before:
            return
        raise ListingError(
            f"the catalog defines dataset '{name.dataset}' with source {before.source}"
            f" and model {before.tag_model}.",
            "Change catalog/datasets.yaml, leave out --source and --model, or take another name.",
        )
    if tag_model is not None:
        dataset = dataset.model_copy(update={"tag_model": placed(tag_model)})
    if dataset == before:
        return
    if before is not None and dataset.source != before.source:
        _require_unpublished(installation, settings, before, dataset)
    open_store(dataset.source, dataset.credentials).check()
    path = adopt_dataset(dataset, settings.adopted)
    stderr.print(f"dataset {name.dataset} is noted in {path}", markup=False, soft_wrap=True)


def _require_unpublished(
    installation: Installation, settings: Settings, before: Dataset, dataset: Dataset
) -> None:
    if revisions(installation.lake, dataset.name):
        raise ListingError(
            f"dataset '{dataset.name}' has the source {before.source}, not {dataset.source}.",
            "Take another DATASET name; or, where the photos have moved, change"
            f" {settings.adopted / dataset.name}.yaml.",
        )
    stderr.print(
        f"nothing of {before.source} is published: {dataset.name} has the source"
        f" {dataset.source} from now on",
        markup=False,
        soft_wrap=True,
    )


def say_where(catalog: Catalog, dataset: Dataset) -> Model | None:
    """Say where a dataset's photos go, and return its tag model, if only the environment knows it.

    Raises:
        CatalogError: they would go elsewhere than the dataset says.
    """
    registered = {known.lower() for known in catalog.models}
    if dataset.tag_model.partition("@")[0].lower() in registered:
        return None
    model = catalog.tag_model(dataset.tag_model)
    stderr.print(
        f"photos of {dataset.name} go to {endpoint_host(model)}: model {model.name}, with the key"
        f" in {model.api_key_env}",
        markup=False,
        soft_wrap=True,
    )
    return model


def _noted(settings: Settings, dataset: str) -> dict[str, Any]:
    """What is noted of a dataset; empty where nothing is, or nothing that can be read."""
    try:
        text = (settings.adopted / f"{dataset}.yaml").read_text(encoding="utf-8")
        fields = yaml.safe_load(text)["datasets"][dataset]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _before(settings: Settings, catalog: Catalog, name: str) -> Dataset | None:
    """The dataset as it stands, even if it cannot be used now."""
    if name not in catalog.broken:
        return catalog.datasets.get(name)
    try:
        return Dataset.model_validate({"name": name, **_noted(settings, name)})
    except ValidationError:
        return None
