"""Photos to search by: uploaded once, named by their id in searches."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from listing_assets.web.documents import UploadDocument
from listing_assets.web.errors import RefusedError
from listing_assets.web.questions import UploadId
from listing_assets.web.routes import FromLibrary
from listing_assets.web.routes.photos import FOR_EVER, JPEG

router = APIRouter(prefix="/uploads", tags=["uploads"])
BODY = {
    "requestBody": {
        "required": True,
        "description": "The file itself, at most 20 MB.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("", openapi_extra=BODY)
async def add_upload(library: FromLibrary, request: Request) -> UploadDocument:
    """Upload a photo to search by: the body is the file. The same file has the same id."""
    data = await request.body()
    if not data:
        raise RefusedError("the request has no body.", "Send the photo's file as the body.")
    upload, facts = await run_in_threadpool(library.uploads.add, data)
    return UploadDocument(
        upload=upload, width=facts.width, height=facts.height, format=facts.format
    )


@router.get("/{upload}/thumbnail", response_class=Response, responses=JPEG)
def get_upload_thumbnail(library: FromLibrary, upload: Annotated[UploadId, Path()]) -> Response:
    """A JPEG of an upload, at most 256 pixels a side."""
    picture = library.uploads.thumbnail(upload)
    return Response(picture, media_type="image/jpeg", headers={"Cache-Control": FOR_EVER})
