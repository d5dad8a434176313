"""The way of one object: fetched, hashed, decoded and normalized; and the rows that keep it."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import lance
import pyarrow as pa

from listing_assets.imaging.normalize import Normalized, Rejected
from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.imaging.workers import DecodePool
from listing_assets.increment import Outcome
from resources.errors import ObjectUnavailableError
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


@dataclass(frozen=True, slots=True)
class Original:
    """What an object held: its bytes under their sha256, or why there are none."""

    object_id: str
    image_id: str | None
    data: bytes
    unavailable: Rejected | None


def fetch_original(row: dict[str, Any], store: ObjectStore, spec: NormalizationSpec) -> Original:
    """What the object of a row (key, object_id) holds; never more than the spec's bytes."""
    try:
        data = store.read(row["key"], max_bytes=spec.max_bytes)
    except ObjectUnavailableError as error:
        too_large = isinstance(error, ObjectTooLargeError)
        reason = Reason.TOO_MANY_BYTES if too_large else Reason.FETCH_FAILED
        return Original(row["object_id"], None, b"", Rejected(reason, str(error)))
    return Original(row["object_id"], hashlib.sha256(data).hexdigest(), data, None)


def normalize_original(
    original: Original, pool: DecodePool, spec: NormalizationSpec, *, claimed: bool
) -> Outcome[Fetched]:
    """The fate of an object; its photo is None where equal bytes are others' work."""
    one, normalized, failure = original, None, original.unavailable
    if one.unavailable is None and claimed:
        normalized = pool.normalize(one.data, spec)
        failure = normalized if isinstance(normalized, Rejected) else None
    fate = Fetched(one.object_id, one.image_id, one.unavailable, normalized)
    return Outcome(fate, failure=failure.reason.value if failure else None)


def photos_table(fates: Sequence[Fetched], spec: NormalizationSpec) -> pa.Table | None:
    """The rows of `normalized_images` for the photos that were worked on; None for none."""
    now = datetime.now(UTC)
    photos = [
        _photo_row(fate.image_id, fate.normalized, spec, now)
        for fate in fates
        if fate.image_id and fate.normalized
    ]
    if not photos:
        return None
    jpegs = [row.pop("jpeg") for row in photos]
    facts = pa.Table.from_pylist(photos, schema=_without_jpeg())
    return facts.append_column(NORMALIZED_IMAGES.schema.field("jpeg"), lance.blob_array(jpegs))


def objects_table(fates: Sequence[Fetched]) -> pa.Table:
    """The rows of `fetched_objects`, one an object."""
    now = datetime.now(UTC)
    objects = [
        {
            "object_id": fate.object_id,
            "image_id": fate.image_id,
            "reason": fate.unavailable.reason.value if fate.unavailable else None,
            "detail": fate.unavailable.detail if fate.unavailable else None,
            "created_at": now,
        }
        for fate in fates
    ]
    return pa.Table.from_pylist(objects, schema=FETCHED_OBJECTS.schema)


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
