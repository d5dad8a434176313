"""What a version of a model can be described with on the command line, as in `models.yaml`."""

import json
from typing import Annotated, Any, Literal

import typer

from listing_assets.catalog.key_likeness import looks_like_key, masked
from listing_assets.catalog.models import Mode
from resources.endpoints.config import AuthScheme, ModelType, Provider
from resources.errors import ListingError

Type = Annotated[ModelType, typer.Option("--type", help="What it is; fixed for all versions.")]
Tasks = Annotated[
    list[str] | None,
    typer.Option(
        "--task",
        help="What it does, such as chat or multimodal-embedding; repeatable. The usual is known.",
    ),
]
ProviderOption = Annotated[
    Provider | None, typer.Option(help="Who serves it, or which protocol its endpoint speaks.")
]
ServiceName = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="The name that the endpoint knows it by (group.service is allowed); for an imported"
        " model its file or folder.",
    ),
]
Endpoint = Annotated[str | None, typer.Option(help="Base URL, such as https://host/v1.")]
ApiKeyEnv = Annotated[
    str | None,
    typer.Option(help="NAME of the environment variable that holds the key, never the key itself."),
]
LiteralKey = Annotated[str | None, typer.Option("--api-key", hidden=True)]
Auth = Annotated[
    AuthScheme | None,
    typer.Option(help="How the key travels: as bearer token, or raw as PAI-EAS has it."),
]
TimeoutMs = Annotated[
    int | None, typer.Option(help="Timeout of a request, 5,000 (the default) to 1,800,000 ms.")
]
Input = Annotated[
    list[str] | None,
    typer.Option("--input", help="A column of the input, such as 'image_url STRING'; repeatable."),
]
Dimension = Annotated[int | None, typer.Option(help="Length of the vectors of an EMBEDDING model.")]
ModeOption = Annotated[
    Mode | None, typer.Option(help="batch: hand the work to the endpoint's batch service.")
]
Currency = Annotated[str | None, typer.Option(help="Currency of the prices, USD unless given.")]
PricePerCall = Annotated[float | None, typer.Option(help="Price of one call.")]
InputPrice = Annotated[float | None, typer.Option(help="Price of a million input tokens.")]
OutputPrice = Annotated[float | None, typer.Option(help="Price of a million output tokens.")]
Concurrency = Annotated[int | None, typer.Option(help="Most requests in flight.")]
RequestsPerMinute = Annotated[int | None, typer.Option(help="Most requests in a minute.")]
TokensPerMinute = Annotated[int | None, typer.Option(help="Most tokens in a minute.")]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option",
        help="A further member of each request, as NAME=VALUE with the value in JSON; repeatable.",
    ),
]
Comment = Annotated[str | None, typer.Option(help="A remark of at most 1,024 bytes.")]

GROUPS: dict[str, tuple[Literal["price", "ceilings"], str]] = {
    "currency": ("price", "currency"),
    "price_per_call": ("price", "per_call"),
    "input_price": ("price", "per_million_input_tokens"),
    "output_price": ("price", "per_million_output_tokens"),
    "concurrency": ("ceilings", "concurrency"),
    "requests_per_minute": ("ceilings", "requests_per_minute"),
    "tokens_per_minute": ("ceilings", "tokens_per_minute"),
}
"""Options that stand in a group of the file."""


def version_fields(**given: Any) -> dict[str, Any]:
    """The fields as the file has them; what was not given is left out.

    Raises:
        ListingError: an `--option` is not NAME=VALUE, or a key was given itself, it seems.
    """
    variable = given.get("api_key_env")
    if variable and looks_like_key(variable):
        raise ListingError(
            f"--api-key-env takes the name of a variable; {masked(variable)} looks like the key"
            " itself, and no variable of that name is set.",
            "Put the key into an environment variable and name that. Where it is a name, set the"
            " variable first.",
        )
    if given.pop("api_key", None) is not None:
        raise ListingError(
            "a literal API key is refused: it would be kept in files, version control and logs.",
            "Put it into an environment variable, and name that with --api-key-env.",
        )
    fields: dict[str, Any] = {}
    for name, value in given.items():
        if value is None or value == []:
            continue
        if name in GROUPS:
            group, member = GROUPS[name]
            fields.setdefault(group, {})[member] = value
        elif name == "options":
            fields[name] = dict(_option(text) for text in value)
        else:
            fields[name] = list(value) if isinstance(value, tuple | list) else value
    return fields


def _option(text: str) -> tuple[str, Any]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise ListingError("an --option has no value.", "Write NAME=VALUE, as max_tokens=400.")
    try:
        return name, json.loads(value, parse_constant=_no_number)
    except ValueError:
        return name, value


def _no_number(constant: str) -> Any:
    raise ListingError(
        f"an --option is {constant}, which JSON does not have.", "Give a finite number."
    )
