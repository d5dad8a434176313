"""The columns that a photo offers to an imported model, and the rows of numbers made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from listing_assets.catalog import Model, Recipes
from listing_assets.versions.relations import Relations
from resources.endpoints.boosted_trees import BoostedTrees
from resources.errors import ModelError
from resources.lake import Lake
from resources.lake.database import scan
from resources.lake.tables import NORMALIZED_IMAGES, embeddings_name

FACTS: Final[Mapping[str, str]] = {
    "width": "width",
    "height": "height",
    "aspect": "width / height",
    "bytes": "bytes",
    "frames": "frames",
    "orientation": "orientation",
    "sharpness": "sharpness",
    "brightness": "brightness",
}
"""What each fact is in the columns of `normalized_images`, as SQL."""
STORED: Final = tuple(name for name, sql in FACTS.items() if name == sql)
VECTOR: Final = "vector"
NUMBERS: Final = frozenset({"TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE"})
VECTORS: Final = frozenset({"ARRAY<FLOAT>", "ARRAY<DOUBLE>"})

NO_VECTOR: Final = "no_vector"
"""Reason code of a photo that lacks the vector that a model is given."""
NO_FACT: Final = "no_fact"
"""Reason code of a photo that lacks a fact that a model is given."""


@dataclass(frozen=True)
class Inputs:
    """The declared columns of one model, in its order, in small letters."""

    columns: tuple[str, ...]

    @classmethod
    def of(cls, model: Model) -> Self:
        """The columns of a model's input signature.

        Raises:
            ModelError: a column is none that a photo has, or has another type.
        """
        for name, kind in model.columns.items():
            column = name.lower()
            if column != VECTOR and column not in FACTS:
                near = get_close_matches(column, [*FACTS, VECTOR], 1)
                raise ModelError(
                    f"model {model.name}: its input column '{name}' is nothing that a photo has.",
                    f"Did you mean '{near[0]}'?"
                    if near
                    else f"A photo has {', '.join(FACTS)} and {VECTOR}.",
                )
            if kind not in (VECTORS if column == VECTOR else NUMBERS):
                right = "an ARRAY<FLOAT>" if column == VECTOR else "a number: INT, BIGINT or FLOAT"
                raise ModelError(
                    f"model {model.name}: its input column '{name}' is declared as {kind}.",
                    f"It is {right}.",
                )
        return cls(tuple(name.lower() for name in model.columns))

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts among the columns."""
        return tuple(column for column in self.columns if column != VECTOR)

    @property
    def has_vector(self) -> bool:
        """Whether the vector is among the columns."""
        return VECTOR in self.columns

    def require_fit(self, model: Model, trees: BoostedTrees, dimension: int) -> None:
        """Make sure that the model was trained on so many numbers, in this order.

        Raises:
            ModelError: it was not.
        """
        given = len(self.facts) + (dimension if self.has_vector else 0)
        if trees.features != given:
            of_vector = f", of which the vector is {dimension}" if self.has_vector else ""
            raise ModelError(
                f"model {model.name}: its file {model.model} takes {trees.features} numbers, but"
                f" its input columns {', '.join(self.columns)} make {given}{of_vector}.",
                "Declare the columns that it was trained on, in their order, in 'input'; a model of"
                " vectors fits the one embedding model that they came from.",
            )
        trained = tuple(name.lower() for name in trees.feature_names)
        if sorted(trained) == sorted(self.columns) and trained != self.columns:
            raise ModelError(
                f"model {model.name}: its file {model.model} was trained on the columns"
                f" {', '.join(trained)}; 'input' has them in another order:"
                f" {', '.join(self.columns)}.",
                "Declare them in the order of the file.",
            )

    def rows(self, photos: pa.Table, vectors: np.ndarray) -> np.ndarray:
        """The numbers of each photo, float32 of shape (n, features); NaN where one is unknown.

        `photos` has a column for each fact, `vectors` is float32 of shape (n, dimension).
        """
        blocks = [
            vectors
            if column == VECTOR
            else photos.column(column).to_numpy().astype(np.float32)[:, None]
            for column in self.columns
        ]
        return np.hstack(blocks)

    def reasons(self, rows: np.ndarray) -> list[str | None]:
        """Of each row that `rows` made: why it cannot be predicted from, None where it can."""
        unknown = np.isnan(rows)
        if not self.has_vector:
            return [NO_FACT if lacks else None for lacks in unknown.any(axis=1)]
        no_vector = unknown[:, self.columns.index(VECTOR)]
        return [
            NO_VECTOR if lacks_vector else NO_FACT if lacks else None
            for lacks_vector, lacks in zip(no_vector, unknown.any(axis=1), strict=True)
        ]


class Vectors:
    """The vectors of a version's photos, read a batch at a time."""

    def __init__(self, lake: Lake, recipes: Recipes) -> None:
        name = embeddings_name(recipes.embedding_model.vector_space)
        self._table: Any = lake.open(name) if lake.exists(name) else None
        self._where = f"recipe = '{recipes.embedding}'"
        self.dimension: int = (
            self._table.schema.field("vector").type.list_size if self._table is not None else 0
        )
        """Numbers of a vector; 0 where no photo has one yet."""

    def load(self, relations: Relations) -> None:
        """Make the table `vectors` (image_id, vector_row) of a loaded view's photos that have one.

        The newest row of a photo counts.
        """
        columns = ["image_id", "reason", "created_at"]
        if self._table is None:
            strings = {name: pa.array([], pa.string()) for name in columns}
            found = pa.table({**strings, "_rowid": pa.array([], pa.uint64())})
        else:
            found = scan(self._table, columns, self._where, row_ids=True)
        relations.load(
            "vectors",
            found,
            """SELECT image_id, v.row AS vector_row FROM (
                   SELECT image_id, arg_max(struct_pack(reason, row := _rowid), created_at) AS v
                   FROM incoming WHERE image_id IN (SELECT image_id FROM photos)
                   GROUP BY image_id)
               WHERE v.reason IS NULL""",
        )

    def take(self, row_ids: pa.ChunkedArray) -> np.ndarray:
        """Vectors at `row_ids`, float32 of shape (n, dimension); NaN where the row id is null."""
        vectors = np.full((len(row_ids), self.dimension), np.nan, np.float32)
        wanted = row_ids.drop_null().to_pylist()
        if not wanted:
            return vectors
        found = self._table.take_row_ids(wanted).select([VECTOR]).with_row_id().to_arrow()
        places = pc.index_in(row_ids, value_set=found.column("_rowid").combine_chunks())
        known = places.is_valid().to_numpy()
        flat = found.column(VECTOR).combine_chunks().flatten().to_numpy()
        taken = flat.reshape(-1, self.dimension)
        vectors[known] = taken[places.drop_null().to_numpy()]
        return vectors


def load_facts(relations: Relations, lake: Lake, recipes: Recipes) -> None:
    """Make the table `facts` (jpeg_row, a column for each fact) of a loaded view's photos."""
    told = ", ".join(f"CAST({sql} AS DOUBLE) AS {name}" for name, sql in FACTS.items())
    relations.load(
        "facts",
        lake.scan(NORMALIZED_IMAGES, STORED, f"recipe = '{recipes.spec.recipe}'", row_ids=True),
        f"""SELECT _rowid AS jpeg_row, {told} FROM incoming
            WHERE _rowid IN (SELECT jpeg_row FROM photos)""",
    )
