"""Makes a `Catalog` of the YAML files: `datasets.yaml`, `models.yaml`, `tag_definitions/*.yaml`.

A folder of adopted datasets (`LISTING_HOME/datasets/*.yaml`) is read besides: there `listing run
--source …` notes a dataset that the catalog does not have. Where both name one, the catalog wins.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from listing_assets.catalog.schema import Dataset, Model, TagDefinition
from listing_assets.catalog.yaml_lines import YamlDocument
from resources.errors import CatalogError

E = TypeVar("E", bound=BaseModel)
VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True)
class Catalog:
    """Everything that a user defined, by name."""

    datasets: Mapping[str, Dataset]
    models: Mapping[str, Model]
    tag_definitions: Mapping[str, TagDefinition]
    broken: Mapping[str, CatalogError] = field(default_factory=dict)
    """Adopted datasets that cannot be used: a fault in one must not stop the others."""

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name. Raises `CatalogError` with the nearest name."""
        if name in self.broken and name not in self.datasets:
            raise self.broken[name]
        return _lookup(self.datasets, name, "dataset", "catalog/datasets.yaml")

    def model(self, name: str) -> Model:
        """The model of that name. Raises `CatalogError` with the nearest name."""
        return _lookup(self.models, name, "model", "catalog/models.yaml")

    def tag_definition(self, name: str) -> TagDefinition:
        """The tag definition of that name. Raises `CatalogError` with the nearest name."""
        return _lookup(self.tag_definitions, name, "tag definition", "catalog/tag_definitions/")

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
    models: dict[str, Model] = {}
    for document, name, location, data in _named(folder / "models.yaml", "models"):
        models[name] = _entry(Model, {"name": name, **data}, document, location, known)
    definitions: dict[str, TagDefinition] = {}
    for path in sorted((folder / "tag_definitions").glob("*.yaml")):
        document = YamlDocument(path)
        definition = _entry(TagDefinition, document.data, document, (), known)
        if definition.name in definitions:
            raise CatalogError(
                f"{path}:{document.line(('name',))}: a tag definition '{definition.name}' exists.",
                "Give this one another name.",
            )
        definitions[definition.name] = definition
    catalog = Catalog({}, models, definitions)
    for document, name, location, data in _named(folder / "datasets.yaml", "datasets"):
        dataset = _entry(Dataset, {"name": name, **data}, document, location, known)
        _check_references(catalog, dataset, f"{document.path}:{document.line(location)}")
        catalog = catalog.with_dataset(dataset)
    return _with_adopted(catalog, adopted) if adopted else catalog


def _with_adopted(catalog: Catalog, folder: Path) -> Catalog:
    """Add the datasets of the command line; a fault in one is kept for when it is asked for."""
    broken: dict[str, CatalogError] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in catalog.datasets:
            continue
        try:
            for document, name, location, data in _named(path, "datasets"):
                # What was typed is meant as it is: `${…}` stands for itself.
                dataset = _entry(Dataset, {"name": name, **data}, document, location, None)
                catalog = catalog.with_dataset(dataset)
        except CatalogError as error:
            broken[path.stem] = error
    return replace(catalog, broken=broken)


def adopt_dataset(dataset: Dataset, folder: Path) -> Path:
    """Write `dataset` into the folder of adopted datasets and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{dataset.name}.yaml"
    fields = dataset.model_dump(mode="json", exclude={"name"}, exclude_defaults=True)
    text = yaml.safe_dump({"datasets": {dataset.name: fields}}, allow_unicode=True, sort_keys=False)
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def _named(
    path: Path, top: str
) -> Iterable[tuple[YamlDocument, str, tuple[str, str], dict[str, Any]]]:
    if not path.exists():
        return
    document = YamlDocument(path)
    if document.data is None:
        return
    entries = document.data.get(top) if isinstance(document.data, dict) else None
    if not isinstance(entries, dict) or set(document.data) != {top}:
        raise CatalogError(
            f"{path}:1: expected one mapping '{top}:' of name to settings.",
            f"Start the file with '{top}:' and indent the names under it.",
        )
    for name, data in entries.items():
        if not isinstance(name, str) or not isinstance(data, dict):
            line = document.line((top, name))
            raise CatalogError(
                f"{path}:{line}: '{name}' must be a name with settings under it.",
                "Write the name as text, and its settings indented below.",
            )
        yield document, name, (top, name), data


def _entry(
    kind: type[E],
    data: Any,
    document: YamlDocument,
    location: tuple[str, ...],
    variables: Mapping[str, str] | None,
) -> E:
    if not isinstance(data, dict):
        raise CatalogError(
            f"{document.path}:{document.line(location)}: expected settings, found {data!r}.",
            "See docs/CATALOG.md for an example.",
        )
    try:
        meant = data if variables is None else _expanded(data, document, location, variables)
        return kind.model_validate(meant)
    except ValidationError as failure:
        complaints = []
        for error in failure.errors():
            # A union's branch name stands in the path but not in the file.
            place = (*location, *(part for part in error["loc"] if part not in _BRANCHES))
            field = ".".join(str(part) for part in error["loc"])
            message = error["msg"].removeprefix("Value error, ")
            complaints.append(
                f"{document.path}:{document.line(place)}: {field or kind.__name__}: {message}."
                + _remedy(kind, error)
            )
        raise CatalogError("\n".join(complaints)) from failure


_BRANCHES = frozenset({"snapshot", "folder", "manifest"})


def _remedy(kind: type[BaseModel], error: Any) -> str:
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(error["loc"][-1]), list(kind.model_fields), 1)
        return f" Did you mean '{near[0]}'?" if near else " Remove it: no such field exists here."
    if error["type"] == "missing":
        return " Add it."
    return f" Found {error['input']!r}." if isinstance(error["input"], str | int | float) else ""


def _expanded(
    value: Any, document: YamlDocument, location: tuple[Any, ...], variables: Mapping[str, str]
) -> Any:
    if isinstance(value, dict):
        return {k: _expanded(v, document, (*location, k), variables) for k, v in value.items()}
    if isinstance(value, list):
        return [_expanded(v, document, (*location, i), variables) for i, v in enumerate(value)]
    if not isinstance(value, str):
        return value

    def variable(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise CatalogError(
                f"{document.path}:{document.line(location)}: ${{{match[1]}}} is not set.",
                f"Set the environment variable {match[1]}, or write the value itself.",
            )
        return variables[match[1]]

    return VARIABLE.sub(variable, value)


def _check_references(catalog: Catalog, dataset: Dataset, where: str) -> None:
    for reference, look_up in (
        ("tag_definition", catalog.tag_definition),
        ("tag_model", catalog.model),
        ("embedding_model", catalog.model),
    ):
        try:
            look_up(getattr(dataset, reference))
        except CatalogError as error:
            raise CatalogError(f"{where}: {reference}: {error.problem}", error.remedy) from error
    for reference, kind in (("tag_model", "MLLM"), ("embedding_model", "EMBEDDING")):
        model = catalog.model(getattr(dataset, reference))
        if model.type != kind:
            raise CatalogError(
                f"{where}: {reference}: model '{model.name}' is of type {model.type}, not {kind}.",
                f"Name a model of type {kind} from catalog/models.yaml.",
            )


def _lookup(entries: Mapping[str, E], name: str, noun: str, where: str) -> E:
    if name in entries:
        return entries[name]
    near = get_close_matches(name, list(entries), 1)
    remedy = f"Did you mean '{near[0]}'?" if near else f"Define it in {where}."
    raise CatalogError(f"there is no {noun} '{name}'.", remedy)
