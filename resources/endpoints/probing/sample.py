"""The photo that a model is shown when it is tried, and what is asked about it."""

import hashlib
import io
from typing import Final

from PIL import Image, ImageDraw

from resources.endpoints.interface import DescribeRequest, Photo, TagQuestion, TagValue

TAG: Final = "colour"
RIGHT: Final = "red"
REQUEST: Final = DescribeRequest(
    guide_prompt="You see a picture of one disc on a white ground.",
    language="en",
    questions=(
        TagQuestion(
            TAG,
            "choice",
            "The colour of the disc.",
            tuple(TagValue(name) for name in (RIGHT, "green", "blue", "black")),
        ),
    ),
)


def sample_photo(url: str | None = None) -> Photo:
    """A red disc on white; `url` opens another photo."""
    picture = Image.new("RGB", (256, 256), "white")
    ImageDraw.Draw(picture).ellipse((48, 48, 208, 208), fill=(214, 32, 32))
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    jpeg = buffer.getvalue()
    return Photo(hashlib.sha256(jpeg).hexdigest(), jpeg, url)
