"""The counts of tokens that an endpoint tells: cost and ledger rest on them, so none is trusted."""

from typing import Final

MOST_TOKENS: Final = 1_000_000_000
"""Of one request. What is beyond was not counted, and could not be stored."""


def token_count(told: object) -> int:
    """The count, or 0 for what is none."""
    return told if type(told) is int and 0 <= told <= MOST_TOKENS else 0
