"""Goes on where a page ended: the token between two pages, and what comes after a row.

A token names the revision that its search began in, so that a search goes on there whatever was
published meanwhile, and the query it belongs to. It is no secret and no credential: it leads to
nothing that a new search would not find.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa

from listing_assets.hashing import digest
from listing_assets.search.errors import SearchError
from listing_assets.search.fields import Field, quoted_name
from listing_assets.search.filters import timestamp
from listing_assets.search.published import Published
from listing_assets.search.query import Query
from listing_assets.versions.relations import quoted_text

Position = int | tuple[Any, str]
"""How many results of a ranking were seen; or the last row's value of the sorted field, and key."""


@dataclass(frozen=True, slots=True)
class Token:
    """Where a search stands."""

    revision: str
    total: int
    position: Position

    def written(self, published: Published, query: Query) -> str:
        """The token as text, for the next page of `query`."""
        position = self.position
        if isinstance(position, tuple) and isinstance(position[0], datetime):
            position = (position[0].isoformat(), position[1])
        said = [self.revision, self.total, position, _asked(published, query)]
        text = json.dumps([*said, digest(*said, length=8)], ensure_ascii=False)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(text: str, published: Published, query: Query) -> Token:
    """The token that a query was given.

    Raises:
        SearchError: it is damaged, or belongs to another search.
    """
    try:
        padded = text.encode() + b"=" * (-len(text) % 4)
        *said, check = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        revision, total, position, asked = said
        is_whole = check == digest(*said, length=8)
    except (ValueError, TypeError, RecursionError, binascii.Error) as error:
        raise _damaged() from error
    if not is_whole:
        raise _damaged()
    if asked != _asked(published, query):
        raise SearchError(
            "the next_token belongs to another search.",
            "Ask the same as on the first page, or begin without the token.",
        )
    match revision, total, position:
        case str(), int(), int() if query.is_ranked and position >= 0:
            return Token(revision, total, position)
        case str(), int(), [value, str(key)] if not query.is_ranked:
            return Token(revision, total, (value, key))
    raise _damaged()


def after(field: Field, descending: bool, value: Any, key: str) -> str:
    """The filter of the rows that come after one with `value` and `key`; nulls come last.

    Raises:
        SearchError: the field cannot have that value.
    """
    later_key = f"`key` > {quoted_text(key)}"
    column = quoted_name(field.column)
    if field.column == "key":
        return f"`key` < {quoted_text(key)}" if descending else later_key
    if value is None:
        return f"({column} IS NULL AND {later_key})"
    try:
        literal = _literal(field.type, value)
    except (TypeError, ValueError) as error:
        raise _damaged() from error
    beyond = f"{column} {'<' if descending else '>'} {literal}"
    return f"({beyond} OR ({column} = {literal} AND {later_key}) OR {column} IS NULL)"


def _literal(kind: pa.DataType, value: Any) -> str:
    if pa.types.is_timestamp(kind):
        return timestamp(datetime.fromisoformat(value))
    if pa.types.is_boolean(kind):
        return "true" if value else "false"
    if pa.types.is_integer(kind):
        return str(int(value))
    if pa.types.is_floating(kind):
        return repr(float(value))
    return quoted_text(str(value))


def _damaged() -> SearchError:
    return SearchError(
        "the next_token is damaged.", "Give it as it was received, or begin the search without it."
    )


def _asked(published: Published, query: Query) -> str:
    return digest(published.dataset, published.reference, query.fingerprint, length=16)
