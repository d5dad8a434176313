"""`listing tags …`: tag definitions before they are paid for."""

import uuid
from typing import Annotated, Any

import typer

from listing_assets.calls import leased_records
from listing_assets.catalog import Dataset, Recipes
from listing_assets.cli.adopting import described, say_where
from listing_assets.cli.ending import Interrupted
from listing_assets.cli.installation import Installation
from listing_assets.cli.notices import NOTICES
from listing_assets.cli.output import Bars, console, print_json, print_table, stderr
from listing_assets.cli.running import Json, run_command
from listing_assets.imaging.normalizing import NormalizingHere
from listing_assets.imaging.step import normalize_version
from listing_assets.imaging.workers import DecodePool
from listing_assets.increment import Listener, Window
from listing_assets.settings import Settings
from listing_assets.tagging.answers import TagAnswer
from listing_assets.tagging.reasons import meaning
from listing_assets.tagging.trial import Estimate, Trial, TriedPhoto, try_definition
from listing_assets.versions.listing import frozen_listing
from listing_assets.versions.names import VersionName
from listing_assets.versions.photos import Sign
from listing_assets.versions.refresh import refresh_listing
from resources.endpoints.open import open_tag_model
from resources.lake.tables import NORMALIZED_IMAGES
from resources.object_store import open_store

SIGNED_SECONDS = 3600
"""How long an endpoint may take to open a photo by its URL."""
SHOWN_TEXT = 40
SHOWN_RAW = 90

app = typer.Typer(no_args_is_help=True, help="Tag definitions: what they bring and what they cost.")


@app.callback()
def tags() -> None:
    """Tag definitions: what they bring and what they cost."""


