"""Judges a dataset version: is it fit to be published, and does its quality drift.

Judgements read the lake afresh, so that they hold for what is stored, not for what a step believes
to have stored. Thresholds of the warnings stand here.
"""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np

from listing_assets.catalog import Recipes
from listing_assets.publishing.revisions import newest_earlier, newest_revision, open_revision
from listing_assets.tagging.validation import judge
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations, is_one_of
from listing_assets.versions.stored_view import StoredView
from listing_assets.versions.view import load_objects, required_listing
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.newest import newest_rows
from resources.lake.tables import RAW_IMAGES, SMART_TAGS, embeddings_name

MOST_REJECTED = 0.10
LEAST_COVERED = 0.50
MOST_DRIFT = 0.20
UNIT_TOLERANCE = 1e-3


class Subject:
    """The dataset version that is judged, and where it lies. A context manager."""

    def __init__(self, lake: Lake, version: VersionName, recipes: Recipes, memory: str) -> None:
        self.lake = lake
        self.version = version
        self.recipes = recipes
        self.relations = Relations(memory)
        """A database for joins."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.relations.close()

    @cached_property
    def view(self) -> Relations:
        """The database with the version's view, read once for all who judge."""
        load_objects(self.relations, self.lake, self.version, self.recipes.spec)
        return self.relations


@dataclass(frozen=True)
class Verdict:
    """Whether it passed, in a sentence and in figures."""

    passed: bool
    words: str
    figures: dict[str, int | float | str] = field(default_factory=dict)


def unique_keys(subject: Subject) -> Verdict:
    """No key stands twice in the object table of the version."""
    listing = required_listing(subject.lake, subject.version)
    relations = subject.relations
    relations.load("listed", subject.lake.scan(RAW_IMAGES, ["key"], listing.where))
    rows, keys = relations.one("SELECT count(*), count(DISTINCT key) FROM listed")
    return Verdict(
        rows == keys == listing.objects,
        f"{rows} rows, {keys} keys, {listing.objects} objects listed.",
        {"rows": rows, "keys": keys},
    )


def every_object_settled(subject: Subject) -> Verdict:
    """Every object is either a normalized photo or rejected with a reason."""
    relations = subject.view
    objects, photos, rejected = relations.one(
        """SELECT count(*), count(*) FILTER (WHERE normalized),
                  count(*) FILTER (WHERE reason IS NOT NULL) FROM objects"""
    )
    return Verdict(
        objects == photos + rejected,
        f"{objects} objects: {photos} photos, {rejected} rejected.",
        {"objects": objects, "photos": photos, "rejected": rejected},
    )


def reject_rate(subject: Subject) -> Verdict:
    """Few objects are rejected."""
    relations = subject.view
    objects, rejected = relations.one(
        "SELECT count(*), count(*) FILTER (WHERE reason IS NOT NULL) FROM objects"
    )
    rate = rejected / objects if objects else 0.0
    return Verdict(
        rate <= MOST_REJECTED,
        f"{rejected} of {objects} objects are rejected.",
        {"reject_rate": round(rate, 4)},
    )


def known_label_values(subject: Subject) -> Verdict:
    """Every valid tag value in the store is one that the tag definition allows."""
    return _known_values(subject, subject.recipes.asked)


def known_predicted_values(subject: Subject) -> Verdict:
    """Every value that an imported model predicted is one that the tag definition allows."""
    return _known_values(subject, tuple(subject.recipes.predicted))


def _known_values(subject: Subject, names: tuple[str, ...]) -> Verdict:
    recipes = subject.recipes
    if not names:
        return Verdict(True, "no tag is made here.", {})
    tags = {tag.name: tag for tag in recipes.definition.tags}
    of_recipes = _of_recipes(recipes, names)
    relations = subject.relations
    relations.load(
        "stored",
        subject.lake.scan(
            SMART_TAGS,
            ["tag", "value"],
            f"{of_recipes} AND status = 'valid' AND value IS NOT NULL",
        ),
        "SELECT tag, value, count(*) AS times FROM incoming GROUP BY ALL",
    )
    unknown = {
        f"{tag}:{value}": times
        for tag, value, times in relations.all("SELECT * FROM stored")
        if judge(json.dumps({tag: json.loads(value)}), (tags[tag],))[tag].status != "valid"
    }
    return Verdict(
        not unknown,
        f"{sum(unknown.values())} stored values are not allowed by {recipes.definition.name}.",
        dict(list(unknown.items())[:20]),
    )


def tag_coverage(subject: Subject) -> Verdict:
    """Every tag has a value on at least half of the photos."""
    return _coverage(subject, subject.recipes.asked)


def predicted_coverage(subject: Subject) -> Verdict:
    """Every predicted tag has a value on at least half of the photos."""
    return _coverage(subject, tuple(subject.recipes.predicted))


def _of_recipes(recipes: Recipes, names: tuple[str, ...]) -> str:
    of_tags = recipes.tags
    return is_one_of("recipe", (of_tags[name] for name in names))


