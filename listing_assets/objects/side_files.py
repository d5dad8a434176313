"""Tells the files that lie beside photos and are none. All else is judged by content, later."""

from resources.object_store import StoredObject

SUFFIXES = frozenset(
    {".csv", ".json", ".jsonl", ".txt", ".md", ".xml", ".yaml", ".parquet", ".html"}
)
HIDDEN = "hidden"
FOLDER_MARKER = "folder marker"


def passed_over_as(found: StoredObject) -> str | None:
    """Why an object is passed over: its suffix, `hidden`, `folder marker`; None where it is not.

    Hidden is what has a segment of its key beginning with a dot; folder markers are the empty
    objects ending in a slash by which consoles show empty folders.
    """
    if found.size == 0 and found.key.endswith("/"):
        return FOLDER_MARKER
    if found.key.startswith(".") or "/." in found.key:
        return HIDDEN
    name = found.key.rpartition("/")[2]
    suffix = "." + name.rpartition(".")[2].lower()
    return suffix if suffix in SUFFIXES and "." in name else None


def is_passed_over(found: StoredObject) -> bool:
    """Whether an object is a side file, hidden, or a folder marker."""
    return passed_over_as(found) is not None