@app.command("try")
def try_tags(
    definition: Annotated[
        str, typer.Argument(metavar="DEFINITION", help="A tag definition of the catalog.")
    ],
    version: Annotated[
        str, typer.Argument(metavar="DATASET@VERSION", help="Whose photos to try it on.")
    ],
    sample: Annotated[
        int, typer.Option(min=1, max=500, help="How many photos, as different as can be.")
    ] = 20,
    twice: Annotated[
        int, typer.Option(min=0, max=500, help="How many of them to ask about a second time.")
    ] = 5,
    model: Annotated[
        str | None, typer.Option(help="Tag model in place of the dataset's, such as qwen-vl-max.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Photos of a dataset that the catalog does not have yet.")
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(
            min=0,
            help="Stop cleanly before it costs more than this, in the currency of the price.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Ask about a few photos: see answers, cost and weak spots before paying for all.

    The photos are chosen to differ: by their vectors, or where there are none, by their looks. What
    is answered is kept, and used by the run that follows. A version that is not in the lake yet is
    listed and normalized first, which calls no model.

    Examples:

      listing tags try ecommerce_poster photos@v1

      listing tags try secondhand_listing photos@v1 --source ./photos --model qwen-vl-max
      --sample 10 --twice 3 --budget 0.50
    """
    settings = Settings()
    name = VersionName.parse(version)
    installation = described(settings, name, source, model)
    dataset = installation.catalog.dataset(name.dataset)
    is_own = dataset.tag_definition == definition
    dataset = dataset.model_copy(update={"tag_definition": definition})
    recipes = Recipes.of(dataset, installation.catalog)
    say_where(installation.catalog, dataset)
    try:
        with Bars(quiet=json) as bars:
            _bring_in(installation, name, dataset, recipes, _listener(bars, "normalized_images"))
            trial = _try(
                installation,
                name,
                dataset,
                recipes,
                (sample, twice),
                budget,
                _listener(bars, "tags"),
            )
    except KeyboardInterrupt:
        raise Interrupted(
            f"interrupted{NOTICES.while_waiting}; what was answered is kept"
        ) from None
    price = recipes.tag_model.price
    currency = price.currency if price else ""
    if json:
        about = {"version": str(name), "definition": definition}
        about |= {"model": recipes.tag_model.identity, "currency": currency}
        print_json({**about, **trial.document()})
        return
    _show(trial, recipes, currency, f"{definition} on {name} by {recipes.tag_model.identity}")
    _show_cost(trial, name, currency)
    once = "" if is_own else f", once the dataset has 'tag_definition: {definition}'"
    run = run_command(name, source, model)
    console.print(f"\nWhat was answered is kept: [bold]{run}[/] uses it{once}.", soft_wrap=True)


def _listener(bars: Bars, step: str) -> Listener:
    return lambda report, to_compute: bars.show(step, report, to_compute)


def _bring_in(
    installation: Installation,
    name: VersionName,
    dataset: Dataset,
    recipes: Recipes,
    listener: Listener,
) -> None:
    """List and normalize a version of which the lake has no listing, or no photo of this size."""
    lake, settings = installation.lake, installation.settings
    is_listed = frozen_listing(lake, name) is not None
    of_recipe = f"recipe = '{recipes.spec.recipe}'"
    if is_listed and lake.table(NORMALIZED_IMAGES).count_rows(of_recipe):
        return
    stderr.print(f"normalizing the photos of {name} first, which calls no model …")
    store = open_store(
        dataset.source, dataset.credentials, max_connections=2 * settings.fetch_concurrency
    )
    with (
        lake.lease(str(name), "listing tags try", wait_seconds=5),
        DecodePool(settings.decode_workers) as pool,
    ):
        if not is_listed:
            refresh_listing(lake, name, store, dataset, settings.query_memory)
        normalize_version(
            lake,
            name,
            NormalizingHere(lake, recipes.spec, store, pool, settings.fetch_concurrency),
            recipes.spec,
            mode="incremental",
            retry_failed=False,
            window=_window(settings),
            memory=settings.query_memory,
            listener=listener,
        )


def _try(
    installation: Installation,
    name: VersionName,
    dataset: Dataset,
    recipes: Recipes,
    sizes: tuple[int, int],
    budget: float | None,
    listener: Listener,
) -> Trial:
    """Hold the model's lease, as a run does, and try."""
    lake, settings, model = installation.lake, installation.settings, recipes.tag_model
    run_id = f"trial-{uuid.uuid4().hex}"
    with leased_records(
        lake,
        name,
        "smart_tags",
        model,
        journals=settings.journals,
        run_id=run_id,
        purpose=f"listing tags try on {name}",
        wait_seconds=5,
        budget=dataset.budget if budget is None else budget,
    ) as records:
        return try_definition(
            lake,
            name,
            recipes,
            open_tag_model(model.endpoint_config(), records),
            records,
            sample=sizes[0],
            twice=sizes[1],
            window=_window(settings),
            memory=settings.query_memory,
            listener=listener,
            sign=_signing(dataset, recipes),
        )


def _window(settings: Settings) -> Window:
    return Window(settings.commit_rows, settings.commit_seconds)


def _signing(dataset: Dataset, recipes: Recipes) -> Sign | None:
    """How photos get a URL, where the model's input signature asks for one."""
    if recipes.tag_model.image_input != "url":
        return None
    store = open_store(dataset.source, dataset.credentials)
    return lambda key: store.signed_url(key, SIGNED_SECONDS)


def _show(trial: Trial, recipes: Recipes, currency: str, title: str) -> None:
    """The photos with their answers, then what was not valid."""
    print_table(
        ["photo", *recipes.asked, "tokens", f"cost {currency}".strip()],
        [
            [
                photo.key,
                *(_cell(photo, tag) for tag in recipes.asked),
                photo.usage and photo.usage.input_tokens + photo.usage.output_tokens,
                photo.usage and photo.usage.cost,
            ]
            for photo in trial.photos
        ],
        title,
    )
    bad = [
        [photo.key, tag, answer.reason, meaning(str(answer.reason)), (answer.raw or "")[:SHOWN_RAW]]
        for photo in trial.photos
        for tag, answer in photo.answers.items()
        if answer.status != "valid"
    ]
    if bad:
        print_table(["photo", "tag", "reason", "which means", "the model's words"], bad, "invalid")


def _cell(photo: TriedPhoto, tag: str) -> str | None:
    answer = photo.answers.get(tag)
    if answer is None:
        return "not asked"
    shown = _in_words(answer)
    again = _in_words(photo.again[tag]) if photo.again and tag in photo.again else shown
    return shown if again == shown else f"{shown or 'null'} | again: {again or 'null'}"


def _in_words(answer: TagAnswer) -> str | None:
    value: Any = answer.value
    if answer.status != "valid":
        return f"✗ {answer.reason}"
    if value is None or isinstance(value, bool):
        return None if value is None else ("yes" if value else "no")
    if isinstance(value, float):
        return f"{value:,g}"
    text = " ".join((", ".join(value) or "none" if isinstance(value, list) else value).split())
    return text if len(text) <= SHOWN_TEXT else f"{text[: SHOWN_TEXT - 1]}…"


def _show_cost(trial: Trial, name: VersionName, currency: str) -> None:
    """What the trial took, what the version would take, and the weak spots."""
    spent = trial.spent
    tokens = spent.input_tokens + spent.output_tokens
    console.print(
        f"{len(trial.photos)} photos chosen by their {trial.compared_by}; {trial.requests:,}"
        f" requests, {tokens:,} tokens, cost {_amount(spent.cost, currency)}"
    )
    if trial.unanswered:
        why = ", ".join(f"{reason} {count:,}" for reason, count in trial.unanswered.items())
        console.print(
            f"[yellow]{sum(trial.unanswered.values()):,} of {len(trial.photos):,} photos got no"
            f" answer:[/] {_plain(why)}"
        )
    if trial.stopped:
        console.print(f"[bold]It ended early:[/] {_plain(trial.stopped)}")
    console.print(f"the whole of {name}: {_estimated(trial.whole, currency)}")
    console.print(f"not asked yet: {_estimated(trial.rest, currency)}")
    for weakness in trial.weaknesses:
        console.print(f"[yellow]weak:[/] {_plain(weakness.words)}")


def _estimated(estimate: Estimate, currency: str) -> str:
    tokens = "unknown" if estimate.tokens is None else f"about {estimate.tokens:,}"
    cost = _amount(estimate.cost, currency)
    about = "about " if estimate.cost else ""
    return f"{estimate.photos:,} photos, tokens {tokens}, cost {about}{cost}"


def _amount(cost: float | None, currency: str) -> str:
    return "unknown (the model has no price)" if cost is None else f"{cost:.4g} {currency}".strip()


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
