"""`listing models check`: one real call, and what the endpoint can do."""

import asyncio
from dataclasses import asdict
from typing import Annotated, Any

import typer

from listing_assets.catalog import Catalog, Model
from listing_assets.catalog.registry import Registry
from listing_assets.cli.output import console, print_json, print_table
from listing_assets.settings import Settings
from resources.endpoints.probing import Checked, look_at
from resources.errors import ListingError
from resources.object_store import open_store

SIGNED_SECONDS = 600


def check(
    reference: Annotated[
        str,
        typer.Argument(
            metavar="NAME[@VERSION]",
            help="A registered model; or, with OPENAI_API_KEY or DASHSCOPE_API_KEY set, the name"
            " that the endpoint knows it by.",
        ),
    ],
    photo: Annotated[
        str | None,
        typer.Option(
            help="A photo to try photos by URL with: its URL, or s3://… or oss://…, of which a"
            " signed URL is made."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Make one real call and tell what the endpoint can do: it may cost a little.

    Tells how photos can go in, which structured output works, the dimension of vectors, latency,
    tokens, cost, and the limits that the endpoint tells in its headers.

    Examples:

      listing models check qwen_vl

      listing models check qwen_vl@2 --photo oss://bucket/photo.jpg
    """
    settings = Settings()
    models = Registry(settings.catalog, {"LISTING_HOME": str(settings.home)}).models()
    model = Catalog({}, models, {}).tag_model(reference)
    found = asyncio.run(look_at(model.endpoint_config(), _url(photo)))
    if json:
        print_json(_document(model, found))
    else:
        _show(model, found)
    if not found.answers:
        raise typer.Exit(1)


def _url(photo: str | None) -> str | None:
    if photo is None or photo.startswith(("http://", "https://")):
        return photo
    parent, _, name = photo.rpartition("/")
    url = open_store(parent or ".").signed_url(name, SIGNED_SECONDS)
    if url is None:
        raise ListingError(
            f"no URL can be made of {photo}.", "Give an https URL, or s3://bucket/photo.jpg."
        )
    return url


def _document(model: Model, found: Checked) -> dict[str, Any]:
    return {
        "model": model.name,
        "version": model.version,
        "type": model.type,
        "provider": model.provider,
        "service": model.model,
        "endpoint": model.endpoint_config().endpoint,
        "answers": found.answers,
        "answer": found.answer,
        "latency_ms": found.latency_ms and round(found.latency_ms, 1),
        "input_tokens": found.usage.input_tokens if _is_billed(found) else None,
        "output_tokens": found.usage.output_tokens if _is_billed(found) else None,
        "cost": found.usage.cost if _is_billed(found) else None,
        "currency": model.price.currency if model.price else None,
        "dimension": found.dimension,
        "findings": [asdict(finding) for finding in found.findings],
        "rate_limits": dict(found.rate_limits),
        "advice": _advice(model, found),
    }


def _show(model: Model, found: Checked) -> None:
    where = model.endpoint_config().endpoint or model.source
    console.print(f"{model.name}@{model.version}: {model.model} at {where}", markup=False)
    usage = found.usage
    latency, tokens, cost = None, None, None
    if found.latency_ms is not None:
        latency = f"{found.latency_ms:,.0f} ms"
    if _is_billed(found):
        tokens = f"{usage.input_tokens:,} in, {usage.output_tokens:,} out"
        cost = "unknown (no price is registered)"
        if usage.cost is not None:
            currency = f" {model.price.currency}" if model.price else ""
            cost = f"{usage.cost:.6g}{currency}"
    rows: list[list[Any]] = [
        ["answers", found.answers, found.answer],
        *([one.name, one.works, one.words] for one in found.findings),
        ["dimension", None, found.dimension],
        ["latency", None, latency],
        ["tokens", None, tokens],
        ["cost of this call", None, cost],
        *([name, None, value] for name, value in found.rate_limits.items()),
    ]
    if not found.rate_limits and model.source == "remote":
        rows.append(["rate limits", None, "the endpoint tells none in its headers"])
    print_table(["", "works", ""], [row for row in rows if row[1] is not None or row[2]])
    for line in _advice(model, found):
        console.print(f"  → {line}", markup=False, soft_wrap=True)


def _is_billed(found: Checked) -> bool:
    """Whether the call was answered, or told what it took all the same."""
    return found.latency_ms is not None or found.usage.input_tokens > 0


def _advice(model: Model, found: Checked) -> list[str]:
    """The lines of `models.yaml` that the findings speak for."""
    works = {finding.name: finding.works for finding in found.findings}
    advice = []
    if found.dimension is not None and model.dimension is None and model.source == "remote":
        advice.append(f"set 'dimension: {found.dimension}', so that runs know it beforehand")
    if works.get("photos as data URLs") is False and works.get("photos by URL"):
        advice.append("set 'input: [image_url STRING]', so that photos go in by URL")
    if works.get("photos by URL") is False and model.image_input == "url":
        advice.append("remove 'image_url STRING' from 'input', so that photos go in as data")
    if model.source == "remote" and model.price is None and found.answers:
        advice.append("set 'price', so that costs are counted and a budget can be kept")
    return advice
