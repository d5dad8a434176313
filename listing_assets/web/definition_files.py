"""The files of tag definitions in the catalog: found by name, read as text, written at once.

A definition is found among the files that are there, so that no name leads out of the folder.
"""

import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from listing_assets.catalog.model_entries import MODELS_FILE
from listing_assets.catalog.yaml_lines import YamlDocument
from listing_assets.web.errors import ChangedError, NotFoundError, RefusedError
from resources.errors import CatalogError

FOLDER: Final = "tag_definitions"
LOCK_SECONDS: Final = 10.0
_NAME = re.compile(r"^name:[ \t]+[\"']?([A-Za-z][\w-]*)", re.MULTILINE)


@dataclass(frozen=True)
class DefinitionFile:
    """One file. `sha` is the digest of its bytes, `text` has line feeds alone."""

    name: str
    path: Path
    text: str
    sha: str

    @property
    def shown(self) -> str:
        """The file as messages name it."""
        return f"catalog/{FOLDER}/{self.path.name}"


class DefinitionFiles:
    """The folder `tag_definitions` of a catalog."""

    def __init__(self, catalog: Path) -> None:
        self._catalog = catalog
        self._folder = catalog / FOLDER

    def all(self) -> list[DefinitionFile]:
        """Every definition by name, a faulty one too. Raises `CatalogError` for a file of no text.

        Where two files have one name, the first counts.
        """
        found: dict[str, DefinitionFile] = {}
        for path in sorted(self._folder.glob("*.yaml")):
            one = _read(path)
            found.setdefault(one.name, one)
        return sorted(found.values(), key=lambda one: one.name.lower())

    def find(self, name: str) -> DefinitionFile | None:
        """The file that defines `name`."""
        return next((one for one in self.all() if one.name == name), None)

    def get(self, name: str) -> DefinitionFile:
        """As `find`. Raises `NotFoundError` where there is none."""
        found = self.find(name)
        if found is None:
            known = ", ".join(one.name for one in self.all())
            raise NotFoundError(
                f"there is no tag definition '{name}'.",
                f"There are {known}." if known else "Save one under this name.",
            )
        return found

    @staticmethod
    def name_in(text: str) -> str | None:
        """What a text calls itself, whatever its faults."""
        match = _NAME.search(text)
        return match[1] if match else None

    def obstacle(self, path: Path | None = None) -> str | None:
        """Why nothing can be written to `path`, or to a new file; None where it can."""
        if path is not None:
            target = path.resolve()
            if not target.is_relative_to(self._catalog.resolve()):
                return f"{path.name} is a link to a place outside the catalog."
        else:
            target = self._folder / "new.yaml"
        for place in (self._catalog, target.parent, target):
            if place.exists() and not os.access(place, os.W_OK):
                return "The catalog is read-only for this server."
        return None

    def write(self, name: str, text: str, sha: str | None) -> DefinitionFile:
        """Put `text` in place of the file of `name`; with `sha` None, in a new file.

        Raises:
            ChangedError: the file is another one than that of `sha`, or there is one already.
            RefusedError: the catalog cannot be written.
        """
        lock = FileLock(self._catalog / f".{MODELS_FILE}.lock", timeout=LOCK_SECONDS)
        self._refuse_if(self.obstacle())
        try:
            with lock:
                stands = self.find(name)
                path = self._place(name, stands, sha)
                self._refuse_if(self.obstacle(path))
                _put(path.resolve(), text)
        except Timeout:
            raise RefusedError(
                "another process is editing the catalog.", "Try again in a moment."
            ) from None
        except OSError as error:
            raise RefusedError(
                f"the tag definition cannot be written: {error.strerror}.",
                "Check the permissions of the catalog folder.",
            ) from error
        return self.get(name)

    def _place(self, name: str, stands: DefinitionFile | None, sha: str | None) -> Path:
        if stands is not None and stands.sha == sha:
            return stands.path
        if stands is not None and sha is not None:
            raise ChangedError(
                f"{stands.shown} was changed since it was read.",
                "Look at what it says now, and bring your changes into that.",
            )
        if sha is not None:
            raise ChangedError(
                f"the file of '{name}' is gone since it was read.",
                "Save the text as a new definition.",
            )
        path = self._folder / f"{name}.yaml"
        taken = {text.lower() for one in self.all() for text in (one.name, one.path.stem)}
        if stands is not None or name.lower() in taken or path.exists():
            raise ChangedError(
                f"there is a tag definition '{name}' already.", "Give this one another name."
            )
        self._folder.mkdir(exist_ok=True)
        return path

    @staticmethod
    def _refuse_if(obstacle: str | None) -> None:
        if obstacle is not None:
            raise RefusedError(obstacle, "Copy the text and save it where the catalog is kept.")


def _read(path: Path) -> DefinitionFile:
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(
            f"catalog/{FOLDER}/{path.name}: cannot be read.", "Save it as UTF-8 text."
        ) from error
    return DefinitionFile(_name(path, text), path, text, hashlib.sha256(data).hexdigest())


def _name(path: Path, text: str) -> str:
    """What a file calls itself, even where it has a fault; else its own name."""
    if match := _NAME.search(text):
        return match[1]
    try:
        data = YamlDocument(path).data
    except CatalogError:
        return path.stem
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) else path.stem


def _put(path: Path, text: str) -> None:
    crlf = path.exists() and b"\r\n" in path.read_bytes()
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\r\n" if crlf else "\n")
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
