"""Answers of any shape: either a vector belongs to its input for sure, or it is asked again."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resources.endpoints.embeddings.answers import tokens, vectors_of
from resources.endpoints.faults import CallFault

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["index", "embedding", "x"]), inner, max_size=3)
    ),
    max_leaves=20,
)
ITEMS = st.lists(
    st.fixed_dictionaries({"embedding": JSON}, optional={"index": JSON | st.integers(0, 3)}),
    max_size=4,
)


def item(value: float, index: int | None = None) -> dict[str, Any]:
    return {"embedding": [value, value]} | ({} if index is None else {"index": index})


def test_the_index_tells_the_order_and_without_one_the_place_does() -> None:
    by_index = vectors_of([item(2, 1), item(1, 0)], 2)
    by_place = vectors_of([item(1), item(2)], 2)

    assert [vector.tolist() for vector in by_index if vector is not None] == [[1, 1], [2, 2]]
    assert [vector.tolist() for vector in by_place if vector is not None] == [[1, 1], [2, 2]]


@pytest.mark.parametrize(
    "items",
    [
        None,
        {},
        [],
        [item(1)],
        [item(1), item(2), item(3)],
        [item(1, 0), item(2, 0)],
        [item(1, 0), item(2, 2)],
        [item(1, 0), item(2, -1)],
        [item(1, 0), item(2)],
        [{"embedding": []}, item(2)],
        [{"embedding": None}, item(2)],
        [{"embedding": "AACAPw=="}, item(2)],
        [{"embedding": [[1.0], [2.0]]}, item(2)],
        [{"embedding": [1.0, [2.0]]}, item(2)],
        [{"embedding": [1.0, None, "x"]}, item(2)],
        [{"embedding": [10**400]}, item(2)],
        ["text", item(2)],
    ],
)
def test_what_does_not_say_which_input_has_which_vector_is_malformed(items: object) -> None:
    with pytest.raises(CallFault) as fault:
        vectors_of(items, 2)
    assert (fault.value.code, fault.value.kind) == ("malformed_response", "passing")


def test_a_partial_answer_lacks_what_it_leaves_out_or_gives_as_null() -> None:
    lacking = vectors_of([item(1, 0), {"index": 2, "embedding": None}], 4, partial=True)

    assert [vector is None for vector in lacking] == [False, True, True, True]


@settings(max_examples=50)
@given(JSON | ITEMS, st.integers(0, 4), st.booleans())
def test_any_answer_is_read_or_malformed(items: object, inputs: int, partial: bool) -> None:
    try:
        vectors = vectors_of(json.loads(json.dumps(items)), inputs, partial=partial)
    except CallFault as fault:
        assert fault.code == "malformed_response"
        return
    assert len(vectors) == inputs
    for vector in vectors:
        assert partial if vector is None else (vector.dtype, vector.ndim) == (np.float32, 1)


@settings(max_examples=30)
@given(JSON)
def test_any_usage_is_a_count(usage: object) -> None:
    assert tokens(usage, "index", "embedding") >= 0


@pytest.mark.parametrize(
    "odd", [float("nan"), float("inf"), -1, True, "7", None, [1], 10**12, 10**400]
)
def test_a_count_that_is_none_is_nothing(odd: object) -> None:
    assert tokens({"a": odd, "b": 5}, "a", "b") == 5
