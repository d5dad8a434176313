"""The command `search`: what can be asked of a published version, on the command line."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from listing_assets.cli.installation import Installation
from listing_assets.cli.output import console, print_json, print_table
from listing_assets.cli.running import Json
from listing_assets.search import (
    KeyOf,
    Published,
    Query,
    Results,
    Upload,
    embedder_of,
    open_published,
)
from listing_assets.search import search as search_version
from listing_assets.settings import Settings
from resources.errors import LakeError, ListingError
from resources.object_store import open_store

SHOWN_LABELS = 6


def search(
    version: Annotated[
        str,
        typer.Argument(
            metavar="DATASET@VERSION", help="Such as photos@v1, or a revision: photos@v1.2."
        ),
    ],
    text: Annotated[str, typer.Option(help="Rank by a text, in Chinese or English.")] = "",
    by: Annotated[
        Literal["both", "vector", "words"],
        typer.Option(help="What of a photo the text is compared with."),
    ] = "both",
    image: Annotated[
        str | None,
        typer.Option(metavar="PHOTO", help="Rank by a photo: a key or URI, or a file."),
    ] = None,
    any_of: Annotated[
        list[str] | None,
        typer.Option("--any", metavar="LABEL", help="Has one of these labels, name:value."),
    ] = None,
    all_of: Annotated[
        list[str] | None,
        typer.Option("--all", metavar="LABEL", help="Has all of these labels."),
    ] = None,
    none_of: Annotated[
        list[str] | None,
        typer.Option("--none", metavar="LABEL", help="Has none of these labels."),
    ] = None,
    where: Annotated[
        str, typer.Option(metavar="EXPR", help="A query expression, see docs/SEARCH.md.")
    ] = "",
    name: Annotated[str, typer.Option(help="Part of the file name.")] = "",
    directory: Annotated[str, typer.Option(help="A folder of the source.")] = "",
    modified_from: Annotated[
        datetime | None, typer.Option(help="Last modified then or later (UTC).")
    ] = None,
    modified_before: Annotated[
        datetime | None, typer.Option(help="Last modified before (UTC).")
    ] = None,
    min_bytes: Annotated[int | None, typer.Option(help="No smaller than this.")] = None,
    max_bytes: Annotated[int | None, typer.Option(help="No larger than this.")] = None,
    format: Annotated[
        list[str] | None, typer.Option(help="Such as JPEG; may be given more than once.")
    ] = None,
    include: Annotated[
        Literal["published", "rejected", "all"], typer.Option(help="Which objects count.")
    ] = "published",
    top_k: Annotated[int, typer.Option(help="Most results of a ranking.")] = 100,
    min_score: Annotated[float | None, typer.Option(help="Least score of a result.")] = None,
    sort: Annotated[str, typer.Option(help="score, key, last_modified, size or a field.")] = "",
    descending: Annotated[bool, typer.Option("--descending", help="Greatest first.")] = False,
    max_results: Annotated[int, typer.Option(help="Results of one page.")] = 20,
    next_token: Annotated[
        str | None, typer.Option(help="Goes on where the page before ended.")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(help="What to show of each; may be given more than once. [uri, labels]"),
    ] = None,
    json: Json = False,
) -> None:
    """Find photos of a published version.

    Examples:

      listing search photos@v1 --text "red running shoes" --top-k 20

      listing search photos@v1 --image ./new.jpg --none category:Food

      listing search photos@v1 --where 'category=Food AND NOT tags.all:sale' --sort size
    """
    installation = Installation(Settings())
    published = _opened(installation, version)
    query = Query(
        text=text,
        text_by=by,
        image=None if image is None else _photo(installation, published, image),
        any_of=tuple(any_of or ()),
        all_of=tuple(all_of or ()),
        none_of=tuple(none_of or ()),
        where=where,
        name_contains=name,
        directory=directory,
        modified_from=modified_from,
        modified_before=modified_before,
        min_bytes=min_bytes,
        max_bytes=max_bytes,
        formats=tuple(format or ()),
        include=include,
        top_k=top_k,
        min_score=min_score,
        sort=sort,
        descending=descending,
        max_results=max_results,
        next_token=next_token,
        columns=tuple(column or ("uri", "labels")),
    )
    if query.needs_model:
        with embedder_of(published, installation.catalog) as vectors:
            results = search_version(published, query, vectors)
    else:
        results = search_version(published, query)
    if json:
        print_json(_document(results))
    else:
        _show(results)


COMMANDS = [search]


def _opened(installation: Installation, version: str) -> Published:
    try:
        return open_published(installation.lake, version)
    except LakeError:
        # A name that nobody knows is told with the nearest one.
        installation.catalog.dataset(version.partition("@")[0])
        raise


def _photo(installation: Installation, published: Published, name: str) -> KeyOf | Upload:
    """The photo to search by: one of the version, or a file, or an object of a store."""
    key = published.key_of(name)
    if key is not None:
        return KeyOf(key)
    dataset, recipes = installation.dataset(published.dataset)
    if "://" in name:
        store = open_store(name.rpartition("/")[0], dataset.credentials)
        place = store.key_of(name) or name
        return Upload(store.read(place, max_bytes=recipes.spec.max_bytes))
    if not Path(name).is_file():
        raise ListingError(
            f"'{name}' is no photo of {published} and no file.",
            "Name a key or URI as a search prints it, or a photo file.",
        )
    return Upload(Path(name).read_bytes())


def _document(results: Results) -> dict[str, Any]:
    return {
        "dataset": results.dataset,
        "revision": results.revision,
        "total": results.total,
        "ranked_by": list(results.ranked_by),
        "results": results.documents(),
        "next_token": results.next_token,
    }


def _show(results: Results) -> None:
    by = f", ranked by {' and '.join(results.ranked_by)}" if results.ranked_by else ""
    console.print(
        f"{results.total:,} results in {results.dataset}@{results.revision}{by}", markup=False
    )
    columns = [name for name in results.rows.column_names if by or name != "score"]
    if results.documents():
        print_table(
            columns,
            [[_cell(row[name]) for name in columns] for row in results.documents()],
        )
    if results.next_token:
        console.print(f"next page: --next-token {results.next_token}", markup=False, soft_wrap=True)


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        more = ", …" if len(value) > SHOWN_LABELS else ""
        return ", ".join(map(str, value[:SHOWN_LABELS])) + more
    return value
