"""Opens, appends to and scans the tables of the lake."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import lance
import lancedb
import pyarrow as pa

from resources.errors import LakeError
from resources.lake.faults import lake_error
from resources.lake.locks import ALONE, Lease
from resources.lake.locks import TABLE as LEASES
from resources.lake.tables import TableSpec

FAILURES = (OSError, RuntimeError, ValueError)
"""What Lance raises, for a table that is not there and for a store that does not answer alike."""
ABSENT = "was not found"
"""In its message where it is the table that is not there."""


class Lake:
    """A LanceDB database. Cheap to make, safe to share between threads, not between forks.

    Reading makes nothing: a folder or table that is not there yet is an empty one.
    """

    def __init__(self, uri: str, storage_options: Mapping[str, str] | None = None) -> None:
        self.uri = uri
        self.storage_options = dict(storage_options or storage_options_from_environment(uri))

    @cached_property
    def database(self) -> lancedb.DBConnection:
        """The LanceDB connection, always reading what others have committed; makes the folder.

        Raises:
            LakeError: the place does not exist, cannot be reached or may not be written.
        """
        try:
            if "://" not in self.uri:
                Path(self.uri).mkdir(parents=True, exist_ok=True)
            return lancedb.connect(
                self.uri,
                read_consistency_interval=timedelta(0),
                storage_options=self.storage_options or None,
            )
        except FAILURES as error:
            remedy = "Check LISTING_LAKE and that you may write there."
            raise lake_error(self.uri, error, remedy=remedy) from error

    def names(self) -> list[str]:
        """The names of all tables. Raises `LakeError` where the lake cannot be reached."""
        names: list[str] = []
        token = None
        while self._may_hold_tables:
            try:
                page = self.database.list_tables(page_token=token)
            except FAILURES as error:
                raise lake_error(self.uri, error) from error
            names += page.tables
            token = page.page_token
            if not token:
                break
        return names

    def exists(self, name: str) -> bool:
        """Whether there is a table of that name."""
        return name in self.names()

    def table(self, spec: TableSpec) -> Any:
        """The table of `spec`, made if it is not there.

        Raises:
            LakeError: the table stands with other columns, written by another release; or the
                lake cannot be reached.
        """
        table = self._standing(spec)
        if table is not None:
            return table
        return self.create(spec.name, spec.schema, stable_row_ids=spec.stable_row_ids)

    def open(self, name: str) -> Any:
        """The table `name`. Raises `LakeError` where there is none, or none can be reached."""
        table = self._found(name)
        if table is None:
            raise LakeError(f"the lake {self.uri} has no table '{name}'.", "See `listing status`.")
        return table

    def create(self, name: str, schema: pa.Schema, *, stable_row_ids: bool = False) -> Any:
        """The table `name`, made with `schema` if it is not there."""
        options = {"new_table_enable_stable_row_ids": "true"} if stable_row_ids else None
        try:
            return self.database.create_table(
                name, schema=schema, exist_ok=True, storage_options=options
            )
        except FAILURES as error:
            raise lake_error(self.uri, error, f"a new table {name} of") from error

    def append(self, spec: TableSpec, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Append in one commit; a reader is streamed, so that it may be larger than memory."""
        self.table(spec).add(rows)

    def write_fragments(self, spec: TableSpec, rows: pa.Table) -> list[str]:
        """Write rows as files of the table, which must be there; none of them shows yet.

        Returns what `commit_fragments` needs: any process may call that.
        """
        uri = self.open(spec.name).to_lance().uri
        written = lance.fragment.write_fragments(
            rows, uri, mode="append", storage_options=self.storage_options or None
        )
        return [json.dumps(fragment.to_json()) for fragment in written]

    def commit_fragments(self, spec: TableSpec, fragments: Sequence[str]) -> None:
        """Append what `write_fragments` wrote, in one commit."""
        dataset = self.table(spec).to_lance()
        lance.LanceDataset.commit(
            dataset.uri,
            lance.LanceOperation.Append(
                [lance.FragmentMetadata.from_json(fragment) for fragment in fragments]
            ),
            read_version=dataset.version,
            storage_options=self.storage_options or None,
        )

    def scan(
        self,
        spec: TableSpec,
        columns: Sequence[str],
        where: str | None = None,
        *,
        row_ids: bool = False,
    ) -> pa.RecordBatchReader:
        """Stream the chosen columns; with `row_ids` there is a column `_rowid` (uint64) too.

        Raises:
            LakeError: as `table` does. A table that is not there has no rows.
        """
        table = self._standing(spec)
        if table is None:
            fields = [spec.schema.field(name) for name in columns]
            fields += [pa.field("_rowid", pa.uint64())] if row_ids else []
            return pa.RecordBatchReader.from_batches(pa.schema(fields), [])
        return scan(table, columns, where, row_ids=row_ids)

    def read_jpegs(self, spec: TableSpec, row_ids: Sequence[int]) -> Iterator[bytes]:
        """The blobs of column `jpeg` at these row ids, in their order."""
        dataset = self.table(spec).to_lance()
        return (jpeg for _, jpeg in dataset.read_blobs("jpeg", ids=row_ids, preserve_order=True))

    def lease(self, name: str, purpose: str, *, wait_seconds: float = 0.0) -> Lease:
        """A lease that one process at a time can hold, across all that use this lake."""
        return Lease(self.table(LEASES), self.uri, name, purpose, wait_seconds)

    def alone(self, purpose: str, *, wait_seconds: float = 0.0) -> Lease:
        """The lease of the whole lake: nobody holds another meanwhile."""
        return self.lease(ALONE, purpose, wait_seconds=wait_seconds)

    @property
    def _may_hold_tables(self) -> bool:
        return "://" in self.uri or Path(self.uri).is_dir()

    def _found(self, name: str) -> Any | None:
        """The table `name`, or None where there is none."""
        if not self._may_hold_tables:
            return None
        try:
            return self.database.open_table(name)
        except FAILURES as error:
            if ABSENT in str(error):
                return None
            # Never taken for a table that is not there: what it holds was paid for.
            remedy = "Try again; if it stays so, restore the table from a backup."
            raise lake_error(self.uri, error, f"table {name} of", remedy) from error

    def _standing(self, spec: TableSpec) -> Any | None:
        """The table of `spec`, or None where there is none; raises as `table` does."""
        table = self._found(spec.name)
        missing = set(spec.schema.names) - set(table.schema.names) if table is not None else ()
        if missing:
            raise LakeError(
                f"table {spec.name} of the lake {self.uri} has no column"
                f" {', '.join(sorted(missing))}.",
                "It was written by another release: use a new LISTING_HOME or LISTING_LAKE.",
            )
        return table


