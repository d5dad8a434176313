"""How a normalized photo should look, and the recipe that names it.

Which part of the original lands where is `framing`; this module only says what is wanted.
"""

from typing import Final, Literal

from PIL import ImageColor
from pydantic import BaseModel, ConfigDict, Field, field_validator

from listing_assets import hashing

NORMALIZER_VERSION: Final = 1
"""Raise by one whenever the same bytes and spec would give other pixels than before."""

PIXEL_CEILING: Final = 178_956_970
"""Pillow's own guard: it opens no file whose header claims more (JPEG is exempt here)."""

Mode = Literal["stretch", "fit", "pad", "cover"]


class NormalizationSpec(BaseModel):
    """Size, framing and encoding of normalized photos, and the limits of what is accepted.

    Modes:
        stretch: exactly width x height; the aspect ratio gives way.
        fit: the whole photo at its aspect ratio, inside width x height, at least 1 pixel a side.
            A photo that is smaller already keeps its size: no pixels are invented.
        pad: exactly width x height; the whole photo, enlarged or reduced at its aspect ratio,
            centred on the background.
        cover: exactly width x height; the photo fills it at its aspect ratio, centred, and what
            sticks out is cut off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(default=512, ge=1, le=8192, description="Pixels.")
    height: int = Field(default=512, ge=1, le=8192, description="Pixels.")
    mode: Mode = "stretch"
    quality: int = Field(default=85, ge=1, le=100, description="JPEG quality of the result.")
    background: str = Field(
        default="#FFFFFF",
        description="Colour under transparent pixels and around padded photos: #RGB, #RRGGBB or "
        "a CSS name. Kept as #RRGGBB.",
    )
    max_pixels: int = Field(
        default=100_000_000,
        ge=1,
        le=PIXEL_CEILING,
        description="Most pixels decoded for one photo. A baseline JPEG counts at the reduced "
        "scale at which it is decoded, and at no less than a fifth of its full size; a "
        "progressive one at full size, because its decoder holds all coefficients.",
    )
    max_bytes: int = Field(
        default=100 * 1024 * 1024, ge=1, description="Largest object that is decoded."
    )

    @field_validator("background")
    @classmethod
    def _as_hex(cls, value: str) -> str:
        color = ImageColor.getrgb(value)
        if len(color) != 3:
            raise ValueError(f"{value!r} is not an opaque colour; write #RRGGBB or a CSS name")
        return "#{:02X}{:02X}{:02X}".format(*color)

    @property
    def background_rgb(self) -> tuple[int, int, int]:
        """The background as red, green, blue, each 0..255."""
        red, green, blue = bytes.fromhex(self.background[1:])
        return red, green, blue

    @property
    def recipe(self) -> str:
        """Hash of all that determines the pixels of the result.

        The limits are not part of it: they decide whether there is a result, not how it looks,
        so that raising one does not recompute the photos that were within it.
        """
        determined = self.model_dump(exclude={"max_pixels", "max_bytes"})
        return hashing.recipe("normalization", NORMALIZER_VERSION, determined)
