"""The errors of exchanging reviews."""

from resources.errors import ListingError


class ReviewError(ListingError):
    """Tasks cannot be written as they are wanted, or a file holds no annotations."""
