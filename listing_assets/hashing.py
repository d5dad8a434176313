"""The one hashing function: recipes, object ids and fingerprints are all made here."""

import hashlib
import json

RECIPE_LENGTH = 16
"""Hex characters of a recipe: 64 bits tell a dataset's few recipes apart and keep rows narrow."""

_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
)
"""Made once: objects are many, and `json.dumps` would make one for each."""


def digest(*parts: object, length: int = 32) -> str:
    """The first `length` hex characters of the sha256 of `parts` as canonical JSON."""
    return hashlib.sha256(_CANONICAL.encode(parts).encode()).hexdigest()[:length]


def recipe(*parts: object) -> str:
    """The recipe of a derived result: a hash of all that determines it besides the pixels."""
    return digest(*parts, length=RECIPE_LENGTH)
