"""How many requests a run's budget still allows: batches are paid for when they are made."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from listing_assets.batches.notes import Batch
from listing_assets.calls.budget import Budget, BudgetSpentError
from listing_assets.calls.opening import TYPICAL_TOKENS
from listing_assets.calls.spending import typical_call
from listing_assets.catalog import Model
from resources.endpoints.config import EndpointConfig
from resources.lake import Lake


@dataclass(slots=True)
class Allowance:
    """What is left of a budget, and what one request is thought to cost. None: no limit."""

    left: float | None
    each: float = 0.0
    currency: str = ""

    @property
    def requests(self) -> int | None:
        """How many requests may still be made; None where any number may."""
        if self.left is None or not self.each:
            return None
        return max(0, math.floor(self.left / self.each * (1 + 1e-9)))

    def take(self, requests: int) -> None:
        """So many requests are made."""
        if self.left is not None:
            self.left = max(0.0, self.left - requests * self.each)

    def spent(self, lacking: int) -> BudgetSpentError:
        """The error of a run that may not make any request."""
        return BudgetSpentError(
            f"the budget allows no batch: {self.left or 0:.4g} is left{self._currency}, one request"
            f" may cost {self.each:.4g}, and {lacking:,} are lacking.",
            "Everything answered is kept. Run again, with a new --budget, to go on.",
        )

    @property
    def _currency(self) -> str:
        return f" in {self.currency}" if self.currency else ""


def allowance(
    lake: Lake,
    model: Model,
    config: EndpointConfig,
    budget: Budget,
    open_batches: Iterable[Batch],
    run_id: str,
) -> Allowance:
    """What the budget of a run leaves, after what it has paid and the batches it has made.

    `config` has the price of a request in a batch.
    """
    if budget.limit is None or config.price is None:
        return Allowance(None)
    typical = typical_call(lake, model.service, model.version)
    tokens = (typical.input_tokens, typical.output_tokens) if typical else TYPICAL_TOKENS
    each = config.price.of(math.ceil(tokens[0]), math.ceil(tokens[1]))
    made = sum(batch.requests for batch in open_batches if batch.run_id == run_id)
    return Allowance(max(0.0, budget.limit - budget.spent - made * each), each, budget.currency)
