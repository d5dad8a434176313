"""Asks a model about one photo, and once more about what it answered badly."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from listing_assets.catalog.schema import Tag, TagDefinition
from listing_assets.tagging.reasons import MENDED_BY_ASKING, Reason, Repair
from listing_assets.tagging.scalars import LONGEST_COLOR
from listing_assets.tagging.texts import MAX_FREE_TEXT
from listing_assets.tagging.validation import TagAnswer, judge
from resources.endpoints.complaints.words import storable
from resources.endpoints.interface import (
    Correction,
    Described,
    DescribeRequest,
    Photo,
    TagModel,
)
from resources.errors import EndpointStoppedError

LONGEST_QUOTE = 4_000
"""Characters of an answer that are shown to the model again."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking about one photo: an answer for each tag that was asked for.

    `described` are the one or two calls, in order; `sources` has the call that each tag's answer
    is from.
    """

    answers: dict[str, TagAnswer]
    described: tuple[Described, ...]
    sources: dict[str, Described]


async def ask(
    model: TagModel, photo: Photo, definition: TagDefinition, names: tuple[str, ...]
) -> Asked:
    """Ask for the named tags, and once more for those whose answer is invalid, where that helps.

    Valid answers of the first call stand. Where the second call fails for a passing cause, or the
    run ends before it, the others count as missing, so that they are asked again next time. A
    model with a true `deterministic` is not asked twice: it would say the same.

    Raises:
        EndpointStoppedError: no call can succeed until the user acts; nothing was answered.
    """
    tags = tuple(tag for tag in definition.tags if tag.name in names)
    first = await _describe(model, photo, definition.request(names))
    if first.failure:
        status = TagAnswer("failed" if first.retryable else "refused", None, first.failure)
        answers = {tag.name: status for tag in tags}
        return Asked(answers, (first,), dict.fromkeys(answers, first))
    answers = judge(first.raw, tags)
    once = Asked(answers, (first,), dict.fromkeys(answers, first))
    doubtful = tuple(tag for tag in tags if _asking_helps(answers[tag.name]))
    if not doubtful or getattr(model, "deterministic", False):
        return once
    correction = Correction(first.raw[:LONGEST_QUOTE], complaint(doubtful, answers))
    request = definition.request(tuple(tag.name for tag in doubtful))
    try:
        second = await _describe(model, photo, replace(request, correction=correction))
    except EndpointStoppedError:
        # The run is ending; what the first call brought was paid for.
        return _unsettled(once, doubtful)
    if second.failure:
        both = replace(once, described=(first, second))
        return _unsettled(both, doubtful) if second.retryable else both
    better = {
        name: answer.mended(Repair.ASKED_AGAIN)
        for name, answer in judge(second.raw, doubtful, last=True).items()
    }
    return Asked(
        answers | better,
        (first, second),
        once.sources | dict.fromkeys(better, second),
    )


def _unsettled(asked: Asked, doubtful: tuple[Tag, ...]) -> Asked:
    """The second question is still to be asked: the doubtful tags count as missing."""
    failed = {
        tag.name: replace(asked.answers[tag.name], status="failed", value=None) for tag in doubtful
    }
    return replace(asked, answers=asked.answers | failed)


def complaint(tags: tuple[Tag, ...], answers: Mapping[str, TagAnswer]) -> str:
    """What was wrong with an answer, a line for each of `tags`, in words for the model."""
    return "\n".join(f'- "{tag.name}": {_wrong(tag, answers[tag.name].reason)}' for tag in tags)


async def _describe(model: TagModel, photo: Photo, request: DescribeRequest) -> Described:
    (described,) = await model.describe([photo], request)
    seen = described.seen_text
    return replace(described, raw=storable(described.raw), seen_text=seen and storable(seen))


def _asking_helps(answer: TagAnswer) -> bool:
    return answer.status == "invalid" and answer.reason in MENDED_BY_ASKING


_UNREADABLE = "the reply was not one JSON object with this member."
_WRONG: Mapping[str | None, str] = {
    Reason.EMPTY_ANSWER: "the reply was empty.",
    Reason.TRUNCATED: "the reply ended before this member was complete; be brief.",
    Reason.AMBIGUOUS: "the reply had more than one value for it; give one.",
    Reason.MISSING_TAG: "the reply had no such member.",
    Reason.WRONG_TYPE: "the value was of the wrong type.",
    Reason.NOT_A_COLOR: "the value was no colour; give a colour's name, or #rrggbb.",
}
_WANTED = {
    "choice": "Give one of its values as a string, spelled exactly so, or null: {values}.",
    "multi_choice": "Give a list of its values, spelled exactly so, or null: {values}.",
    "boolean": "Give true, false or null.",
    "number": "Give a number without unit or currency, or null.",
    "text": "Give a string, or null.",
    "color": "Give a string, or null.",
}


def _wrong(tag: Tag, reason: str | None) -> str:
    """What was wrong with the answer for one tag, and what is wanted."""
    values = ", ".join(f'"{value.name}"' for value in tag.values)
    wanted = _WANTED[tag.type].format(values=values)
    limit = LONGEST_COLOR if tag.type == "color" else tag.max_length or MAX_FREE_TEXT
    special: dict[str | None, str] = {
        Reason.UNKNOWN_VALUE: f"the value was none of those allowed. {wanted}",
        Reason.OUT_OF_RANGE: f"the number was not {_between(tag)}.",
        Reason.TOO_LONG: f"the text was too long. Give at most {limit} characters.",
        Reason.WRONG_LANGUAGE: (f"the text was in another language. Write it in: {tag.language}."),
    }
    return special.get(reason) or f"{_WRONG.get(reason, _UNREADABLE)} {wanted}"


def _between(tag: Tag) -> str:
    if tag.minimum is None and tag.maximum is None:
        return "a finite number"
    if tag.maximum is None:
        return f"at least {tag.minimum:g}"
    if tag.minimum is None:
        return f"at most {tag.maximum:g}"
    return f"between {tag.minimum:g} and {tag.maximum:g}"
