"""The computation of `normalized_images`: what a version lacks, and the increment over it.

What is missing is read from the version's view; how it is made is `normalizing.py`'s part.
"""

from datetime import datetime

from listing_assets.full_runs import results_count_since, sql_time
from listing_assets.imaging.normalizing import Normalizing
from listing_assets.imaging.reasons import Reason
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.increment import Increment, Listener, Mode, Report, Window, run_increment
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations
from listing_assets.versions.view import FETCHABLE, UNSETTLED, load_objects
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES


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
    normalizing: Normalizing,
    spec: NormalizationSpec,
    *,
    mode: Mode,
    retry_failed: bool,
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
        normalizing.begin(missing, work_again=since is not None or retry_failed)
        return run_increment(
            Increment(needed, missing, relations.rows("SELECT * FROM to_fetch ORDER BY key")),
            normalizing.compute,
            normalizing.commit,
            window=window,
            listener=listener,
        )
