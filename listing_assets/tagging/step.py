"""The computation of `smart_tags`: one call per photo asks for all the tags it lacks.

Results are kept per (image id, tag, recipe), so that changing one tag asks for that tag only.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from listing_assets.catalog import Recipes, TagDefinition
from listing_assets.full_runs import results_count_since, sql_time
from listing_assets.increment import (
    Increment,
    Listener,
    Mode,
    Outcome,
    Report,
    Spent,
    Window,
    run_increment,
)
from listing_assets.ledger import Call, record_calls
from listing_assets.streams import in_event_loop
from listing_assets.tagging.validation import TagAnswer, judge
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import read_photos
from listing_assets.versions.relations import Relations, is_one_of
from listing_assets.versions.view import load_objects
from resources.endpoints.interface import Photo, TagModel
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS


@dataclass(frozen=True, slots=True)
class Answered:
    """One photo's answers of one call."""

    image_id: str
    call: Call
    answers: dict[str, TagAnswer]
    raw: str
    seen_text: str | None


def lacking_tags(
    relations: Relations,
    lake: Lake,
    recipes: Recipes,
    *,
    since: datetime | None = None,
    retry_failed: bool = False,
) -> dict[tuple[str, ...], int]:
    """Make the table `lacking` (image_id, jpeg_row, tags) of a loaded view.

    Returns the number of photos by the tags that they lack together: the calls to be made. `since`
    makes earlier answers count as missing, `retry_failed` invalid and refused ones.
    """
    settled = "status = 'valid'" if retry_failed else "status != 'failed'"
    of_recipes = is_one_of("recipe", recipes.tags.values())
    where = of_recipes
    if since is not None:
        where += f" AND created_at >= {sql_time(since)}"
    relations.load(
        "settled",
        lake.scan(SMART_TAGS, ["image_id", "tag", "status", "created_at"], where),
        f"""SELECT image_id, tag FROM (
                SELECT image_id, tag, arg_max(status, created_at) AS status
                FROM incoming WHERE image_id IN (SELECT image_id FROM photos)
                GROUP BY image_id, tag)
            WHERE {settled}""",
    )
    relations.load("tags", pa.table({"tag": list(recipes.tags), "place": range(len(recipes.tags))}))
    relations.make(
        "lacking",
        """
        SELECT p.image_id, p.jpeg_row, list(t.tag ORDER BY t.place) AS tags
        FROM photos p CROSS JOIN tags t
        WHERE NOT EXISTS (FROM settled s WHERE s.image_id = p.image_id AND s.tag = t.tag)
        GROUP BY p.image_id, p.jpeg_row
        """,
    )
    return {
        tuple(tags): count
        for tags, count in relations.all("SELECT tags, count(*) FROM lacking GROUP BY tags")
    }


def tag_version(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    endpoint: TagModel,
    *,
    mode: Mode,
    retry_failed: bool,
    window: Window,
    memory: str,
    listener: Listener | None = None,
) -> Report:
    """Ask for the tags that the version's photos lack and keep every answer."""
    with (
        results_count_since(lake, version, "smart_tags", mode) as since,
        Relations(memory) as relations,
    ):
        load_objects(relations, lake, version, recipes.spec)
        calls = lacking_tags(relations, lake, recipes, since=since, retry_failed=retry_failed)
        (photos,) = relations.one("SELECT count(*) FROM photos")
        items = (
            (photo, tuple(row["tags"]))
            for photo, row in read_photos(relations, lake, "SELECT * FROM lacking")
        )

        async def ask(item: tuple[Photo, tuple[str, ...]]) -> Outcome[Answered]:
            return await _ask(endpoint, recipes.definition, *item)

        return run_increment(
            Increment(photos, sum(calls.values()), items),
            lambda asked: in_event_loop(asked, ask, endpoint.concurrency, endpoint.aclose),
            lambda outcomes: _commit(lake, version, recipes, [o.result for o in outcomes]),
            window=window,
            listener=listener,
        )


async def _ask(
    endpoint: TagModel, definition: TagDefinition, photo: Photo, names: tuple[str, ...]
) -> Outcome[Answered]:
    (described,) = await endpoint.describe([photo], definition.request(names))
    if described.failure:
        status = TagAnswer("failed" if described.retryable else "refused", None, described.failure)
        answers = dict.fromkeys(names, status)
    else:
        asked = tuple(tag for tag in definition.tags if tag.name in names)
        answers = judge(described.raw, asked)
    bad = next((answer.reason for answer in answers.values() if answer.status != "valid"), None)
    call = Call(uuid.uuid4().hex, 1, len(names), described.usage, described.latency_ms, bad or "ok")
    usage = described.usage
    return Outcome(
        Answered(photo.image_id, call, answers, described.raw, described.seen_text),
        failure=bad,
        spent=Spent(1, usage.input_tokens, usage.output_tokens, usage.cost),
    )


def _commit(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    answered: Sequence[Answered],
) -> None:
    """The ledger first: a call that was paid is on record even if its answer is lost."""
    now = datetime.now(UTC)
    model = recipes.tag_model
    identity = (model.model, model.version)
    record_calls(lake, version, "smart_tags", identity, (a.call for a in answered), now)
    rows: list[dict[str, Any]] = [
        {
            "image_id": photo.image_id,
            "tag": tag,
            "recipe": recipes.tags[tag],
            "status": answer.status,
            "value": None if answer.value is None else json.dumps(answer.value, ensure_ascii=False),
            "reason": answer.reason,
            "raw": None if answer.status == "valid" else photo.raw,
            "seen_text": photo.seen_text,
            "model": model.model,
            "model_version": model.version,
            "call_id": photo.call.call_id,
            "created_at": now,
        }
        for photo in answered
        for tag, answer in photo.answers.items()
    ]
    lake.append(SMART_TAGS, pa.Table.from_pylist(rows, schema=SMART_TAGS.schema))
