"""Checks vectors: one dimension, finite, not zero; and makes them unit length."""

import numpy as np

from resources.endpoints.interface import Embedded
from resources.errors import ModelError


def unit_vectors(
    embedded: Embedded, inputs: int, dimension: int, model: str
) -> tuple[np.ndarray, list[str | None]]:
    """L2-normalized float32 vectors of shape (inputs, dimension), and a reason code where none is.

    A vector that is not finite or is zero gets the reason `not_finite` or `zero_vector`.

    Raises:
        ModelError: the model answered with another dimension or number of vectors, which would
            spoil the whole table.
    """
    vectors = np.asarray(embedded.vectors, dtype=np.float32)
    if vectors.shape != (inputs, dimension):
        raise ModelError(
            f"model {model} answered with vectors of shape {vectors.shape} for {inputs} inputs;"
            f" its table holds dimension {dimension}.",
            "Give the model another version in catalog/models.yaml, or set its dimension.",
        )
    reasons = list(embedded.failures)
    finite: np.ndarray = np.all(np.isfinite(vectors), axis=1)
    vectors = np.where(finite[:, None], vectors, 0)
    lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
    for row in range(inputs):
        if reasons[row] is None and not finite[row]:
            reasons[row] = "not_finite"
        elif reasons[row] is None and lengths[row] == 0:
            reasons[row] = "zero_vector"
    unit = vectors / np.where(lengths == 0, 1, lengths)[:, None]
    return unit.astype(np.float32), reasons
