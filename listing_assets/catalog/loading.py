"""Makes a `Catalog` of the YAML files: `datasets.yaml`, `models.yaml`, `tag_definitions/*.yaml`.

A folder of adopted datasets (`LISTING_HOME/datasets/*.yaml`) is read besides: there `listing run
--source …` notes a dataset that the catalog does not have. Where both name one, the catalog wins.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import yaml

from listing_assets.catalog import environment_models
from listing_assets.catalog.budgets import require_one_currency
from listing_assets.catalog.environment_models import environment_model
from listing_assets.catalog.model_entries import MODELS_FILE, load_models, registered_as
from listing_assets.catalog.model_fields import is_registrable, is_version_name
from listing_assets.catalog.models import Model, RegisteredModel
from listing_assets.catalog.reading import lines_of, named_entries, read_entry, unknown_name
from listing_assets.catalog.schema import PREDICTED_BY, Dataset, TagDefinition
from listing_assets.catalog.yaml_lines import YamlDocument
from resources.endpoints.config import ModelType, catalog_file
from resources.errors import CatalogError

T = TypeVar("T")
SLIP: Final = 0.8
"""Likeness (`difflib`) from which a name is taken for a mistyped one."""


@dataclass(frozen=True)
class Catalog:
    """Everything that a user defined, by name."""

    datasets: Mapping[str, Dataset]
    models: Mapping[str, RegisteredModel]
    tag_definitions: Mapping[str, TagDefinition]
    broken: Mapping[str, CatalogError] = field(default_factory=dict)
    """Datasets that cannot be used now: a fault in one must not stop the others."""

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name. Raises `CatalogError` with the nearest name."""
        if name in self.broken and name not in self.datasets:
            raise self.broken[name]
        return _lookup(self.datasets, name, "dataset", catalog_file("datasets.yaml"))

    def model(self, reference: str) -> Model:
        """The registered model `NAME`, in its default version, or that of `NAME@VERSION`.

        Raises:
            CatalogError: there is no such model, with the nearest name, or no such version of it.
        """
        name, separator, version = reference.partition("@")
        registered = registered_as(name, self.models)
        return registered.at(version) if separator else registered.default

    def tag_model(self, reference: str) -> Model:
        """As `model`; a name that is not registered is one that the environment's endpoint knows.

        A name that looks like a slip of a registered one is none.

        Raises:
            CatalogError: as `model`; or there is no key in the environment.
        """
        try:
            registered_as(reference.partition("@")[0], self.models)
        except CatalogError as unknown:
            name, separator, version = reference.rpartition("@")
            if not (separator and is_version_name(version)):
                name, version = reference, "1"
            if is_registrable(name) and get_close_matches(name, list(self.models), 1, SLIP):
                raise
            if model := environment_model(name, version):
                return model
            remedy = f"{unknown.remedy} {environment_models.REMEDY}"
            raise CatalogError(unknown.problem, remedy) from None
        return self.model(reference)

    def tag_definition(self, name: str) -> TagDefinition:
        """The tag definition of that name. Raises `CatalogError` with the nearest name."""
        folder = catalog_file("tag_definitions/")
        return _lookup(self.tag_definitions, name, "tag definition", folder)

    def uses_of(self, model: str) -> list[tuple[str, str]]:
        """Who uses a registered model, in words, and the reference it is named by."""
        references = [
            (f"{field} of dataset '{dataset.name}'", getattr(dataset, field))
            for dataset in self.datasets.values()
            for field in ("tag_model", "embedding_model")
        ] + [
            (f"tag '{tag.name}' of tag definition '{definition.name}'", tag.model)
            for definition in self.tag_definitions.values()
            for tag in definition.tags
            if tag.model
        ]
        return [
            (user, reference)
            for user, reference in references
            if reference.partition("@")[0].lower() == model.lower()
        ]

    def with_dataset(self, dataset: Dataset) -> "Catalog":
        """A catalog that has `dataset` too, checked like the rest."""
        for other in self.datasets:
            if other != dataset.name and other.lower() == dataset.name.lower():
                raise CatalogError(
                    f"datasets '{dataset.name}' and '{other}' differ in case only.",
                    "Take another name: their tables would share a folder on some systems.",
                )
        catalog = replace(self, datasets={**self.datasets, dataset.name: dataset})
        _check_references(catalog, dataset, f"dataset '{dataset.name}'")
        return catalog


