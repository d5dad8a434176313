"""All statements of a text, none overlapping another."""

from listing_assets.listings.honesty.amounts import amounts
from listing_assets.listings.honesty.brands import brands
from listing_assets.listings.honesty.condition import conditions
from listing_assets.listings.honesty.looks import looks
from listing_assets.listings.honesty.models import models
from listing_assets.listings.honesty.money import money
from listing_assets.listings.honesty.names import Lexicon, named_by_cue
from listing_assets.listings.honesty.plain import plain
from listing_assets.listings.honesty.statements import Statement, apart


def statements(text: str, lexicon: Lexicon) -> list[Statement]:
    """The statements of `text` in its order, with places in the plain text.

    Where two overlap, the more particular kind counts: `5000 mAh` is no model.
    """
    plain_text = plain(text).text
    return apart(
        [
            *money(plain_text),
            *conditions(plain_text),
            *amounts(plain_text),
            *named_by_cue(plain_text),
            *models(plain_text, lexicon),
            *brands(plain_text, lexicon),
            *looks(plain_text),
        ]
    )
