"""The command `instructions`: published listings as conversations that a model is trained on."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from listing_assets.cli.installation import Installation
from listing_assets.cli.output import Bars, console, print_json, print_table
from listing_assets.cli.running import Json
from listing_assets.listings.training import (
    InstructionDataset,
    InstructionRequest,
    write_instruction_dataset,
)
from listing_assets.settings import Settings
from resources.errors import CatalogError, ListingError


def instructions(
    version: Annotated[
        str, typer.Argument(metavar="DATASET@VERSION", help="A published version with listings.")
    ],
    definition: Annotated[
        str | None,
        typer.Option(help="A listing definition, in place of the dataset's.", show_default=False),
    ] = None,
    to: Annotated[
        str, typer.Option(help="A folder, s3://… or oss://…; empty: in the home, by revision.")
    ] = "",
    least_quality: Annotated[
        float, typer.Option(min=0, max=1, help="Remove listings of a lower quality.")
    ] = 0.4,
    least_similarity: Annotated[
        float, typer.Option(min=-1, max=1, help="Least cosine of text and photo; -1 asks no model.")
    ] = 0.0,
    balance: Annotated[
        float, typer.Option(min=1, help="Most listings of a category, in those of the median one.")
    ] = 3.0,
    seed: Annotated[int, typer.Option(help="Another seed draws other splits.")] = 0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what was written there before.")
    ] = False,
    json: Json = False,
) -> None:
    """Write instructions and answers for ms-swift and LLaMA-Factory, cleaned, split by product.

    Examples:

      listing instructions photos@v1

      listing instructions photos@v1.2 --definition shop_zh --to s3://bucket/train
    """
    installation = Installation(Settings())
    dataset, _ = installation.dataset(version.partition("@")[0])
    named = dataset.listings
    if definition is None and named is None:
        raise CatalogError(
            f"dataset '{dataset.name}' names no listing definition.",
            "Give one: --definition shop_en",
        )
    try:
        request = InstructionRequest(
            version=version,
            definition=definition or (named.definition if named else ""),
            to=to,
            **InstructionRequest.of_dataset(named),
            least_quality=least_quality,
            least_similarity=least_similarity,
            balance=balance,
            seed=seed,
            overwrite=overwrite,
        )
    except ValueError as error:
        raise ListingError(f"that cannot be asked for: {error}", "See --help.") from error
    with Bars(quiet=json) as bars:
        made = write_instruction_dataset(
            request,
            installation.settings,
            listener=lambda report, of: bars.show("instructions", report, of),
        )
    if json:
        print_json(asdict(made))
    else:
        _show(made)


COMMANDS = [instructions]


def _show(made: InstructionDataset) -> None:
    print_table(
        ["step", "removed", "left", "why"],
        [[line["step"], line["removed"], line["left"], _why(line)] for line in made.cleaning],
        f"{made.revision}: {made.listings:,} listings",
    )
    print_table(
        ["split", "examples", "of"],
        [
            [split, sum(kinds.values()), ", ".join(f"{kind} {n:,}" for kind, n in kinds.items())]
            for split, kinds in made.examples.items()
        ],
    )
    new = "" if made.is_new else " (as it was)"
    console.print(f"  {made.to}{new}", markup=False, soft_wrap=True)


def _why(line: Mapping[str, Any]) -> str:
    reasons = line.get("reasons", {})
    return line.get("not_done") or ", ".join(f"{count:,} {why}" for why, count in reasons.items())
