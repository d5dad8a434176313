"""Leases: at most one process at a time writes a dataset version, or calls one model.

A lease is a row of the table `leases`. Lance applies an `update` to a row at most once among
concurrent writers and re-evaluates its condition on conflict, so an update is a compare-and-set on
a folder, on S3 and on OSS alike. A holder renews its row while it lives; a lease whose holder died
is free at once on the same machine, and after `LIFETIME` elsewhere.

Who must have the lake to itself takes the lease `ALONE`: it is given only while no other is held,
and no other is given while it is held. Each side takes its row first and then looks for the
other's, so that one of them sees the other, whatever the order of their commits.
"""

import logging
import os
import socket
import threading
import time
import uuid
from dataclasses import asdict, dataclass
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
ALONE = "the whole lake"
"""The lease of who must have the lake to itself."""
ALONE_SECONDS = 3600.0
"""How long who wants another lease waits for that one to end, at least."""
LOOK_SECONDS = 0.5
MOST_LEASES = 100_000
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


log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds the lease `name`. `expires_at` is in milliseconds since 1970."""

    name: str
    owner: str
    host: str
    pid: int
    purpose: str
    expires_at: int

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host} ({self.purpose})"

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
            VersionBusyError: somebody holds it and did not let go within `wait_seconds`; or
                somebody has the whole lake, for longer than `ALONE_SECONDS`; or this is to have
                the whole lake, and another lease is held.
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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._heart.join()
        self._give_back()

    def _wait(self) -> None:
        """Take the lease when it is free."""
        began = time.monotonic()
        waits = False
        while (holder := self._attempt()) is not None:
            waits_for_alone = holder.name == ALONE != self._name
            patience = max(self._wait_seconds, ALONE_SECONDS * waits_for_alone)
            if time.monotonic() >= began + patience:
                raise self._refused(holder)
            if waits_for_alone and not waits:
                waits = True
                self._tell(f"waiting for {holder}; it goes on by itself", str(holder))
            time.sleep(LOOK_SECONDS)
        if waits:
            self._tell(f"{self._name}: going on", None)

    def _attempt(self) -> Holder | None:
        """Take the lease; return who is in the way, None where it is taken."""
        if (holder := self._excluding()) is not None:
            return holder
        if not self._take():
            return self._holder()
        if (holder := self._excluding()) is not None:
            self._give_back()
        return holder

    def _excluding(self) -> Holder | None:
        """Who holds a lease of another name that excludes this one."""
        others = f"name != '{ALONE}'" if self._name == ALONE else f"name = '{ALONE}'"
        holders = self._rows(f"{others} AND owner != ''")
        return next((holder for holder in holders if not holder.is_gone), None)

    def _refused(self, holder: Holder) -> VersionBusyError:
        if self._name == ALONE != holder.name:
            return VersionBusyError(
                f"the lake is in use: {holder.name} is held by {holder}.",
                "Wait until that ends, or end it; nothing was changed.",
            )
        return VersionBusyError(
            f"{holder.name} is held by {holder}.",
            "Wait until it ends, or end it; a dead holder's claim lapses after"
            f" {LIFETIME.seconds} s.",
        )

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

    def _give_back(self) -> None:
        self._set(f"owner = '{self._owner}'", owner="", expires_at=0)

    def _set(self, condition: str, **values: object) -> bool:
        where = f"name = '{self._name}' AND {condition}"
        return bool(self._table.update(where=where, values=values).rows_updated)

    def _holder(self) -> Holder:
        rows = self._rows(f"name = '{self._name}'")
        if rows:
            return rows[0]
        nobody = Holder(self._name, "", "", 0, "", 0)
        row = pa.Table.from_pylist([asdict(nobody)], schema=SCHEMA)
        self._table.merge_insert("name").when_not_matched_insert_all().execute(row)
        return nobody

    def _rows(self, where: str) -> list[Holder]:
        found = self._table.search().where(where).select(SCHEMA.names).limit(MOST_LEASES)
        return [Holder(**row) for row in found.to_list()]

    def _beat(self) -> None:
        while not self._closing.wait(LIFETIME.total_seconds() / 3):
            expires_at = _now() + int(LIFETIME.total_seconds() * 1000)
            try:
                self._set(f"owner = '{self._owner}'", expires_at=expires_at)
            except (OSError, RuntimeError, ValueError) as error:
                log.warning("the lease of %s is not renewed: %s", self._name, error)

    def _tell(self, words: str, waits_for: str | None) -> None:
        log.info(words, extra={"waiting": self._name, "waits_for": waits_for})


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)
