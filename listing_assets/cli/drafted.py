"""How a draft is told: while it is made, as a line among others, and whole."""

from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Final, Self

from rich.cells import cell_len
from rich.padding import Padding
from rich.status import Status
from rich.text import Text

from listing_assets.cli.output import console, stderr
from listing_assets.listings.draft import Draft
from listing_assets.listings.events import Event, Notice, StepBegan, StepEnded, TextBegan
from listing_assets.listings.quality import most_to_gain
from listing_assets.listings.stored import Status as DraftStatus

DOING: Final = {
    "photos": "looking at the photos",
    "safety": "checking the photos",
    "retrieval": "looking for the same product",
    "category": "finding the category",
    "attributes": "collecting attributes",
    "description": "writing",
    "checks": "checking the text",
    "quality": "judging the whole",
}
NAMES: Final = 14
"""Width of the column of names, in cells: a Chinese character takes two."""
LONGEST: Final = 44
"""Characters of a text in a line."""
INSTRUCTIONS: Final = {
    "photo": "the photos alone",
    "photo_template": "the photos and the category's template",
    "photo_template_reference": "the photos, the template and values of like products",
}


class Telling(AbstractContextManager["Telling"]):
    """Tells on stderr what is being done."""

    def __init__(self, *, quiet: bool) -> None:
        self._status: Status | None = None if quiet else stderr.status("opening the models …")

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status:
            self._status.stop()

    def tell(self, event: Event) -> None:
        """What the event says."""
        if self._status is None:
            return
        match event:
            case StepBegan(step):
                self._status.update(f"{DOING[step]} …")
            case StepEnded(result, _) if result.status not in {"done", "skipped"}:
                stderr.print(f"{DOING[result.step]}: {result.reason}", markup=False)
            case TextBegan(instruction):
                self._status.update(f"writing from {INSTRUCTIONS[instruction]} …")
            case Notice(words):
                stderr.print(words, markup=False)
            case _:
                pass


def draft_line(status: DraftStatus, draft: Draft) -> list[Any]:
    """A draft among others, as a row of the table that `listing drafts` prints."""
    return [
        draft.photos[0] if draft.photos else None,
        len(draft.photos),
        draft.category or None,
        draft.title or None,
        _short(draft.description) or None,
        None if draft.quality is None else f"{draft.quality.score:.0%}",
        sum(claim.flagged for claim in draft.claims),
        status,
    ]


def show_draft(draft: Draft) -> None:
    """All that a person wants to know of a draft."""
    console.print(Text(draft.title or "(no title)", style="bold"))
    _say("photos", ", ".join(draft.photos) or "none that can be used")
    for name, why in draft.others.items():
        _say("left out", f"{name}: {why}")
    _say("category", draft.category or "not known")
    for name, value in draft.attributes.items():
        _say(f"  {name}", value)
    near = [one for one in draft.neighbours if one.verdict != "none"]
    _say(
        "same product", f"{draft.verdict}: {near[0].title or near[0].key}" if near else "none found"
    )
    console.print()
    console.print(Padding(Text(draft.description or "(no description)"), (0, 2)))
    console.print()
    for claim in draft.claims:
        if claim.flagged:
            _say("check this", f"“{claim.text}”: nothing bears out this {claim.kind}")
    for violation in draft.violations:
        _say("breaks a rule", f"{violation.rule}: {violation.words}")
    if draft.description:
        _say("written from", INSTRUCTIONS[draft.instruction])
    if draft.quality is not None:
        _say("quality", f"{draft.quality.score:.0%}")
        for feature, gain in most_to_gain(draft.quality):
            _say(f"  +{gain:.0%}", feature.advice)
    for step in draft.steps:
        if step.status not in {"done", "skipped"}:
            _say(step.step, f"{step.status.replace('_', ' ')}: {step.reason}")
    _say("cost", "unknown" if draft.cost is None else f"{draft.cost:.4g}")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _say(name: str, value: str) -> None:
    blanks = " " * max(0, NAMES - cell_len(name))
    console.print(f"  {name}{blanks} {value}", markup=False, soft_wrap=True)
