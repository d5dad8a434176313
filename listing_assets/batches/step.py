"""The computation of `smart_tags` in batch mode: collect, see what is lacking, submit, wait."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from listing_assets.batches.allowance import allowance
from listing_assets.batches.collecting import collect
from listing_assets.batches.covering import make_unasked
from listing_assets.batches.notes import Batch, batches_of, note_awaited
from listing_assets.batches.submitting import Say, Submitting
from listing_assets.batches.waiting import Waiting, waiting_batches
from listing_assets.calls import CallRecords
from listing_assets.calls.budget import Budget
from listing_assets.catalog import Recipes
from listing_assets.full_runs import FullRun
from listing_assets.hashing import digest
from listing_assets.increment import Listener, Mode, Report, Window
from listing_assets.tagging.lacking import lacking_tags
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Sign, read_photos
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import load_objects
from resources.endpoints.chat.batch import BatchClient
from resources.endpoints.interface import Photo
from resources.lake import Lake
from resources.lake.locks import QUEUE_SECONDS
from resources.lake.tables import SMART_TAGS


@dataclass(frozen=True, slots=True)
class Tagged:
    """What was collected for a version, and what it waits for; with nothing, it is complete."""

    report: Report
    waiting: Waiting | None


def tag_in_batches(
    lake: Lake,
    version: VersionName,
    recipes: Recipes,
    client: BatchClient,
    records: CallRecords,
    *,
    run_id: str,
    budget: Budget,
    mode: Mode,
    retry_failed: bool,
    window: Window,
    memory: str,
    say: Say,
    listener: Listener | None = None,
    sign: Sign | None = None,
) -> Tagged:
    """Collect the batches that have ended, then submit what no answer and no open batch covers.

    What failed in a batch that came back whole is asked again by a later run; what an expired one
    left undone is asked again at once.

    Raises:
        ModelError: a batch was refused, cancelled or came back without answers; or the endpoint
            will not take one. What was answered is kept.
        EndpointStoppedError: no call can succeed until the user acts, or the budget is spent.
    """
    records.keep_in(SMART_TAGS)
    model = recipes.tag_model
    # Two entries of the registry may name one endpoint and model; the model's lease is by entry.
    lease = f"batches {digest(client.endpoint, model.identity)}"
    with lake.lease(lease, f"run {run_id} of {version}", wait_seconds=QUEUE_SECONDS):
        collection = collect(
            lake, client, recipes, records, window=window, listener=listener, say=say
        )
        known = batches_of(lake, client.endpoint, model)
        for batch in known:
            if version in batch.awaited_by and batch.status == "collected":
                note_awaited(lake, batch.id, version, 0)
        if collection.problems:
            for further in collection.problems[1:]:
                say(str(further))
            raise collection.problems[0]
        full = FullRun(lake, version, "smart_tags")
        since = full.begin() if mode == "full" else None
        with Relations(memory) as relations:
            load_objects(relations, lake, version, recipes.spec)
            lacking_tags(
                relations, lake, recipes, recipes.asked, since=since, retry_failed=retry_failed
            )
            standing = [
                batch for batch in known if batch.is_open or batch.id in collection.returned
            ]
            make_unasked(relations, lake, recipes, standing)
            (photos,) = relations.one("SELECT count(*) FROM photos")
            (lacking,) = relations.one("SELECT count(*) FROM unasked")
            needed = _needed(relations, version, [batch for batch in standing if batch.is_open])
            left = allowance(lake, model, client.config, budget, standing, run_id)
            if lacking and left.requests == 0 and not needed:
                raise left.spent(lacking)
            submitting = Submitting(lake, client, version, recipes, run_id, say)
            made = submitting.submit(_unasked(relations, lake, sign), left) if lacking else []
        held_back = lacking - sum(batch.requests for batch in made)
        if mode == "full" and not held_back:
            full.end()
        for batch in known:
            if batch.id in needed and version not in batch.awaited_by:
                note_awaited(lake, batch.id, version, needed[batch.id])
    report = replace(
        collection.report,
        needed=photos,
        reused=max(0, photos - collection.report.computed),
    )
    waited_for = {*needed, *(batch.id for batch in made)}
    if not waited_for:
        return Tagged(report, None)
    return Tagged(report, Waiting(waiting_batches(lake, version, waited_for), held_back))


def _needed(relations: Relations, version: VersionName, batches: list[Batch]) -> dict[str, int]:
    """How many requests of each of these batches the version waits for.

    Those that it lacks; and all of a batch that it awaits already, which may be to replace answers.
    """
    counts = dict(
        relations.all("SELECT batch_id, count(DISTINCT image_id) FROM covered GROUP BY batch_id")
    )
    wanted = {name for (name,) in relations.all("SELECT DISTINCT batch_id FROM covering")}
    return {
        batch.id: batch.awaited_by.get(version, 0) or counts[batch.id]
        for batch in batches
        if batch.id in (wanted if version in batch.awaited_by else counts)
    }


def _unasked(
    relations: Relations, lake: Lake, sign: Sign | None
) -> Iterator[tuple[Photo, tuple[str, ...]]]:
    for photo, row in read_photos(relations, lake, "SELECT * FROM unasked", sign):
        yield photo, tuple(sorted(row["tags"]))
