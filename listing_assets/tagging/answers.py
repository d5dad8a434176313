"""What becomes of a tag: a valid answer, or the reason why there is none."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from listing_assets.tagging.reasons import Reason, Repair

Status = Literal["valid", "invalid", "refused", "failed"]
"""`refused`: the call failed for good, or the model declines to answer. `failed`: the call failed
for a passing cause, and the tag counts as missing."""


@dataclass(frozen=True, slots=True)
class TagAnswer:
    """The answer for one tag of one photo. A valid `value` of None means: it cannot be known.

    `reason` and `repairs` are codes of `reasons.py`; a failed call has its own reason code.
    """

    status: Status
    value: Any = None
    reason: str | None = None
    repairs: tuple[str, ...] = ()

    def mended(self, *repairs: str) -> "TagAnswer":
        """This answer with further repairs, if it is valid."""
        if self.status != "valid" or not repairs:
            return self
        return replace(self, repairs=tuple(dict.fromkeys((*repairs, *self.repairs))))


def valid(value: Any, *repairs: Repair) -> TagAnswer:
    """A valid answer."""
    return TagAnswer("valid", value, None, repairs)


def invalid(reason: Reason) -> TagAnswer:
    """An answer that cannot be used."""
    return TagAnswer("invalid", None, reason)


REFUSED = TagAnswer("refused", None, Reason.REFUSED_BY_MODEL)
"""The model declines to answer."""
