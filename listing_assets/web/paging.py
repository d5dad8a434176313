"""Pages of lists that are no searches: where a page begins, and the token of the next."""

import base64
import binascii
import json

from pydantic import BaseModel, ConfigDict, Field

from listing_assets.hashing import digest
from listing_assets.search import SearchError


class Page(BaseModel):
    """Which page of a list."""

    model_config = ConfigDict(extra="forbid")

    max_results: int = Field(default=50, ge=1, le=100, description="Results of one page.")
    next_token: str | None = Field(
        default=None,
        max_length=8192,
        description="Goes on where a page ended, of the same question.",
    )

    def start(self, *asked: object) -> int:
        """How many results came before.

        Raises:
            SearchError: the token is damaged, or of another question than `asked`.
        """
        if self.next_token is None:
            return 0
        try:
            place, check = json.loads(base64.urlsafe_b64decode(self.next_token.encode()))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            place, check = None, None
        if not isinstance(place, int) or check != digest(place, *asked, length=12):
            raise SearchError(
                "the next_token is damaged, or belongs to another question.",
                "Give it as it was received, or begin without it.",
            )
        return place

    def following(self, total: int, *asked: object) -> str | None:
        """The token of the next page of `total` results; None after the last."""
        end = self.start(*asked) + self.max_results
        if end >= total:
            return None
        text = json.dumps([end, digest(end, *asked, length=12)])
        return base64.urlsafe_b64encode(text.encode()).decode()
