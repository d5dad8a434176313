"""Vectors: one dimension, finite, not zero, unit length."""

import numpy as np
import pytest

from listing_assets.embedding.checking import unit_vectors
from resources.endpoints.interface import Embedded
from resources.errors import ModelError


def test_vectors_become_unit_length() -> None:
    vectors, reasons = unit_vectors(Embedded(np.array([[3.0, 4.0]]), (None,), "call"), 1, 2, "m")
    assert vectors.dtype == np.float32
    assert np.allclose(vectors, [[0.6, 0.8]])
    assert reasons == [None]


def test_zero_nan_and_infinite_vectors_get_a_reason_and_harm_no_other() -> None:
    given = np.array([[0, 0], [np.nan, 1], [np.inf, 1], [1, 0]])
    vectors, reasons = unit_vectors(Embedded(given, (None,) * 4, "call"), 4, 2, "m")
    assert reasons == ["zero_vector", "not_finite", "not_finite", None]
    assert np.isfinite(vectors).all()


def test_a_reason_that_the_model_gave_is_kept() -> None:
    _, reasons = unit_vectors(Embedded(np.zeros((1, 2)), ("unanswered",), "call"), 1, 2, "m")
    assert reasons == ["unanswered"]


@pytest.mark.parametrize("shape", [(1, 3), (2, 2), (2,)])
def test_another_dimension_or_number_is_an_error_that_says_so(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match=r"shape .* for 1 inputs; its table holds dimension 2"):
        unit_vectors(Embedded(np.ones(shape), (None,), "call"), 1, 2, "m")
