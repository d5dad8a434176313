"""The whole way of one file: from original bytes to a normalized JPEG and facts, or a rejection.

`normalize` decides the order of things and what they cost: the header first, then the limits,
then one decode at the smallest sufficient scale, one resize in the original's own colours, and
everything else on the small result. Bad data never raises. Untrusted bytes belong into
`workers.DecodePool`: a decoder that crashes takes its process along.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

# Importing a plugin registers it; without this, the first file of some formats would make Pillow
# import all of its forty plugins.
from PIL import (
    AvifImagePlugin,  # noqa: F401
    BmpImagePlugin,  # noqa: F401
    ExifTags,
    GifImagePlugin,  # noqa: F401
    Image,
    JpegImagePlugin,
    MpoImagePlugin,  # noqa: F401
    PngImagePlugin,  # noqa: F401
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,  # noqa: F401
)

from listing_assets.imaging import color, facts
from listing_assets.imaging.facts import PhotoFacts
from listing_assets.imaging.formats import PhotoFormat, ends_early, sniff
from listing_assets.imaging.framing import Box, Size, frame, on_canvas, swap_if_turned, upright
from listing_assets.imaging.reasons import Reason, Rejected
from listing_assets.imaging.spec import PIXEL_CEILING, NormalizationSpec

__all__ = ["Normalized", "Rejected", "normalize"]

_RECORDING = threading.Lock()

_TIFF_NEW_SUBFILE_TYPE = 254
_TIFF_SUB_IFDS = 330
_DNG_VERSION = 50706


@dataclass(frozen=True, slots=True)
class Normalized:
    """A normalized photo: the sRGB `jpeg` without metadata, and `facts` about the original.

    `decisions` says in short codes what was done on the way, such as
    `exif_orientation_6_applied` or `cmyk_to_srgb`; empty where nothing had to be decided.
    """

    jpeg: bytes
    facts: PhotoFacts
    decisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What EXIF or XMP say: the orientation 1..8 and the capture time."""

    orientation: int
    captured_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Original:
    """A decoded original: what is known of it, and `image`, ready to be resized.

    `image` holds the `stored` size reduced to 1/`scale`, not yet turned by the orientation
    `turn`; `extrema` are its lowest and highest value where its mode is a wide one. `format` and
    `mode` are those of the file.
    """

    image: Image.Image
    stored: Size
    scale: int
    turn: int
    extrema: tuple[float, float]
    profile: bytes | None
    format: str
    mode: str
    metadata: _Metadata
    frames: int


def normalize(data: bytes, spec: NormalizationSpec) -> Normalized | Rejected:
    """Decode the original `data` and make the photo that `spec` describes.

    The same bytes and spec give the same result in every process with the same libraries.
    """
    if not data:
        return Rejected(Reason.EMPTY, "The object has 0 bytes.")
    if len(data) > spec.max_bytes:
        return Rejected(
            Reason.TOO_MANY_BYTES,
            f"The object has {len(data):,} bytes; the limit max_bytes is {spec.max_bytes:,}.",
        )
    photo_format = sniff(data)
    if isinstance(photo_format, Rejected):
        return photo_format
    if photo_format == "HEIF":
        from pillow_heif import register_heif_opener  # 20 MB that most workers never need

        register_heif_opener()
    try:
        return _normalize(data, photo_format, spec)
    except Exception as error:  # besides OSError, Pillow raises SyntaxError, struct.error and more
        return _rejection(error, data, photo_format)


def _normalize(
    data: bytes, photo_format: PhotoFormat, spec: NormalizationSpec
) -> Normalized | Rejected:
    decisions: list[str] = []
    original = _decode(data, photo_format, spec, decisions)
    if isinstance(original, Rejected):
        return original
    stored, turn, background = original.stored, original.turn, spec.background_rgb

    framing = frame(stored, swap_if_turned((spec.width, spec.height), turn), spec.mode)
    picture = upright(_render(original, framing.box, framing.size, background, decisions), turn)
    whole = picture
    if spec.mode == "cover":  # what is cut off the photo belongs to the facts all the same
        box = (0.0, 0.0, float(stored[0]), float(stored[1]))
        side = facts.LUMA_SIDE
        whole = upright(_render(original, box, (side, side), background, []), turn)
    if spec.mode == "pad":
        picture = on_canvas(picture, (spec.width, spec.height), background)

    width, height = swap_if_turned(stored, turn)
    luma = facts.luma_plane(whole)
    return Normalized(
        jpeg=_encode(picture, spec.quality),
        facts=PhotoFacts(
            width=width,
            height=height,
            format=original.format,
            mode=original.mode,
            orientation=original.metadata.orientation,
            frames=original.frames,
            icc=color.profile_name(original.profile),
            bytes=len(data),
            captured_at=original.metadata.captured_at,
            phash=facts.perceptual_hash(luma),
            sharpness=facts.sharpness(luma),
            brightness=facts.brightness(luma),
        ),
        decisions=tuple(decisions),
    )


