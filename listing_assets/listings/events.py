"""What is told of a draft while it is made: steps, the text as it comes, notices, the draft."""

from dataclasses import dataclass

from listing_assets.listings.draft import Draft, InstructionKind, StepName, StepResult


@dataclass(frozen=True, slots=True)
class StepBegan:
    """A step is under way."""

    step: StepName


@dataclass(frozen=True, slots=True)
class StepEnded:
    """A step ended; `draft` has what is known by then."""

    result: StepResult
    draft: Draft


@dataclass(frozen=True, slots=True)
class TextBegan:
    """A description begins, from this instruction; what came before of another is void."""

    instruction: InstructionKind


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The next piece of the description."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Words for the person who waits, such as why the text was stopped."""

    words: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The draft as it is; nothing follows."""

    draft: Draft


Event = StepBegan | StepEnded | TextBegan | TextPiece | Notice | Finished
