import io
import socket
import struct
import zlib
from urllib.parse import urlsplit

import httpx
import pytest
from PIL import Image

from listing_assets.web.guards import MOST_UPLOAD
from tests.conftest import draw_photo

V1 = "/datasets/photos/versions/v1"


def bomb() -> bytes:
    """A PNG of a few hundred bytes that claims 900 megapixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 10_000))
        + chunk(b"IEND", b"")
    )


def test_an_uploaded_photo_finds_itself(api: httpx.Client) -> None:
    made = api.post("/uploads", content=draw_photo(5)).json()
    assert (made["width"], made["height"], made["format"]) == (96, 72, "JPEG")
    found = api.get(f"{V1}/files", params={"image": made["upload"], "top_k": 4, "max_results": 3})
    assert found.json()["ranked_by"] == ["image"]
    assert found.json()["files"][0]["key"] == "p0005.jpg"
    rest = api.get(
        f"{V1}/files",
        params={
            "image": made["upload"],
            "top_k": 4,
            "max_results": 3,
            "next_token": found.json()["next_token"],
        },
    )
    assert len(rest.json()["files"]) == 1
    picture = api.get(f"/uploads/{made['upload']}/thumbnail")
    assert Image.open(io.BytesIO(picture.content)).size == (96, 72)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "no body"),
        (b"hello", "not_an_image"),
        (bomb(), "too_many_pixels"),
        (draw_photo(1)[:400], "truncated"),
        (b"%PDF-1.4", "unsupported_format"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported_format"),
    ],
    ids=["empty", "text", "bomb", "truncated", "pdf", "svg"],
)
def test_what_is_no_photo_is_refused(api: httpx.Client, data: bytes, word: str) -> None:
    answer = api.post("/uploads", content=data)
    assert answer.status_code == 422 and word in answer.json()["problem"]


def test_an_announced_size_beyond_the_limit_is_refused_unread(url: str) -> None:
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), timeout=20) as connection:
        connection.sendall(
            f"POST /api/uploads HTTP/1.1\r\nHost: {place.netloc}\r\n"
            f"Content-Length: {MOST_UPLOAD + 1}\r\n\r\n".encode()
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 413")


def test_an_unannounced_size_beyond_the_limit_is_refused_on_the_way(api: httpx.Client) -> None:
    def pieces() -> object:
        for _ in range(MOST_UPLOAD // 2**20 + 1):
            yield b"x" * 2**20

    answer = api.post("/uploads", content=pieces())
    assert answer.status_code == 413 and answer.json()["problem"]


def test_other_requests_have_a_smaller_limit(api: httpx.Client) -> None:
    answer = api.post("/datasets/photos/corrections", content=b"[" * (17 * 2**20))
    assert answer.status_code == 413


def test_an_upload_that_is_gone_is_told(api: httpx.Client) -> None:
    answer = api.get(f"{V1}/files?image={'0' * 64}")
    assert answer.status_code == 404 and answer.json()["remedy"] == "Upload it again."
