"""Drafts of photos that someone uploads: one at a time is made while its person waits.

`studio.py` drafts a listing: `preparing.py` makes a product of the uploaded files, with the models
that `models.py` opened over the journals of a `slots.py`, once `readiness.py` has made them ready;
`late.py` and `asking.py` see to what was asked when nobody waits for it any more. `studios.py`
keeps the studios of a server, `rechecking.py` checks texts as they are edited, `adoptions.py` notes
what became of the drafts, `usual.py` has what counts where nothing is named.
"""

from listing_assets.listings.online.adoptions import (
    Accepted,
    Adoption,
    Rate,
    accept,
    drafted,
    rates,
)
from listing_assets.listings.online.preparing import Upload
from listing_assets.listings.online.rechecking import Checked, recheck
from listing_assets.listings.online.studio import Studio
from listing_assets.listings.online.studios import Studios

__all__ = [
    "Accepted",
    "Adoption",
    "Checked",
    "Rate",
    "Studio",
    "Studios",
    "Upload",
    "accept",
    "drafted",
    "rates",
    "recheck",
]
