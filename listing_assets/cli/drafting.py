"""The commands `draft` and `drafts`: a listing of photos at hand, and those of a version."""

import asyncio
from collections import Counter
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from listing_assets.catalog import Catalog, Dataset
from listing_assets.cli.drafted import Telling, draft_line, show_draft
from listing_assets.cli.installation import Installation
from listing_assets.cli.output import console, print_json, print_table
from listing_assets.cli.running import Json
from listing_assets.imaging.workers import DecodePool
from listing_assets.listings.definitions import load_listing_catalog
from listing_assets.listings.draft import Draft
from listing_assets.listings.events import Finished
from listing_assets.listings.online import Studio, Upload
from listing_assets.listings.online.usual import (
    DEFINITION,
    dataset_of,
    usual_dataset,
    usual_definition,
)
from listing_assets.listings.published_drafts import drafts_of
from listing_assets.listings.stored import document
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import ListingError, SourceError

SHOWN = 20


def draft(
    photos: Annotated[
        list[Path], typer.Argument(metavar="PHOTO…", help="1 to 9 files that show one product.")
    ],
    definition: Annotated[
        str | None,
        typer.Option(help="A listing definition of the catalog.", show_default=DEFINITION),
    ] = None,
    dataset: Annotated[
        str | None,
        typer.Option(help="Tag and embed the photos as this dataset's are.", show_default=False),
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="The tag model, in place of the dataset's.")
    ] = None,
    json: Json = False,
) -> None:
    """Draft the listing of a product from its photos: category, attributes, description.

    Examples:

      listing draft phone-1.jpg phone-2.jpg

      listing draft bag.jpg --definition secondhand_zh --dataset photos --json
    """
    settings = Settings()
    catalog = Installation(settings).catalog
    name, of_photos = _wanted(definition, dataset, catalog, settings)
    if model is not None:
        of_photos = of_photos.model_copy(update={"tag_model": model})
    uploads = _uploads(photos)
    made = asyncio.run(_drafted(uploads, name, of_photos, catalog, settings, quiet=json))
    if json:
        print_json(document(made))
    else:
        show_draft(made)


def drafts(
    version: Annotated[str, typer.Argument(metavar="DATASET@VERSION")],
    key: Annotated[
        str | None, typer.Option(help="Show the whole draft of the product with this photo.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Most drafts to show.")] = SHOWN,
    json: Json = False,
) -> None:
    """Show the listing drafts of a version.

    Examples:

      listing drafts sample@v2

      listing drafts sample@v2 --key posters/lipstick_1.png
    """
    installation = Installation(Settings())
    found = drafts_of(VersionName.parse(version), installation.catalog, installation.settings)
    if key is not None:
        chosen = [one for one in found if key in one.keys]
        if not chosen:
            raise ListingError(
                f"no draft of {version} has the photo '{key}'.",
                f"See what there is: listing drafts {version}",
            )
        if json:
            print_json(document(chosen[0].draft))
        else:
            show_draft(chosen[0].draft)
        return
    if json:
        print_json([{"status": one.status, **document(one.draft)} for one in found])
        return
    print_table(
        ["photo", "photos", "category", "title", "description", "quality", "flagged", "status"],
        [draft_line(one.status, one.draft) for one in found[:limit]],
        f"{version}: {len(found):,} drafts",
    )
    if not found:
        console.print(f"  none is made yet by the catalog as it is: listing run {version}")
    if len(found) > limit:
        console.print(f"  and {len(found) - limit:,} more: --limit {len(found)}, or --json")


COMMANDS = [draft, drafts]


def _wanted(
    definition: str | None, dataset: str | None, catalog: Catalog, settings: Settings
) -> tuple[str, Dataset]:
    """The name of the listing definition and the dataset: as they are named, else the usual."""
    written = load_listing_catalog(settings.catalog, {"LISTING_HOME": str(settings.home)})
    if dataset is not None:
        named = catalog.dataset(dataset)
        of_dataset = named.listings.definition if named.listings else None
        return definition or of_dataset or usual_definition(written.definitions), named
    wanted = written.definition(definition or usual_definition(written.definitions))
    return wanted.name, dataset_of(usual_dataset(wanted, catalog), catalog)


def _uploads(paths: list[Path]) -> list[Upload]:
    """The files under their names; where two have the same name, under their paths."""
    named = Counter(path.name for path in set(paths))
    return [
        Upload(path.name if named[path.name] == 1 else str(path), _read(path)) for path in paths
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except IsADirectoryError as error:
        raise SourceError(
            f"{path} is a folder.", "Name the photos in it that show one product."
        ) from error
    except OSError as error:
        raise SourceError(
            f"{path} cannot be read: {error.strerror}.", "Name a photo file."
        ) from error


async def _drafted(
    uploads: list[Upload],
    name: str,
    dataset: Dataset,
    catalog: Catalog,
    settings: Settings,
    *,
    quiet: bool,
) -> Draft:
    made = Draft(photos=())
    with DecodePool(1) as pool, Telling(quiet=quiet) as telling:
        studio = Studio(name, dataset, catalog, settings, pool)
        try:
            async with aclosing(studio.draft(uploads)) as events:
                async for event in events:
                    telling.tell(event)
                    if isinstance(event, Finished):
                        made = event.draft
        finally:
            await studio.close()
    return made
