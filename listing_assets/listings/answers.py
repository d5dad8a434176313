"""Answers that listings have paid for, by the digest of the exact request.

What is asked again in the same words, about the same photos, of the same model, is not asked at
all: offline, online, after a kill and after a change of something else. An answer that failed for a
passing cause is not kept.
"""

import json
import uuid
from collections.abc import AsyncGenerator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar
from weakref import WeakKeyDictionary

from listing_assets.calls import CallRecords, Kept
from listing_assets.catalog import Model
from listing_assets.catalog.schema import TagDefinition
from listing_assets.hashing import digest
from listing_assets.listings.rows_by_image import RowsByImage
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.asking import ask
from resources.endpoints.interface import Photo, TagModel, Usage
from resources.endpoints.writing import TextModel, WriteRequest
from resources.lake import Lake
from resources.lake.tables import LISTING_ANSWERS

M = TypeVar("M")

Kind = Literal["safety", "category", "attributes", "description"]


@dataclass(frozen=True)
class Opened(Generic[M]):
    """A model that is open, and the records that it was opened with."""

    model: Model
    endpoint: M
    records: CallRecords


class Answers:
    """Asks models on behalf of one listing, unless the answer is there.

    `known` are earlier answers by request (`remembered`). `take` hands over what was answered, to
    be stored; what a kill takes before that is in the journals of the records.
    """

    def __init__(self, known: Mapping[str, str], pixels: str) -> None:
        """`pixels` is the recipe of the normalized photos that models are shown."""
        self._known = dict(known)
        self._pixels = pixels
        self._waiting: list[tuple[CallRecords, Kept]] = []
        self.cost: float | None = 0.0
        """What was spent; None once a cost is unknown."""
        self.asked = 0
        """How many answers were asked for anew."""

    async def ask(
        self, kind: Kind, opened: Opened[TagModel], photo: Photo, definition: TagDefinition
    ) -> dict[str, TagAnswer]:
        """The answer for each question of a definition about a photo.

        Raises:
            EndpointStoppedError: no call can succeed until the user acts.
        """
        asked_for = definition.model_dump(exclude_defaults=True)
        request = digest(kind, opened.model.identity, self._pixels, photo.image_id, asked_for)
        if request in self._known:
            stored = json.loads(self._known[request])
            return {name: TagAnswer("valid", value) for name, value in stored.items()}
        names = tuple(tag.name for tag in definition.tags)
        self.asked += 1
        asked = await ask(opened.endpoint, photo, definition, names)
        for described in asked.described:
            self._spent(described.usage)
        if any(answer.status == "failed" for answer in asked.answers.values()):
            return asked.answers
        value = {name: answer.value for name, answer in asked.answers.items()}
        written = json.dumps(value, ensure_ascii=False)
        self._keep(opened, kind, request, photo.image_id, written, asked.described[0].call_id)
        return asked.answers

    async def write(
        self, opened: Opened[TextModel], request: WriteRequest
    ) -> AsyncGenerator[str, None]:
        """The pieces of a text while it is written, or at once where it was written before.

        A text that is not taken to its end is not kept.

        Raises:
            ModelError: there was no text, or it broke off.
            EndpointStoppedError: no call can succeed until the user acts.
        """
        image_ids = [photo.image_id for photo in request.photos]
        name = digest(
            "description",
            opened.model.identity,
            self._pixels,
            image_ids,
            request.system,
            request.prompt,
            request.facts,
            request.max_length,
        )
        if name in self._known:
            yield self._known[name]
            return
        self.asked += 1
        pieces: list[str] = []
        async for piece in opened.endpoint.write(request, on_usage=self._spent):
            pieces.append(piece)
            yield piece
        text = "".join(pieces)
        cover = image_ids[0] if image_ids else ""
        self._keep(opened, "description", name, cover, text, uuid.uuid4().hex)

    def take(self) -> list[tuple[CallRecords, Kept]]:
        """What was answered since this was last called."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def _spent(self, usage: Usage) -> None:
        known = self.cost is not None and usage.cost is not None
        self.cost = (self.cost or 0.0) + (usage.cost or 0.0) if known else None

    def _keep(
        self,
        opened: Opened[Any],
        kind: Kind,
        request: str,
        image_id: str,
        value: str,
        call_id: str,
    ) -> None:
        row = {
            "request": request,
            "kind": kind,
            "image_id": image_id,
            "value": value,
            "model": opened.model.service,
            "model_version": opened.model.version,
            "call_id": call_id,
            "created_at": datetime.now(UTC).isoformat(),
        }
        self._known[request] = value
        kept = Kept(call_id, (row,))
        opened.records.answered(kept)
        self._waiting.append((opened.records, kept))


_ROWS: WeakKeyDictionary[Lake, RowsByImage] = WeakKeyDictionary()


def remembered(
    lake: Lake, image_ids: Collection[str], since: datetime | None = None
) -> dict[str, dict[str, str]]:
    """By image id: what was answered about listings whose cover it is, by request, from `since`.

    Of several answers to a request the newest counts.
    """
    rows = _ROWS.setdefault(lake, RowsByImage(lake, LISTING_ANSWERS))
    answers = rows.find(image_ids, ["request", "value", "created_at"])
    found: dict[str, dict[str, str]] = {}
    for answer in sorted(answers, key=lambda one: one["created_at"]):
        if since is None or answer["created_at"] >= since:
            found.setdefault(answer["image_id"], {})[answer["request"]] = answer["value"]
    return found


def store(waiting: Sequence[tuple[CallRecords, Kept]]) -> None:
    """Commit answers, those of each model together."""
    by_records: dict[int, tuple[CallRecords, list[Kept]]] = {}
    for records, kept in waiting:
        by_records.setdefault(id(records), (records, []))[1].append(kept)
    for records, answers in by_records.values():
        records.commit(answers)
