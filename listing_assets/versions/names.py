"""Names of dataset versions: `dataset@version`, also the Dagster partition key."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from resources.errors import ListingError
from resources.lake.tables import is_reserved

PATTERN = re.compile(
    r"(?P<dataset>[A-Za-z][A-Za-z0-9_-]{0,39})@(?P<version>[A-Za-z0-9][A-Za-z0-9_-]{0,19})"
)
NUMBERED = re.compile(r"v(\d+)")


@dataclass(frozen=True, slots=True)
class VersionName:
    """A dataset version. Its text, `dataset@version`, fits Dagster's 63 characters."""

    dataset: str
    version: str

    def __str__(self) -> str:
        return f"{self.dataset}@{self.version}"

    @classmethod
    def parse(cls, text: str) -> "VersionName":
        """Read `dataset@version`. Raises `ListingError` saying what a name looks like."""
        match = PATTERN.fullmatch(text)
        if match is None:
            raise ListingError(
                f"'{text}' is not the name of a dataset version.",
                "Write dataset@version, such as photos@v1: letters, digits, '_' and '-'.",
            )
        if match["version"].lower() == "main" or is_reserved(match["dataset"]):
            raise ListingError(
                f"'{text}' uses a name that the lake keeps for itself.", "Take another name."
            )
        return cls(match["dataset"], match["version"])


def age(version: str) -> tuple[int, int, str]:
    """A sort key: `v2` before `v10`; versions without a number after them, by name."""
    match = NUMBERED.fullmatch(version)
    return (0, int(match[1]), "") if match else (1, 0, version)


def next_version(existing: Iterable[str]) -> str:
    """The version after the highest numbered one: `v1` where there is none."""
    numbers = [int(match[1]) for name in existing if (match := NUMBERED.fullmatch(name))]
    return f"v{max(numbers, default=0) + 1}"
