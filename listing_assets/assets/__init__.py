"""The assets of a dataset version, one file each. A body composes domain calls and reports.

`run.py` has what every body begins with, `reporting.py` what it ends with.
"""

from listing_assets.assets.embeddings import embeddings
from listing_assets.assets.instruction_datasets import instruction_datasets
from listing_assets.assets.labeled_dataset_versions import labeled_dataset_versions
from listing_assets.assets.listing_drafts import listing_drafts
from listing_assets.assets.listing_evaluations import listing_evaluations
from listing_assets.assets.normalized_images import normalized_images
from listing_assets.assets.predicted_tags import predicted_tags
from listing_assets.assets.raw_images import raw_images
from listing_assets.assets.smart_tags import smart_tags

ASSETS = [
    raw_images,
    normalized_images,
    smart_tags,
    embeddings,
    predicted_tags,
    labeled_dataset_versions,
    listing_drafts,
]

ON_REQUEST = [listing_evaluations, instruction_datasets]
"""Made from published versions when someone asks, not with every run."""

__all__ = ["ASSETS", "ON_REQUEST"]
