"""What goes wrong with an evaluation."""

from resources.errors import ListingError


class EvaluationError(ListingError):
    """There is nothing that could be evaluated."""
