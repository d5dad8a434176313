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
