"""Strategies of query expressions over the generated shop, and how a tree is written as text."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from listing_assets.search.syntax import All, AnyOf, Condition, Expression, Has, Name, Not, Value
from tests.search.shop import BEGIN, CHINESE, WORDS

TEXT_FIELDS = (
    *("FileName", "FileDir", "Uri", "FileFingerPrint", "status", "format", "reason", "text"),
    *("FileType", "ContentType"),
    *("category", "tag_title", "shade", "sku", "META_SKU", "key"),
)
LABEL_FIELDS = ("tags.ai", "tags.user", "tags.user-delete-ai-tags", "Tags.All", "labels")
LIST_FIELDS = ("colours", "decisions")
INTEGER_FIELDS = ("DataSize", "width", "height", "stock")
REAL_FIELDS = ("sharpness", "brightness", "tag_price", "meta_price", "重量 (kg)")
BOOLEAN_FIELDS = ("in-stock", "meta_checked", "CHECKED")
TIME_FIELDS = (
    *("FileCreateTime", "FileUpdateTime", "SemanticIndexUpdateTime"),
    *("last_modified", "captured_at"),
)
ANY_FIELD = (
    TEXT_FIELDS
    + LABEL_FIELDS
    + LIST_FIELDS
    + INTEGER_FIELDS
    + REAL_FIELDS
    + BOOLEAN_FIELDS
    + TIME_FIELDS
)
ORDER = (">", ">=", "<", "<=")
ALL_OPERATORS = (":", "=", *ORDER)

PIECES = (
    *WORDS,
    *CHINESE,
    *(
        "IMG",
        "img_0007.jpg",
        "o_k",
        "照片",
        "jpg",
        "shoes/new",
        "茶叶",
        "a%_b",
        "s3://shop",
        "0001",
    ),
    *("image/png", "image"),
    *("Food", "food", "Daily Use", "服装", "best of 2025", "category:Food", "note:best of 2025"),
    *("SKU-0001", "published", "rejected", "cmyk_to_srgb", "#550000", "JPEG", "鞋", "机", "Gift"),
    *("' OR '1'='1", "\\", '"', "`key`", "-- x", "; DROP TABLE shop", "%", ".*", "[a-z]+", "(?i)"),
)
texts = st.one_of(
    st.sampled_from(PIECES),
    st.text("aeFdSU红茶鞋 _-:/\"'\\.*%#0123é", min_size=1, max_size=6),
    st.builds(lambda one, other: f"{one} {other}", *[st.sampled_from(PIECES)] * 2),
)
words = texts.filter(lambda text: bool(text.strip().strip("/").strip()))
integers = st.one_of(
    st.integers(-10, 60).map(str),
    st.integers(0, 5_000_000).map(str),
    st.sampled_from(["10.5", "1e3", "-0.0", "1e30", "-1e30", "9223372036854775807", "2147483648"]),
)
reals = st.one_of(
    st.floats(-2, 100, allow_nan=False).map(repr),
    st.sampled_from(["0.5", "1", "2.25", "1e308", "1e-320", "0.1"]),
)
booleans = st.sampled_from(["true", "false", "TRUE"])
dates = st.integers(0, 40).map(lambda days: (BEGIN + timedelta(days=days)).date().isoformat())
times = st.one_of(
    dates,
    st.integers(0, 900).map(lambda step: (BEGIN + timedelta(minutes=37 * step)).isoformat()),
    st.integers(0, 900).map(
        lambda step: (BEGIN + timedelta(minutes=37 * step)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ),
    st.sampled_from(["2025-01-05T08:00:00+08:00", "2024-08-01", "0001-01-01", "9998-12-31"]),
)


def names(of: tuple[str, ...]) -> st.SearchStrategy[Name]:
    return st.sampled_from(of).map(Name)


def condition(of: tuple[str, ...], operators: tuple[str, ...], values: Any) -> Any:
    return st.builds(Condition, names(of), st.sampled_from(operators), values.map(Value))


conditions: st.SearchStrategy[Any] = st.one_of(
    st.builds(Has, names(ANY_FIELD)),
    condition(TEXT_FIELDS, ("=", *ORDER), texts),
    condition(TEXT_FIELDS + LABEL_FIELDS + LIST_FIELDS, (":",), words),
    st.builds(
        Condition,
        names(TEXT_FIELDS + LABEL_FIELDS + LIST_FIELDS),
        st.just(":"),
        st.sampled_from([word for word in PIECES if word.isalnum()]).map(
            lambda word: Value(word[:3], is_prefix=True)
        ),
    ),
    condition(LABEL_FIELDS + LIST_FIELDS, ("=",), texts),
    condition(INTEGER_FIELDS, ALL_OPERATORS, integers),
    condition(REAL_FIELDS, ALL_OPERATORS, reals),
    condition(BOOLEAN_FIELDS, (":", "="), booleans),
    condition(TIME_FIELDS, ALL_OPERATORS, times),
)


def _joined(kind: type[All] | type[AnyOf], parts: list[Any]) -> Any:
    flat = [one for part in parts for one in (part.parts if isinstance(part, kind) else [part])]
    return kind(tuple(flat))


trees: st.SearchStrategy[Expression] = st.recursive(
    conditions,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _joined(All, parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: _joined(AnyOf, parts)),
    ),
    max_leaves=8,
)


def written(tree: Expression) -> str:
    """The tree as a user would write it."""
    match tree:
        case AnyOf(parts):
            return " OR ".join(map(written, parts))
        case All(parts):
            return " and ".join(
                f"({written(part)})" if isinstance(part, AnyOf) else written(part) for part in parts
            )
        case Not(part):
            inner = written(part)
            return f"NOT ({inner})" if isinstance(part, All | AnyOf) else f"not {inner}"
        case Has(name):
            return f"HAS {quoted(name.text)}"
        case Condition(name, operator, value):
            said = f"{value.text}*" if value.is_prefix else quoted(value.text)
            return f"{quoted(name.text)} {operator} {said}"


def quoted(text: str) -> str:
    if text.replace("_", "").replace("-", "").replace(".", "").isalnum():
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unplaced(tree: Expression) -> Expression:
    """The tree without its places in the text."""
    match tree:
        case All(parts):
            return All(tuple(map(unplaced, parts)))
        case AnyOf(parts):
            return AnyOf(tuple(map(unplaced, parts)))
        case Not(part):
            return Not(unplaced(part))
        case Has(name):
            return Has(Name(name.text))
        case Condition(name, operator, value):
            return Condition(Name(name.text), operator, Value(value.text, value.is_prefix))
