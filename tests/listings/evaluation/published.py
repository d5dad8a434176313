"""A published version with photos in a lake, as a run leaves it, without a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lance
import pyarrow as pa

from listing_assets.catalog import Dataset, Model, TagDefinition, adopt_dataset
from listing_assets.listings.answers import Opened
from listing_assets.listings.definitions import ListingDefinition, load_listing_catalog
from listing_assets.listings.desk import Desk
from listing_assets.listings.honesty import load_rules
from listing_assets.publishing.columns import PublishedColumns
from listing_assets.reading import OpenRevision
from listing_assets.settings import Settings
from resources.endpoints.embedded.composer import EmbeddedComposer
from resources.endpoints.writing import TextModel
from resources.lake import Lake
from resources.lake.tables import NORMALIZED_IMAGES
from tests.search.shop import publish_rows

CATALOG = load_listing_catalog(Path("catalog"))
ENGLISH = CATALOG.definition("shop_en")
TAGS = TagDefinition.model_validate(
    {
        "name": "goods",
        "guide_prompt": "Look.",
        "tags": [
            {
                "name": "category",
                "type": "choice",
                "values": [{"name": name} for name in ("Phone", "Camera", "Food")],
            },
            {
                "name": "colours",
                "type": "multi_choice",
                "values": [{"name": name} for name in ("red", "green")],
            },
            {"name": "description", "type": "text"},
        ],
    }
)
META = (
    *("title", "description", "attributes", "category", "product_id", "spu_id", "colours"),
    "other",
)
COMPOSER = Model(name="composer", provider="embedded", type="LLM", model="embedded-composer")


@dataclass(frozen=True)
class PublishedPhoto:
    """A photo, its unit vector, its tags and what its manifest says."""

    key: str
    image_id: str
    jpeg: bytes
    vector: Sequence[float]
    tags: dict[str, Any]
    meta: dict[str, str]


def publish(root: Path, photos: Sequence[PublishedPhoto], name: str = "photos") -> OpenRevision:
    """Publish version v1 of a dataset with these photos, and open it."""
    settings = Settings(home=root, lake=str(root / "lake"), catalog=Path("catalog"))
    dataset = Dataset(name=name, source=root.as_uri())
    adopt_dataset(dataset, settings.adopted)
    lake = Lake(settings.lake)
    now = datetime.now(UTC)
    recipe = dataset.normalization.recipe
    jpegs = {photo.image_id: photo.jpeg for photo in photos}
    facts = [{"image_id": one, "recipe": recipe, "created_at": now} for one in jpegs]
    schema = NORMALIZED_IMAGES.schema
    table = pa.Table.from_pylist(facts, schema.remove(schema.get_field_index("jpeg")))
    blobs = lance.blob_array(list(jpegs.values()))
    lake.append(NORMALIZED_IMAGES, table.append_column(schema.field("jpeg"), blobs))
    told = [name for name in META if any(name in photo.meta for photo in photos)]
    columns = PublishedColumns(TAGS, dict.fromkeys(told, "string"), len(photos[0].vector)).schema
    rows = [
        dict.fromkeys(columns.names)
        | {"key": photo.key, "image_id": photo.image_id, "status": "published"}
        | {"uri": f"{root.as_uri()}/{photo.key}", "vector": list(photo.vector)}
        | {"content_version": photo.image_id, "row_version": photo.key}
        | {f"tag_{name}": value for name, value in photo.tags.items()}
        | {f"meta_{name}": value for name, value in photo.meta.items()}
        for photo in photos
    ]
    publish_rows(lake, rows, dataset=name, schema=columns, indexed=False)
    return OpenRevision.of(f"{name}@v1", settings)


class Notes:
    """Records that keep answers in memory."""

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.stored: list[Any] = []

    def answered(self, kept: Any) -> None:
        self.kept.append(kept)

    def commit(self, answers: Sequence[Any]) -> None:
        self.stored += answers


def desk(
    writer: TextModel | None = None,
    definition: ListingDefinition = ENGLISH,
    records: Any = None,
) -> Desk:
    rules = load_rules(CATALOG.rules_file(definition))
    opened: Opened[TextModel] = Opened(COMPOSER, writer or EmbeddedComposer(), records or Notes())
    return Desk(definition, CATALOG.templates, None, rules, None, opened)
