"""Everything of a version that was rejected or failed: which object, at which step, and why."""

from typing import NamedTuple

from listing_assets.catalog import Recipes
from listing_assets.imaging.reasons import Reason
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import Relations, is_one_of
from listing_assets.versions.view import load_objects
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.tables import SMART_TAGS, embeddings_name

LASTING = frozenset(Reason) - {
    Reason.FETCH_FAILED,
    Reason.DECODER_CRASHED,
    Reason.TOO_MANY_PIXELS,
}
"""Reasons that no further try can change."""


class Problem(NamedTuple):
    """One object's problem. `step` is the asset, or the tag as `smart_tags.<tag>`."""

    key: str
    step: str
    reason: str
    detail: str

    @property
    def is_retryable(self) -> bool:
        """Whether trying again may help."""
        return self.reason not in LASTING


def version_problems(
    lake: Lake, version: VersionName, recipes: Recipes, memory: str
) -> list[Problem]:
    """All problems of a version as the lake has it now, by step, reason and key."""
    with Relations(memory) as relations:
        load_objects(relations, lake, version, recipes.spec)
        found = relations.all(
            """SELECT key, 'normalized_images', reason, coalesce(detail, '')
               FROM objects WHERE reason IS NOT NULL"""
        )
        found += _tag_problems(relations, lake, recipes)
        found += _vector_problems(relations, lake, recipes)
    problems = [Problem(*row) for row in found]
    return sorted(problems, key=lambda problem: (problem.step, problem.reason, problem.key))


def _tag_problems(relations: Relations, lake: Lake, recipes: Recipes) -> list[tuple[str, ...]]:
    of_recipes = is_one_of("recipe", recipes.tags.values())
    columns = ["image_id", "tag", "status", "reason", "raw", "created_at"]
    relations.load(
        "answers",
        lake.scan(SMART_TAGS, columns, of_recipes),
        """SELECT image_id, tag, arg_max(struct_pack(status, reason, raw), created_at) AS a
           FROM incoming WHERE image_id IN (SELECT image_id FROM photos) GROUP BY image_id, tag""",
    )
    return relations.all(
        """SELECT key, 'smart_tags.' || tag, a.reason, coalesce(a.raw, '')
           FROM answers JOIN objects USING (image_id) WHERE a.status != 'valid'"""
    )


def _vector_problems(relations: Relations, lake: Lake, recipes: Recipes) -> list[tuple[str, ...]]:
    name = embeddings_name(recipes.embedding_model.vector_space)
    if not lake.exists(name):
        return []
    where = f"recipe = '{recipes.embedding}'"
    relations.load(
        "vectors",
        scan(lake.open(name), ["image_id", "reason", "created_at"], where),
        """SELECT image_id, arg_max(coalesce(reason, ''), created_at) AS reason
           FROM incoming WHERE image_id IN (SELECT image_id FROM photos) GROUP BY image_id""",
    )
    return relations.all(
        """SELECT key, 'embeddings', v.reason, '' FROM vectors v
           JOIN objects USING (image_id) WHERE v.reason != ''"""
    )
