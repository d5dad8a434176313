"""Joins over a version in DuckDB: millions of narrow rows in bounded memory, spilling to disk.

Only this module talks SQL to DuckDB on behalf of the others; it knows columns, not meanings.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from listing_assets.versions.instances import IDLE


class Relations:
    """A private in-memory DuckDB database with a memory limit, which spills to a scratch folder.

    `memory` is DuckDB's notation, such as `1GB`.
    """

    def __init__(self, memory: str = "1GB") -> None:
        self._instance = IDLE.take(memory)
        self._database = self._instance.begin()
        self._shown: dict[str, object] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end(is_whole=error is None)

    def close(self) -> None:
        """Give back memory and scratch folder."""
        self._end(is_whole=True)

    def _end(self, *, is_whole: bool) -> None:
        """Close; after an error nobody knows what the instance still does."""
        self._database.close()
        self._shown.clear()
        if is_whole and self._instance.end():
            IDLE.give(self._instance)
        else:
            self._instance.close()

    def load(
        self,
        name: str,
        rows: pa.RecordBatchReader | pa.Table,
        query: str = "SELECT * FROM incoming",
    ) -> None:
        """Make table `name` of `query`, in which `rows` are the relation `incoming`, read once."""
        self._database.register("incoming", rows)
        try:
            self._database.execute(f"CREATE OR REPLACE TABLE {name} AS {query}")
        finally:
            self._database.unregister("incoming")

    def make(self, name: str, query: str, parameters: dict[str, Any] | None = None) -> None:
        """Make table `name` of a query over the others."""
        self._database.execute(f"CREATE OR REPLACE TABLE {name} AS {query}", parameters)

    def add(self, name: str, query: str) -> None:
        """Add the rows of a query to table `name`."""
        self._database.execute(f"INSERT INTO {name} {query}")

    def drop(self, *names: str) -> None:
        """Give back what tables and shown files take that are not needed any more."""
        for name in names:
            is_shown = self._shown.pop(name, None) is not None
            self._database.execute(f"DROP {'VIEW' if is_shown else 'TABLE'} {name}")

    def write(self, name: str, query: str, path: Path, of: object) -> None:
        """Let `name` be the rows of a query, written to a Parquet file; `of` is held meanwhile."""
        to = f"{quoted_text(str(path))} (FORMAT parquet, COMPRESSION lz4, ROW_GROUP_SIZE 32768)"
        self._database.execute(f"COPY ({query}) TO {to}")
        self.show(name, path, of)

    def write_loaded(
        self, name: str, rows: pa.RecordBatchReader | pa.Table, query: str, path: Path, of: object
    ) -> None:
        """As `write`, of a query in which `rows` are the relation `incoming`, read once."""
        self._database.register("incoming", rows)
        try:
            self.write(name, query, path, of)
        finally:
            self._database.unregister("incoming")

    def show(self, name: str, path: Path, of: object) -> None:
        """Let `name` be the rows of a Parquet file, read when asked for; `of` is held meanwhile.

        A `*` in the path stands for any text, so that one name has the rows of several files.
        """
        rows = f"read_parquet({quoted_text(str(path))})"
        self._database.execute(f"CREATE OR REPLACE VIEW {name} AS FROM {rows}")
        self._shown[name] = of

    def one(self, query: str) -> tuple[Any, ...]:
        """The only row of a query."""
        (row,) = self.all(query)
        return row

    def all(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query that yields few."""
        return self._database.execute(query).fetchall()

    def table(self, query: str) -> pa.Table:
        """All rows of a query as Arrow."""
        return self._database.sql(query).to_arrow_table()

    def stream(self, query: str, batch_rows: int = 2048) -> Iterator[pa.RecordBatch]:
        """The rows of a query as Arrow batches, streamed from a cursor of its own."""
        reader = self._instance.connection().sql(query).to_arrow_reader(batch_rows)
        yield from reader

    def rows(self, query: str, batch_rows: int = 2048) -> Iterator[dict[str, Any]]:
        """The rows of a query as dictionaries, streamed."""
        for batch in self.stream(query, batch_rows):
            yield from batch.to_pylist()


def quoted_text(text: str) -> str:
    """A text as an SQL literal, for DuckDB and Lance alike."""
    return "'" + text.replace("'", "''") + "'"


def is_one_of(column: str, texts: Iterable[str]) -> str:
    """The SQL condition that a column holds one of `texts`, for DuckDB and Lance alike."""
    return f"{column} IN ({', '.join(map(quoted_text, texts))})"
