"""What stands at the place of an instruction dataset."""

import json
from typing import Any

from listing_assets.exports.output import MANIFEST
from listing_assets.listings.training.request import InstructionRequest
from listing_assets.listings.training.written import FORMAT
from resources.errors import ListingError
from resources.object_store import open_store
from resources.object_store.writing import Target


def standing(target: Target, request: InstructionRequest) -> dict[str, Any] | None:
    """The manifest of the instruction dataset that stands there; None where there is none."""
    if target.held(MANIFEST) != "the marker":
        return None
    try:
        manifest = json.loads(open_store(target.uri, request.credentials).read(MANIFEST))
    except (ListingError, ValueError):
        return None
    is_ours = isinstance(manifest, dict) and manifest.get("format") == FORMAT
    return manifest if is_ours else None
