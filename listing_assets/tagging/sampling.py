"""Chooses a few photos of a version that differ from each other as much as they can.

Farthest-point selection (T. Gonzalez 1985, https://doi.org/10.1016/0304-3975(85)90224-5): the first
is the photo nearest to the middle of all, each next one that which is farthest from all chosen.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from listing_assets.catalog import Recipes
from listing_assets.prediction.inputs import Vectors
from listing_assets.versions.relations import Relations
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES

MOST_CANDIDATES = 20_000
"""Photos that are compared: of a larger version, the first by their ids, which are hashes."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Ids of the chosen photos, the most typical first, and what they were compared by."""

    image_ids: tuple[str, ...]
    compared_by: str


def diverse_sample(relations: Relations, lake: Lake, recipes: Recipes, count: int) -> Sample:
    """At most `count` photos of a loaded view.

    They are compared by their vectors where at least half of them have one, else by their
    perceptual hashes.
    """
    vectors = Vectors(lake, recipes)
    vectors.load(relations)
    with_vector, photos = relations.one(
        "SELECT (SELECT count(*) FROM vectors), (SELECT count(*) FROM photos)"
    )
    if with_vector and 2 * with_vector >= photos:
        table = relations.table(
            f"SELECT image_id, vector_row FROM vectors ORDER BY image_id LIMIT {MOST_CANDIDATES}"
        )
        points = vectors.take(table.column("vector_row"))
        compared_by = "vectors"
    else:
        table = _hashes(relations, lake, recipes)
        points = hash_points(table.column("phash").to_pylist())
        compared_by = "perceptual hashes"
    ids = table.column("image_id").to_pylist()
    return Sample(tuple(ids[place] for place in farthest_points(points, count)), compared_by)


def farthest_points(points: np.ndarray, count: int) -> list[int]:
    """Places of at most `count` rows of `points`, float of shape (n, d), in order of choice."""
    if not len(points):
        return []
    chosen = [int(np.argmin(_distances(points, points.mean(axis=0))))]
    nearest = _distances(points, points[chosen[0]])
    while len(chosen) < min(count, len(points)):
        nearest[chosen[-1]] = -1.0
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, _distances(points, points[chosen[-1]]))
    return chosen


def hash_points(hashes: list[str | None]) -> np.ndarray:
    """Perceptual hashes (16 hex digits) as points of shape (n, 64), float32, one a bit."""
    numbers = np.array([int(one or "0", 16) for one in hashes], dtype=">u8")
    bits = np.unpackbits(numbers.view(np.uint8).reshape(-1, 8), axis=1)
    return bits.astype(np.float32)


def _distances(points: np.ndarray, to: np.ndarray) -> np.ndarray:
    """Squared Euclidean distances, shape (n,)."""
    differences = points - to
    distances: np.ndarray = np.einsum("ij,ij->i", differences, differences)
    return distances


def _hashes(relations: Relations, lake: Lake, recipes: Recipes) -> pa.Table:
    """The candidates' `image_id` and `phash`."""
    where = f"recipe = '{recipes.spec.recipe}'"
    relations.load(
        "hashes",
        lake.scan(NORMALIZED_IMAGES, ["phash"], where, row_ids=True),
        """SELECT image_id, phash FROM incoming JOIN photos ON _rowid = jpeg_row""",
    )
    return relations.table(f"SELECT * FROM hashes ORDER BY image_id LIMIT {MOST_CANDIDATES}")
