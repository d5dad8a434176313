"""What a version published, without what depends on where and when."""

from typing import Any

from listing_assets.publishing.revisions import open_revision
from listing_assets.versions.names import VersionName
from resources.lake import Lake

OF_THE_PLACE = {
    *("uri", "last_modified", "row_version"),
    *("ingested_at", "embedded_at", "updated_at"),
}


def published_rows(lake: Lake, version: VersionName) -> dict[str, dict[str, Any]]:
    """The rows by key, as they are in any lake that was filled from the same photos."""
    table = open_revision(lake, version.dataset, version.version)
    return {
        row["key"]: {name: value for name, value in row.items() if name not in OF_THE_PLACE}
        for row in table.to_arrow().to_pylist()
    }
