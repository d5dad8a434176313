"""Takes the place where a photo was taken out of its file: EXIF's GPS directory, XMP's GPS fields.

Bytes are blanked where they stand, so that the file keeps its length, its pixels and all else that
it says, orientation and colour profile among it. A TIFF structure, which is what EXIF is, is found
in any container (JPEG, PNG, WebP, HEIF, AVIF, TIFF) by its first bytes and checked by its content.
"""

import re
import struct
import zlib
from typing import Final

from listing_assets.exports.header import open_header

PNG: Final = b"\x89PNG\r\n\x1a\n"
PNG_TEXTS: Final = (b"tEXt", b"zTXt", b"iTXt")
TIFF_START = re.compile(rb"II\*\0|MM\0\*")
XMP_GPS = re.compile(
    rb"""(?P<attribute>exif:GPS\w+\s*=\s*)(?P<quote>["'])(?P<said>.*?)(?P=quote)"""
    rb"""|<exif:GPS\w+>(?P<text>[^<]*)</""",
    re.S,
)
GPS_POINTER: Final = 0x8825
ENTRY_BYTES: Final = 12
MOST_ENTRIES: Final = 512
SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of one value, by its TIFF type."""


def without_place(data: bytes) -> bytes:
    """The same file without GPS; the very same bytes where there is none.

    Raises:
        ValueError: the file is of a kind whose GPS is not found, such as BigTIFF.
    """
    blanked = bytearray(data)
    for match in TIFF_START.finditer(data):
        _blank_gps(blanked, match.start(), "<" if match[0][:1] == b"I" else ">")
    for match in XMP_GPS.finditer(data):
        group = "said" if match["quote"] else "text"
        blanked[match.start(group) : match.end(group)] = b" " * len(match[group])
    cleaned = _mended_png(blanked, data) if data.startswith(PNG) else bytes(blanked)
    if _tells_place(cleaned):
        raise ValueError("a place is still told")
    return cleaned


def _tells_place(data: bytes) -> bool:
    """Whether a decoder finds GPS in the file."""
    try:
        with open_header(data) as image:
            return bool(image.getexif().get_ifd(GPS_POINTER))
    except Exception:  # Pillow raises many kinds for what it cannot read; that tells nothing.
        return False


def _blank_gps(data: bytearray, start: int, order: str) -> None:
    """Blank the GPS directory of the TIFF structure at `start`, and what leads to it."""
    first = _number(data, start + 4, order + "I")
    if first is None or not first >= 8:
        return
    directory = start + first
    entries = _entries(data, directory, order)
    for place, (tag, _, _, offset) in entries.items():
        if tag == GPS_POINTER:
            _blank_directory(data, start, start + offset, order)
            _remove_entry(data, directory, place, len(entries), order)
            return


def _blank_directory(data: bytearray, start: int, directory: int, order: str) -> None:
    entries = _entries(data, directory, order)
    if not entries:
        return
    for _, kind, count, offset in entries.values():
        length = SIZES.get(kind, 1) * count
        if 4 < length <= len(data) - start - offset:
            data[start + offset : start + offset + length] = bytes(length)
    length = len(entries) * ENTRY_BYTES
    data[directory : directory + 2 + length] = bytes(2 + length)


def _remove_entry(data: bytearray, directory: int, place: int, count: int, order: str) -> None:
    """Move the entries behind up by one; the directory then has one less."""
    end = directory + 2 + count * ENTRY_BYTES + 4
    rest = bytes(data[place + ENTRY_BYTES : end])
    data[place:end] = rest + bytes(ENTRY_BYTES)
    struct.pack_into(order + "H", data, directory, count - 1)


def _entries(data: bytearray, directory: int, order: str) -> dict[int, tuple[int, int, int, int]]:
    """Tag, type, count and value of each entry by its place; none where this is no directory."""
    count = _number(data, directory, order + "H")
    if count is None or not 1 <= count <= MOST_ENTRIES:
        return {}
    places = range(directory + 2, directory + 2 + count * ENTRY_BYTES, ENTRY_BYTES)
    if places.stop + 4 > len(data):
        return {}
    return {place: _entry(data, place, order) for place in places}


def _entry(data: bytearray, place: int, order: str) -> tuple[int, int, int, int]:
    tag, kind, count, value = struct.unpack_from(order + "HHII", data, place)
    return tag, kind, count, value


def _number(data: bytearray, place: int, form: str) -> int | None:
    if place < 0 or place + struct.calcsize(form) > len(data):
        return None
    number: int = struct.unpack_from(form, data, place)[0]
    return number


def _mended_png(blanked: bytearray, original: bytes) -> bytes:
    """A PNG whose changed chunks have their checksum; texts that hide EXIF or XMP are left out."""
    kept = [PNG]
    place = len(PNG)
    while place + 12 <= len(original):
        length = int.from_bytes(original[place : place + 4])
        end = place + 12 + length
        kind = original[place + 4 : place + 8]
        chunk, before = bytes(blanked[place:end]), original[place:end]
        if kind in PNG_TEXTS and _hides_metadata(before[8:-4]):
            chunk = b""
        elif chunk != before:
            chunk = chunk[:-4] + zlib.crc32(chunk[4:-4]).to_bytes(4)
        kept.append(chunk)
        place = end
    return b"".join(kept) + original[place:]


def _hides_metadata(text: bytes) -> bool:
    """Whether a PNG text is EXIF in hexadecimal digits or compressed, or XMP."""
    keyword = text.partition(b"\0")[0].lower()
    return keyword.startswith(b"raw profile type") or keyword == b"xml:com.adobe.xmp"
