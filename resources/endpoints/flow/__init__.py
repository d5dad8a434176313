"""Flow control over one endpoint: how many requests at once, how fast, and what when one fails.

Providers make single attempts; `Caller` makes calls of them. Nothing here knows a protocol.
`Admission` decides over `Concurrency` (with `LatencyWatch`), the rates and the `Breaker`; `Gate` is
where calls wait for it.
"""

from resources.endpoints.flow.caller import Answer, Call, Caller
from resources.endpoints.flow.patience import DEFAULT_PATIENCE, Patience

__all__ = ["DEFAULT_PATIENCE", "Answer", "Call", "Caller", "Patience"]
