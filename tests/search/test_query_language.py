"""The query language: a compiled filter and a plain evaluator agree, and no text does harm."""

from datetime import timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from listing_assets.search import Published, QueryError
from listing_assets.search.fields import Fields
from listing_assets.search.filters import compile_expression
from listing_assets.search.parsing import DEEPEST, MOST_CHARACTERS, MOST_CONDITIONS, parse
from listing_assets.search.syntax import Condition, Name, Not, Value
from tests.search.evaluator import holds
from tests.search.expressions import ALL_OPERATORS, trees, unplaced, written
from tests.search.shop import SCHEMA, Row, generate_rows, make_shop

MANY = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, list[Row]]:
    """Rows with indexes over some of them, and some deleted: all ways of answering a filter."""
    rows = generate_rows(140, seed=7)
    shop = make_shop(tmp_path_factory.mktemp("stock"), rows[:100])
    branch = shop.lake.open("shop").branches.checkout("v1")
    branch.add(pa.Table.from_pylist(rows[100:], schema=SCHEMA))
    gone = rows[10:20] + rows[120:125]
    branch.delete("key IN ({})".format(", ".join(f"'{row['key']}'" for row in gone)))
    branch.tags.create("v1.2", branch.version)
    return shop.open("v1.2"), [row for row in rows if row not in gone]


def matching(published: Published, expression: str) -> set[str]:
    where = compile_expression(expression, published.fields)
    found = published.table.search().where(where).select(["key"]).to_arrow()
    return set(found["key"].to_pylist())


def expected(rows: list[Row], expression: str) -> set[str]:
    tree = parse(expression)
    return {row["key"] for row in rows if holds(tree, row)}


@MANY
@given(tree=trees)
def test_the_compiled_filter_and_its_not_agree_with_the_evaluator(
    stock: tuple[Published, list[Row]], tree: Any
) -> None:
    published, rows = stock
    right = {row["key"] for row in rows if holds(tree, row)}
    assert matching(published, written(tree)) == right
    assert matching(published, written(Not(tree))) == {row["key"] for row in rows} - right


@MANY
@given(tree=trees)
def test_a_tree_that_is_written_is_read_as_the_same_tree(tree: Any) -> None:
    assert unplaced(parse(written(tree))) == tree


@pytest.mark.parametrize("operator", ALL_OPERATORS)
def test_each_comparison_is_right_at_the_edges_of_values(
    stock: tuple[Published, list[Row]], operator: str
) -> None:
    published, rows = stock
    time = next(row["last_modified"] for row in rows[30:])
    day = time.date()
    wholes = [str(rows[40]["bytes"]), f"{rows[40]['bytes']}.5", "7", "7.5", "-0.5", "1e19", "-1e19"]
    reals = [repr(row["sharpness"]) for row in rows[:9] if row["sharpness"]] + ["0.1", "1e39"]
    edges = {
        "DataSize": wholes,
        "stock": wholes,
        "width": [*wholes, "2147483648"],
        "sharpness": reals,
        "重量 (kg)": ["0.5", "1", "2.2500000001", "1e400", "-1e400"],
        "FileUpdateTime": [time.isoformat(), f"{day}", f"{day + timedelta(days=1)}"],
        "captured_at": [f"{row['captured_at'].date()}" for row in rows[:9] if row["captured_at"]],
        "FileName": [rows[0]["key"].rpartition("/")[2]],
        "FileDir": ["shoes/new", "shoes/new/", "shoes"],
        "sku": [row["meta_sku"] for row in rows[:9] if row["meta_sku"]],
    }
    for field, values in edges.items():
        for value in values:
            expression = written(Condition(Name(field), operator, Value(value)))
            assert matching(published, expression) == expected(rows, expression), expression


