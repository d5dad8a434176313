"""What the commands work on: settings, catalog and lake of this installation."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from listing_assets.catalog import Catalog, Dataset, Recipes, load_catalog
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.lake import Lake


@dataclass
class Installation:
    """Opened lazily, so that a command pays for what it uses."""

    settings: Settings
    extra: Dataset | None = field(default=None)

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog, with a dataset that the command line names."""
        catalog = self._load(self.settings.adopted)
        return catalog.with_dataset(self.extra) if self.extra else catalog

    @cached_property
    def own_datasets(self) -> frozenset[str]:
        """Names of the datasets that the catalog folder itself defines."""
        return frozenset(self._load(None).datasets)

    @cached_property
    def lake(self) -> Lake:
        """The lake."""
        return Lake(self.settings.lake)

    def dataset(self, name: str) -> tuple[Dataset, Recipes]:
        """A dataset and its recipes."""
        dataset = self.catalog.dataset(name)
        return dataset, Recipes.of(dataset, self.catalog)

    def with_source(
        self, version: VersionName, source: str | None, model: str | None
    ) -> "Installation":
        """This installation, with the version's dataset as the command line wants it."""
        if source is None and model is None:
            return self
        known = self.catalog.datasets.get(version.dataset)
        if version.dataset in self.catalog.broken or (known is None and source is None):
            self.catalog.dataset(version.dataset)  # it says what is wrong
        changes: dict[str, str] = {}
        if source is not None:
            changes["source"] = source if "://" in source else str(Path(source).absolute())
        if model is not None:
            changes["tag_model"] = model
        fields = known.model_dump() if known else {"name": version.dataset}
        return replace(self, extra=Dataset.model_validate({**fields, **changes}))

    def _load(self, adopted: Path | None) -> Catalog:
        variables = {"LISTING_HOME": str(self.settings.home)}
        return load_catalog(self.settings.catalog, adopted, variables)
