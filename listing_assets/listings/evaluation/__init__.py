"""How good drafts are: against texts of people, against labels, in finding the same product.

`evaluating.py` does it all for a published version and gives an `Evaluation` (`result.py`), which
`tables.py` and `plot.py` show. `texts.py` has the metrics of texts, `accuracy.py` those of values,
`retrieval.py` those of search. `ablation.py` has the description written from less and from more;
`cases.py` says of which products, `told.py` where people told of them, `naming.py` of which photos
the rows of a file speak, and `holding_out.py` keeps each product out of the reference. `version.py`
opens what is needed and keeps the report.
"""

from listing_assets.listings.evaluation.evaluating import Limits, evaluate
from listing_assets.listings.evaluation.plot import plot
from listing_assets.listings.evaluation.result import Evaluation
from listing_assets.listings.evaluation.same_products import SameProducts, read_pairs
from listing_assets.listings.evaluation.tables import markdown
from listing_assets.listings.evaluation.told import read_rows
from listing_assets.listings.evaluation.version import evaluate_version, save_evaluation

__all__ = [
    "Evaluation",
    "Limits",
    "SameProducts",
    "evaluate",
    "evaluate_version",
    "markdown",
    "plot",
    "read_pairs",
    "read_rows",
    "save_evaluation",
]