def _decode(
    data: bytes, photo_format: PhotoFormat, spec: NormalizationSpec, decisions: list[str]
) -> _Original | Rejected:
    image = _open(data, photo_format, decisions)
    if _is_camera_raw(image):
        return Rejected(Reason.UNSUPPORTED_FORMAT, "The content is a camera raw file.")
    mode = image.mode
    # PNG may keep EXIF behind the pixels. JPEG must know the orientation before it decodes, and
    # TIFF forgets it when it decodes.
    metadata = None if photo_format == "PNG" else _read_metadata(image, decisions)
    stored, scale = image.size, 1
    if isinstance(image, JpegImagePlugin.JpegImageFile) and metadata is not None:
        scale = _draft(image, spec, metadata.orientation)
    if _costs(image, stored) > spec.max_pixels:
        return Rejected(
            Reason.TOO_MANY_PIXELS,
            f"A photo of {stored[0]} x {stored[1]} pixels costs more memory or time than the "
            f"limit max_pixels of {spec.max_pixels:,} allows.",
        )
    deep = _has_deep_samples(image)
    image.load()  # once: on an object that failed, a second call may wrongly succeed

    metadata = metadata or _read_metadata(image, decisions)
    # The decoders of TIFF and HEIF turn the picture: TIFF as EXIF says; HEIF as its own boxes say,
    # which by ISO/IEC 23008-12 hold whatever EXIF says.
    turned = photo_format in ("TIFF", "HEIF")
    frames = _count_frames(data, photo_format, image, decisions)
    if scale > 1:
        decisions.append(f"jpeg_draft_1/{scale}")
    if metadata.orientation != 1:
        done = "superseded_by_heif" if photo_format == "HEIF" else "applied"
        decisions.append(f"exif_orientation_{metadata.orientation}_{done}")
    if frames > 1:
        decisions.append(f"first_frame_of_{frames}")
    if deep:
        decisions.append("16bit_scaled:0..65535")
    profile = image.info.get("icc_profile")
    ready = color.resizable(image, spec.background_rgb, decisions)
    return _Original(
        image=ready,
        stored=image.size if scale == 1 else stored,
        scale=scale,
        turn=1 if turned else metadata.orientation,
        extrema=color.extrema(ready) if ready.mode in color.WIDE_MODES else (0.0, 0.0),
        profile=profile,
        format=image.format or photo_format,
        mode=mode,
        metadata=metadata,
        frames=frames,
    )


def _open(data: bytes, photo_format: PhotoFormat, decisions: list[str]) -> Image.Image:
    with _exif_complaints(decisions):
        if photo_format == "JPEG":
            # Not through Image.open, whose guard refuses the 200 megapixels of a phone.
            return JpegImagePlugin.jpeg_factory(io.BytesIO(data))
        return Image.open(io.BytesIO(data), formats=[photo_format])


def _read_metadata(image: Image.Image, decisions: list[str]) -> _Metadata:
    """Orientation (EXIF, else XMP) and capture time; what cannot be read is left out and said."""
    written: object = 1
    captured = None
    with _exif_complaints(decisions):
        try:
            exif = image.getexif()
            written = exif.get(ExifTags.Base.Orientation, 1)
            if image.format == "HEIF":  # its plugin resets what its own boxes have settled
                written = image.info.get("original_orientation") or 1
            captured = facts.captured_at(exif)
        except Exception as error:  # metadata is data: it may be broken in every way
            warnings.warn(f"EXIF: {error}", stacklevel=1)
    if isinstance(written, int) and 1 <= written <= 8:
        return _Metadata(written, captured)
    decisions.append("invalid_orientation_ignored")
    return _Metadata(1, captured)


