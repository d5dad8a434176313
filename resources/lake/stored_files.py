"""How many files the tables of a lake have, and how many bytes: all that is stored, old or new."""

from dataclasses import dataclass

from resources.lake.database import Lake
from resources.object_store import open_store

SUFFIX = ".lance/"


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """The files of a table, of all its versions and branches."""

    files: int = 0
    bytes: int = 0

    def __add__(self, other: "StoredFiles") -> "StoredFiles":
        return StoredFiles(self.files + other.files, self.bytes + other.bytes)


def stored_files(lake: Lake) -> dict[str, StoredFiles]:
    """The files of every table, by its name. Raises `SourceError` where they cannot be listed."""
    found: dict[str, StoredFiles] = {}
    for file in open_store(lake.uri).list_unordered():
        name, separator, _ = file.key.partition(SUFFIX)
        if separator:
            found[name] = found.get(name, StoredFiles()) + StoredFiles(1, file.size)
    return found
