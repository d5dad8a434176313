"""The pictures themselves: thumbnails, normalized photos and originals of a version's files."""

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.search import Published
from listing_assets.web.errors import NotFoundError
from listing_assets.web.library import Library
from listing_assets.web.photos import photo_row
from listing_assets.web.pictures import THUMBNAIL_SIDE, Size
from listing_assets.web.questions import Key
from listing_assets.web.routes import DatasetName, FromLibrary, Reference
from resources.errors import CatalogError

router = APIRouter(prefix="/datasets/{dataset}/versions/{version}", tags=["photos"])
JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}}, "description": "The picture."}
}
ORIGINAL: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"image/*": {}, "application/octet-stream": {}},
        "description": "The file as it was uploaded.",
    }
}
FOR_EVER = "private, max-age=31536000, immutable"
ASK_AGAIN = "private, no-cache"
ORIGINAL_POLICY = "default-src 'none'; sandbox"
"""A file that somebody uploaded runs nothing, whatever it is."""


@router.get("/thumbnail", response_class=Response, responses=JPEG)
def get_thumbnail(
    library: FromLibrary,
    request: Request,
    dataset: DatasetName,
    version: Reference,
    key: Annotated[Key, Query()],
) -> Response:
    """A JPEG of at most 256 pixels a side, at the original's aspect ratio."""
    published = library.open(dataset, version)
    image_id, shape = _photo(published, key)
    spec = _spec(library, dataset)
    recipe = spec.recipe if spec else None
    changed_shape = shape if spec is not None and spec.mode == "stretch" else None
    tag = f'"{image_id[:32]}-{recipe}-{THUMBNAIL_SIDE}"'
    return _jpeg(
        request,
        version,
        tag,
        lambda: library.pictures.thumbnail(image_id, recipe, changed_shape),
    )


@router.get("/photo", response_class=Response, responses=JPEG)
def get_photo(
    library: FromLibrary,
    request: Request,
    dataset: DatasetName,
    version: Reference,
    key: Annotated[Key, Query()],
) -> Response:
    """The normalized photo, as the models saw it."""
    published = library.open(dataset, version)
    image_id, _ = _photo(published, key)
    spec = _spec(library, dataset)
    recipe = spec.recipe if spec else None
    tag = f'"{image_id[:32]}-{recipe}"'
    return _jpeg(request, version, tag, lambda: library.pictures.normalized(image_id, recipe))


@router.get("/original", response_class=StreamingResponse, responses=ORIGINAL)
def get_original(
    library: FromLibrary, dataset: DatasetName, version: Reference, key: Annotated[Key, Query()]
) -> StreamingResponse:
    """The original file, from the source, if it is still what the version was made of."""
    row = photo_row(library.open(dataset, version), key, ("image_id",))
    original = library.originals.read(library.catalog.dataset(dataset), key, row["image_id"])
    kept = "inline" if original.media_type else "attachment"
    name = quote(key.rpartition("/")[2], safe="")
    return StreamingResponse(
        original.pieces(),
        media_type=original.media_type or "application/octet-stream",
        headers={
            "Content-Length": str(len(original.data)),
            "Content-Disposition": f"{kept}; filename*=UTF-8''{name}",
            "Content-Security-Policy": ORIGINAL_POLICY,
            "Cache-Control": ASK_AGAIN,
        },
    )


def _photo(published: Published, key: str) -> tuple[str, Size]:
    row = photo_row(published, key, ("image_id", "status", "width", "height"))
    if row["status"] != "published":
        raise NotFoundError(
            f"'{key}' of {published} was rejected and has no normalized photo.",
            "Its original may be had.",
        )
    return row["image_id"], (row["width"], row["height"])


def _spec(library: Library, dataset: str) -> NormalizationSpec | None:
    """How the dataset's photos are normalized; None where the catalog does not have it."""
    try:
        return library.catalog.dataset(dataset).normalization
    except CatalogError:
        return None


def _jpeg(request: Request, version: str, tag: str, make: Callable[[], bytes]) -> Response:
    """A JPEG, unless the browser has it; what is under a revision's name never changes."""
    headers = {"ETag": tag, "Cache-Control": FOR_EVER if "." in version else ASK_AGAIN}
    known = [
        one.strip().removeprefix("W/")
        for one in request.headers.get("if-none-match", "").split(",")
    ]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(make(), media_type="image/jpeg", headers=headers)
