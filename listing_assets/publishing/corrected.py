"""The corrections of a dataset as a relation, one row per photo, and how they change a tag's value.

The table `corrected` has, for each tag of the definition, a column of its name: a struct of
`is_set`, `value` (JSON), `added` and `removed` (lists of text), null where nobody corrected it;
and `free`, the labels that the definition does not know.
"""

import json

import pyarrow as pa

from listing_assets.catalog import Tag, TagDefinition
from listing_assets.corrections import CorrectionJournal, standing
from listing_assets.versions.relations import Relations, quoted_text
from resources.lake import Lake

_SCHEMA = pa.schema(
    [
        ("image_id", pa.string()),
        ("tag", pa.string()),
        ("is_set", pa.bool_()),
        ("value", pa.string()),
        ("added", pa.list_(pa.string())),
        ("removed", pa.list_(pa.string())),
    ]
)


def load_corrected(
    relations: Relations, lake: Lake, dataset: str, definition: TagDefinition
) -> None:
    """Make the table `corrected`, of the photos that have corrections."""
    rows = [
        {
            "image_id": one.image_id,
            "tag": one.tag,
            "is_set": one.is_set,
            "value": None if one.value is None else json.dumps(one.value, ensure_ascii=False),
            "added": one.added,
            "removed": one.removed,
        }
        for one in standing(CorrectionJournal(lake, dataset).all())
    ]
    relations.load("standing", pa.Table.from_pylist(rows, schema=_SCHEMA))
    names = ", ".join(quoted_text(tag.name) for tag in definition.tags)
    columns = ", ".join(
        f"""any_value(struct_pack(is_set, value, added, removed))
            FILTER (tag = {quoted_text(tag.name)}) AS "{tag.name}" """
        for tag in definition.tags
    )
    free = "list_transform(added, lambda x: tag || ':' || x)"
    relations.make(
        "corrected",
        f"""SELECT image_id, {columns},
                   coalesce(flatten(list({free} ORDER BY tag) FILTER (tag NOT IN ({names}))), [])
                       AS free
            FROM standing GROUP BY image_id""",
    )


def corrected_value(tag: Tag, given: str) -> str:
    """SQL of a tag's JSON value, of the model's JSON value `given` and the struct `c.<tag>`."""
    people = f'c."{tag.name}"'
    if tag.type != "multi_choice":
        return f"CASE WHEN {people}.is_set THEN {people}.value ELSE {given} END"
    values = f"""coalesce(from_json({given}, '["VARCHAR"]'), [])"""
    changed = f"""to_json(list_filter({_in_order(tag)}, lambda x:
        list_contains({people}.added, x)
        OR list_contains({values}, x) AND NOT list_contains({people}.removed, x)))"""
    return f"""CASE WHEN {people}.is_set THEN {people}.value
                    WHEN {people} IS NOT NULL THEN {changed}
                    ELSE {given} END"""


def given_by_people(tag: Tag) -> str:
    """SQL of the JSON value that people gave a tag; null where they gave none."""
    people = f'c."{tag.name}"'
    if tag.type != "multi_choice":
        return f"CASE WHEN {people}.is_set THEN {people}.value END"
    return f"""CASE WHEN {people}.is_set THEN {people}.value
                    WHEN len({people}.added) > 0 THEN to_json({people}.added) END"""


def set_by_people(definition: TagDefinition) -> str:
    """SQL of the list of tags whose whole value people gave."""
    return (
        "list_filter(["
        + ", ".join(
            f'CASE WHEN c."{tag.name}".is_set THEN {quoted_text(tag.name)} END'
            for tag in definition.tags
        )
        + "], lambda x: x IS NOT NULL)"
    )


def _in_order(tag: Tag) -> str:
    """The values of a tag, in the order of its definition."""
    return "[" + ", ".join(quoted_text(value.name) for value in tag.values) + "]"
