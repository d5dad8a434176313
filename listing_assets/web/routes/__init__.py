"""The routes of the API, one file a subject, and what they share: names in paths, the library."""

from typing import Annotated

from fastapi import Depends, Path, Request

from listing_assets.web.library import Library


def library_of(request: Request) -> Library:
    """The library that the app was built with."""
    library: Library = request.app.state.library
    return library


FromLibrary = Annotated[Library, Depends(library_of)]
DatasetName = Annotated[str, Path(pattern="^[A-Za-z][A-Za-z0-9_-]{0,39}$")]
Reference = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,19}(\.[0-9]{1,9})?$",
        description="A version, which means its newest revision, or a revision such as v1.2.",
    ),
]
