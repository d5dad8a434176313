"""What the routes of trials answer: what one takes at most, how far it is, what it found."""

from typing import Any, Literal

from pydantic import BaseModel

from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.reasons import meaning
from listing_assets.web.definition_drafts import ChangeKind
from listing_assets.web.definition_trials import Ceiling, TrialRun
from resources.endpoints.interface import Usage


class CeilingDocument(BaseModel):
    """What a trial takes: `cost` is to be expected, `most` the limit; null without a price."""

    version: str
    model: str
    currency: str
    photos: int
    questions: int
    calls: int
    cost: float | None
    most: float | None

    @classmethod
    def of(cls, found: Ceiling, **about: str) -> "CeilingDocument":
        """The document of a ceiling."""
        return cls(
            photos=found.photos,
            questions=found.questions,
            calls=found.calls,
            cost=found.cost,
            most=found.most,
            **about,
        )


class AnswerDocument(BaseModel):
    """The answer for one tag. `meaning` is the reason in words, where it is not valid."""

    status: str
    value: Any
    reason: str | None
    meaning: str

    @classmethod
    def of(cls, answer: TagAnswer) -> "AnswerDocument":
        """The document of an answer."""
        return cls(
            status=answer.status,
            value=answer.value,
            reason=answer.reason,
            meaning=meaning(answer.reason or ""),
        )


class TriedAnswer(BaseModel):
    """One tag of one photo: under the draft, asked a second time, and as it stands today."""

    tag: str
    draft: AnswerDocument | None
    again: AnswerDocument | None
    today: AnswerDocument | None
    differs: bool


class TriedPhotoDocument(BaseModel):
    """One photo of a trial. `cost` is null where it was not asked about, or without a price."""

    key: str
    image_id: str
    tokens: int | None
    cost: float | None
    answers: list[TriedAnswer]


class EstimateDocument(BaseModel):
    """What asking about so many photos would take; null where nothing tells."""

    photos: int
    tokens: int | None
    cost: float | None


class TriedTag(BaseModel):
    """A tag of a trial, and for how many photos its answer differs from today's."""

    name: str
    change: ChangeKind | None
    compared: int
    differing: int


class UnansweredDocument(BaseModel):
    """How many photos got no answer for one reason, and what that means."""

    photos: int
    reason: str
    meaning: str


class TrialResult(BaseModel):
    """What a trial found. `rest` is what of the version was not asked yet."""

    compared_by: str
    requests: int
    tokens: int
    cost: float | None
    tags: list[TriedTag]
    photos: list[TriedPhotoDocument]
    whole: EstimateDocument
    rest: EstimateDocument
    weaknesses: list[str]
    unanswered: list[UnansweredDocument]
    stopped: str | None


class TrialDocument(BaseModel):
    """A trial: how far it is, and once it has ended, what it found."""

    trial: str
    version: str
    model: str
    currency: str
    state: Literal["running", "finished", "stopped", "failed"]
    done: int
    total: int | None
    spent: float | None
    problem: str | None
    remedy: str | None
    result: TrialResult | None


def trial_document(run: TrialRun) -> TrialDocument:
    """The document of a trial."""
    model = run.order.recipes.tag_model
    summary = run.records.summary if run.records else None
    return TrialDocument(
        trial=run.trial_id,
        version=str(run.order.version),
        model=model.identity,
        currency=model.price.currency if model.price else "",
        state=run.state,
        done=run.done,
        total=run.total,
        spent=summary.cost if summary else 0.0,
        problem=run.error.problem if run.error else None,
        remedy=run.error.remedy if run.error else None,
        result=_result(run) if run.state != "running" and run.result else None,
    )


def _result(run: TrialRun) -> TrialResult:
    found = run.result
    assert found is not None
    photos = [
        TriedPhotoDocument(
            key=photo.key,
            image_id=photo.image_id,
            tokens=_tokens(photo.usage) if photo.usage else None,
            cost=photo.usage.cost if photo.usage else None,
            answers=[
                _answer(
                    tag,
                    photo.answers.get(tag),
                    (photo.again or {}).get(tag),
                    run.today.get(photo.image_id, {}).get(tag),
                )
                for tag in run.order.recipes.asked
            ],
        )
        for photo in found.photos
    ]
    return TrialResult(
        compared_by=found.compared_by,
        requests=found.requests,
        tokens=_tokens(found.spent),
        cost=found.spent.cost,
        tags=[
            _tag(run, tag, [photo.answers[place] for photo in photos])
            for place, tag in enumerate(run.order.recipes.asked)
        ],
        photos=photos,
        whole=EstimateDocument.model_validate(found.whole, from_attributes=True),
        rest=EstimateDocument.model_validate(found.rest, from_attributes=True),
        weaknesses=[weakness.words for weakness in found.weaknesses],
        unanswered=[
            UnansweredDocument(photos=photos, reason=reason, meaning=meaning(reason) or reason)
            for reason, photos in found.unanswered.items()
        ],
        stopped=found.stopped,
    )


def _answer(
    tag: str, draft: TagAnswer | None, again: TagAnswer | None, today: TagAnswer | None
) -> TriedAnswer:
    return TriedAnswer(
        tag=tag,
        draft=AnswerDocument.of(draft) if draft else None,
        again=AnswerDocument.of(again) if again else None,
        today=AnswerDocument.of(today) if today else None,
        differs=bool(
            draft and today and (draft.status, draft.value) != (today.status, today.value)
        ),
    )


def _tag(run: TrialRun, name: str, answers: list[TriedAnswer]) -> TriedTag:
    before = run.order.today.tags.get(name)
    kept = before == run.order.recipes.tags[name]
    both = [one for one in answers if one.draft and one.today]
    return TriedTag(
        name=name,
        change=None if kept else ("added" if before is None else "changed"),
        compared=len(both),
        differing=sum(one.differs for one in both),
    )


def _tokens(usage: Usage) -> int:
    return usage.input_tokens + usage.output_tokens
