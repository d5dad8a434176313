"""The settings of an installation: a few environment variables, each with a sane default.

What belongs to one dataset or model is in the catalog, not here.
"""

import os
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from resources.compute import ComputeKind

PROJECT = Path(__file__).resolve().parents[1]
"""The repository: `dagster.yaml` and `catalog/` are here."""


class Settings(BaseSettings):
    """Read from `LISTING_…` environment variables; an empty one is as one that is not set."""

    model_config = SettingsConfigDict(env_prefix="LISTING_", env_ignore_empty=True, extra="ignore")

    home: Path = Field(
        default=PROJECT / ".listing", description="where all state lives: lake, runs, reports"
    )
    lake: str = Field(
        default="", description="the LanceDB database: a folder, s3://… or oss://… [HOME/lake]"
    )
    catalog: Path = Field(
        default=PROJECT / "catalog", description="the folder of datasets, models, tag definitions"
    )
    compute: ComputeKind = Field(
        default="local",
        description="where photos are normalized and models asked: local, or ray (RAY_ADDRESS)",
    )
    decode_workers: int = Field(
        default_factory=lambda: os.cpu_count() or 2,
        ge=1,
        le=256,
        description="processes that decode photos",
    )
    fetch_concurrency: int = Field(
        default=16, ge=1, le=512, description="objects fetched from a source at once"
    )
    commit_rows: int = Field(
        default=500, ge=1, description="results that are committed to the lake together"
    )
    commit_seconds: float = Field(
        default=2.0, gt=0, description="a result waits no longer than this for its commit"
    )
    query_memory: str = Field(
        default="1GB",
        pattern=r"^\d+(MB|GB)$",
        description="memory for joins over a version; more than this spills to disk",
    )
    maintenance_retention: float = Field(
        default=7.0,
        ge=0,
        le=3650,
        description="days that old versions of tables stay, which no revision names",
    )
    gallery_url: str = Field(
        default="http://127.0.0.1:8188",
        pattern=r"^https?://\S+$",
        description="where people open the gallery; Dagster's metadata link there",
    )
    dagster_url: str = Field(
        default="http://127.0.0.1:3000",
        pattern=r"^https?://\S+$",
        description="where people open Dagster's UI; the gallery's jobs link there",
    )

    @model_validator(mode="after")
    def _resolve(self) -> Self:
        self.home = self.home.expanduser().absolute()
        self.catalog = self.catalog.expanduser().absolute()
        if not self.lake:
            self.lake = str(self.home / "lake")
        elif "://" not in self.lake:
            self.lake = str(Path(self.lake).expanduser().absolute())
        return self

    @property
    def adopted(self) -> Path:
        """Datasets that were named on the command line with a source."""
        return self.home / "datasets"

    @property
    def reports(self) -> Path:
        """Contact sheets and dataset cards."""
        return self.home / "reports"

    @property
    def journals(self) -> Path:
        """What was paid for and is not in the lake yet."""
        return self.home / "journals"

    @property
    def jobs(self) -> Path:
        """What the gallery's jobs were asked for, how far they are, and their logs."""
        return self.home / "jobs"

    @property
    def exports(self) -> Path:
        """Exports that were asked for over the API, unless they went to a bucket."""
        return self.home / "exports"

    @property
    def dagster_storage(self) -> Path:
        """Dagster's run storage."""
        return self.home / "dagster"
