"""What an instruction dataset is, once it is written, as its manifest tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = "instructions"


@dataclass(frozen=True)
class InstructionDataset:
    """A written instruction dataset.

    `cleaning` has a line for each step: `step`, `removed`, `left` and, where it has them, `reasons`
    by count, or `not_done` with why. `examples` counts by split and kind. `is_new` is False where
    it stood there already.
    """

    dataset: str
    revision: str
    definition: str
    to: str
    listings: int
    kept: int
    cleaning: Sequence[Mapping[str, Any]]
    examples: Mapping[str, Mapping[str, int]]
    files: int
    bytes: int
    data_version: str
    is_new: bool

    @classmethod
    def of(cls, manifest: Mapping[str, Any], to: str, *, is_new: bool) -> "InstructionDataset":
        """What a manifest tells of the dataset at `to`."""
        return cls(
            dataset=manifest["dataset"],
            revision=manifest["revision"],
            definition=manifest["definition"],
            to=to,
            listings=manifest["listings"]["found"],
            kept=manifest["listings"]["kept"],
            cleaning=manifest["cleaning"],
            examples={split: one["examples"] for split, one in manifest["splits"].items()},
            files=manifest["counts"]["files"],
            bytes=manifest["counts"]["bytes"],
            data_version=manifest["made_of"],
            is_new=is_new,
        )
