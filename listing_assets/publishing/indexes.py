"""The indexes of a published table, and the settings of its full-text index."""

from typing import Any, Final

from lancedb.index import FTS, Bitmap, BTree, IvfSq, LabelList

SCALAR_INDEX_ROWS = 5_000
VECTOR_INDEX_ROWS = 20_000
TRAINING_VECTORS = 128
"""Vectors that tell where a part of the vector index lies: half of Lance's own number, as twice as
many take 100 MB more of a million and find the same."""
FULL_TEXT: Final = FTS(base_tokenizer="icu", stem=False, remove_stop_words=False)
"""Words as Unicode's segmentation has them, in Chinese too; whole, and none left out."""


def index(branch: Any, rows: int) -> None:
    """Full text at any size (a search needs it), the others where a scan begins to be felt."""
    wanted: dict[str, Any] = {"text": FULL_TEXT}
    if rows >= SCALAR_INDEX_ROWS:
        wanted |= {"key": BTree(), "labels": LabelList(), "status": Bitmap()}
    if rows >= VECTOR_INDEX_ROWS and branch.schema.field("vector").type.list_size > 1:
        wanted["vector"] = IvfSq(distance_type="cosine", sample_rate=TRAINING_VECTORS)
    indexed = {column for index in branch.list_indices() for column in index.columns}
    if indexed:
        branch.to_lance().optimize.optimize_indices()
        branch.checkout_latest()
    for column, config in wanted.items():
        if column not in indexed:
            branch.create_index(column, config=config)
