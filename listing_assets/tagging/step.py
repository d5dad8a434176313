"""The computation of `smart_tags`: one call per photo asks for all the tags it lacks.

Results are kept per (image id, tag, recipe), so that changing one tag asks for that tag only.
"""

import json
from datetime import UTC, datetime
from typing import Any

from listing_assets.calls import CallRecords, Kept
from listing_assets.catalog import Recipes
from listing_assets.full_runs import results_count_since
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
from listing_assets.streams import in_event_loop
from listing_assets.tagging.asking import Asked, ask
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.tagging.repair import LONGEST
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Photos, Sign, read_photos
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from resources.endpoints.interface import Photo, TagModel
from resources.lake import Lake
from resources.lake.tables import SMART_TAGS


def tag_version(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    endpoint: TagModel,
    records: CallRecords,
    *,
    mode: Mode,
    retry_failed: bool,
    window: Window,
    memory: str,
    listener: Listener | None = None,
    sign: Sign | None = None,
    photos: Photos = read_photos,
) -> Report:
    """Ask for the tags that the version's photos lack and keep every answer.

    `records` is the meter that `endpoint` was opened with. `sign` makes the URLs for an endpoint
    that takes photos by URL. `photos` is `locate_photos` for one whose workers read them.
    """
    records.keep_in(SMART_TAGS)
    with (
        results_count_since(lake, version, "smart_tags", mode) as since,
        Relations(memory) as relations,
    ):
        load_objects(relations, lake, version, recipes.spec)
        calls = lacking_tags(
            relations, lake, recipes, recipes.asked, since=since, retry_failed=retry_failed
        )
        (needed,) = relations.one("SELECT count(*) FROM photos")
        items = (
            (photo, tuple(row["tags"]))
            for photo, row in photos(relations, lake, "SELECT * FROM lacking", sign)
        )

        async def tag(item: tuple[Photo, tuple[str, ...]]) -> Outcome[Kept]:
            photo, names = item
            asked = await ask(endpoint, photo, recipes.definition, names)
            kept = answer_rows(recipes, photo, asked)
            records.answered(kept)
            return Outcome(kept, _first_failure(asked), _spent(asked))

        return run_increment(
            Increment(needed, sum(calls.values()), items),
            lambda lacking: in_event_loop(
                lacking, tag, endpoint.concurrency, endpoint.aclose, records.stopping
            ),
            lambda outcomes: records.commit([outcome.result for outcome in outcomes]),
            window=window,
            listener=listener,
            on_stop=records.stop,
        )


def answer_rows(recipes: Recipes, photo: Photo, asked: Asked) -> Kept:
    """The rows of `smart_tags` that hold one photo's answers."""
    now = datetime.now(UTC).isoformat()
    model, of_tags = recipes.tag_model, recipes.tags
    rows: list[dict[str, Any]] = []
    for tag, answer in asked.answers.items():
        source = asked.sources[tag]
        value = None if answer.value is None else json.dumps(answer.value, ensure_ascii=False)
        rows.append(
            {
                "image_id": photo.image_id,
                "tag": tag,
                "recipe": of_tags[tag],
                "status": answer.status,
                "value": value,
                "reason": answer.reason,
                "repairs": list(answer.repairs),
                "raw": None if answer.status == "valid" else source.raw[:LONGEST],
                "seen_text": source.seen_text,
                "model": model.service,
                "model_version": model.version,
                "call_id": source.call_id,
                "created_at": now,
            }
        )
    return Kept(asked.described[0].call_id, tuple(rows))


def _first_failure(asked: Asked) -> str | None:
    bad = (answer.reason for answer in asked.answers.values() if answer.status != "valid")
    reason = next(bad, None)
    return None if reason is None else str(reason)


def _spent(asked: Asked) -> Spent:
    calls = [described.usage for described in asked.described]
    costs = [usage.cost for usage in calls]
    return Spent(
        calls=sum(described.attempts for described in asked.described),
        input_tokens=sum(usage.input_tokens for usage in calls),
        output_tokens=sum(usage.output_tokens for usage in calls),
        cost=None if None in costs else sum(cost for cost in costs if cost is not None),
    )
