"""Brings the results of ended batches into the lake, each line once, whatever is cut short."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace

from listing_assets.batches.answers import Answered
from listing_assets.batches.ended import EndedBatch
from listing_assets.batches.notes import Batch, batches_of, note, note_awaited
from listing_assets.batches.submitting import Say, adopt
from listing_assets.calls import CallRecords
from listing_assets.calls.ledger import record
from listing_assets.catalog import Recipes
from listing_assets.increment import (
    Increment,
    Listener,
    Outcome,
    Report,
    Window,
    run_increment,
)
from resources.endpoints.chat.batch import BatchClient, RemoteBatch
from resources.errors import EndpointStoppedError, ListingError, ModelError
from resources.lake import Lake


@dataclass(frozen=True, slots=True)
class Collection:
    """What was collected.

    `returned` are the batches that came back whole in this run: what failed in them is asked again
    by a later run. `problems` stop the run once all is kept.
    """

    report: Report
    returned: frozenset[str]
    problems: tuple[ListingError, ...]


def collect(
    lake: Lake,
    client: BatchClient,
    recipes: Recipes,
    records: CallRecords,
    *,
    window: Window,
    listener: Listener | None,
    say: Say,
) -> Collection:
    """Keep what came of every batch of this endpoint and model that has ended.

    Raises:
        EndpointStoppedError: the endpoint cannot be asked.
    """
    ended: list[EndedBatch] = []
    problems: list[ListingError] = []
    for batch in batches_of(lake, client.endpoint, recipes.tag_model):
        if batch.refused:
            client.refused(batch.form, batch.refused)
        if batch.status == "collected":
            continue
        try:
            remote = _look(lake, client, batch)
        except EndpointStoppedError:
            raise
        except ModelError as error:
            problems.append(error)
            continue
        if remote is not None and remote.is_ended:
            ended.append(EndedBatch(lake, client, recipes, batch, remote))
            say(f"batch {remote.id} is {remote.status}; its results are collected")
    if not ended:
        return Collection(Report(), frozenset(), tuple(problems))
    report = _keep(ended, lake, records, window, listener)
    for one in ended:
        note(
            lake,
            replace(
                one.batch,
                status="collected",
                remote_id=one.remote.id,
                ending=one.remote.status,
                refused=one.lesson,
            ),
        )
        client.delete_file(one.batch.file_id)
        if problem := one.problem():
            problems.append(problem)
            # Nobody is asked again before the user has acted.
            for version in one.batch.awaited_by:
                note_awaited(lake, one.batch.id, version, 0)
    returned = frozenset(one.batch.id for one in ended if one.is_whole)
    return Collection(report, returned, tuple(problems))


def _look(lake: Lake, client: BatchClient, batch: Batch) -> RemoteBatch | None:
    """A batch as its endpoint has it; None where it is given up.

    Raises:
        ModelError: the endpoint does not know it, or will not make it.
    """
    if batch.status == "noted":
        batch = adopt(lake, client, batch)
    remote = client.retrieve(str(batch.remote_id))
    if remote is not None:
        if batch.status == "gone":
            note(lake, replace(batch, status="submitted"))
        return remote
    if batch.status == "gone":
        note(lake, replace(batch, status="collected", ending="gone"))
        return None
    note(lake, replace(batch, status="gone"))
    raise ModelError(
        f"model {client.config.name}: its endpoint knows no batch {batch.remote_id}, which was"
        f" submitted {batch.noted_at:%Y-%m-%d %H:%M} UTC with {batch.requests:,} requests.",
        "If the endpoint or its key was changed, set it back and run again. Otherwise run again to"
        " ask for them anew.",
    )


def _keep(
    ended: Sequence[EndedBatch],
    lake: Lake,
    records: CallRecords,
    window: Window,
    listener: Listener | None,
) -> Report:
    requests = sum(one.batch.requests for one in ended)

    def commit(outcomes: Sequence[Outcome[tuple[EndedBatch, Answered]]]) -> None:
        results = [outcome.result for outcome in outcomes]
        unrecorded = [a for one, a in results if a.kept.call_id not in one.recorded]
        record(lake, [answered.ledger for answered in unrecorded])
        records.commit([a.kept for one, a in results if a.kept.call_id not in one.kept])
        for answered in unrecorded:
            records.summary.add(answered.attempt)

    with tempfile.TemporaryDirectory(prefix="listing-batch-") as folder:
        return run_increment(
            Increment(requests, requests, (line for one in ended for line in one.lines(folder))),
            lambda lines: (one.read(image_id, *came) for one, image_id, came in lines),
            commit,
            window=window,
            listener=listener,
            on_stop=records.stop,
        )
