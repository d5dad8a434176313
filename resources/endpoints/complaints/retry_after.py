"""How long an endpoint asks to be left alone."""

import calendar
import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """The wait that a response asks for, in seconds; None if it does not say.

    `Retry-After` holds seconds or an HTTP date; OpenAI adds `retry-after-ms`.
    """
    for header, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        seconds = _number(headers.get(header, ""))
        if seconds is not None:
            return seconds / unit
    try:
        moment = parsedate_to_datetime(headers.get("retry-after", ""))
    except ValueError:
        return None
    return max(0.0, calendar.timegm(moment.utctimetuple()) - time.time())


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
