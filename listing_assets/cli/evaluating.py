"""The command `evaluate`: how good drafts are, against texts and labels of people."""

import asyncio
import uuid
from pathlib import Path
from typing import Annotated

import typer

from listing_assets.catalog import Dataset
from listing_assets.cli.installation import Installation
from listing_assets.cli.output import console, print_json, stderr
from listing_assets.cli.running import Json
from listing_assets.listings.evaluation import (
    Evaluation,
    Limits,
    SameProducts,
    evaluate_version,
    markdown,
    read_pairs,
    read_rows,
    save_evaluation,
)
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from resources.errors import CatalogError

DEFAULTS = Limits()


def evaluate(
    version: Annotated[str, typer.Argument(metavar="DATASET@VERSION")],
    definition: Annotated[
        str | None,
        typer.Option(help="A listing definition, in place of the dataset's.", show_default=False),
    ] = None,
    pairs: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Which photos show the same product: path, product_id, kind. Else columns tell.",
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="What people wrote: path, title, description, attributes, category. Else columns.",
        ),
    ] = None,
    products: Annotated[
        int, typer.Option(min=1, help="Most products whose texts are written, four times each.")
    ] = DEFAULTS.products,
    queries: Annotated[
        int, typer.Option(min=1, help="Most photos that are searched, at each level.")
    ] = DEFAULTS.queries,
    budget: Annotated[
        float | None, typer.Option(min=0, help="What it may cost; it stops before.")
    ] = None,
    json: Json = False,
) -> None:
    """Compare drafts with texts and labels of people, and search with the truth about products.

    Descriptions are written from the photo, with the category, with reference values, and with
    all. Tables and a plot are saved with the reports.

    Examples:

      listing evaluate photos@v1 --definition shop_en

      listing evaluate photos@v1 --texts listing_text.jsonl --pairs pairs.csv --json
    """
    installation = Installation(Settings())
    name = VersionName.parse(version)
    dataset, _ = installation.dataset(name.dataset)
    wanted = definition or _definition_of(dataset)
    same: tuple[SameProducts, ...] = read_pairs(pairs) if pairs else ()
    beside = read_rows(texts) if texts else None

    async def run() -> Evaluation:
        with stderr.status("evaluating …") as status:
            return await evaluate_version(
                name,
                wanted,
                installation.catalog,
                installation.settings,
                same=same,
                beside=beside,
                limits=Limits(products, queries),
                listener=lambda done, of: status.update(f"evaluating: {done} of {of} products …"),
                run_id=f"evaluation-{uuid.uuid4().hex}",
                wait_seconds=5,
                budget=dataset.budget if budget is None else budget,
            )

    evaluation = asyncio.run(run())
    saved = save_evaluation(evaluation, installation.settings.reports)
    if json:
        print_json({"files": [str(path) for path in saved], "figures": evaluation.to_rows()})
        return
    console.print(markdown(evaluation), markup=False, soft_wrap=True)
    for path in saved:
        console.print(f"  {path}", markup=False, soft_wrap=True)


COMMANDS = [evaluate]


def _definition_of(dataset: Dataset) -> str:
    if dataset.listings is None:
        raise CatalogError(
            f"dataset '{dataset.name}' names no listing definition.",
            "Give one: --definition shop_en",
        )
    return dataset.listings.definition