def load_catalog(
    folder: Path, adopted: Path | None = None, variables: Mapping[str, str] | None = None
) -> Catalog:
    """Read and check the catalog in `folder`, and the adopted datasets in `adopted`.

    `${NAME}` in a string stands for that entry of `variables`, or that environment variable.

    Raises:
        CatalogError: naming file, line, what is wrong and the remedy.
    """
    if not folder.is_dir():
        raise CatalogError(
            f"{folder}: there is no such catalog folder.",
            "Set LISTING_CATALOG to the folder that holds datasets.yaml and models.yaml.",
        )
    known = {**os.environ, **(variables or {})}
    catalog = Catalog({}, load_models(folder / MODELS_FILE, known), {})
    for path in sorted((folder / "tag_definitions").glob("*.yaml")):
        catalog = _with_definition(catalog, path, known)
    for document, name, location, data in named_entries(folder / "datasets.yaml", "datasets"):
        place = lines_of(document)
        dataset = read_entry(Dataset, {"name": name, **data}, place, location, known)
        try:
            _check_references(catalog, dataset, place(location))
            catalog = catalog.with_dataset(dataset)
        except CatalogError as error:
            # A service name lacks no entry but a key, which another process may have.
            if is_registrable(dataset.tag_model.partition("@")[0]):
                raise
            catalog = replace(catalog, broken={**catalog.broken, name: error})
    return _with_adopted(catalog, adopted) if adopted else catalog


def _with_definition(catalog: Catalog, path: Path, variables: Mapping[str, str]) -> Catalog:
    document = YamlDocument(path)
    place = lines_of(document)
    definition = read_entry(TagDefinition, document.data, place, (), variables)
    if definition.name in catalog.tag_definitions:
        raise CatalogError(
            f"{place(('name',))}: a tag definition '{definition.name}' exists.",
            "Give this one another name.",
        )
    for number, tag in enumerate(definition.tags):
        if tag.model:
            where = f"{place(('tags', number, 'model'))}: tag '{tag.name}'"
            _check_type(where, partial(catalog.model, tag.model), PREDICTED_BY[tag.type])
    definitions = {**catalog.tag_definitions, definition.name: definition}
    return replace(catalog, tag_definitions=definitions)


def _with_adopted(catalog: Catalog, folder: Path) -> Catalog:
    """Add the datasets of the command line; a fault in one is kept for when it is asked for."""
    broken = dict(catalog.broken)
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in catalog.datasets or path.stem in catalog.broken:
            continue
        try:
            for document, name, location, data in named_entries(path, "datasets"):
                # What was typed is meant as it is: `${…}` stands for itself.
                place = lines_of(document)
                dataset = read_entry(Dataset, {"name": name, **data}, place, location, None)
                catalog = catalog.with_dataset(dataset)
        except CatalogError as error:
            broken[path.stem] = error
    return replace(catalog, broken=broken)


def adopt_dataset(dataset: Dataset, folder: Path) -> Path:
    """Write `dataset` into the folder of adopted datasets and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{dataset.name}.yaml"
    fields = dataset.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
    if "selection" in fields:
        fields["selection"] = {"kind": dataset.selection.kind} | fields["selection"]
    text = yaml.safe_dump({"datasets": {dataset.name: fields}}, allow_unicode=True, sort_keys=False)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def _check_references(catalog: Catalog, dataset: Dataset, where: str) -> None:
    _checked(f"{where}: tag_definition", partial(catalog.tag_definition, dataset.tag_definition))
    _check_type(f"{where}: tag_model", partial(catalog.tag_model, dataset.tag_model), "MLLM")
    place = f"{where}: embedding_model"
    model = _check_type(place, partial(catalog.model, dataset.embedding_model), "EMBEDDING")
    if "multimodal-embedding" not in model.tasks:
        raise CatalogError(
            f"{place}: model '{model.name}' embeds texts only.",
            "Name a model that has the task multimodal-embedding.",
        )
    if dataset.budget is not None:
        asked = (catalog.tag_model(dataset.tag_model), model)
        _checked(f"{where}: budget", lambda: require_one_currency(*asked))


def _check_type(where: str, look_up: Callable[[], Model], kind: ModelType) -> Model:
    model = _checked(where, look_up)
    if model.type != kind:
        raise CatalogError(
            f"{where}: model '{model.name}' is of type {model.type}, not {kind}.",
            f"Name a model of type {kind} from {catalog_file(MODELS_FILE)}.",
        )
    return model


def _checked(where: str, look_up: Callable[[], T]) -> T:
    try:
        return look_up()
    except CatalogError as error:
        raise CatalogError(f"{where}: {error.problem}", error.remedy) from error


def _lookup(entries: Mapping[str, T], name: str, noun: str, where: str) -> T:
    if name in entries:
        return entries[name]
    raise unknown_name(entries, name, noun, where)
