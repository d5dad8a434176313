"""Exports over the API: begun in real processes, watched, stopped, downloaded."""

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from listing_assets import open_version
from listing_assets.exports import DATASET_VERSION, FORMATS, MANIFEST
from listing_assets.settings import PROJECT
from listing_assets.web.errors import RefusedError
from listing_assets.web.running.destinations import folder_of
from listing_assets.web.running.zipping import zipped
from tests.web.conftest import Gallery

ENDS = {"succeeded", "failed", "stopped"}


@pytest.fixture(autouse=True)
def dagster(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTING_DAGSTER", str(gallery.settings.dagster_storage))
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT))


def ask(api: httpx.Client, **asked: Any) -> httpx.Response:
    return api.post("/exports", json={"dataset": "photos", "version": "v1", **asked})


def begin(api: httpx.Client, **asked: Any) -> Any:
    answer = ask(api, **asked)
    assert answer.status_code == 202, answer.text
    return answer.json()


def over(api: httpx.Client, export: Any) -> Any:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        document = api.get(f"/exports/{export['id']}").json()
        if document["status"] in ENDS:
            return document
        time.sleep(0.1)
    raise AssertionError(f"{export['id']} did not end")


def test_exports_are_begun_watched_stopped_and_downloaded(
    gallery: Gallery, api: httpx.Client
) -> None:
    listed = begin(api, format="file-list", query={"any": ["category:Food"]})
    named = begin(api, format="coco", destination="two", keys=["p0002.jpg", "鞋/红色 #1.jpg"])
    logical = begin(api, format=DATASET_VERSION, destination="chosen@v1", keys=["p0003.jpg"])
    never = begin(api, format="retrieval", destination="never")
    assert api.post(f"/exports/{never['id']}/stop").json()["status"] in {"stopping", "stopped"}
    assert (listed["destination"], listed["version"]) == ("photos-v1.1-file-list", "photos@v1.1")
    assert listed["status"] == "starting" and listed["download"] is None
    early = api.get(f"/exports/{listed['id']}/download")
    assert early.status_code == 404 and "nothing to download" in early.json()["problem"]

    food = [row["key"] for row in open_version("photos@v1").where("category=Food")]
    done = over(api, listed)
    assert done["status"] == "succeeded", done["problems"]
    assert done["result"]["photos"] == done["computed"] == done["to_compute"] == len(food)
    with zipfile.ZipFile(io.BytesIO(download(api, done))) as archive:
        assert archive.namelist() == [MANIFEST, "files.jsonl"]
        lines = archive.read("files.jsonl").decode().splitlines()
        assert [json.loads(line)["key"] for line in lines] == food
        assert json.loads(archive.read(MANIFEST))["query"] == {"any_of": ["category:Food"]}

    done = over(api, named)
    folder = gallery.settings.exports / "two"
    first = download(api, done)
    assert first == download(api, done), "the same export is the same zip"
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert archive.testzip() is None
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found == {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    assert len(json.loads(found["annotations.json"])["images"]) == 2

    made = over(api, logical)
    assert made["status"] == "succeeded" and made["result"]["photos"] == 1
    assert made["download"] is None and made["published_by"]
    publishing = api.get(f"/jobs/{made['published_by']}").json()
    assert (publishing["dataset"], publishing["version"]) == ("chosen", "v1")
    api.post(f"/jobs/{publishing['id']}/stop")

    stopped = over(api, never)
    assert (stopped["status"], stopped["result"]) == ("stopped", None)
    assert not (gallery.settings.exports / "never").exists()
    ids = [export["id"] for export in api.get("/exports").json()["exports"]]
    assert {one["id"] for one in (listed, named, logical, never)} == set(ids)
    assert publishing["id"] not in ids and api.get(f"/jobs/{ids[0]}").status_code == 404

    taken = ask(api, format="coco", destination="two")
    assert taken.status_code == 422 and "already" in taken.json()["problem"]
    manifest = folder / MANIFEST
    manifest.write_text(manifest.read_text() + "\n")
    replaced = api.get(done["download"].removeprefix("/api"))
    assert replaced.status_code == 409 and "two" in replaced.json()["problem"]
    manifest.unlink()
    assert api.get(done["download"].removeprefix("/api")).status_code == 404


def download(api: httpx.Client, export: Any) -> bytes:
    answer = api.get(export["download"].removeprefix("/api"))
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip"
    assert export["destination"] in answer.headers["content-disposition"]
    return answer.content


def test_formats_are_told_with_their_words(api: httpx.Client) -> None:
    formats = {one["name"]: one for one in api.get("/exports/formats").json()}
    assert formats.keys() == {*FORMATS, DATASET_VERSION}
    assert all(len(one["description"]) > 10 for one in formats.values())
    assert not formats["file-list"]["has_photos"] and formats["coco"]["has_photos"]
    assert formats[DATASET_VERSION]["is_dataset_version"]


@pytest.mark.parametrize(
    "destination",
    [
        "/tmp/x",
        "../x",
        "..",
        ".",
        ".hidden",
        "a/b",
        "a\\b",
        "a\0b",
        "a b",
        "~",
        "-x",
        "x.",
        "file:///tmp/x",
        "http://127.0.0.1/x",
        "s3://",
        "s3:///x",
        "s3://bucket/a\nb",
        "x" * 101,
    ],
)
def test_exports_go_to_names_and_buckets_only(
    gallery: Gallery, api: httpx.Client, destination: str
) -> None:
    answer = ask(api, format="coco", destination=destination)
    assert answer.status_code == 422 and answer.json()["problem"]
    assert not (gallery.settings.home / "x").exists()


def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "exports"
    root.mkdir()
    (root / "link").symlink_to(tmp_path)
    assert folder_of("fine-1.2_红", root) == root / "fine-1.2_红"
    with pytest.raises(RefusedError, match="link"):
        folder_of("link", root)


@pytest.mark.parametrize(
    ("asked", "status", "word"),
    [
        ({"format": "coca"}, 422, "coca"),
        ({"format": "coco", "keys": ["nowhere.jpg"]}, 422, "nowhere.jpg"),
        ({"format": "coco", "keys": ["a"], "query": {}}, 422, "keys"),
        ({"format": "coco", "query": {"where": "a("}}, 400, "character"),
        ({"format": "coco", "query": {"name": "nothing like it"}}, 422, "no photo"),
        ({"format": "coco", "query": {"image": "0" * 64}}, 404, "uploaded"),
        ({"format": "file-list", "original": True}, 422, "original"),
        ({"format": DATASET_VERSION}, 422, "name"),
        ({"format": DATASET_VERSION, "destination": "photos@v1"}, 422, "photos@v1"),
        ({"format": DATASET_VERSION, "destination": "../x"}, 400, "../x"),
        ({"format": "coco", "version": "v9"}, 404, "v9"),
        ({"format": "coco", "profile": "other"}, 422, "profile"),
    ],
)
def test_what_cannot_be_exported_is_told_at_once(
    api: httpx.Client, asked: dict[str, Any], status: int, word: str
) -> None:
    answer = ask(api, **asked)
    assert answer.status_code == status, answer.text
    assert word in answer.json()["problem"]


def test_a_search_by_an_uploaded_photo_exports_what_it_finds(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch, gallery: Gallery
) -> None:
    begun: list[Any] = []
    monkeypatch.setattr(
        "listing_assets.web.running.jobs.launch", lambda folder, _: begun.append(folder)
    )
    photo = (gallery.source / "p0004.jpg").read_bytes()
    upload = api.post("/uploads", content=photo).json()["upload"]
    begin(api, format="file-list", query={"image": upload, "top_k": 3})
    begin(api, format="file-list", query={"text": "photo", "text_by": "words", "top_k": 2})
    by_image, by_text = (folder.job.request for folder in begun)
    assert by_image.keys[0] == "p0004.jpg" and len(by_image.keys) == 3
    assert (by_text.query.text, by_text.query.top_k, by_text.keys) == ("photo", 2, ())


def test_a_zip_that_breaks_on_the_way_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"a" * 3_000_000)
    (tmp_path / "b.txt").write_bytes(b"b")
    (tmp_path / "link").symlink_to("/etc/passwd")
    whole = b"".join(zipped(tmp_path))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert archive.namelist() == ["a.txt", "b.txt"]
    pieces: Iterator[bytes] = zipped(tmp_path)
    part = next(pieces) + next(pieces)
    (tmp_path / "b.txt").unlink()
    with pytest.raises(FileNotFoundError):
        part += b"".join(pieces)
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(part))
