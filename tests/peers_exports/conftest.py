"""The published dataset and the way to export from it, as in `tests/exports`."""

from tests.exports.conftest import make, shop  # noqa: F401
