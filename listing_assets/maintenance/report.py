"""What maintenance did to the lake, table by table."""

from dataclasses import asdict, dataclass
from typing import Any

from resources.lake.stored_files import StoredFiles


@dataclass(frozen=True, slots=True)
class TableUpkeep:
    """One table, before and after.

    `merged` fragments were replaced by `made` ones; `versions` were cleared away. In a dry run
    `after` is what would be left, and `made` is not known. `problem` says why it was left.
    """

    table: str
    before: StoredFiles
    after: StoredFiles
    merged: int = 0
    made: int | None = 0
    versions: int = 0
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Maintenance:
    """One maintenance of a lake."""

    lake: str
    retention_days: float
    dry_run: bool
    seconds: float
    tables: tuple[TableUpkeep, ...]

    @property
    def before(self) -> StoredFiles:
        """All tables together."""
        return sum((table.before for table in self.tables), StoredFiles())

    @property
    def after(self) -> StoredFiles:
        """All tables together."""
        return sum((table.after for table in self.tables), StoredFiles())

    @property
    def problems(self) -> tuple[str, ...]:
        """Why tables were left as they are."""
        return tuple(table.problem for table in self.tables if table.problem)

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {**asdict(self), "before": asdict(self.before), "after": asdict(self.after)}
