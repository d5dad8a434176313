"""What endpoints complain of, whichever protocol they speak: their errors become faults.

`error_bodies.py` reads a complaint out of a response, `retry_after.py` the wait that it asks for,
`refusals.py` tells what of a request was refused, `words.py` makes text fit to keep, and
`meaning.py` makes the fault of it all.
"""

from resources.endpoints.complaints.meaning import Complaints
from resources.endpoints.complaints.refusals import Refused, RequestRefused

__all__ = ["Complaints", "Refused", "RequestRefused"]
