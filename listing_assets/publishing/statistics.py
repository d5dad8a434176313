"""What a revision reports of itself: differences, distributions, coverage, near duplicates.

All figures are computed from the relation `rows` (see `rows.py`) and, for the difference, from the
newest revision of the version before.
"""

from typing import Any

from listing_assets.catalog import Recipes
from listing_assets.publishing.columns import LABELLED, tag_column
from listing_assets.publishing.revisions import Revision, open_revision
from listing_assets.versions.listing import Listing
from listing_assets.versions.relations import Relations
from resources.lake import Lake
from resources.lake.database import scan

NEAR_BITS = 3
"""Two photos whose 64-bit perceptual hashes differ in no more bits are near duplicates."""
CROWDED = 200
"""A hash quarter shared by more photos tells nothing (blank or flat photos)."""
EXAMPLES = 5


def summarize(
    relations: Relations,
    lake: Lake,
    recipes: Recipes,
    listing: Listing,
    parent: Revision | None,
) -> dict[str, Any]:
    """All figures of a revision, ready for JSON."""
    return {
        "recipe": recipes.fingerprint,
        "models": {
            "tags": recipes.tag_model.identity,
            "embedding": recipes.embedding_model.identity,
        },
        "tag_definition": recipes.definition.name,
        "passed_over": dict(listing.passed_over),
        "reasons": dict(
            relations.all(
                "SELECT reason, count(*) FROM rows WHERE reason IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
        ),
        "formats": dict(
            relations.all(
                """SELECT format, count(*) FROM rows WHERE format IS NOT NULL
                   GROUP BY 1 ORDER BY 2 DESC, 1"""
            )
        ),
        "decisions": dict(
            relations.all(
                """SELECT decision, count(*) FROM (SELECT unnest(decisions) AS decision FROM rows)
                   GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 50"""
            )
        ),
        "coverage": _coverage(relations, recipes),
        "invalid": dict(
            relations.all(
                """SELECT tag, count(*) FROM (SELECT unnest(invalid_tags) AS tag FROM rows)
                   GROUP BY 1 ORDER BY 1"""
            )
        ),
        "labels": _labels(relations, recipes),
        "vectors": relations.one(
            """SELECT count(*) FILTER (WHERE vector_row IS NOT NULL) FROM rows"""
        )[0],
        "near_duplicates": _near_duplicates(relations),
        "difference": _difference(relations, lake, recipes, parent) if parent else None,
    }


def _coverage(relations: Relations, recipes: Recipes) -> dict[str, int]:
    """Photos with a value, by tag."""
    counts = ", ".join(f'count("{tag_column(tag)}")' for tag in recipes.definition.tags)
    row = relations.one(f"SELECT {counts} FROM rows WHERE status = 'published'")
    return {tag.name: count for tag, count in zip(recipes.definition.tags, row, strict=True)}


def _labels(relations: Relations, recipes: Recipes) -> dict[str, dict[str, int]]:
    """Photos by value, for each tag that makes labels and each label that people made up.

    The forty most frequent values of each.
    """
    rows = relations.all(
        """SELECT label, count(*) FROM (SELECT unnest(labels) AS label FROM rows)
           GROUP BY 1 ORDER BY 2 DESC, 1"""
    )
    counts: dict[str, dict[str, int]] = {
        tag.name: {} for tag in recipes.definition.tags if tag.type in LABELLED
    }
    for label, count in rows:
        name, _, value = label.partition(":")
        of_name = counts.setdefault(name, {})
        if len(of_name) < 40:
            of_name[value] = count
    return counts


def _near_duplicates(relations: Relations) -> dict[str, Any]:
    """Groups of near duplicates by perceptual hash.

    Two hashes that differ in at most three of 64 bits agree in at least one of their four
    quarters (pigeonhole), so only photos that share a quarter are compared.
    """
    relations.make(
        "hashed",
        """SELECT row_number() OVER () AS photo, key, image_id,
                  CAST('0x' || phash AS UBIGINT) AS hash
           FROM rows WHERE phash IS NOT NULL""",
    )
    relations.make(
        "near",
        """SELECT one.photo AS one, other.photo AS other FROM hashed AS other
           JOIN (SELECT image_id, min(photo) AS photo FROM hashed
                 GROUP BY image_id HAVING count(*) > 1) AS one USING (image_id)
           WHERE one.photo != other.photo""",
    )
    for place in range(4):
        relations.make(
            "quarters", f"SELECT photo, hash, (hash >> {16 * place}) & 65535 AS quarter FROM hashed"
        )
        relations.add(
            "near",
            f"""WITH telling AS (
                    SELECT quarter FROM quarters GROUP BY quarter
                    HAVING count(*) BETWEEN 2 AND {CROWDED})
                SELECT a.photo, b.photo
                FROM quarters a JOIN telling USING (quarter) JOIN quarters b USING (quarter)
                WHERE a.photo < b.photo AND bit_count(xor(a.hash, b.hash)) <= {NEAR_BITS}""",
        )
    pairs = relations.all(
        """SELECT DISTINCT a.key, b.key FROM near
           JOIN hashed a ON a.photo = near.one JOIN hashed b ON b.photo = near.other"""
    )
    relations.drop("hashed", "quarters", "near")
    groups = _connected(pairs)
    return {
        "groups": len(groups),
        "photos": sum(len(group) for group in groups),
        "examples": [sorted(group)[:8] for group in groups[:EXAMPLES]],
    }


def _connected(pairs: list[tuple[str, str]]) -> list[set[str]]:
    """Connected components, largest first."""
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        first, second = group_of.get(one, {one}), group_of.get(other, {other})
        if first is second:
            continue
        small, large = sorted((first, second), key=len)
        large |= small
        for key in small:
            group_of[key] = large
        group_of[one] = group_of[other] = large
    groups = {id(group): group for group in group_of.values()}
    return sorted(groups.values(), key=lambda group: (-len(group), min(group)))


def _difference(
    relations: Relations, lake: Lake, recipes: Recipes, parent: Revision
) -> dict[str, Any]:
    """What changed against the newest revision of the version before, by key."""
    table = open_revision(lake, parent.version.dataset, parent.revision)
    shared = [tag for tag in recipes.definition.tags if tag_column(tag) in table.schema.names]
    columns = ["key", "image_id", "status", *(tag_column(tag) for tag in shared)]
    relations.load("before", scan(table, columns))
    relabelled = "".join(
        f""", count(*) FILTER (WHERE r.image_id = b.image_id AND
              CAST(r."{tag_column(tag)}" AS VARCHAR) IS DISTINCT FROM
              CAST(b."{tag_column(tag)}" AS VARCHAR))"""
        for tag in shared
    )
    added, removed, replaced, *counts = relations.one(
        f"""SELECT count(*) FILTER (WHERE b.key IS NULL),
                   count(*) FILTER (WHERE r.key IS NULL),
                   count(*) FILTER (WHERE r.image_id IS DISTINCT FROM b.image_id
                                      AND r.key IS NOT NULL AND b.key IS NOT NULL)
                   {relabelled}
            FROM rows r FULL JOIN before b ON r.key = b.key"""
    )
    return {
        "against": parent.revision,
        "added": added,
        "removed": removed,
        "replaced": replaced,
        "relabelled": {tag.name: count for tag, count in zip(shared, counts, strict=True) if count},
    }
