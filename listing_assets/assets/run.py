"""What every asset body begins with: its run config, the version it is for, and who listens.

`VersionRun` resolves the partition key against the catalog; `Installation` carries what is the same
for all versions.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import dagster as dg

from listing_assets.calls import CallRecords, leased_records
from listing_assets.catalog import Catalog, Dataset, Model, Recipes, load_catalog
from listing_assets.catalog.budgets import require_one_currency
from listing_assets.increment import Listener, Report, Window
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError
from resources.lake import Lake
from resources.lake.locks import QUEUE_SECONDS

LOG_SECONDS = 5.0
GROUP = "dataset_versions"
OWNERS = ["team:catalogue"]
MOST_RETRIES = 2
RETRY_SECONDS = 5.0


class RunMode(dg.Config):
    """How a version is brought up to date."""

    mode: Literal["incremental", "full"] = "incremental"
    retry_failed: bool = False
    """Ask again for tags whose answer broke the definition, and for refused ones."""
    budget: float | None = None
    """What the run may cost, in the currency of its models; the dataset's own where none is set."""


class Progress:
    """Told how an increment goes. The command line replaces it with a progress bar."""

    def listener(self, asset: str, log: dg.DagsterLogManager) -> Listener:
        """A listener that logs a rate every few seconds, never a line a photo."""
        last = time.monotonic()

        def listen(report: Report, to_compute: int) -> None:
            nonlocal last
            if time.monotonic() - last >= LOG_SECONDS:
                last = time.monotonic()
                failed = sum(report.failed.values())
                log.info(
                    f"{asset}: {report.computed} of {to_compute},"
                    f" {report.rate:.1f}/s, {failed} failed"
                )

        return listen


class Installation(dg.ConfigurableResource):
    """Settings and catalog of this installation, read anew in every run."""

    def settings(self) -> Settings:
        """The settings, from the environment."""
        return Settings()

    def catalog(self) -> Catalog:
        """The catalog, from its files."""
        settings = self.settings()
        return load_catalog(
            settings.catalog, settings.adopted, {"LISTING_HOME": str(settings.home)}
        )

    def window(self) -> Window:
        """How much may be uncommitted."""
        settings = self.settings()
        return Window(settings.commit_rows, settings.commit_seconds)


class VersionRun:
    """The dataset version that a partition key names, with all that it depends on."""

    def __init__(self, partition_key: str, installation: Installation) -> None:
        self.catalog = installation.catalog()
        self.version = VersionName.parse(partition_key)
        self.dataset: Dataset = self.catalog.dataset(self.version.dataset)
        self.recipes = Recipes.of(self.dataset, self.catalog)

    @contextmanager
    def calling(
        self,
        context: dg.AssetExecutionContext,
        config: RunMode,
        installation: Installation,
        lake: Lake,
        model: Model,
    ) -> Iterator[CallRecords]:
        """Hold the model's lease and keep what is asked of it."""
        run_id = context.run.run_id
        with leased_records(
            lake,
            self.version,
            context.asset_key.to_user_string(),
            model,
            journals=installation.settings().journals,
            run_id=run_id,
            purpose=f"run {run_id} of {self.version}",
            wait_seconds=QUEUE_SECONDS,
            budget=self.budget(config),
        ) as records:
            yield records

    def budget(self, config: RunMode) -> float | None:
        """What the run may cost.

        Raises:
            CatalogError: the models that tag and embed are paid in several currencies.
        """
        budget = self.dataset.budget if config.budget is None else config.budget
        if budget is not None:
            require_one_currency(self.recipes.tag_model, self.recipes.embedding_model)
        return budget


@contextmanager
def retried(context: dg.AssetExecutionContext) -> Iterator[None]:
    """Retry what may pass by itself; fail at once, in plain words, where the user must act.

    A `RetryPolicy` would do the first, but it retries an interrupted step as well, so that a run
    could not be terminated.
    """
    try:
        yield
    except ListingError as error:
        raise dg.Failure(
            description=str(error),
            metadata={"problem": error.problem, "remedy": error.remedy or "none known"},
            allow_retries=False,
        ) from error
    except Exception as error:
        raise dg.RetryRequested(
            max_retries=MOST_RETRIES, seconds_to_wait=RETRY_SECONDS * 2**context.retry_number
        ) from error
