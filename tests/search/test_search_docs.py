"""`docs/SEARCH.md` is true: its grammar, its fields, its limits, its errors and its examples."""

import re
from pathlib import Path

import pytest

from listing_assets.search import Query, QueryError, search
from listing_assets.search.fields import NAMED
from listing_assets.search.filters import compile_expression
from listing_assets.search.grammar import GRAMMAR
from listing_assets.search.parsing import DEEPEST, MOST_CHARACTERS, MOST_CONDITIONS
from listing_assets.search.ranking import FUSED_DEPTH, REFINED_ROWS, RRF_CONSTANT
from tests.search.brute_force import filtered
from tests.search.shop import Shop

DOCUMENT = (Path(__file__).parents[2] / "docs" / "SEARCH.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(
    r"^\| `(.+?)` \| ", DOCUMENT.split("### Ten examples")[1].split("###")[0], re.MULTILINE
)


def test_there_are_ten_examples() -> None:
    assert len(EXAMPLES) == 10


@pytest.mark.parametrize("expression", EXAMPLES)
def test_each_example_finds_some_photos_and_those_that_it_says(shop: Shop, expression: str) -> None:
    results = search(shop.open(), Query(where=expression, max_results=1_000))
    right = filtered(shop.rows, Query(where=expression))
    found = [row["key"] for row in results.documents()]
    assert found == right[:1_000] and results.total == len(right)
    assert 0 < len(right) < 1_915


def test_the_grammar_is_the_one_that_is_parsed() -> None:
    (shown,) = re.findall(r"```lark\n(.*?)```", DOCUMENT, re.DOTALL)
    assert shown.strip() == GRAMMAR.strip()


def test_the_fields_are_those_that_there_are() -> None:
    table = DOCUMENT.split("### Fields")[1].split("###")[0]
    rows = re.findall(r"^\| `(.+?)` \| .+? \| `(.+?)` \|$", table, re.MULTILINE)
    assert rows == [(name, named.column) for name, named in NAMED.items()]


def test_the_limits_are_those_that_hold() -> None:
    text = " ".join(DOCUMENT.split())
    assert f"at most {MOST_CHARACTERS:,} characters and {MOST_CONDITIONS} conditions" in text
    assert f"nested at most {DEEPEST} deep" in text
    assert f"1 / ({RRF_CONSTANT} + rank)" in text
    assert f"the first {FUSED_DEPTH} of both rankings" in text
    assert f"no fewer than {REFINED_ROWS}" in text


def test_the_error_that_is_shown_is_the_one_that_is_told(shop: Shop) -> None:
    shown = re.search(r"```\n(at character .*?)```", DOCUMENT, re.DOTALL)
    assert shown is not None
    expression = shown[1].splitlines()[1].strip()
    with pytest.raises(QueryError) as caught:
        compile_expression(expression, shop.open().fields)
    told = f"{caught.value.problem}\n{caught.value.remedy}\n"
    assert shown[1] == told
