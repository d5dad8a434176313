"""Instruction datasets: published listings, cleaned, as conversations that a model is trained on.

`request.py` says what can be asked for. `listings.py` finds the listings of a revision
(`grouping.py`) and splits them by product (`splitting.py`). `cleaning.py` has the steps,
`scoring.py`, `similarity.py` and `texts.py` what they judge by, `choosing.py` does them.
`lessons.py` makes the examples: `descriptions.py` the three instructions, `questions.py`
categories, attributes and tags, in the form of `examples.py`; `neighbours.py` is the reference, of
the train split alone. `making.py` does all in order: `target.py` looks at the place, `writing.py`
writes the files with what training tools want beside them (`training_files.py`), `written.py` tells
what was written.
"""

from listing_assets.listings.training.errors import NothingToLearnError
from listing_assets.listings.training.making import write_instruction_dataset
from listing_assets.listings.training.request import ExampleKind, InstructionRequest, Split
from listing_assets.listings.training.scoring import Scorer
from listing_assets.listings.training.written import InstructionDataset

__all__ = [
    "ExampleKind",
    "InstructionDataset",
    "InstructionRequest",
    "NothingToLearnError",
    "Scorer",
    "Split",
    "write_instruction_dataset",
]