def scan(
    table: Any,
    columns: Sequence[str],
    where: str | None = None,
    *,
    row_ids: bool = False,
    batch_size: int = 65_536,
) -> pa.RecordBatchReader:
    """Stream columns of an open table, branch or revision."""
    dataset = table.to_lance()
    return dataset.scanner(
        columns=list(columns), filter=where, with_row_id=row_ids, batch_size=batch_size
    ).to_reader()


def storage_options_from_environment(uri: str) -> dict[str, str]:
    """What Lance does not read from the environment by itself.

    Lance knows the usual AWS variables; it wants to be told that plain HTTP is meant, and where an
    OSS bucket is served.
    """
    scheme = uri.partition("://")[0]
    if scheme == "s3":
        endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        options = {"region": region or "us-east-1"}
        if endpoint:
            options["endpoint"] = endpoint
            options["allow_http"] = str(endpoint.startswith("http://")).lower()
        return options
    if scheme == "oss":
        names = {
            "oss_endpoint": "OSS_ENDPOINT",
            "oss_region": "OSS_REGION",
            "oss_access_key_id": "OSS_ACCESS_KEY_ID",
            "oss_secret_access_key": "OSS_ACCESS_KEY_SECRET",
            "oss_security_token": "OSS_SESSION_TOKEN",
        }
        return {key: os.environ[env] for key, env in names.items() if env in os.environ}
    return {}
