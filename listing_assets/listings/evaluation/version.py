"""Evaluates a version by name, its models opened, and keeps what was found with its reports."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from listing_assets.catalog import Catalog
from listing_assets.listings.evaluation.evaluating import Limits, evaluate
from listing_assets.listings.evaluation.plot import plot
from listing_assets.listings.evaluation.result import Evaluation
from listing_assets.listings.evaluation.same_products import SameProducts
from listing_assets.listings.evaluation.tables import markdown
from listing_assets.listings.evaluation.told import Rows
from listing_assets.listings.evaluation.writing import Listener
from listing_assets.listings.manned import manned_desk
from listing_assets.listings.opening import OpenTagModel, OpenTextModel, open_listing
from listing_assets.reading import OpenRevision
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.endpoints.open import open_tag_model, open_text_model
from resources.lake.locks import QUEUE_SECONDS

ASSET: Final = "listing_evaluations"
DEFAULTS: Final = Limits()


async def evaluate_version(
    version: VersionName,
    definition: str,
    catalog: Catalog,
    settings: Settings,
    *,
    run_id: str,
    same: Sequence[SameProducts] = (),
    beside: Rows | None = None,
    limits: Limits = DEFAULTS,
    listener: Listener | None = None,
    budget: float | None = None,
    wait_seconds: float = QUEUE_SECONDS,
    open_tag: OpenTagModel = open_tag_model,
    open_text: OpenTextModel = open_text_model,
) -> Evaluation:
    """The evaluation of a version's newest revision by a listing definition.

    Raises:
        ListingError: as `evaluate`; the version, the definition or a model cannot be opened.
    """
    opened = OpenRevision.of(str(version), settings)
    dataset = catalog.dataset(version.dataset)
    listing = open_listing(definition, dataset, catalog, opened.lake, settings)
    with manned_desk(
        listing,
        opened.lake,
        version,
        ASSET,
        settings,
        run_id=run_id,
        purpose=f"evaluation of {version}",
        budget=budget,
        wait_seconds=wait_seconds,
        open_tag=open_tag,
        open_text=open_text,
    ) as manned:
        try:
            return await evaluate(
                opened,
                manned.desk,
                catalog.tag_definition(dataset.tag_definition),
                opened.vectors,
                reference=listing.reference,
                same=same,
                beside=beside,
                limits=limits,
                listener=listener,
            )
        finally:
            await manned.desk.aclose()
            if opened.vectors is not None:
                opened.vectors.close()


def save_evaluation(evaluation: Evaluation, reports: Path) -> tuple[Path, ...]:
    """Write tables and plot under `reports/<dataset>/<revision>/`; the files."""
    folder = reports.joinpath(*evaluation.version.split("@"))
    folder.mkdir(parents=True, exist_ok=True)
    name = f"evaluation_{evaluation.definition}"
    tables = folder / f"{name}.md"
    tables.write_text(markdown(evaluation), encoding="utf-8")
    drawn = plot(evaluation)
    if drawn is None:
        return (tables,)
    picture = folder / f"{name}.png"
    picture.write_bytes(drawn)
    return tables, picture
