"""The SQL filter of a query: its labels, metadata and expression, joined by AND."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from listing_assets.search.errors import SearchError
from listing_assets.search.fields import FILE_NAME, Fields
from listing_assets.search.filters import compile_expression, compile_tree
from listing_assets.search.query import Query
from listing_assets.search.syntax import Condition, Name, Operator, Value
from listing_assets.versions.relations import is_one_of, quoted_text

_FILE_NAME = FILE_NAME.format("`key`")


def filter_of(query: Query, fields: Fields, *, with_vector: bool = False) -> str | None:
    """The filter that rows fulfil which meet all conditions; None where every row does.

    `with_vector`: only rows with a vector come into question. Those are published, so that the
    status need not be looked at.

    Raises:
        QueryError: the expression, or a value that is asked for, does not fit this version.
        SearchError: a label is none.
    """
    conditions = list(_conditions(query, fields))
    if not (with_vector and query.include == "published") and query.include != "all":
        conditions.insert(0, f"status = {quoted_text(query.include)}")
    return " AND ".join(conditions) or None


def _conditions(query: Query, fields: Fields) -> Iterator[str]:
    if query.any_of:
        yield f"array_has_any(labels, {_labels(query.any_of)})"
    if query.all_of:
        yield f"array_has_all(labels, {_labels(query.all_of)})"
    if query.none_of:
        # Of a photo without a list, SQL would say neither yes nor no.
        yield f"(labels IS NULL OR NOT array_has_any(labels, {_labels(query.none_of)}))"
    if query.name_contains:
        yield f"contains(lower({_FILE_NAME}), {quoted_text(query.name_contains.lower())})"
    if directory := query.directory.strip("/"):
        yield f"starts_with(`key`, {quoted_text(directory + '/')})"
    if query.formats:
        yield is_one_of("format", [name.upper() for name in query.formats])
    for condition in _compared(query):
        yield compile_tree(condition, fields)
    if query.where.strip():
        yield compile_expression(query.where, fields)


def _compared(query: Query) -> Iterator[Condition]:
    """The conditions that compare a field, as if they had been written."""
    wanted: list[tuple[str, Operator, datetime | int | None]] = [
        ("FileUpdateTime", ">=", query.modified_from),
        ("FileUpdateTime", "<", query.modified_before),
        ("FileCreateTime", ">=", query.ingested_from),
        ("FileCreateTime", "<", query.ingested_before),
        ("DataSize", ">=", query.min_bytes),
        ("DataSize", "<=", query.max_bytes),
    ]
    for name, operator, value in wanted:
        if value is not None:
            yield Condition(Name(name), operator, Value(_written(value)))
    for name, equal in query.values.items():
        yield Condition(Name(name), "=", Value(_written(equal)))


def _written(value: datetime | str | float | bool) -> str:
    match value:
        case datetime():
            try:
                time = value.astimezone(UTC) if value.tzinfo else value
            except OverflowError as error:
                raise SearchError(
                    f"{value.isoformat()} lies beyond the calendar in UTC.",
                    "Years are 1 to 9998.",
                ) from error
            return time.replace(tzinfo=None).isoformat()
        case bool():
            return str(value).lower()
        case _:
            return str(value)


def _labels(labels: Sequence[str]) -> str:
    for label in labels:
        if ":" not in label:
            raise SearchError(
                f"'{label}' is no label.", "A label is name:value, such as category:Food."
            )
    return f"[{', '.join(map(quoted_text, labels))}]"
