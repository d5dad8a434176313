"""`listing models …`: the registry of models."""

import os
from typing import Annotated, Any

import typer

from listing_assets.catalog import Model, RegisteredModel
from listing_assets.catalog.environment_models import MODEL_STUDIO_KEY, OPENAI_KEY
from listing_assets.catalog.model_entries import registered_as
from listing_assets.catalog.models import Source, source_of
from listing_assets.catalog.registry import Registry
from listing_assets.cli import model_options as given
from listing_assets.cli.checking import check
from listing_assets.cli.installation import Installation
from listing_assets.cli.output import console, print_json, print_table
from listing_assets.settings import Settings
from resources.endpoints.config import ModelType
from resources.errors import ListingError

app = typer.Typer(
    no_args_is_help=True,
    help="The models that datasets name: their versions, endpoints, keys, prices and ceilings."
    "\n\nExample: listing models add qwen_vl --type MLLM --provider dashscope --model qwen-vl-max"
    " --api-key-env DASHSCOPE_API_KEY",
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The model's name in the registry.")]
Version = Annotated[str, typer.Argument(metavar="VERSION", help="The name of the version.")]
IfNotExists = Annotated[
    bool, typer.Option("--if-not-exists", help="Do nothing where it exists already.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")]


@app.command("list")
def list_models(json: Json = False) -> None:
    """List the registered models.

    Example: listing models list
    """
    models = _registry().models()
    if json:
        print_json([_document(model) for model in models.values()])
        return
    print_table(
        ["name", "type", "provider", "model", "default", "versions", "key"],
        [
            [
                name,
                model.default.type,
                model.default.provider,
                model.default.model,
                model.default_version,
                len(model.versions),
                _key_in_words(model.default),
            ]
            for name, model in models.items()
        ],
    )
    for variable in (OPENAI_KEY, MODEL_STUDIO_KEY):
        if os.environ.get(variable):
            console.print(f"{variable} is set: a tag model may also be given by its service name.")


@app.command()
def show(
    reference: Annotated[
        str,
        typer.Argument(metavar="NAME[@VERSION]", help="A registered model, or one version of it."),
    ],
    json: Json = False,
) -> None:
    """Show a model and its versions. A key is told by its variable's name, and whether that is set.

    Example: listing models show qwen_vl
    """
    name, separator, version = reference.partition("@")
    model = registered_as(name, _registry().models())
    document = _document(model)
    if separator:
        document["versions"] = [_version_document(model.at(version))]
    if json:
        print_json(document)
        return
    versions = document.pop("versions")
    for field, value in document.items():
        console.print(f"  {field:<16} {_in_words(value)}", markup=False, soft_wrap=True)
    for version in versions:
        is_default = version["version"] == document["default_version"]
        title = f"version {version.pop('version')}{' (default)' if is_default else ''}"
        rows = [[field, _in_words(value)] for field, value in version.items()]
        print_table(["field", "value"], rows, title)


@app.command()
def add(
    name: Name,
    type: given.Type,
    provider: given.ProviderOption,
    model: given.ServiceName,
    version: Annotated[str, typer.Option(help="Name of its first version, the default.")] = "1",
    tasks: given.Tasks = None,
    endpoint: given.Endpoint = None,
    api_key_env: given.ApiKeyEnv = None,
    api_key: given.LiteralKey = None,
    auth: given.Auth = None,
    timeout_ms: given.TimeoutMs = None,
    input: given.Input = None,
    dimension: given.Dimension = None,
    mode: given.ModeOption = None,
    currency: given.Currency = None,
    price_per_call: given.PricePerCall = None,
    input_price: given.InputPrice = None,
    output_price: given.OutputPrice = None,
    concurrency: given.Concurrency = None,
    requests_per_minute: given.RequestsPerMinute = None,
    tokens_per_minute: given.TokensPerMinute = None,
    options: given.Options = None,
    comment: given.Comment = None,
    if_not_exists: IfNotExists = False,
    json: Json = False,
) -> None:
    """Register a model with its first version.

    Examples:

      listing models add qwen_vl --type MLLM --provider dashscope --model qwen-vl-max
      --api-key-env DASHSCOPE_API_KEY --timeout-ms 60000

      listing models add local --type MLLM --provider vllm --model Qwen/Qwen2.5-VL-7B-Instruct
      --endpoint http://127.0.0.1:8000/v1 --concurrency 64
    """
    fields = given.version_fields(
        type=type,
        tasks=tasks,
        provider=provider,
        model=model,
        version=version,
        endpoint=endpoint,
        api_key_env=api_key_env,
        api_key=api_key,
        auth=auth,
        timeout_ms=timeout_ms,
        input=input,
        dimension=dimension,
        mode=mode,
        currency=currency,
        price_per_call=price_per_call,
        input_price=input_price,
        output_price=output_price,
        concurrency=concurrency,
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        options=options,
        comment=comment,
    )
    registry = _registry()
    changed = registry.add(name, fields, if_not_exists=if_not_exists)
    done = f"model {name} is registered, with version {version} as its default"
    exists = "" if changed else _as_it_exists(name, registry, type, source_of(fields["provider"]))
    _tell(changed, name, done, exists, json)
    if changed and not json:
        console.print(f"  to try it: listing models check {name}", markup=False)


@app.command()
def add_version(
    name: Name,
    version: Version,
    provider: given.ProviderOption = None,
    model: given.ServiceName = None,
    endpoint: given.Endpoint = None,
    api_key_env: given.ApiKeyEnv = None,
    api_key: given.LiteralKey = None,
    auth: given.Auth = None,
    timeout_ms: given.TimeoutMs = None,
    input: given.Input = None,
    dimension: given.Dimension = None,
    mode: given.ModeOption = None,
    currency: given.Currency = None,
    price_per_call: given.PricePerCall = None,
    input_price: given.InputPrice = None,
    output_price: given.OutputPrice = None,
    concurrency: given.Concurrency = None,
    requests_per_minute: given.RequestsPerMinute = None,
    tokens_per_minute: given.TokensPerMinute = None,
    options: given.Options = None,
    comment: given.Comment = None,
    if_not_exists: IfNotExists = False,
    json: Json = False,
) -> None:
    """Add a version to a model; what is not given is as in its default version, which stays.

    Example: listing models add-version qwen_vl 2 --model qwen3-vl-plus
    """
    fields = given.version_fields(
        provider=provider,
        model=model,
        endpoint=endpoint,
        api_key_env=api_key_env,
        api_key=api_key,
        auth=auth,
        timeout_ms=timeout_ms,
        input=input,
        dimension=dimension,
        mode=mode,
        currency=currency,
        price_per_call=price_per_call,
        input_price=input_price,
        output_price=output_price,
        concurrency=concurrency,
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        options=options,
        comment=comment,
    )
    changed = _registry().add_version(name, version, fields, if_not_exists=if_not_exists)
    done = f"model {name} has a version {version}; name it {name}@{version}, or set it as default"
    _tell(changed, name, done, f"model {name} has a version {version} already", json)


@app.command()
def set_default(name: Name, version: Version, json: Json = False) -> None:
    """Make a version the one that is meant where none is named.

    What names the model without a version is asked again by the next run, unless the version
    has answered before.

    Example: listing models set-default qwen_vl 2
    """
    model = _registry().set_default(name, version)
    done = (
        f"{model.name} now means version {model.default_version}; `listing plan` tells what that"
        " asks again"
    )
    _tell(True, model.name, done, "", json)


@app.command()
def drop(
    name: Name,
    if_exists: Annotated[bool, typer.Option("--if-exists", help="No error without it.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Even where a dataset uses it.")] = False,
    json: Json = False,
) -> None:
    """Remove a model with all its versions. What it answered stays in the lake.

    Example: listing models drop qwen_vl --if-exists
    """
    settings = Settings()
    if not force:
        uses = Installation(settings).catalog.uses_of(name)
        if uses:
            raise ListingError(
                f"model '{name}' is used: {', '.join(user for user, _ in uses)}.",
                "Name another model there first, or drop it with --force.",
            )
    changed = _registry(settings).drop(name, if_exists=if_exists)
    _tell(changed, name, f"model {name} is dropped", f"there is no model {name}", json)


app.command()(check)


def _registry(settings: Settings | None = None) -> Registry:
    settings = settings or Settings()
    return Registry(settings.catalog, {"LISTING_HOME": str(settings.home)})


def _tell(changed: bool, name: str, done: str, not_done: str, json: bool) -> None:
    if json:
        print_json({"model": name, "changed": changed} | ({} if changed else {"note": not_done}))
    else:
        console.print(done if changed else not_done, markup=False, soft_wrap=True)


def _as_it_exists(name: str, registry: Registry, type: ModelType, source: Source) -> str:
    """What stands in the way of a model; its type and source, where others were asked for."""
    model = registered_as(name, registry.models())
    stands, asked = (model.default.type, model.default.source), (type, source)
    if stands == asked:
        return f"model {model.name} exists already"
    return (
        f"model {model.name} exists already, of type {stands[0]} and source {stands[1]}, not of"
        f" type {asked[0]} and source {asked[1]}; it stays as it is"
    )


def _document(model: RegisteredModel) -> dict[str, Any]:
    return {
        "name": model.name,
        "source": model.default.source,
        "type": model.default.type,
        "tasks": list(model.default.tasks),
        "comment": model.comment,
        "default_version": model.default_version,
        "versions": [_version_document(version) for version in model.versions.values()],
    }


def _version_document(model: Model) -> dict[str, Any]:
    document = model.model_dump(mode="json", exclude={"name", "source", "type", "tasks"})
    document["endpoint"] = model.endpoint_config().endpoint
    document["image_input"] = model.image_input
    variable = document.pop("api_key_env")
    document["api_key"] = variable and {"variable": variable, "is_set": _is_set(variable)}
    return document


def _is_set(variable: str) -> bool:
    return bool(os.environ.get(variable, "").strip())


def _key_in_words(model: Model) -> str | None:
    if model.api_key_env is None:
        return None
    return f"{model.api_key_env}, {'set' if _is_set(model.api_key_env) else 'not set'}"


def _in_words(value: Any) -> str:
    match value:
        case {"variable": variable, "is_set": is_set}:
            return f"in {variable}, which is {'set (hidden)' if is_set else 'not set'}"
        case dict():
            return ", ".join(f"{name} {_in_words(inner)}" for name, inner in value.items()) or "–"
        case list():
            return ", ".join(map(str, value)) or "–"
        case None | "":
            return "–"
        case _:
            return str(value)