TOKENS = (
    *("AND", "OR", "NOT", "HAS", "(", ")", ":", "=", ">", "<=", '"', "'", "*", "\\", "FileName"),
    *("tags.all", "DataSize", "category", "1", "2025-01-01", "true", "红", "nothing", "--", ";"),
    *("/*", "`key`", "NULL", "SELECT", "key IS NULL", "UNION", "\x00", "：", "x*", '"a b"', "'1'"),
)


@MANY
@given(
    garbage=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(TOKENS), max_size=14).map(" ".join),
        st.lists(st.sampled_from(TOKENS), max_size=14).map("".join),
        st.text(st.characters(categories=["Cs", "Cc", "Zs", "Po", "Lo"]), max_size=20),
    )
)
@example(garbage="category='Food' OR 1=1 --")
@example(garbage='FileName="x\') OR (1=1" OR DataSize>5')
@example(garbage="NOT " * 3000)
@example(garbage="(" * MOST_CHARACTERS)
def test_garbage_is_an_error_that_points_into_it_or_means_what_it_says(
    stock: tuple[Published, list[Row]], garbage: str
) -> None:
    published, rows = stock
    try:
        found = matching(published, garbage)
    except QueryError as error:
        assert 0 <= error.start < error.end
        assert error.start <= len(garbage)
        assert error.reason and "^" in error.problem
    else:
        assert found == expected(rows, garbage)


TEXTUAL = ("FileName", "tags.all", "colours", "text")


@pytest.mark.parametrize(
    "hostile",
    [
        "' OR '1'='1",
        "') OR true OR ('",
        "x'; DROP TABLE shop; --",
        "\\' OR 1=1 --",
        "`key` IS NOT NULL",
        "$(key)",
        "{key}",
        ".*",
        "^|$",
        "a|.*",
        "(?i).*",
        "]|[^\x01]",
        "$)|(.",
    ],
)
def test_a_value_is_compared_and_never_executed(
    stock: tuple[Published, list[Row]], hostile: str
) -> None:
    published, rows = stock
    text = hostile.replace("\\", "\\\\")
    for condition in ("FileName<", *(f"{name}{sign}" for name in TEXTUAL for sign in ":=")):
        expression = f'{condition}"{text}"'
        found = matching(published, expression)
        assert found == expected(rows, expression)
        assert condition == "FileName<" or not found


@pytest.mark.parametrize(
    ("expression", "start", "reason", "remedy"),
    [
        ("", 0, "expected a field, NOT, HAS or '('", ""),
        ("category", 8, "expected one of : = > >= < <= after the field", ""),
        ("category=", 9, "expected a value", ""),
        ("HAS", 3, "expected the name of a field after HAS", ""),
        ("(DataSize>1", 11, "expected AND, OR or ')'", ""),
        ("DataSize>1)", 10, "expected AND, OR or the end, found ')'", ""),
        ("DataSize>1 FileName:x", 11, "expected AND, OR or the end, found 'F'", ""),
        ('FileName="x', 9, 'this " is not closed', ""),
        ('FileName="a\\q"', 11, "means nothing in quotes", ""),
        ("FileName==x", 9, "expected a value", "Equal is written with one ="),
        ("FileName!=x", 8, "expected one of", "Unequal is written NOT field=value"),
        ("FileName<>x", 9, "expected a value", "Unequal is written NOT field=value"),
        ("类别：食品", 2, "expected one of", "full-width sign: write :"),
        ("FileName=im*", 11, "a star goes with ':' only", ""),
        ("FileNam=x", 0, "there is no field 'FileNam'", "Did you mean 'FileName'?"),
        ("HAS categry", 4, "there is no field 'categry'", "Did you mean 'category'?"),
        ("price>5", 0, "may be a tag or a column of the manifest", "tag_price or meta_price"),
        ("vector:1", 0, "there is no field 'vector'", ""),
        ("FileName:x AND DataSize>ten", 24, "'DataSize' takes a number", ""),
        ("FileUpdateTime>today", 15, "takes a date or time", ""),
        ("FileUpdateTime>2025-02-30", 15, "takes a date or time", ""),
        ("checked=yes", 8, "is true or false", ""),
        ("checked>true", 8, "is true or false", ""),
        ("tags.all>x", 9, "is a list", ""),
        ("DataSize:1*", 9, "is not text", ""),
        ('FileName:" "', 9, "expected a word", ""),
        ("FileName:a OR\nstock=many", 20, "'stock' takes a number", ""),
    ],
)
def test_an_error_points_at_the_character_and_says_what_was_expected(
    expression: str, start: int, reason: str, remedy: str
) -> None:
    with pytest.raises(QueryError) as caught:
        compile_expression(expression, Fields(SCHEMA))
    assert caught.value.start == start
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy


