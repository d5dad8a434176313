"""Opens, appends to and scans the tables of the lake."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import lancedb
import pyarrow as pa

from resources.errors import LakeError
from resources.lake.locks import Lease, open_leases
from resources.lake.tables import TableSpec


class Lake:
    """A LanceDB database. Cheap to make, safe to share between threads, not between forks."""

    def __init__(self, uri: str, storage_options: Mapping[str, str] | None = None) -> None:
        self.uri = uri
        self.storage_options = dict(storage_options or storage_options_from_environment(uri))

    @cached_property
    def database(self) -> lancedb.DBConnection:
        """The LanceDB connection, always reading what others have committed.

        Raises:
            LakeError: the place does not exist or may not be written.
        """
        try:
            if "://" not in self.uri:
                Path(self.uri).mkdir(parents=True, exist_ok=True)
            return lancedb.connect(
                self.uri,
                read_consistency_interval=timedelta(0),
                storage_options=self.storage_options or None,
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise LakeError(
                f"the lake {self.uri} cannot be opened: {error}.",
                "Check LISTING_LAKE and that you may write there.",
            ) from error

    def names(self) -> list[str]:
        """The names of all tables."""
        names: list[str] = []
        token = None
        while True:
            page = self.database.list_tables(page_token=token)
            names += page.tables
            token = page.page_token
            if not token:
                return names

    def exists(self, name: str) -> bool:
        """Whether there is a table of that name."""
        return name in self.names()

    def table(self, spec: TableSpec) -> Any:
        """The table of `spec`, made if it is not there.

        Raises:
            LakeError: the table stands with other columns, written by another release.
        """
        try:
            table = self.database.open_table(spec.name)
        except (ValueError, RuntimeError, FileNotFoundError):
            table = self.database.create_table(spec.name, schema=spec.schema, exist_ok=True)
        missing = set(spec.schema.names) - set(table.schema.names)
        if missing:
            raise LakeError(
                f"table {spec.name} of the lake {self.uri} has no column"
                f" {', '.join(sorted(missing))}.",
                "It was written by another release: use a new LISTING_HOME or LISTING_LAKE.",
            )
        return table

    def open(self, name: str) -> Any:
        """The table `name`. Raises `LakeError` where there is none."""
        try:
            return self.database.open_table(name)
        except (ValueError, RuntimeError, FileNotFoundError) as error:
            raise LakeError(
                f"the lake {self.uri} has no table '{name}'.", "See `listing status`."
            ) from error

    def create(self, name: str, schema: pa.Schema) -> Any:
        """The table `name`, made with `schema` if it is not there."""
        return self.database.create_table(name, schema=schema, exist_ok=True)

    def append(self, spec: TableSpec, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Append in one commit; a reader is streamed, so that it may be larger than memory."""
        self.table(spec).add(rows)

    def scan(
        self,
        spec: TableSpec,
        columns: Sequence[str],
        where: str | None = None,
        *,
        row_ids: bool = False,
    ) -> pa.RecordBatchReader:
        """Stream the chosen columns; with `row_ids` there is a column `_rowid` (uint64) too."""
        return scan(self.table(spec), columns, where, row_ids=row_ids)

    def read_jpegs(self, spec: TableSpec, row_ids: Sequence[int]) -> Iterator[bytes]:
        """The blobs of column `jpeg` at these row ids, in their order."""
        found = dict(self.table(spec).to_lance().read_blobs("jpeg", ids=list(row_ids)))
        return (found[row_id] for row_id in row_ids)

    def lease(self, name: str, purpose: str, *, wait_seconds: float = 0.0) -> Lease:
        """A lease that one process at a time can hold, across all that use this lake."""
        return Lease(open_leases(self.database), name, purpose, wait_seconds)


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