def _coverage(subject: Subject, names: tuple[str, ...]) -> Verdict:
    recipes = subject.recipes
    if not names:
        return Verdict(True, "no tag is made here.", {})
    of_recipes = _of_recipes(recipes, names)
    relations = subject.view
    parts = StoredView()
    relations.write_loaded(
        "answered",
        subject.lake.scan(
            SMART_TAGS,
            ["image_id", "tag", "status", "value", "created_at"],
            of_recipes,
        ),
        """SELECT jpeg_row, tag, status = 'valid' AND value IS NOT NULL AS is_filled, created_at
           FROM incoming JOIN photos USING (image_id)""",
        parts.path("answered"),
        of=parts,
    )
    (photos,) = relations.one("SELECT count(*) FROM photos")
    filled = dict(
        relations.all(
            f"""SELECT tag, count(*) FROM ({newest_rows("answered", ["jpeg_row", "tag"])})
                WHERE is_filled GROUP BY tag"""
        )
    )
    relations.drop("answered")
    rates = {tag: round(filled.get(tag, 0) / photos, 4) if photos else 1.0 for tag in names}
    thin = [tag for tag, rate in rates.items() if rate < LEAST_COVERED]
    words = (
        f"few photos have a value of {', '.join(thin)}"
        if thin
        else "all tags are filled on half of the photos"
    )
    return Verdict(not thin, words, dict(rates))


def unit_vectors_of_one_dimension(subject: Subject) -> Verdict:
    """Every stored vector of the model is finite and of unit length, in one dimension."""
    model = subject.recipes.embedding_model
    name = embeddings_name(model.vector_space)
    if not subject.lake.exists(name):
        return Verdict(True, "no photo has a vector yet")
    table = subject.lake.open(name)
    dimension = table.schema.field("vector").type.list_size
    vectors = bad = 0
    where = f"recipe = '{subject.recipes.embedding}' AND reason IS NULL"
    for batch in scan(table, ["vector"], where, batch_size=8_192):
        column = batch.column("vector")
        bad += column.null_count
        flat = column.drop_null().flatten().to_numpy(zero_copy_only=False)
        lengths = np.linalg.norm(flat.reshape(-1, dimension), axis=1)
        bad += int((~(np.abs(lengths - 1) <= UNIT_TOLERANCE)).sum())
        vectors += batch.num_rows
    return Verdict(
        bad == 0,
        f"{vectors} vectors of dimension {dimension}, {bad} of them not finite or not unit length.",
        {"vectors": vectors, "dimension": dimension, "bad": bad},
    )


def vector_coverage(subject: Subject) -> Verdict:
    """Every photo has a vector."""
    name = embeddings_name(subject.recipes.embedding_model.vector_space)
    relations = subject.view
    (photos,) = relations.one("SELECT count(*) FROM photos")
    with_vector = 0
    if subject.lake.exists(name):
        where = f"recipe = '{subject.recipes.embedding}' AND reason IS NULL"
        relations.load("vectors", scan(subject.lake.open(name), ["image_id"], where))
        (with_vector,) = relations.one(
            """SELECT count(*) FROM photos
               WHERE image_id IN (SELECT image_id FROM vectors)"""
        )
    return Verdict(
        photos == with_vector,
        f"{with_vector} of {photos} photos have a vector.",
        {"photos": photos, "with_vector": with_vector},
    )


def row_accounting(subject: Subject) -> Verdict:
    """The newest revision holds each listed object once: objects = published + rejected."""
    listing = required_listing(subject.lake, subject.version)
    revision = newest_revision(subject.lake, subject.version)
    if revision is None:
        return Verdict(False, f"{subject.version} has no revision.")
    table = open_revision(subject.lake, subject.version.dataset, revision.revision)
    relations = subject.relations
    relations.load("held", scan(table, ["key", "status", "reason"]))
    rows, keys, published, rejected = relations.one(
        """SELECT count(*), count(DISTINCT key),
                  count(*) FILTER (WHERE status = 'published' AND reason IS NULL),
                  count(*) FILTER (WHERE status = 'rejected' AND reason IS NOT NULL)
           FROM held"""
    )
    return Verdict(
        listing.objects == rows == keys == published + rejected,
        f"{listing.objects} objects: {published} published, {rejected} rejected"
        f" in {revision.revision}.",
        {"objects": listing.objects, "rows": rows, "published": published, "rejected": rejected},
    )


def label_drift(subject: Subject) -> Verdict:
    """The shares of label values stay near those of the version before.

    The distance is the total variation: half the sum of absolute differences of shares, 0 to 1.
    """
    revision = newest_revision(subject.lake, subject.version)
    earlier = newest_earlier(subject.lake, subject.version)
    if revision is None or earlier is None:
        return Verdict(True, "there is no version before to compare with")
    drift = {}
    for tag, now in revision.summary["labels"].items():
        before = earlier.summary["labels"].get(tag)
        if now and before:
            total_now, total_before = sum(now.values()), sum(before.values())
            drift[tag] = round(
                sum(
                    abs(now.get(value, 0) / total_now - before.get(value, 0) / total_before)
                    for value in now.keys() | before.keys()
                )
                / 2,
                4,
            )
    moved = [tag for tag, distance in drift.items() if distance > MOST_DRIFT]
    words = f"drifted: {', '.join(moved)}" if moved else f"steady against {earlier.revision}"
    return Verdict(not moved, words, dict(drift))
