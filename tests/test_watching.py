"""Watching a source: what makes a version, when, and what never does."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from listing_assets.catalog import Dataset
from listing_assets.objects.selection import open_selection
from listing_assets.versions.listing import Listing, frozen_listings
from listing_assets.versions.names import VersionName
from listing_assets.versions.refresh import refresh_listing
from listing_assets.watching import SourceState, Upload, look
from resources.lake import Lake
from resources.object_store import open_store

FAR = 10**9.0


class Watched:
    """A folder that is watched, with a clock of its own."""

    def __init__(self, root: Path, **fields: object) -> None:
        self.root = root / "source"
        self.root.mkdir()
        self.lake = Lake(str(root / "lake"))
        self.fields = {"name": "shop", "source": str(self.root), **fields}
        self.state = SourceState()
        self.clock = 1_000.0

    @property
    def dataset(self) -> Dataset:
        return Dataset.model_validate(self.fields)

    @property
    def listings(self) -> dict[str, Listing]:
        return frozen_listings(self.lake, "shop")

    def put(self, key: str, content: bytes = b"photo") -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def look(self, wait: float = 0.0, deadline: float = FAR) -> list[Upload]:
        self.clock += wait
        store = open_store(str(self.root))
        return look(
            self.dataset, store, self.state, self.listings, deadline, now=lambda: self.clock
        )

    def build(self, upload: Upload) -> None:
        """What the run would do first."""
        version = VersionName("shop", upload.version)
        refresh_listing(self.lake, version, open_store(str(self.root)), self.dataset, "500MB")


@pytest.fixture
def watch(tmp_path: Path) -> Callable[..., Watched]:
    def make(**fields: object) -> Watched:
        return Watched(tmp_path, **fields)

    return make


def versions(uploads: list[Upload]) -> list[str]:
    return [upload.version for upload in uploads]


def test_a_settled_upload_makes_the_next_version_once(watch) -> None:
    shop = watch(watch={"quiet_seconds": 60})
    shop.put("a.jpg")
    assert shop.look() == []
    assert shop.look(wait=59) == []
    (upload,) = shop.look(wait=2)
    assert (upload.version, upload.objects) == ("v1", 1)
    assert versions(shop.look(wait=1)) == ["v1"], "asked for until it is listed; the run key is one"
    shop.build(upload)
    assert shop.look(wait=500) == []
    shop.put("b.jpg")
    assert shop.look(wait=10) == []
    assert versions(shop.look(wait=61)) == ["v2"]


def test_an_upload_under_way_is_waited_for(watch) -> None:
    shop = watch(watch={"quiet_seconds": 60})
    for number in range(5):
        shop.put(f"{number}.jpg")
        assert shop.look(wait=40) == []
    assert versions(shop.look(wait=61)) == ["v1"]


def test_a_lost_cursor_makes_no_version_again(watch) -> None:
    shop = watch(watch={"quiet_seconds": 0})
    shop.put("a.jpg")
    shop.look()
    shop.build(shop.look(wait=1)[0])
    shop.state = SourceState()
    assert shop.look(wait=1) == [] == shop.look(wait=100)


def test_side_files_make_no_version(watch) -> None:
    shop = watch(watch={"quiet_seconds": 0})
    shop.put("notes.txt")
    shop.put(".hidden/x.jpg")
    assert shop.look() == [] == shop.look(wait=10)


def test_a_marker_newer_than_the_photos_starts_the_version_at_once(watch) -> None:
    shop = watch(watch={"marker": "_DONE", "quiet_seconds": 3600})
    shop.put("a.jpg")
    assert shop.look() == [] == shop.look(wait=9999)
    time.sleep(0.02)
    shop.put("_DONE", b"")
    (upload,) = shop.look()
    assert (upload.version, upload.objects) == ("v1", 1)
    shop.build(upload)
    assert shop.listings["v1"].objects == 1, "the marker is no photo"
    time.sleep(0.02)
    shop.put("b.jpg")
    assert shop.look(wait=9999) == [], "the old marker says nothing of a later upload"
    time.sleep(0.02)
    shop.put("_DONE", b"")
    assert versions(shop.look()) == ["v2"]


def test_folders_are_versions_of_their_own_names(watch) -> None:
    shop = watch(selection={"kind": "folder"}, watch={"quiet_seconds": 10})
    shop.put("v1/a.jpg")
    shop.put("spring-2026/b.jpg")
    shop.put("loose.jpg")
    shop.put("not a version/c.jpg")
    shop.look()
    uploads = shop.look(wait=11)
    assert sorted(versions(uploads)) == ["spring-2026", "v1"]
    for upload in uploads:
        shop.build(upload)
    shop.put("v1/late.jpg")
    shop.look()
    assert versions(shop.look(wait=11)) == ["v1"], "a late upload brings its version up to date"


def test_manifests_with_a_version_in_their_name_are_versions(watch) -> None:
    shop = watch(
        selection={"kind": "manifest", "path": "lists/{version}.csv"}, watch={"quiet_seconds": 10}
    )
    shop.put("a.jpg")
    shop.put("lists/v1.csv", b"key,title\na.jpg,one\ngone.jpg,two\n")
    shop.look()
    (upload,) = shop.look(wait=11)
    assert (upload.version, upload.objects) == ("v1", 2)
    shop.build(upload)
    assert shop.look(wait=50) == [], "what is missing makes no version again and again"


def test_a_look_goes_on_where_the_last_sitting_ended(watch) -> None:
    shop = watch(watch={"quiet_seconds": 0})
    for number in range(30):
        shop.put(f"{number:02d}.jpg")
    passed = 0.0
    assert shop.look(deadline=passed) == []
    assert shop.state.after == "00.jpg"
    sittings = 1
    while shop.state.after is not None:
        stored = shop.state.model_dump_json()
        shop.state = SourceState.model_validate_json(stored)
        uploads = shop.look(deadline=passed)
        sittings += 1
    assert sittings == 31
    uploads = shop.look(wait=1)
    assert [(upload.version, upload.objects) for upload in uploads] == [("v1", 30)]
    shop.build(uploads[0])
    assert shop.look(wait=10) == [], "many sittings and one listing see the same"


def test_the_watch_and_the_listing_agree_on_what_a_version_has(watch) -> None:
    shop = watch()
    for key in ("照片 1.jpg", "b/c.png", "b.txt", "z"):
        shop.put(key)
    store = open_store(str(shop.root))
    assert sum(1 for _ in open_selection(store, shop.dataset.selection, "v1")) == 3
