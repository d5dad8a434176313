"""What models are told when they help with a listing, as exact text.

`writing.py` has the three instructions for a description: from the photos; with the category's
template; with reference values too. `asking.py` has the questions for the category and for
attributes. The wording is in `english.py` and `chinese.py`, in the form of `wording.py`;
`quoting.py` wraps texts of strangers. Everything here is pure: equal arguments give equal text.
"""

from listing_assets.listings.instructions.asking import (
    asking_recipe,
    attributes_question,
    category_question,
)
from listing_assets.listings.instructions.writing import (
    VERSION,
    Brief,
    Instruction,
    ReferenceValue,
    instruction,
    writing_recipe,
)

__all__ = [
    "VERSION",
    "Brief",
    "Instruction",
    "ReferenceValue",
    "asking_recipe",
    "attributes_question",
    "category_question",
    "instruction",
    "writing_recipe",
]
