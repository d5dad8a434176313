"""What the bytes are, told by their content and never by a name.

`sniff` runs before any decoder sees the bytes, so that only the listed formats reach Pillow, and
only through their own plugin. `ends_early` tells a file that was cut short from one that is wrong.
"""

import re
from collections.abc import Iterator
from typing import Final, Literal

from listing_assets.imaging.reasons import Reason, Rejected

PhotoFormat = Literal["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF"]
"""Names as Pillow's plugins have them; JPEG includes MPO, which Pillow tells apart itself."""

_BMP_HEADER_SIZES = (12, 16, 40, 52, 56, 64, 108, 124)
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_HEIF_BRANDS = frozenset(
    (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")
)
_AVIF_BRANDS = frozenset((b"avif", b"avis"))

# Camera raw files come first: some of them are TIFF files by their first four bytes.
_UNSUPPORTED: Final[tuple[tuple[int, bytes, str], ...]] = (
    (8, b"CR\x02", "camera raw (CR2)"),
    (0, b"IIRO", "camera raw (ORF)"),
    (0, b"IIRS", "camera raw (ORF)"),
    (0, b"MMOR", "camera raw (ORF)"),
    (0, b"IIU\0", "camera raw (RW2)"),
    (0, b"FUJIFILMCCD-RAW", "camera raw (RAF)"),
    (0, b"FOVb", "camera raw (X3F)"),
    (0, b"%PDF", "PDF"),
    (0, b"%!PS", "PostScript"),
    (0, b"\xc5\xd0\xd3\xc6", "EPS"),
    (0, b"8BPS", "Photoshop document"),
    (0, b"gimp xcf", "GIMP document"),
    (0, b"\0\0\1\0", "Windows icon"),
    (0, b"\0\0\2\0", "Windows cursor"),
    (0, b"icns", "Apple icon"),
    (0, b"\0\0\0\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (0, b"\xff\x4f\xff\x51", "JPEG 2000"),
    (0, b"\0\0\0\x0cJXL \r\n\x87\n", "JPEG XL"),
    (0, b"\xff\x0a", "JPEG XL"),
    (0, b"II\xbc", "JPEG XR"),
    (0, b"\x76\x2f\x31\x01", "OpenEXR"),
    (0, b"#?RADIANCE", "Radiance HDR"),
    (0, b"DDS ", "DirectDraw surface"),
    (0, b"SIMPLE  =", "FITS"),
    (128, b"DICM", "DICOM"),
    (0, b"\0\0\0\0\0\0\0\x04", "McIDAS area file"),
    (0, b"\xd7\xcd\xc6\x9a", "Windows metafile"),
    (0, b"\x1a\x45\xdf\xa3", "Matroska or WebM video"),
    (0, b"FLV\x01", "Flash video"),
    (0, b"\0\0\x01\xba", "MPEG video"),
    (0, b"\0\0\x01\xb3", "MPEG video"),
    (0, b"OggS", "Ogg media"),
    (8, b"AVI ", "AVI video"),
)

_NOT_AN_IMAGE: Final[tuple[tuple[bytes, str], ...]] = (
    (rb"version https://git-lfs", "a git-lfs pointer: the photo itself was never fetched"),
    (rb"(?i)<!doctype html|<html|<head|<body", "an HTML page, as servers send for an error"),
    (rb"<\?xml|<[A-Za-z]", "XML text"),
    (rb"[\[{]", "JSON or other text"),
    (rb"PK\x03\x04", "a ZIP archive or office document"),
    (rb"\x1f\x8b", "a gzip archive"),
)

_SVG = re.compile(rb"\s*(<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE svg[^>]*>|\s)*<svg[\s>]", re.S)


def sniff(data: bytes) -> PhotoFormat | Rejected:
    """The format of `data` (at least one byte), or why it is not a supported photo."""
    for offset, magic, name in _UNSUPPORTED:
        if data.startswith(magic, offset):
            return _unsupported(name)
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"BM") and int.from_bytes(data[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    if data.startswith(_TIFF_STARTS):
        return "TIFF"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        return _iso_media(data)
    text = data.removeprefix(b"\xef\xbb\xbf")[:1024]
    if _SVG.match(text):
        return _unsupported("SVG")
    return Rejected(Reason.NOT_AN_IMAGE, f"The content is {_describe(text)}.")


def ends_early(data: bytes, photo_format: PhotoFormat) -> bool:
    """Whether the file's own structure says that more bytes should follow.

    True only where the structure proves it: False means that the file is whole or that its
    format does not tell.
    """
    match photo_format:
        case "JPEG":
            return _runs_past_end(_jpeg_segments(data), len(data))
        case "PNG":
            return _runs_past_end(_png_chunks(data), len(data))
        case "WEBP":
            return int.from_bytes(data[4:8], "little") + 8 > len(data)
        case "AVIF" | "HEIF":
            return _runs_past_end(_iso_boxes(data), len(data))
        case "TIFF":
            return _tiff_directory(data) > len(data)
        case "GIF" | "BMP":
            return len(data) < 26


def _unsupported(name: str) -> Rejected:
    return Rejected(
        Reason.UNSUPPORTED_FORMAT,
        f"The content is {name}; supported are JPEG, PNG, GIF, BMP, TIFF, WebP, AVIF and HEIC.",
    )


def _iso_media(data: bytes) -> PhotoFormat | Rejected:
    """Tell AVIF, HEIF and video apart by the brands of the `ftyp` box (ISO/IEC 14496-12, 4.3)."""
    size = int.from_bytes(data[:4], "big")
    box = data[8 : min(max(size, 12), 256)]
    major = box[:4]
    brands = {major, *(box[i : i + 4] for i in range(8, len(box) - 3, 4))}
    if major in _AVIF_BRANDS or (major in (b"mif1", b"msf1") and brands & _AVIF_BRANDS):
        return "AVIF"
    if major in _HEIF_BRANDS:
        return "HEIF"
    if major == b"crx ":
        return _unsupported("camera raw (CR3)")
    return _unsupported(f"video or other ISO media ({major.decode('ascii', 'replace').strip()})")


def _describe(start: bytes) -> str:
    stripped = start.lstrip()
    for pattern, name in _NOT_AN_IMAGE:
        if re.match(pattern, stripped):
            return name
    if stripped and not re.search(rb"[\x00-\x08\x0e-\x1f]", start) and _is_utf8(start):
        return "text"
    return f"of no known kind (it starts with {start[:8].hex(' ')})"


def _is_utf8(start: bytes) -> bool:
    try:
        start.decode()
    except UnicodeDecodeError as error:
        return error.start >= len(start) - 3  # a character cut by the end of the sample
    return True


def _runs_past_end(ends: Iterator[int], length: int) -> bool:
    return any(end > length for end in ends)


def _jpeg_segments(data: bytes) -> Iterator[int]:
    """Where each marker segment ends, up to the first scan (ITU T.81, B.1.1)."""
    at = 2
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 4 > len(data):
            yield len(data) + 1  # no scan was met: the header itself is cut
            return
        marker = data[at + 1]
        if marker in (0x00, 0x01, 0xFF) or 0xD0 <= marker <= 0xD8:
            at += 1  # fill bytes and markers without a length
            continue
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield at
        if marker == 0xDA:
            return


def _png_chunks(data: bytes) -> Iterator[int]:
    """Where each chunk ends, up to IEND (PNG specification, 5.3)."""
    at = 8
    while True:
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if len(kind) == 4 and not kind.isalpha():
            return  # not a chunk: the file is broken rather than short
        at += 12 + length
        yield at
        if kind == b"IEND" or at > len(data):
            return


def _iso_boxes(data: bytes) -> Iterator[int]:
    """Where each top-level box ends (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size == 0:
            return  # the last box: it reaches to the end of the file, wherever that is
        at += max(size, 8)
        yield at


def _tiff_directory(data: bytes) -> int:
    """Where the first image file directory ends (TIFF 6.0, section 2; BigTIFF)."""
    order: Literal["little", "big"] = "little" if data.startswith(b"II") else "big"
    big = data[2:4] in (b"+\0", b"\0+")
    width, counter, entry = (8, 8, 20) if big else (4, 2, 12)
    at = int.from_bytes(data[width : 2 * width], order)
    entries = int.from_bytes(data[at : at + counter], order)
    return at + counter + entries * entry + width
