"""What can be wrong with an export."""

from resources.errors import ListingError


class ExportError(ListingError):
    """An export that cannot be made as it was asked for; nothing of it is left."""
