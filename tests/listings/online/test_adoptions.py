"""What became of drafts: how much was kept, and the rate of each definition."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.listings.draft import Draft
from listing_assets.listings.online.adoptions import (
    Accepted,
    UnknownDraftError,
    accept,
    offer,
    rates,
    share_kept,
)
from resources.lake import Lake


def draft(text: str, recipe: str = "r1") -> Draft:
    return Draft(("a.jpg",), title="Mug", description=text, recipe=recipe)


@pytest.mark.parametrize(
    ("description", "title", "share"),
    [
        ("A blue mug.", "Mug", 1.0),
        ("A very blue mug, indeed.", "Mug", 1.0),
        ("A mug.", "Mug", 9 / 14),
        ("", "", 0.0),
    ],
    ids=["as-drafted", "more-said", "less-said", "nothing-kept"],
)
def test_the_share_kept_is_that_of_the_drafted_characters(
    description: str, title: str, share: float
) -> None:
    assert share_kept(draft("A blue mug."), Accepted(title, description)) == pytest.approx(share)


@given(st.text(max_size=40), st.text(max_size=40))
def test_the_share_kept_is_between_none_and_all(drafted: str, accepted: str) -> None:
    share = share_kept(draft(drafted), Accepted("Mug", accepted))
    assert share is not None and 0 < share <= 1
    assert share_kept(draft(drafted), Accepted("Mug", drafted)) == 1
    assert share_kept(Draft(("a.jpg",)), Accepted("Mug", accepted)) is None


def test_a_draft_counts_once_in_the_rate_of_its_definition(tmp_path: Path) -> None:
    lake = Lake(str(tmp_path / "lake"))
    assert rates(lake) == []
    for recipe in ("r1", "r2", "r1"):
        offer(lake, "shop_en", "listing", draft("A blue mug.", recipe))
    offer(lake, "shop_zh", "listing", draft("A blue mug.", "r3"))
    accept(lake, "other", "r1", Accepted("Mug", ""), "Ada")
    last = accept(lake, "other", "r1", Accepted("Mug", "A blue mug."), "Ada")
    assert (last.definition, last.listing_id, last.share_kept) == ("shop_en", "listing", 1.0)
    english, chinese = rates(lake)
    assert (english.offered, english.accepted, english.adoption_rate) == (2, 1, 0.5)
    assert english.share_kept == 1.0, "the last acceptance counts"
    assert (chinese.offered, chinese.accepted, chinese.share_kept) == (1, 0, None)
    with pytest.raises(UnknownDraftError):
        accept(lake, "shop_en", "none", Accepted("", ""), "Ada")
