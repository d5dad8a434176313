"""The budget of a run: no request leaves that might pass it."""

import threading

from resources.errors import EndpointStoppedError


class BudgetSpentError(EndpointStoppedError):
    """The run's budget allows no further call. What is finished is kept."""


class Budget:
    """Counts what was spent and what calls in flight may still cost.

    `limit` is in the currency of the model's price; None lets everything pass. `spent` is what the
    same run paid in earlier steps. `estimate` is the most that one call is thought to cost until
    one is seen; afterwards the dearest one seen counts. `currency` is for messages.
    """

    def __init__(
        self,
        limit: float | None,
        *,
        spent: float = 0.0,
        estimate: float = 0.0,
        currency: str = "",
    ) -> None:
        self.limit = limit
        self.spent = spent
        self.currency = currency
        self._estimate = estimate
        self._dearest = 0.0
        self._in_flight = 0
        self._lock = threading.Lock()

    def reserve(self) -> None:
        """A request is about to leave.

        Raises:
            BudgetSpentError: with it, the budget might be passed.
        """
        with self._lock:
            if self.limit is not None:
                each = self._dearest or self._estimate
                if self.spent + (self._in_flight + 1) * each > self.limit:
                    raise self._refusal(self.limit, each)
            self._in_flight += 1

    def _refusal(self, limit: float, each: float) -> BudgetSpentError:
        if not self.spent and not self._in_flight:
            return BudgetSpentError(
                f"the budget of {self._told(limit)} is less than one call may cost, {each:.4g}.",
                "Nothing was paid. Run again with a larger --budget.",
            )
        return BudgetSpentError(
            f"the budget of {self._told(limit)} is spent: {self.spent:.4g} paid, and one more call"
            f" may cost {each:.4g}.",
            "Everything answered is kept. Run again, with a new --budget, to go on.",
        )

    def settle(self, cost: float | None) -> None:
        """The request is over and cost this much."""
        with self._lock:
            self._in_flight -= 1
            self.spent += cost or 0.0
            self._dearest = max(self._dearest, cost or 0.0)

    def _told(self, limit: float) -> str:
        return f"{limit:g} {self.currency}".rstrip()
