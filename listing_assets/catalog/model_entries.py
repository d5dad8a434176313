"""Makes registered models of what `models.yaml` says, in its flat and in its versioned form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from listing_assets.catalog.models import Model, ModelHeader, RegisteredModel
from listing_assets.catalog.reading import Place, lines_of, named_entries, read_entry, unknown_name
from listing_assets.catalog.yaml_lines import Location
from resources.endpoints.config import catalog_file
from resources.errors import CatalogError

MODELS_FILE: Final = "models.yaml"
HEADER: Final = frozenset(ModelHeader.model_fields) - {"name"}
"""Fields that stand beside `versions`; all others belong to a version."""


def load_models(
    path: Path, variables: Mapping[str, str] | None = None
) -> dict[str, RegisteredModel]:
    """The models of a file, by name.

    Raises:
        CatalogError: naming file, line, what is wrong and the remedy.
    """
    models: dict[str, RegisteredModel] = {}
    for document, name, location, data in named_entries(path, "models"):
        place = lines_of(document)
        for other in models:
            if other.lower() == name.lower():
                raise CatalogError(
                    f"{place(location)}: a model '{other}' exists: names are compared without"
                    " regard to case.",
                    "Give this one another name.",
                )
        models[name] = registered_model(name, data, place, location, variables)
    return models


def registered_as(name: str, models: Mapping[str, RegisteredModel]) -> RegisteredModel:
    """The model of that name, in any letter case. Raises `CatalogError` with the nearest name."""
    for known, model in models.items():
        if known.lower() == name.lower():
            return model
    if "@" in name:
        bare = registered_as(name.partition("@")[0], models)
        raise CatalogError(
            f"'{name}' names a version, and a whole model is asked for.",
            f"Give '{bare.name}'. Its versions: {', '.join(bare.versions)}.",
        )
    raise unknown_name(models, name, "model", catalog_file(MODELS_FILE))


def registered_model(
    name: str,
    data: Mapping[str, Any],
    place: Place,
    location: Location,
    variables: Mapping[str, str] | None = None,
) -> RegisteredModel:
    """The model that `data` describes; `place` tells where its values stand.

    Raises:
        CatalogError: `data` breaks a rule.
    """
    written = {field: value for field, value in data.items() if field in HEADER}
    header = read_entry(ModelHeader, {"name": name, **written}, place, location, variables)
    shared = {"name": name, "source": header.source, "type": header.type, "tasks": header.tasks}
    versions: dict[str, Model] = {}
    for version, fields, at in _written_versions(name, data, place, location):
        for other in versions:
            if other.lower() == version.lower():
                raise CatalogError(
                    f"{place(at)}: model '{name}' has a version '{other}': names are compared"
                    " without regard to case.",
                    "Give this one another name.",
                )
        for fixed in ("source", "type"):
            said = fields.pop(fixed, None)
            shared[fixed] = shared[fixed] or said
            if said not in {None, shared[fixed]}:
                raise CatalogError(
                    f"{place((*at, fixed))}: model '{name}' is of {fixed} {shared[fixed]}, which"
                    f" was fixed at its creation; version '{version}' cannot be of another.",
                    f"Remove '{fixed}' here, or register another model.",
                )
        versions[version] = read_entry(
            Model, {**fields, **shared, "version": version}, place, at, variables
        )
        shared["source"] = versions[version].source
    return RegisteredModel(
        name, header.comment, _default(header, versions, place, location), versions
    )


def _written_versions(
    name: str, data: Mapping[str, Any], place: Place, location: Location
) -> list[tuple[str, dict[str, Any], Location]]:
    if "versions" not in data:
        fields = {field: value for field, value in data.items() if field not in HEADER}
        return [
            (_text(fields.pop("version", "1"), place((*location, "version"))), fields, location)
        ]
    for field in data:
        if field not in HEADER and field != "versions":
            raise CatalogError(
                f"{place((*location, field))}: '{field}' stands beside 'versions'.",
                f"Write it under each version of '{name}', or remove it.",
            )
    versions = data["versions"]
    inside = (*location, "versions")
    if not isinstance(versions, dict) or not versions:
        raise CatalogError(
            f"{place(inside)}: expected a mapping of version name to settings.",
            "Indent at least one version under 'versions:'.",
        )
    found = []
    for version, fields in versions.items():
        at = (*inside, version)
        if not isinstance(fields, dict):
            raise CatalogError(
                f"{place(at)}: version '{version}' of model '{name}' has no settings.",
                "Indent them below it.",
            )
        found.append((_text(version, place(at)), dict(fields), at))
    return found


def _text(version: Any, where: str) -> str:
    if not isinstance(version, str):
        raise CatalogError(
            f"{where}: YAML does not take this name of a version, {version!r}, for text.",
            "Put the name in quotes.",
        )
    return version


def _default(
    header: ModelHeader, versions: Mapping[str, Model], place: Place, location: Location
) -> str:
    if header.default_version is None:
        return next(iter(versions))
    for version in versions:
        if version.lower() == header.default_version.lower():
            return version
    raise CatalogError(
        f"{place((*location, 'default_version'))}: model '{header.name}' has no version"
        f" '{header.default_version}'.",
        f"Its versions: {', '.join(versions)}.",
    )
