"""What can be wrong with the listings of a version."""

from listing_assets.exports.errors import ExportError


class NothingToLearnError(ExportError):
    """A version has no listing to train on: none with a text, or none that is left."""
