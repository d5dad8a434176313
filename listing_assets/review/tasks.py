"""Writes published photos as tasks of Label Studio, with their tags as predictions."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from listing_assets.catalog import Recipes
from listing_assets.exports.photos import META, plain
from listing_assets.hashing import digest
from listing_assets.increment import Listener, Report
from listing_assets.publishing.columns import tag_column
from listing_assets.reading import OpenRevision, Places
from listing_assets.review.controls import Control
from listing_assets.review.errors import ReviewError
from listing_assets.review.images import Images, with_addresses
from listing_assets.review.labeling import controls_of, labeling_config
from listing_assets.review.writing import write_whole
from listing_assets.search import Query
from listing_assets.search.conditions import filter_of

TOLD_EVERY: Final = 50
"""Tasks between two words on progress."""


@dataclass(frozen=True)
class ReviewRequest:
    """Which photos are to be reviewed, and how they are shown."""

    version: str
    """`photos@v1`, its newest revision, or `photos@v1.2`."""
    to: Path
    """The file of tasks; the labeling interface is written beside it, as `.xml`."""
    where: Sequence[str] = ()
    """Query expressions that must all hold."""
    sample: int | None = None
    """So many of them, drawn evenly; the same ones for the same revision and conditions."""
    images: Images = "inline"
    seconds: int = 7 * 24 * 3600
    """How long signed URLs are valid."""
    gallery: str = "http://127.0.0.1:8188"
    rated: Sequence[str] = ()
    """Numbers that are shown as stars."""
    overwrite: bool = False


@dataclass(frozen=True)
class Tasks:
    """What was written, or, where `is_planned`, would be."""

    dataset: str
    revision: str
    tasks: int
    images: Images
    to: str
    config: str
    bytes: int = 0
    is_planned: bool = False


def write_tasks(
    request: ReviewRequest,
    opened: OpenRevision,
    *,
    dry_run: bool = False,
    listener: Listener | None = None,
) -> Tasks:
    """Write the tasks and their labeling interface; both appear when they are whole.

    Raises:
        QueryError: a condition is none, or names what this version does not have.
        ReviewError: there is nothing to review, or no such way to show it.
    """
    recipes = Recipes.of(opened.dataset, opened.catalog)
    known = set(opened.columns)
    tags = [
        control
        for control in controls_of(recipes.definition, request.rated)
        if tag_column(control.tag) in known
    ]
    config = request.to.with_suffix(".xml")
    _require_free(request, config)
    places = _chosen(opened, request)
    planned = Tasks(
        opened.published.dataset,
        opened.published.revision,
        len(places),
        request.images,
        str(request.to),
        str(config),
        is_planned=True,
    )
    if not len(places):
        raise ReviewError(
            f"no published photo of {opened} is what was asked for.",
            "Ask for less; `listing search` shows what an expression finds.",
        )
    columns = _columns(opened, tags)
    rows = with_addresses(
        opened,
        places,
        columns,
        request.images,
        seconds=request.seconds,
        gallery=request.gallery,
    )
    if dry_run:
        next(rows, None)  # an address that cannot be made is told now
        return planned
    written = (_task(opened, tags, row, address) for row, address in rows)
    counted = _counted(written, len(places), listener)
    # Whoever reads a signed URL opens the photo.
    size = write_whole(request.to, _lines(counted), secret=request.images == "signed")
    write_whole(config, [labeling_config(tags).encode()])
    return replace(planned, bytes=size, is_planned=False)


def _require_free(request: ReviewRequest, config: Path) -> None:
    if request.to.suffix != ".json":
        raise ReviewError(
            f"{request.to} is no .json file.", "Label Studio tells a file's format by its name."
        )
    taken = [path for path in (request.to, config) if path.exists()]
    if taken and not request.overwrite:
        raise ReviewError(
            f"{taken[0]} exists already.", "Take another name, or replace it with --overwrite."
        )


def _chosen(opened: OpenRevision, request: ReviewRequest) -> Places:
    fields = opened.published.fields
    conditions = [filter_of(Query(where=one), fields) for one in request.where or ("",)]
    where = " AND ".join(f"({one})" for one in conditions)
    places = opened.places(where, with_photos=request.images == "inline")
    if request.sample is None or request.sample >= len(places):
        return places
    seed = int(digest(str(opened), where, length=16), 16)
    drawn = np.random.default_rng(seed).choice(len(places), request.sample, replace=False)
    drawn.sort()
    photos = places.photos[drawn] if len(places.photos) else places.photos
    return Places(places.rows[drawn], photos)


def _columns(opened: OpenRevision, tags: Sequence[Control]) -> list[str]:
    people = {"labels_user", "labels_user_deleted"} & set(opened.columns)
    own = [name for name in opened.columns if name.startswith(META)]
    told = [tag_column(control.tag) for control in tags]
    return ["key", "uri", "image_id", "model_tags", *sorted(people), *told, *own]


def _task(
    opened: OpenRevision, tags: Sequence[Control], row: dict[str, Any], address: str
) -> dict[str, Any]:
    """One task. Its `data` names the photo, so that its annotations find back."""
    results = [
        region
        for control in tags
        if (region := control.region(row["image_id"], row[tag_column(control.tag)]))
    ]
    corrected = bool(row.get("labels_user") or row.get("labels_user_deleted"))
    model = row["model_tags"] or "none"
    return {
        "data": {
            "image": address,
            "key": row["key"],
            "dataset": opened.published.dataset,
            "revision": opened.published.revision,
            "image_id": row["image_id"],
            **{name: value for name, value in plain(row).items() if name.startswith(META)},
        },
        "predictions": [
            {
                "model_version": f"{model} with corrections" if corrected else model,
                "score": round(len(results) / len(tags), 4) if tags else 0.0,
                "result": results,
            }
        ],
    }


def _counted(
    tasks: Iterator[dict[str, Any]], count: int, listener: Listener | None
) -> Iterator[dict[str, Any]]:
    report, began = Report(needed=count), time.monotonic()
    for task in tasks:
        yield task
        report.computed += 1
        report.seconds = time.monotonic() - began
        if listener and (report.computed % TOLD_EVERY == 0 or report.computed == count):
            listener(report, count)


def _lines(tasks: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """One JSON array, a task a line."""
    before = b"[\n"
    for task in tasks:
        yield before + json.dumps(task, ensure_ascii=False).encode()
        before = b",\n"
    yield b"\n]\n"
