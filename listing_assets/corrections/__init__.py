"""What people say of photos: corrections that win over the model's answers.

They hang on the photo (its image id) and the dataset, so that they survive re-labelling and new
versions; they are append-only, so that each has its author and time and can be undone. Publishing
joins them in (`listing_assets.publishing.rows`).
"""

from listing_assets.corrections.journal import Correction, CorrectionJournal
from listing_assets.corrections.standing import Standing, standing

__all__ = ["Correction", "CorrectionJournal", "Standing", "standing"]
