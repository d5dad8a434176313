"""The steps of a draft: each a function that takes what the earlier ones found.

A step never raises for what a photo, a model or a reference is like: it says so in its `Found`.
"""

from listing_assets.listings.steps.found import Found

__all__ = ["Found"]
