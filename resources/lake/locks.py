"""Leases: at most one process at a time writes a dataset version, or calls one model.

A lease is a row of the table `leases`. Lance applies an `update` to a row at most once among
concurrent writers and re-evaluates its condition on conflict, so an update is a compare-and-set on
a folder, on S3 and on OSS alike. A holder renews its row while it lives; a lease whose holder died
is free at once on the same machine, and after `LIFETIME` elsewhere.
"""

import os
import socket
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from resources.errors import VersionBusyError
from resources.lake.faults import lake_error
from resources.lake.keys import with_primary_key
from resources.lake.tables import TableSpec
from resources.processes import is_alive

LIFETIME = timedelta(seconds=60)
QUEUE_SECONDS = 7 * 24 * 3600.0
"""How long a step waits for its turn at a model before it gives up."""
SCHEMA = pa.schema(
    [
        pa.field("name", pa.string(), nullable=False),
        pa.field("owner", pa.string(), nullable=False),
        pa.field("host", pa.string(), nullable=False),
        pa.field("pid", pa.int64(), nullable=False),
        pa.field("purpose", pa.string(), nullable=False),
        pa.field("expires_at", pa.int64(), nullable=False),
    ]
)
TABLE = TableSpec("leases", with_primary_key(SCHEMA, "name"))
"""Without the key, two processes that insert the same new name would both succeed."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lease. `expires_at` is in milliseconds since 1970."""

    owner: str
    host: str
    pid: int
    purpose: str
    expires_at: int

    @property
    def is_gone(self) -> bool:
        """Whether the lease may be taken over."""
        if not self.owner or self.expires_at < _now():
            return True
        return self.host == socket.gethostname() and not is_alive(self.pid)


class Lease:
    """A context manager that holds the lease `name` while it is open."""

    def __init__(self, table: Any, lake: str, name: str, purpose: str, wait_seconds: float) -> None:
        self._table = table
        self._lake = lake
        self._name = name
        self._purpose = purpose
        self._wait_seconds = wait_seconds
        self._owner = uuid.uuid4().hex
        self._closing = threading.Event()
        self._heart = threading.Thread(target=self._beat, name=f"lease {name}", daemon=True)

    def __enter__(self) -> Self:
        """Take the lease.

        Raises:
            VersionBusyError: somebody holds it and did not let go within `wait_seconds`.
            LakeError: the lake cannot be written.
        """
        try:
            self._wait()
        except (OSError, RuntimeError) as error:
            raise lake_error(
                self._lake, error, "the leases of", "Check that the lake can be written to."
            ) from error
        self._heart.start()
        return self

    def _wait(self) -> None:
        """Take the lease when it is free."""
        deadline = time.monotonic() + self._wait_seconds
        while not self._take():
            if time.monotonic() >= deadline:
                holder = self._holder()
                raise VersionBusyError(
                    f"{self._name} is held by process {holder.pid} on {holder.host}"
                    f" ({holder.purpose}).",
                    "Wait until it ends, or end it; a dead holder's claim lapses after"
                    f" {LIFETIME.seconds} s.",
                )
            time.sleep(0.5)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._heart.join()
        self._set(f"owner = '{self._owner}'", owner="", expires_at=0)

    def _take(self) -> bool:
        holder = self._holder()
        return holder.is_gone and self._set(
            f"owner = '{holder.owner}' AND expires_at = {holder.expires_at}",
            owner=self._owner,
            host=socket.gethostname(),
            pid=os.getpid(),
            purpose=self._purpose,
            expires_at=_now() + int(LIFETIME.total_seconds() * 1000),
        )

    def _set(self, condition: str, **values: object) -> bool:
        where = f"name = '{self._name}' AND {condition}"
        return bool(self._table.update(where=where, values=values).rows_updated)

    def _holder(self) -> Holder:
        rows = (
            self._table.search()
            .where(f"name = '{self._name}'")
            .select(["owner", "host", "pid", "purpose", "expires_at"])
            .limit(1)
            .to_list()
        )
        if rows:
            return Holder(**rows[0])
        nobody = {"owner": "", "host": "", "pid": 0, "purpose": "", "expires_at": 0}
        row = pa.Table.from_pylist([{"name": self._name, **nobody}], schema=SCHEMA)
        self._table.merge_insert("name").when_not_matched_insert_all().execute(row)
        return Holder(**nobody)  # type: ignore[arg-type]

    def _beat(self) -> None:
        while not self._closing.wait(LIFETIME.total_seconds() / 3):
            expires_at = _now() + int(LIFETIME.total_seconds() * 1000)
            self._set(f"owner = '{self._owner}'", expires_at=expires_at)


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)
