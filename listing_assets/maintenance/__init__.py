"""Upkeep of the lake: which tables are compacted, what is cleared away and when, and the report."""

from listing_assets.maintenance.maintaining import maintain_lake
from listing_assets.maintenance.report import Maintenance, TableUpkeep

__all__ = ["Maintenance", "TableUpkeep", "maintain_lake"]
