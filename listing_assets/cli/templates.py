"""`listing templates …`: what a listing of a category must say, and what real ones say."""

from typing import Annotated, Any

import typer

from listing_assets.cli.mined import (
    few,
    mining_document,
    say,
    show_proposal,
    show_rest,
    show_written,
)
from listing_assets.cli.output import print_json, print_table
from listing_assets.listings.definitions import AttributeTemplate, load_listing_catalog
from listing_assets.listings.definitions.loading import TEMPLATES, ListingCatalog
from listing_assets.listings.definitions.mining import mine
from listing_assets.listings.definitions.proposals import write_proposals
from listing_assets.listings.definitions.published import count_listings
from listing_assets.reading import open_version
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName

app = typer.Typer(
    no_args_is_help=True, help="Attribute templates: what a listing says of a product, in order."
)

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command("list")
def list_templates(json: Json = False) -> None:
    """List the attribute templates.

    Example: listing templates list
    """
    catalog = _catalog()
    if json:
        print_json([_document(template) for template in catalog.templates])
        return
    print_table(
        ["template", "", "attributes", "for"],
        [
            [
                template.name,
                template.zh,
                ", ".join(template.named("en")),
                few(template.categories),
            ]
            for template in catalog.templates
        ],
    )


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A template, or a category.")],
    json: Json = False,
) -> None:
    """Show a template: its attributes in order, their names, and who shares their values.

    Example: listing templates show "Phones and tablets"
    """
    catalog = _catalog()
    template = catalog.template(name)
    if json:
        print_json(_document(template))
        return
    print_table(
        ["", "attribute", "Chinese", "also called", "the same for"],
        [
            [place, one.name, one.zh, ", ".join(one.synonyms), _SHARED[one.holds_for]]
            for place, one in enumerate(template.attributes, start=1)
        ],
        f"{template.name} ({template.zh})",
    )
    if template.categories:
        say(f"for the categories {', '.join(template.categories)}")
    say(f"in {catalog.template_files[template.name]}")


@app.command("mine")
def mine_templates(
    version: Annotated[
        str, typer.Argument(metavar="DATASET@VERSION", help="A published version with listings.")
    ],
    category_column: Annotated[
        str | None,
        typer.Option(help="The column of categories.", show_default="meta_category, tag_category"),
    ] = None,
    attributes_column: Annotated[
        str | None,
        typer.Option(help="The column of attributes.", show_default="meta_attributes"),
    ] = None,
    min_share: Annotated[
        float, typer.Option(min=0, max=1, help="The least part of the listings that has one.")
    ] = 0.3,
    min_listings: Annotated[
        int, typer.Option(min=1, help="The fewest listings that a category is judged by.")
    ] = 3,
    write: Annotated[
        bool, typer.Option("--write", help="Save them in the catalog; edited files are kept.")
    ] = False,
    json: Json = False,
) -> None:
    """Propose templates from the attributes that the listings of a published version carry.

    Attributes that most listings of a category have come first, then those that stand first in
    them. Photos of one product (column meta_product_id) are one listing.

    Examples:

      listing templates mine photos@v1

      listing templates mine photos@v1 --category-column meta_class --min-share 0.5 --write
    """
    VersionName.parse(version)
    catalog, reader = _catalog(), open_version(version)
    counting = count_listings(
        reader,
        catalog.templates,
        category_column=category_column,
        attributes_column=attributes_column,
    )
    mined = mine(counting, min_share=min_share, min_listings=min_listings)
    origin = f"{reader.dataset}@{reader.revision}"
    written = []
    if write:
        folder, files = catalog.folder / TEMPLATES, dict(catalog.template_files)
        written = write_proposals(mined.proposals, folder, files, origin)
    if json:
        print_json({"version": origin, **mining_document(counting, mined, written)})
        return
    for proposal in mined.proposals:
        show_proposal(proposal)
    show_rest(origin, counting, mined, min_share, min_listings)
    show_written(mined, written, write, version)


_SHARED = {
    "model": "the model",
    "variant": "the variant of the model",
    "item": "this item alone",
}


def _catalog() -> ListingCatalog:
    settings = Settings()
    return load_listing_catalog(settings.catalog, {"LISTING_HOME": str(settings.home)})


def _document(template: AttributeTemplate) -> dict[str, Any]:
    return template.model_dump(mode="json") | {"recipe": template.recipe}
