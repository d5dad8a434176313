"""Drafts of photos that someone uploads: one at a time is made while its person waits.

`studio.py` drafts a listing: `preparing.py` makes a product of the uploaded files, with the models
that `models.py` opened over the journals of a `slots.py`; `late.py` and `asking.py` see to what was
asked when nobody waits for it any more. `studios.py` keeps the studios of a server, `adoptions.py`
notes what became of the drafts.
"""

from listing_assets.listings.online.adoptions import Accepted, Adoption, Rate, accept, rates
from listing_assets.listings.online.preparing import Upload
from listing_assets.listings.online.studio import Studio
from listing_assets.listings.online.studios import Studios

__all__ = [
    "Accepted",
    "Adoption",
    "Rate",
    "Studio",
    "Studios",
    "Upload",
    "accept",
    "rates",
]
