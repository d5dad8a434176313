"""How long a call rests before it asks again."""

import random

from resources.endpoints.flow.patience import Patience


def backoff(patience: Patience, failures: int, retry_after: float | None = None) -> float:
    """Seconds to rest after a call's `failures`-th failure, drawn anew each time.

    Full jitter: anywhere between nothing and a bound that doubles, so that calls which failed
    together do not come back together. Where the endpoint said when to come back, the jitter comes
    after that moment and is no longer than the wait that was asked for.
    """
    bound = min(
        patience.longest_backoff, patience.first_backoff * 2.0 ** min(max(failures, 1) - 1, 60)
    )
    jitter = bound * random.random()  # noqa: S311 - spreads calls, guards no secret
    if not retry_after:
        return jitter
    return retry_after + min(jitter, retry_after)
