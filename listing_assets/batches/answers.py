"""Turns what came of one request into rows of `smart_tags` and of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from listing_assets.batches.notes import Batch
from listing_assets.calls import CallContext, Kept
from listing_assets.calls.ledger import ledger_row
from listing_assets.catalog import Recipes
from listing_assets.increment import Outcome, Spent
from listing_assets.tagging.answers import Status, TagAnswer
from listing_assets.tagging.asking import Asked
from listing_assets.tagging.step import answer_rows
from listing_assets.tagging.validation import judge
from resources.endpoints.chat.batch import RemoteBatch
from resources.endpoints.chat.completion import Completion
from resources.endpoints.complaints import RequestRefused
from resources.endpoints.complaints.words import storable
from resources.endpoints.faults import CallFault
from resources.endpoints.interface import Described, Photo
from resources.endpoints.metering import OK, Attempt

ASSET = "smart_tags"


@dataclass(frozen=True)
class RecipesThen(Recipes):
    """The recipes under which a batch was asked, whatever they are by now."""

    noted: Mapping[str, str] = field(default_factory=dict)

    @property
    def tags(self) -> dict[str, str]:
        """The recipe of each tag, as noted."""
        return dict(self.noted)


@dataclass(frozen=True, slots=True)
class Answered:
    """One request of a batch with its rows."""

    kept: Kept
    ledger: dict[str, Any]
    attempt: Attempt


class Answers:
    """Reads the results of one batch. `form_lost` tells that its form was not taken."""

    def __init__(
        self, batch: Batch, remote: RemoteBatch, recipes: Recipes, *, form_lost: bool
    ) -> None:
        self._batch = batch
        self._form_lost = form_lost
        self._tags = {tag.name: tag for tag in batch.definition.tags}
        self._recipes = RecipesThen(
            recipes.spec,
            batch.definition,
            recipes.tag_model,
            recipes.embedding_model,
            noted=batch.recipes,
        )
        self._context = CallContext(
            batch.owner.dataset,
            batch.owner.version,
            ASSET,
            batch.model,
            batch.model_version,
            batch.run_id,
        )
        ended_at = remote.ended_at or datetime.now(UTC)
        self._latency_ms = max(0.0, (ended_at - batch.noted_at).total_seconds() * 1000)

    def call_id(self, image_id: str) -> str:
        """The id under which the answer about a photo is kept."""
        return f"{self._batch.id}:{image_id}"

    def read(
        self, image_id: str, names: tuple[str, ...], result: Completion | CallFault
    ) -> Outcome[Answered]:
        """Judge one result as an answer that was asked for alone."""
        call_id, usage, ending = self.call_id(image_id), result.usage, OK
        if isinstance(result, Completion):
            ending = result.outcome
            described = Described(storable(result.text), call_id, usage=usage)
            tags = tuple(self._tags[name] for name in names)
            answers = judge(described.raw, tags, last=True)
        else:
            described = Described(
                storable(result.words),
                call_id,
                usage=usage,
                failure=result.code,
                retryable=self.may_pass(result),
            )
            status: Status = "failed" if described.retryable else "refused"
            answers = dict.fromkeys(names, TagAnswer(status, None, result.code))
        attempt = Attempt(
            call_id,
            self._batch.noted_at,
            self._latency_ms,
            described.failure or ending,
            usage,
            at_ceiling=False,
            tags=len(names),
        )
        asked = Asked(answers, (described,), dict.fromkeys(answers, described))
        bad = (answer.reason for answer in answers.values() if answer.status != "valid")
        return Outcome(
            Answered(self._rows(image_id, asked), ledger_row(self._context, attempt), attempt),
            next((str(reason) for reason in bad), None),
            Spent(1, usage.input_tokens, usage.output_tokens, usage.cost),
        )

    def may_pass(self, fault: CallFault) -> bool:
        """Whether the request is asked again some time."""
        if isinstance(fault, RequestRefused):
            return self._form_lost and fault.about != "input"
        return fault.kind != "lasting"

    def _rows(self, image_id: str, asked: Asked) -> Kept:
        """Rows as of an online call.

        A failure is as old as the batch: an answer that came from elsewhere since then stands.
        """
        kept = answer_rows(self._recipes, Photo(image_id, b""), asked)
        if not asked.described[0].retryable:
            return kept
        noted_at = self._batch.noted_at.isoformat()
        return replace(kept, rows=tuple({**row, "created_at": noted_at} for row in kept.rows))
