"""Types of manifest columns are found from values, and no value loses what it says."""

import math
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.objects.meta_types import as_type, plain, type_of, type_of_text, unified


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("12", "int64"),
        ("-5", "int64"),
        ("0", "int64"),
        ("1.50", "double"),
        ("-0.5e-3", "double"),
        ("True", "bool"),
        ("false", "bool"),
        ("007", "string"),
        ("12E4", "string"),
        ("1,5", "string"),
        ("+86", "string"),
        (" 12", "string"),
        ("１２", "string"),
        ("9223372036854775808", "string"),
        ("1" * 5000, "string"),
        ("1.0e999", "string"),
        ("nan", "string"),
        ("", "string"),
    ],
)
def test_text_is_a_number_only_where_it_is_plainly_written_as_one(text: str, kind: str) -> None:
    assert type_of_text(text) == kind


def test_values_that_disagree_become_text_and_whole_numbers_join_fractions() -> None:
    assert unified(None, "int64") == "int64"
    assert unified("int64", "double") == "double"
    assert unified("double", "int64") == "double"
    assert unified("bool", "int64") == "string"
    assert unified("string", "double") == "string"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (3, "3"),
        (1.5, "1.5"),
        ("红", "红"),
        ({"尺": [1, None]}, '{"尺": [1, null]}'),
        (2**70, str(2**70)),
    ],
)
def test_what_becomes_text_stays_readable_as_json(value: object, text: str) -> None:
    assert as_type(value, "string") == text


JSON_SCALARS = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)


@given(JSON_SCALARS)
def test_a_value_alone_keeps_its_type_and_itself(value: object) -> None:
    assert as_type(value, type_of(value)) == value


@given(st.one_of(st.booleans(), st.integers(-(2**63), 2**63 - 1), st.text()))
def test_a_cell_of_a_csv_file_means_what_it_says(value: object) -> None:
    cell = str(value)
    kind = type_of_text(cell)
    read = as_type(cell, kind)
    assert (str(read) if kind != "bool" else str(read).lower()) in {cell, cell.lower()} or (
        kind == "double" and read == float(cell)
    )


def test_numbers_that_are_none_are_null_and_times_are_iso() -> None:
    assert plain([math.nan, math.inf, Decimal("1.5"), Decimal("nan")]) == [None, None, 1.5, None]
    assert plain({"at": datetime(2026, 1, 2, 3), "day": date(2026, 1, 2)}) == {
        "at": "2026-01-02T03:00:00",
        "day": "2026-01-02",
    }
    with pytest.raises(TypeError, match="bytes"):
        plain(b"1")
