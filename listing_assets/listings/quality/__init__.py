"""The quality of a listing: a weighted sum of plain features, each with what would raise it.

`scoring.py` weighs; `attributes.py`, `text.py`, `fluency.py` and `photos.py` measure. Everything is
computed from what the draft and its product hold: no model is asked, nothing is read.
"""

from listing_assets.listings.quality.scoring import most_to_gain, quality_of

__all__ = ["most_to_gain", "quality_of"]