@contextmanager
def _exif_complaints(decisions: list[str]) -> Iterator[None]:
    """Pillow warns of broken EXIF and reads on: turn such warnings into a decision.

    Recording warnings is process-wide, hence the lock. Only headers are read under it.
    """
    with _RECORDING, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    told = "unreadable_exif_ignored"
    if told not in decisions and any("exif" in str(one.message).lower() for one in caught):
        decisions.append(told)


def _is_camera_raw(image: Image.Image) -> bool:
    """Whether a TIFF is a raw file, of which Pillow would decode no more than a preview."""
    if not isinstance(image, TiffImagePlugin.TiffImageFile):
        return False
    tags = image.tag_v2
    is_preview = bool(tags.get(_TIFF_NEW_SUBFILE_TYPE, 0) & 1)
    return _DNG_VERSION in tags or (is_preview and _TIFF_SUB_IFDS in tags)


def _draft(image: JpegImagePlugin.JpegImageFile, spec: NormalizationSpec, orientation: int) -> int:
    """Let the JPEG decoder reduce by 1, 2, 4 or 8, never below the wanted size; return which.

    The decoder reduces in the frequency domain, so that the resize which follows starts from a
    well filtered picture: against a full decode the result differs by less than quality 85 does.
    """
    stored = image.size
    framing = frame(stored, swap_if_turned((spec.width, spec.height), orientation), spec.mode)
    drafted = image.draft(None, framing.size)
    return 1 if drafted is None else round(stored[0] / drafted[1][2])


def _costs(image: Image.Image, stored: Size) -> int:
    """What decoding costs, in pixels of a plain full decode.

    A baseline JPEG holds its reduced pixels only, yet all of its blocks must be read: that is
    taken as a fifth of the work. A progressive one holds the coefficients of all blocks whatever
    the scale.
    """
    full = stored[0] * stored[1]
    if image.info.get("progressive"):
        return full
    return max(image.width * image.height, full // 5)


def _has_deep_samples(image: Image.Image) -> bool:
    """Whether 16-bit samples are about to be reduced to 8 bits by the decoder itself."""
    if image.format not in ("PNG", "TIFF") or image.mode in color.WIDE_MODES:
        return False
    return any(";16" in str(tile.args) for tile in getattr(image, "tile", ()))


def _count_frames(
    data: bytes, photo_format: PhotoFormat, image: Image.Image, decisions: list[str]
) -> int:
    """Frames or pages of the file. Later frames may be broken: the first is what counts."""
    try:
        if photo_format in ("GIF", "TIFF"):  # these seek to count, which unloads what is loaded
            image = Image.open(io.BytesIO(data), formats=[photo_format])
        return int(getattr(image, "n_frames", 1))
    except Exception:  # as in `normalize`
        decisions.append("frame_count_unreadable")
        return 1


def _render(
    original: _Original,
    box: Box,
    size: Size,
    background: tuple[int, int, int],
    decisions: list[str],
) -> Image.Image:
    """The part `box` (in stored pixels) at `size`, as sRGB, not yet upright."""
    left, top, right, bottom = (side / original.scale for side in box)
    # Pillow cannot pre-reduce 16-bit images.
    gap = None if original.image.mode.startswith("I;16") else 2.0

    small = original.image.resize(
        size, Image.Resampling.LANCZOS, box=(left, top, right, bottom), reducing_gap=gap
    )
    if small.mode in color.WIDE_MODES:
        small = color.scaled_to_8bit(small, original.extrema, decisions)
    return color.to_srgb(small, original.profile, background, decisions)


def _encode(picture: Image.Image, quality: int) -> bytes:
    picture.info = {}  # Pillow would write the original's comment into the result
    encoded = io.BytesIO()
    picture.save(encoded, "JPEG", quality=quality)
    return encoded.getvalue()


def _rejection(error: Exception, data: bytes, photo_format: PhotoFormat) -> Rejected:
    """What a decoder's exception means for the object."""
    if isinstance(error, Image.DecompressionBombError):
        return Rejected(
            Reason.TOO_MANY_PIXELS, f"The header claims more than {PIXEL_CEILING:,} pixels."
        )
    words = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    if isinstance(error, UnidentifiedImageError):
        words = "its header cannot be read"
    if ends_early(data, photo_format) or "truncated" in words.lower():
        return Rejected(Reason.TRUNCATED, f"The {photo_format} file is cut short: {words}.")
    return Rejected(Reason.DECODE_ERROR, f"The {photo_format} file is damaged: {words}.")
