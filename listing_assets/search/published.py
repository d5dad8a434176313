"""Opens a published version for searching: a revision that is pinned, and what is known of it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from listing_assets.publishing.revisions import newest_revision, open_revision
from listing_assets.search.errors import SearchError
from listing_assets.search.fields import Fields
from listing_assets.search.query import is_unicode
from listing_assets.versions.names import VersionName
from listing_assets.versions.relations import quoted_text
from resources.errors import LakeError
from resources.lake import Lake


@dataclass(frozen=True)
class Published:
    """A revision of a dataset version, as it was asked for and as it was found.

    It never changes, whatever is published meanwhile, and may be kept and used by many threads.
    `reference` is what was asked for: a version (`v1`), which meant its newest revision, or a
    revision (`v1.2`).
    """

    lake: Lake
    dataset: str
    reference: str
    revision: str
    table: Any

    def __str__(self) -> str:
        return f"{self.dataset}@{self.revision}"

    @property
    def version(self) -> VersionName:
        """The dataset version that this is a revision of."""
        return VersionName(self.dataset, self.revision.rpartition(".")[0])

    @cached_property
    def fields(self) -> Fields:
        """What conditions can be put on."""
        return Fields(self.table.schema)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The names of the table's columns."""
        return frozenset(self.table.schema.names)

    @cached_property
    def dimension(self) -> int:
        """Length of the vectors."""
        size: int = self.table.schema.field("vector").type.list_size
        return size

    @cached_property
    def embedding_model(self) -> str | None:
        """The model that made the vectors, as `model@version`; None where there are none."""
        found = (
            self.table.search()
            .where("model_embedding IS NOT NULL")
            .select(["model_embedding"])
            .limit(1)
            .to_list()
        )
        return found[0]["model_embedding"] if found else None

    @cached_property
    def has_word_index(self) -> bool:
        """Whether the column `text` has a full-text index."""
        return any(
            index.index_type == "FTS" and index.columns == ["text"]
            for index in self.table.list_indices()
        )

    @cached_property
    def has_vector_index(self) -> bool:
        """Whether the vectors have an index; without, each of them is compared."""
        return any(index.columns == ["vector"] for index in self.table.list_indices())

    def key_of(self, name: str) -> str | None:
        """The key of the photo of that key or URI; None where this revision has none."""
        if not is_unicode(name):
            return None  # a file may be called so, a key may not
        same = quoted_text(name)
        found = (
            self.table.search()
            .where(f"`key` = {same} OR uri = {same}")
            .select(["key"])
            .limit(1)
            .to_list()
        )
        return found[0]["key"] if found else None

    def at(self, revision: str) -> "Published":
        """Another revision of the same version, under the same reference.

        Raises:
            SearchError: it belongs to another version than was asked for.
        """
        if revision == self.revision:
            return self
        if self.reference != self.version.version or revision.rpartition(".")[0] != self.reference:
            raise SearchError(
                f"this next_token continues a search of {self.dataset}@{revision}, not of"
                f" {self.dataset}@{self.reference}.",
                "Begin the search again without it.",
            )
        table = open_revision(self.lake, self.dataset, revision)
        return Published(self.lake, self.dataset, self.reference, revision, table)


def open_published(lake: Lake, text: str) -> Published:
    """Open `dataset@v1`, its newest revision, or `dataset@v1.2`.

    Raises:
        ListingError: that is no name; or there is no such version or revision.
    """
    dataset, _, reference = text.partition("@")
    version, dot, number = reference.partition(".")
    name = VersionName.parse(f"{dataset}@{version}" if reference else text)
    if dot:
        if not number.isdecimal():
            raise LakeError(
                f"'{text}' is not the name of a revision.",
                f"Write {name}.1, or {name} for the newest.",
            )
        return Published(
            lake, dataset, reference, reference, open_revision(lake, dataset, reference)
        )
    newest = newest_revision(lake, name)
    if newest is None:
        raise LakeError(f"{name} was not published yet.", f"Publish it: listing run {name}")
    table = open_revision(lake, dataset, newest.revision)
    return Published(lake, dataset, version, newest.revision, table)
