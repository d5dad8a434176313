import io

import httpx
import pytest
from PIL import Image

from tests.web.conftest import MEAN_NAMES, Gallery

V1 = "/datasets/photos/versions/v1"


@pytest.mark.parametrize("key", ["p0003.jpg", *MEAN_NAMES])
def test_a_thumbnail_has_the_shape_of_the_original(api: httpx.Client, key: str) -> None:
    answer = api.get(f"{V1}/thumbnail", params={"key": key})
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(io.BytesIO(answer.content)).size == (96, 72)


def test_the_photo_is_what_the_lake_has(api: httpx.Client) -> None:
    answer = api.get(f"{V1}/photo?key=p0003.jpg")
    assert Image.open(io.BytesIO(answer.content)).size == (128, 128)


def test_a_thumbnail_is_sent_once(api: httpx.Client) -> None:
    first = api.get(f"{V1}/thumbnail?key=p0003.jpg")
    assert first.headers["cache-control"] == "private, no-cache"
    known = {"If-None-Match": first.headers["etag"]}
    again = api.get(f"{V1}/thumbnail?key=p0003.jpg", headers=known)
    assert again.status_code == 304 and not again.content
    other = api.get(f"{V1}/thumbnail?key=p0004.jpg", headers=known)
    assert other.status_code == 200
    of_revision = api.get("/datasets/photos/versions/v1.1/thumbnail?key=p0003.jpg")
    assert "immutable" in of_revision.headers["cache-control"]


@pytest.mark.parametrize("key", ["p0003.jpg", *MEAN_NAMES])
def test_an_original_comes_byte_by_byte(api: httpx.Client, gallery: Gallery, key: str) -> None:
    answer = api.get(f"{V1}/original", params={"key": key})
    assert answer.content == (gallery.source / key).read_bytes()
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"].startswith("inline")


def test_an_original_that_is_no_photo_is_saved_and_never_run(api: httpx.Client) -> None:
    answer = api.get(f"{V1}/original?key=page.jpg")
    assert answer.status_code == 200 and b"<script>" in answer.content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_original_that_was_replaced_is_not_shown_as_the_old_one(api: httpx.Client) -> None:
    answer = api.get(f"{V1}/original?key=p0001.jpg")
    assert answer.status_code == 409 and "other bytes" in answer.json()["problem"]
    assert api.get("/datasets/photos/versions/v2/original?key=p0001.jpg").status_code == 200


def test_a_rejected_file_has_no_thumbnail(api: httpx.Client) -> None:
    assert api.get(f"{V1}/thumbnail?key=broken.jpg").status_code == 404


@pytest.mark.parametrize(
    "key",
    [
        "../secret.jpg",
        "..%2fsecret.jpg",
        "/etc/passwd",
        "shoes/../../secret.jpg",
        "shoes/../p0003.jpg",
        "file:///etc/passwd",
        "' OR '1'='1",
        "p0003.jpg\x00",
        "new.jpg",
    ],
)
@pytest.mark.parametrize("what", ["file", "thumbnail", "photo", "original", "calls"])
def test_only_keys_of_the_revision_lead_anywhere(api: httpx.Client, what: str, key: str) -> None:
    answer = api.get(f"{V1}/{what}", params={"key": key})
    assert answer.status_code == 404 and "has no photo" in answer.json()["problem"]


@pytest.mark.parametrize(
    "path",
    ["/../pyproject.toml", "/%2e%2e/app.py", "/..%2fapp.py", "//etc/passwd", "/static/../app.py"],
)
def test_the_page_has_no_way_out_of_its_folder(url: str, path: str) -> None:
    with httpx.Client() as client:
        answer = client.send(client.build_request("GET", httpx.URL(url, raw_path=path.encode())))
    assert answer.status_code == 404
