"""Takes annotations in as corrections: where they differ from what stands, and each once.

What cannot be used is counted by what is wrong with it, and stops nothing else.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import pyarrow as pa

from listing_assets.catalog import Catalog
from listing_assets.increment import Listener, Report
from listing_assets.review.annotations import AnnotatedTask, Annotation, read_tasks
from listing_assets.review.comparing import Comparison, Imported
from listing_assets.review.standing_values import standing_values
from listing_assets.search import Published, open_published
from listing_assets.versions.names import VersionName
from resources.errors import ListingError
from resources.lake import Lake
from resources.lake.tables import CORRECTIONS

TOLD_EVERY = 50
"""Annotations between two words on progress."""


def import_annotations(
    path: Path,
    lake: Lake,
    catalog: Catalog,
    *,
    annotators: Mapping[str, str] | None = None,
    clear_missing: bool = False,
    dry_run: bool = False,
    listener: Listener | None = None,
) -> Imported:
    """Note an exported file's annotations as corrections, by author and time of each.

    `annotators` has names for the numbers that the file has of its users. With `clear_missing`, a
    tag that an annotation leaves empty loses its value.

    Raises:
        ReviewError: the file cannot be read.
        LakeError: the lake cannot be reached, or somebody else is importing.
    """
    lake.names()  # a lake that cannot be reached is no lake without these photos
    tasks = read_tasks(path, annotators or {})
    told = Imported(tasks=len(tasks), is_planned=dry_run)
    datasets: dict[str, list[AnnotatedTask]] = defaultdict(list)
    for task in tasks:
        told.annotations += len(task.annotations)
        told.cancelled += task.cancelled
        told.unanswered += not task.annotations and not task.cancelled
        if task.annotations:
            datasets[task.dataset].append(task)
    progress = _Progress(told.annotations, listener)
    for dataset, several in datasets.items():
        versions = _opened(lake, catalog, dataset, several, told)
        if not versions:
            continue
        purpose = f"import of {path.name}"
        with (
            nullcontext() if dry_run else lake.lease(f"review {dataset}", purpose, wait_seconds=30)
        ):
            rows = _rows(lake, catalog, versions, several, told, progress, clear_missing)
            if rows:
                told.versions += [f"{dataset}@{version}" for version in versions]
            if rows and not dry_run:
                lake.append(CORRECTIONS, pa.Table.from_pylist(rows, schema=CORRECTIONS.schema))
    return told


class _Progress:
    def __init__(self, total: int, listener: Listener | None) -> None:
        self._report = Report(needed=total)
        self._listener = listener
        self._began = time.monotonic()

    def passed(self, annotations: int) -> None:
        report = self._report
        report.computed += annotations
        report.seconds = time.monotonic() - self._began
        is_time = report.computed % TOLD_EVERY < annotations or report.computed == report.needed
        if self._listener and is_time:
            self._listener(report, report.needed)


def _opened(
    lake: Lake, catalog: Catalog, dataset: str, tasks: list[AnnotatedTask], told: Imported
) -> dict[str, Published]:
    """The versions that tasks are of, as they stand now; those that there are."""
    opened = {}
    for version in dict.fromkeys(task.version for task in tasks):
        try:
            catalog.dataset(dataset)
            opened[version] = open_published(lake, str(VersionName.parse(f"{dataset}@{version}")))
        except ListingError:
            where = f"{dataset}@{version}" if dataset else "tasks that name no dataset"
            told.unknown_photos[where] += sum(task.version == version for task in tasks)
    return opened


def _rows(
    lake: Lake,
    catalog: Catalog,
    versions: dict[str, Published],
    tasks: list[AnnotatedTask],
    told: Imported,
    progress: _Progress,
    clear_missing: bool,
) -> list[dict[str, object]]:
    """The corrections that one dataset's tasks make."""
    dataset = tasks[0].dataset
    definition = catalog.tag_definition(catalog.dataset(dataset).tag_definition)
    photos: dict[str, set[str]] = defaultdict(set)
    for task in tasks:
        photos[task.version].add(task.image_id)
    asked = [(opened, photos[version]) for version, opened in versions.items()]
    values = standing_values(lake, dataset, definition, asked)
    # A photo may be shown by several tasks, of several versions: one word on it counts.
    said: dict[str, list[Annotation]] = defaultdict(list)
    for task in tasks:
        if task.image_id in values.rows:
            said[task.image_id] += task.annotations
        elif task.version in versions:
            told.unknown_photos[task.key or "a task without a key"] += 1
    comparison = Comparison(dataset, definition, values, told, clear_missing)
    rows = []
    for image_id, annotations in said.items():
        rows += comparison.rows(image_id, annotations)
        progress.passed(len(annotations))
    return [{**row, "place": place} for place, row in enumerate(rows)]
