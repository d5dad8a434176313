"""Honest text: what a description claims and what bears it out, what it must not say, its length.

A step of the pipeline traces the claims of a text (`trace`), drops those that nothing bears out
where that is asked for (`without_unsupported`), cuts it to its length (`cut`) and holds it against
the rules of the catalog (`violations`). While a text is being written, `guarded` watches it.
Everything here is computed from its arguments: no model is asked.
"""

from listing_assets.listings.honesty.claims import trace
from listing_assets.listings.honesty.dropping import Dropped, drop, without_unsupported
from listing_assets.listings.honesty.guard import Guard, Stopped, guarded
from listing_assets.listings.honesty.limits import cut
from listing_assets.listings.honesty.rules.loading import load_rules
from listing_assets.listings.honesty.rules.searching import Rules, violations

__all__ = [
    "Dropped",
    "Guard",
    "Rules",
    "Stopped",
    "cut",
    "drop",
    "guarded",
    "load_rules",
    "trace",
    "violations",
    "without_unsupported",
]
