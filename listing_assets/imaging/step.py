"""The computation of `normalized_images`: fetch, hash, decode, normalize, store.

What a version lacks is read from its view; the pixels are `normalize.py`'s part.
"""

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import lance
import pyarrow as pa

from listing_assets.full_runs import results_count_since, sql_time
from listing_assets.imaging.normalize import Normalized, Rejected
from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool
from listing_assets.increment import (
    Increment,
    Listener,
    Mode,
    Outcome,
    Report,
    Window,
    run_increment,
)
from listing_assets.streams import in_threads
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import FETCHABLE, UNSETTLED, load_objects
from resources.errors import ObjectUnavailableError
from resources.lake import Lake
from resources.lake.tables import FETCHED_OBJECTS, NORMALIZED_IMAGES
from resources.object_store import ObjectStore, ObjectTooLargeError


@dataclass(frozen=True, slots=True)
class Fetched:
    """One object's fate: which bytes it held, and what became of them.

    `normalized` is None where equal bytes were worked on before, or none could be fetched.
    """

    object_id: str
    image_id: str | None
    unavailable: Rejected | None
    normalized: Normalized | Rejected | None


def objects_to_fetch(
    relations: Relations,
    lake: Lake,
    spec: NormalizationSpec,
    *,
    since: datetime | None = None,
    retry_failed: bool = False,
) -> tuple[int, int]:
    """Make the table `to_fetch` (key, object_id, size) of a loaded view; count needed and missing.

    `since` makes photos normalized earlier count as missing, `retry_failed` those that may fare
    better now: their decoder crashed, or they had more pixels than were allowed then.
    """
    condition = UNSETTLED
    if retry_failed:
        again = f"('{Reason.DECODER_CRASHED}', '{Reason.TOO_MANY_PIXELS}')"
        condition = f"({UNSETTLED}) OR reason IN {again}"
    if since is not None:
        relations.load(
            "done_again",
            lake.scan(
                NORMALIZED_IMAGES,
                ["image_id"],
                f"recipe = '{spec.recipe}' AND created_at >= {sql_time(since)}",
            ),
        )
        again = "image_id IS NULL OR image_id NOT IN (SELECT image_id FROM done_again)"
        condition = f"{FETCHABLE} AND ({again} OR {UNSETTLED})"
    relations.make("to_fetch", f"SELECT key, object_id, size FROM objects WHERE {condition}")
    needed, missing = relations.one(
        f"""SELECT (SELECT count(*) FROM objects WHERE {FETCHABLE}),
                   (SELECT count(*) FROM to_fetch)"""
    )
    return needed, missing


def normalize_version(
    lake: Lake,
    version: VersionName,
    store: ObjectStore,
    pool: DecodePool,
    spec: NormalizationSpec,
    *,
    mode: Mode,
    retry_failed: bool,
    concurrency: int,
    window: Window,
    memory: str,
    listener: Listener | None = None,
) -> Report:
    """Fetch and normalize what the version lacks. Equal bytes are worked on once."""
    with (
        results_count_since(lake, version, "normalized_images", mode) as since,
        Relations(memory) as relations,
    ):
        load_objects(relations, lake, version, spec)
        needed, missing = objects_to_fetch(
            relations, lake, spec, since=since, retry_failed=retry_failed
        )
        work_again = since is not None or retry_failed
        known = _KnownImages()
        if missing and not work_again:
            known.learn(lake.scan(NORMALIZED_IMAGES, ["image_id"], f"recipe = '{spec.recipe}'"))

        def fetch(row: dict[str, Any]) -> Outcome[Fetched]:
            return _fetch_and_normalize(row, store, pool, spec, known)

        return run_increment(
            Increment(needed, missing, relations.rows("SELECT * FROM to_fetch ORDER BY key")),
            lambda rows: in_threads(rows, fetch, concurrency),
            lambda outcomes: _commit(lake, spec, outcomes),
            window=window,
            listener=listener,
        )


class _KnownImages:
    """Image ids that have their normalized photo, or are being worked on, in 16 bytes each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ids: set[bytes] = set()

    def learn(self, stood: pa.RecordBatchReader) -> None:
        """Add the ids in column `image_id`."""
        for batch in stood:
            self._ids.update(bytes.fromhex(i)[:16] for i in batch.column("image_id").to_pylist())

    def claim(self, image_id: str) -> bool:
        """Whether the caller is the first to meet these bytes and must work on them."""
        short = bytes.fromhex(image_id)[:16]
        with self._lock:
            if short in self._ids:
                return False
            self._ids.add(short)
            return True


def _fetch_and_normalize(
    row: dict[str, Any],
    store: ObjectStore,
    pool: DecodePool,
    spec: NormalizationSpec,
    known: _KnownImages,
) -> Outcome[Fetched]:
    try:
        data = store.read(row["key"], max_bytes=spec.max_bytes)
    except ObjectUnavailableError as error:
        too_large = isinstance(error, ObjectTooLargeError)
        reason = Reason.TOO_MANY_BYTES if too_large else Reason.FETCH_FAILED
        unavailable = Rejected(reason, str(error))
        return Outcome(Fetched(row["object_id"], None, unavailable, None), failure=reason.value)
    image_id = hashlib.sha256(data).hexdigest()
    if not known.claim(image_id):
        return Outcome(Fetched(row["object_id"], image_id, None, None))
    normalized = pool.normalize(data, spec)
    failure = normalized.reason.value if isinstance(normalized, Rejected) else None
    return Outcome(Fetched(row["object_id"], image_id, None, normalized), failure=failure)


def _commit(lake: Lake, spec: NormalizationSpec, outcomes: Sequence[Outcome[Fetched]]) -> None:
    """Photos first: a kill between the two commits fetches again but decodes nothing twice."""
    now = datetime.now(UTC)
    photos = [
        _photo_row(fate.image_id, fate.normalized, spec, now)
        for fate in (outcome.result for outcome in outcomes)
        if fate.image_id and fate.normalized
    ]
    if photos:
        jpegs = [row.pop("jpeg") for row in photos]
        facts = pa.Table.from_pylist(photos, schema=_without_jpeg())
        lake.append(
            NORMALIZED_IMAGES,
            facts.append_column(NORMALIZED_IMAGES.schema.field("jpeg"), lance.blob_array(jpegs)),
        )
    objects = [
        {
            "object_id": fate.object_id,
            "image_id": fate.image_id,
            "reason": fate.unavailable.reason.value if fate.unavailable else None,
            "detail": fate.unavailable.detail if fate.unavailable else None,
            "created_at": now,
        }
        for fate in (outcome.result for outcome in outcomes)
    ]
    lake.append(FETCHED_OBJECTS, pa.Table.from_pylist(objects, schema=FETCHED_OBJECTS.schema))


def _photo_row(
    image_id: str, photo: Normalized | Rejected, spec: NormalizationSpec, now: datetime
) -> dict[str, Any]:
    row: dict[str, Any] = {"image_id": image_id, "recipe": spec.recipe, "created_at": now}
    if isinstance(photo, Rejected):
        return row | {"reason": photo.reason.value, "detail": photo.detail, "jpeg": None}
    return (
        row
        | asdict(photo.facts)
        | {
            "decisions": list(photo.decisions),
            "digest": hashlib.sha256(photo.jpeg).hexdigest()[:32],
            "jpeg": photo.jpeg,
        }
    )


def _without_jpeg() -> pa.Schema:
    schema = NORMALIZED_IMAGES.schema
    return schema.remove(schema.get_field_index("jpeg"))