def test_the_caret_stands_under_the_place_even_after_chinese() -> None:
    with pytest.raises(QueryError) as caught:
        parse("类别:绿茶 AND 颜色 红")
    assert caught.value.problem.splitlines()[1:] == [
        "  类别:绿茶 AND 颜色 红",
        "                     ^^",
    ]


def test_the_line_of_a_long_expression_is_cut_around_the_place() -> None:
    expression = "FileName:a OR " * 20 + "oops" + " OR FileName:a" * 20
    with pytest.raises(QueryError) as caught:
        parse(expression)
    line, carets = caught.value.problem.splitlines()[1:]
    assert len(line) < 110
    assert line[carets.index("^") :].startswith("OR FileName")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("x" * (MOST_CHARACTERS + 1), "has at most 4,096 characters"),
        ("NOT " * (DEEPEST + 1) + "HAS text", "nested deeper than 16"),
        (" OR ".join(["HAS text"] * (MOST_CONDITIONS + 1)), "at most 100 conditions, this one 101"),
    ],
)
def test_length_nesting_and_number_of_conditions_are_bounded(expression: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        parse(expression)


def test_the_largest_expression_that_is_allowed_is_answered(
    stock: tuple[Published, list[Row]],
) -> None:
    published, rows = stock
    nested = "category=Food"
    for level in range(DEEPEST):
        nested = f"(HAS text {'AND' if level % 2 else 'OR'} {nested})"
    wide = " OR ".join(f'FileName:"img_{number:04d}"' for number in range(MOST_CONDITIONS))
    for expression in (nested, wide, "(" * 500 + "category=Food" + ")" * 500):
        assert matching(published, expression) == expected(rows, expression)


def test_words_of_the_language_are_read_in_any_case_and_may_be_quoted_as_names() -> None:
    assert parse("not HAS a Or b:Not") == parse("NOT has a oR b:Not")
    quoted = unplaced(parse('"NOT":x'))
    assert quoted == Condition(Name("NOT"), ":", Value("x"))


def test_a_version_without_corrections_takes_all_labels_for_the_models() -> None:
    columns = [field for field in SCHEMA if not field.name.startswith("labels_")]
    fields = Fields(pa.schema(columns))
    everything = compile_expression("tags.ai=Food", fields)
    assert everything == compile_expression("tags.all=Food", Fields(SCHEMA))
    assert compile_expression("tags.user:x OR HAS tags.user-delete-ai-tags", fields) == (
        "(false OR false)"
    )
    assert compile_expression("NOT HAS tags.user", fields) == "true"


@pytest.mark.parametrize(
    "expression",
    ["ContentType=image/png", "HAS FileCreateTime", "SemanticIndexUpdateTime>2025-01-01"],
)
def test_a_version_that_was_published_without_a_column_says_so_and_what_to_do(
    expression: str,
) -> None:
    later = {"content_type", "ingested_at", "embedded_at"}
    older = Fields(pa.schema([field for field in SCHEMA if field.name not in later]))
    with pytest.raises(QueryError, match=r"(?s)this version has no '\w+': .* Publish it again"):
        compile_expression(expression, older)
    compile_expression(expression, Fields(SCHEMA))
