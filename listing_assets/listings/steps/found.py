"""What a step gives back."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from listing_assets.listings.draft import StepStatus

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value, and how the step went; `reason` says why where it is not `done`."""

    value: T
    status: StepStatus = "done"
    reason: str = ""
