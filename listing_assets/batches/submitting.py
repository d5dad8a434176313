"""Hands requests over: a batch is noted with all it asks, and only then made."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from listing_assets.batches.allowance import Allowance
from listing_assets.batches.files import split_into_files
from listing_assets.batches.notes import Batch, Request, note, note_requests
from listing_assets.catalog import Recipes
from listing_assets.versions.names import VersionName
from resources.endpoints.chat.batch import BatchClient
from resources.endpoints.chat.batch_lines import RequestLines
from resources.endpoints.chat.ladder import Form
from resources.endpoints.interface import Photo
from resources.errors import EndpointStoppedError, ModelError
from resources.lake import Lake

Say = Callable[[str], None]
"""Told what is done, in a sentence."""


@dataclass(frozen=True, slots=True)
class Submitting:
    """On whose behalf batches are made, and where."""

    lake: Lake
    client: BatchClient
    version: VersionName
    recipes: Recipes
    run_id: str
    say: Say

    def submit(
        self, items: Iterator[tuple[Photo, tuple[str, ...]]], allowance: Allowance
    ) -> list[Batch]:
        """Make batches of photos and the tags that each lacks, as many as the budget allows.

        Raises:
            ModelError: the endpoint will not take a batch.
            EndpointStoppedError: no call can succeed until the user acts.
        """
        form = self.client.form
        lines = self._lines(islice(items, allowance.requests), form)
        made: list[Batch] = []
        with tempfile.TemporaryDirectory(prefix="listing-batch-") as folder:
            for file in split_into_files(lines, Path(folder) / "in.jsonl", self.client.terms):
                batch_id = uuid.uuid4().hex
                file_id = self.client.upload(file.path, f"{batch_id}.jsonl")
                allowance.take(len(file.requests))
                note_requests(self.lake, batch_id, file.requests)
                batch = Batch(
                    id=batch_id,
                    owner=self.version,
                    model=self.recipes.tag_model.service,
                    model_version=self.recipes.tag_model.version,
                    endpoint=self.client.endpoint,
                    run_id=self.run_id,
                    requests=len(file.requests),
                    definition=self.recipes.definition,
                    recipes=self.recipes.tags,
                    form=form,
                    file_id=file_id,
                    noted_at=datetime.now(UTC),
                    budget_left=allowance.left,
                )
                made.append(create(self.lake, self.client, note(self.lake, batch)))
                self.say(
                    f"batch {made[-1].shown_id}: {batch.requests:,} requests in"
                    f" {file.bytes / 1e6:,.1f} MB are submitted"
                )
        return made

    def _lines(
        self, items: Iterator[tuple[Photo, tuple[str, ...]]], form: Form
    ) -> Iterator[tuple[Request, bytes]]:
        lines, definition = RequestLines(self.client.config), self.recipes.definition
        by_url = self.client.config.image_input == "url"
        for photo, names in items:
            if by_url and photo.url is None:
                raise ModelError(
                    f"model {self.client.config.name} takes photos by URL, and the source of"
                    f" {self.version} gives none.",
                    "Put the photos into a bucket, or let the model's input be 'data BINARY'.",
                )
            request = definition.request(names)
            yield (photo.image_id, names), lines.line(photo.image_id, photo, request, form)


def create(lake: Lake, client: BatchClient, batch: Batch) -> Batch:
    """Make a batch that is noted, and note that it is made.

    Raises:
        ModelError: the endpoint will not take it; that is noted.
        EndpointStoppedError: whether the endpoint has it is not known; it stays noted.
    """
    try:
        remote = client.create(batch.file_id, batch.id)
    except EndpointStoppedError:
        raise
    except ModelError:
        note(lake, replace(batch, status="collected", ending="failed"))
        raise
    return note(lake, replace(batch, status="submitted", remote_id=remote.id))


def adopt(lake: Lake, client: BatchClient, batch: Batch) -> Batch:
    """Settle a batch of which a killed run left only the note: it is found, or made now."""
    remote = client.find(batch.file_id, batch.id)
    if remote is None:
        return create(lake, client, batch)
    return note(lake, replace(batch, status="submitted", remote_id=remote.id))
