"""The one reading of an append-only table: of rows with one key, the newest `created_at` counts."""

from collections.abc import Sequence


def newest(keys: Sequence[str], fields: Sequence[str], among: str = "true") -> str:
    """DuckDB's SQL for the newest row of each key of the relation `incoming`.

    Its columns are `keys` and `fields`; `among` is a condition on all rows.
    """
    key, told = ", ".join(keys), ", ".join(fields)
    return f"""SELECT {key}, {", ".join(f"newest.{name}" for name in fields)} FROM (
                   SELECT {key}, arg_max(struct_pack({told}), created_at) AS newest
                   FROM incoming WHERE {among} GROUP BY {key})"""


def newest_rows(relation: str, keys: Sequence[str]) -> str:
    """DuckDB's SQL for the newest rows of a relation that can be read again, in all its columns.

    Keys with several rows are few: only their rows are sorted, and only keys held in memory.
    """
    key = ", ".join(keys)
    return f"""WITH again AS (SELECT {key} FROM {relation} GROUP BY ALL HAVING count(*) > 1)
               FROM {relation} ANTI JOIN again USING ({key})
               UNION ALL
               FROM (FROM {relation} SEMI JOIN again USING ({key}))
               QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY created_at DESC) = 1"""
