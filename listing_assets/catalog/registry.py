"""Edits `models.yaml`: adds models and versions, sets defaults, drops. Comments are kept."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from ruamel.yaml.comments import CommentedMap

from listing_assets.catalog.model_entries import (
    HEADER,
    MODELS_FILE,
    load_models,
    registered_as,
    registered_model,
)
from listing_assets.catalog.models import RegisteredModel
from listing_assets.catalog.yaml_splicing import added, edited, removed, written
from resources.errors import CatalogError

TOP: Final = "models"
LOCK_SECONDS: Final = 30.0

Models = dict[str, RegisteredModel]


class Registry:
    """The models of one catalog folder. Edits of several processes come one after the other.

    An edit is made aside, read again, compared with what it should say, and put in place at once.
    Each raises `CatalogError` where it would break a rule; the file is then as it was.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str] | None = None) -> None:
        """`variables` are what `${NAME}` may stand for besides environment variables."""
        self._path = folder / MODELS_FILE
        self._variables = {**os.environ, **(variables or {})}

    def models(self) -> Models:
        """The registered models, by name."""
        return load_models(self._path, self._variables)

    def add(self, name: str, fields: Mapping[str, Any], *, if_not_exists: bool = False) -> bool:
        """Register a model with one version, named by the field `version`, which is its default.

        `fields` are as in the file. False where the model exists and `if_not_exists` allows that.
        """
        with self._alone() as models:
            if known := next((other for other in models if other.lower() == name.lower()), None):
                if if_not_exists:
                    return False
                raise CatalogError(
                    f"a model '{known}' exists already.",
                    "Add a version to it (`listing models add-version`), or take another name.",
                )
            models[name] = self._checked(name, fields)
            self._write(lambda text: added(text, TOP, name, dict(fields)), models)
            return True

    def add_version(
        self, name: str, version: str, fields: Mapping[str, Any], *, if_not_exists: bool = False
    ) -> bool:
        """Add a version; what `fields` do not say is as in the default version, which stays.

        False where the version exists and `if_not_exists` allows that.
        """
        with self._alone() as models:
            model = registered_as(name, models)
            for known in model.versions:
                if known.lower() == version.lower():
                    if if_not_exists:
                        return False
                    raise CatalogError(
                        f"model '{model.name}' has a version '{known}' already.",
                        "Take another name: answers are kept under the version that gave them.",
                    )
            default = model.default
            base = default.model_dump(mode="json", exclude_defaults=True, exclude=set(NOT_COPIED))
            header = {"source": default.source, "type": default.type, "tasks": list(default.tasks)}
            checked = self._checked(
                model.name, {**header, "versions": {version: _merged(base, fields)}}
            )
            models[model.name] = replace(model, versions={**model.versions, **checked.versions})

            def change(entry: CommentedMap) -> None:
                _take_versioned_form(entry, model.default_version)
                versions = entry["versions"]
                stands = versions[model.default_version].items()
                base = {field: value for field, value in stands if field not in NOT_COPIED}
                versions[written(version)] = written(_merged(base, fields))

            self._write(lambda text: edited(text, TOP, model.name, change), models)
            return True

    def set_default(self, name: str, version: str) -> RegisteredModel:
        """Make a version the default of its model."""
        with self._alone() as models:
            model = registered_as(name, models)
            default = model.at(version).version
            if default == model.default_version:
                return model
            models[model.name] = replace(model, default_version=default)
            self._write(
                lambda text: edited(text, TOP, model.name, lambda e: _set_default(e, default)),
                models,
            )
            return models[model.name]

    def drop(self, name: str, *, if_exists: bool = False) -> bool:
        """Remove a model with all its versions.

        False where there is none and `if_exists` allows that.
        """
        with self._alone() as models:
            bare = name.partition("@")[0].lower()
            if if_exists and bare not in {known.lower() for known in models}:
                return False
            known = registered_as(name, models).name
            del models[known]
            self._write(lambda text: removed(text, TOP, known), models)
            return True

    def _checked(self, name: str, fields: Mapping[str, Any]) -> RegisteredModel:
        return registered_model(name, fields, lambda _: f"model '{name}'", (), self._variables)

    @contextmanager
    def _alone(self) -> Iterator[Models]:
        if not self._path.parent.is_dir():
            raise CatalogError(
                f"{self._path.parent}: there is no such catalog folder.",
                f"Set LISTING_CATALOG to the folder that holds {MODELS_FILE}.",
            )
        try:
            with FileLock(self._path.with_name(f".{MODELS_FILE}.lock"), timeout=LOCK_SECONDS):
                yield self.models()
        except Timeout:
            raise CatalogError(
                f"{self._path}: another process has been editing it for {LOCK_SECONDS:.0f} s.",
                "Try again.",
            ) from None
        except OSError as error:
            raise CatalogError(
                f"{self._path}: cannot be written: {error.strerror}.", "Check its permissions."
            ) from error

    def _write(self, change: Callable[[str], str], expected: Models) -> None:
        path = self._path.resolve()
        raw = path.read_bytes().decode() if path.exists() else ""
        newline = "\r\n" if "\r\n" in raw else "\n"
        part = path.with_name(f".{path.name}.part")
        try:
            text = change(raw.replace("\r\n", "\n"))
            part.write_text(text, encoding="utf-8", newline=newline)
            if not self._says(part, expected):
                raise CatalogError(
                    f"{path}: this edit would change more than it should.", "Edit it by hand."
                )
            if path.exists():
                shutil.copymode(path, part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def _says(self, path: Path, expected: Models) -> bool:
        try:
            return load_models(path, self._variables) == expected
        except CatalogError:
            return False


NOT_COPIED: Final = frozenset({"name", "version", "source", "type", "tasks", "comment"})
"""Fields of a version that a new version does not take over."""


def _merged(base: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for field, value in fields.items():
        stands = merged.get(field)
        if isinstance(stands, dict) and isinstance(value, dict):
            merged[field] = {**stands, **value}
        else:
            merged[field] = value
    return merged


def _take_versioned_form(entry: CommentedMap, version: str) -> None:
    """Move the fields of a flat entry under `versions`; they keep the comments beside them."""
    if "versions" in entry:
        return
    entry.fa.set_block_style()
    entry.pop("version", None)
    inner = CommentedMap()
    for field in [field for field in entry if field not in HEADER]:
        comment = entry.ca.items.pop(field, None)
        inner[field] = entry.pop(field)
        if comment is not None:
            inner.ca.items[field] = comment
    _set_default(entry, version)
    entry["versions"] = CommentedMap({written(version): inner})


def _set_default(entry: CommentedMap, version: str) -> None:
    if "default_version" in entry:
        entry["default_version"] = written(version)
        return
    place = list(entry).index("versions") if "versions" in entry else len(entry)
    entry.insert(place, "default_version", written(version))
