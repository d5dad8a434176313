"""What is paid for: the ledger of calls, the journal that outlives a kill, the budget of a run.

Nothing here knows what is asked or answered; the steps hand over rows.
"""

from listing_assets.calls.ledger import CallContext
from listing_assets.calls.opening import leased_records, open_records
from listing_assets.calls.records import CallRecords, Kept
from listing_assets.calls.summary import CallSummary

__all__ = ["CallContext", "CallRecords", "CallSummary", "Kept", "leased_records", "open_records"]
