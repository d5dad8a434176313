"""A folder: what it never opens, what it passes over and says, and names that are not text."""

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote_to_bytes

import pytest

from resources.errors import ObjectUnavailableError, SourceError
from resources.object_store import StoredObject, open_store
from resources.object_store.folder import FolderStore


class Noted(list[tuple[str, str]]):
    """What a listing passed over."""

    def __call__(self, kind: str, key: str) -> None:
        self.append((kind, key))


def keys(listed: Iterator[StoredObject]) -> list[str]:
    return [found.key for found in listed]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "shoe.jpg").write_bytes(b"shoe")
    return folder


@pytest.fixture
def shared_root() -> Iterator[Path]:
    """A folder that an ordinary user may enter, unlike pytest's own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "shoe.jpg").write_bytes(b"shoe")
        yield folder


@pytest.mark.timeout(20)
def test_pipes_and_sockets_are_passed_over_and_never_opened(root: Path) -> None:
    os.mkfifo(root / "a-pipe.jpg")
    (root / "linked.jpg").symlink_to(root / "a-pipe.jpg")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(root / "sock"))
    passed, store = Noted(), FolderStore(root)
    assert keys(store.list(on_passed_over=passed)) == ["shoe.jpg"]
    assert sorted(passed) == [
        ("special file", "a-pipe.jpg"),
        ("special file", "linked.jpg"),
        ("special file", "sock"),
    ]
    assert store.find("a-pipe.jpg") is None
    with pytest.raises(ObjectUnavailableError, match="not a regular file"):
        store.read("a-pipe.jpg")


def test_links_that_leave_the_root_are_passed_over_and_cannot_be_read(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (root / "file.jpg").symlink_to(tmp_path / "secret.jpg")
    (root / "folder").symlink_to(tmp_path)
    (root / "neighbour").symlink_to(tmp_path / "photos2")
    (tmp_path / "photos2").mkdir()
    passed, store = Noted(), FolderStore(root)
    assert keys(store.list(on_passed_over=passed)) == ["shoe.jpg"]
    assert sorted(passed) == [
        ("link out of the source", "file.jpg"),
        ("link out of the source", "folder"),
        ("link out of the source", "neighbour"),
    ]
    for key in ["file.jpg", "folder/secret.jpg", "neighbour"]:
        assert store.find(key) is None
        with pytest.raises(ObjectUnavailableError, match="does not lie inside"):
            store.read(key)


@pytest.mark.parametrize(
    "key",
    ["../secret.jpg", "a/../../secret.jpg", "a/../shoe.jpg", "/etc/hostname", "", ".", "a\0b"],
)
def test_no_key_leads_out_of_the_root(root: Path, tmp_path: Path, key: str) -> None:
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    store = FolderStore(root)
    assert store.find(key) is None
    with pytest.raises(ObjectUnavailableError):
        store.read(key)


def test_links_inside_the_root_are_followed_and_loops_end(root: Path) -> None:
    (root / "2024").mkdir()
    (root / "2024" / "a.jpg").write_bytes(b"a")
    (root / "2024" / "up").symlink_to(root)
    (root / "2024" / "self").symlink_to("self")
    (root / "latest").symlink_to("2024")
    (root / "same.jpg").symlink_to("shoe.jpg")
    (root / "gone.jpg").symlink_to("nowhere.jpg")
    passed, store = Noted(), FolderStore(root)
    assert keys(store.list(on_passed_over=passed)) == [
        "2024/a.jpg",
        "latest/a.jpg",
        "same.jpg",
        "shoe.jpg",
    ]
    assert ("link loop", "2024/up/") in passed
    assert ("broken link", "2024/self") in passed
    assert ("broken link", "gone.jpg") in passed
    assert store.read("latest/a.jpg") == b"a"
    assert store.read("same.jpg") == b"shoe"


def test_folders_that_link_to_each_other_end_too(root: Path) -> None:
    for one, other in [("a", "b"), ("b", "a")]:
        (root / one).mkdir()
        (root / one / "photo.jpg").write_bytes(b"")
        (root / one / "link").symlink_to(root / other)
    assert keys(FolderStore(root).list()) == [
        "a/link/photo.jpg",
        "a/photo.jpg",
        "b/link/photo.jpg",
        "b/photo.jpg",
        "shoe.jpg",
    ]


def test_a_name_that_is_not_utf8_is_listed_read_and_has_a_uri_of_its_very_bytes(root: Path) -> None:
    name = os.fsencode(root) + b"/caf\xe9 \\x.jpg"
    Path(os.fsdecode(name)).write_bytes(b"coffee")
    store = FolderStore(root)
    found = next(store.list())
    assert found.key == "caf\\xe9 \\x5cx.jpg"
    assert found.key.encode()
    assert store.find(found.key) == found
    assert store.read(found.key) == b"coffee"
    assert unquote_to_bytes(found.uri.removeprefix("file://")) == name
    assert store.key_of(found.uri) == found.key


def test_folders_whose_names_are_not_utf8_are_walked(root: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(root) + b"/\xe9t\xe9"))
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"a")
    store = FolderStore(root)
    assert keys(store.list()) == ["\\xe9t\\xe9/a.jpg", "shoe.jpg"]
    assert keys(store.list(start_after="\\xe9t\\xe9/a.jpg")) == ["shoe.jpg"]
    assert store.read("\\xe9t\\xe9/a.jpg") == b"a"


def test_two_names_that_would_be_one_key_are_told_apart_or_told(root: Path) -> None:
    (root / "a\\xe9.jpg").write_bytes(b"literal")
    Path(os.fsdecode(os.fsencode(root) + b"/a\xe9.jpg")).write_bytes(b"odd")
    passed, store = Noted(), FolderStore(root)
    assert keys(store.list(on_passed_over=passed)) == ["a\\xe9.jpg", "shoe.jpg"]
    assert passed == [("ambiguous name", "a\\xe9.jpg")]
    assert store.read("a\\xe9.jpg") == b"literal"


@pytest.mark.usefixtures("closed_to_us")
def test_a_folder_that_may_not_be_opened_is_told_and_the_rest_is_listed(shared_root: Path) -> None:
    passed = Noted()
    assert keys(FolderStore(shared_root).list(on_passed_over=passed)) == ["closed.jpg", "shoe.jpg"]
    assert sorted(passed) == [("unreadable file", "blind/b.jpg"), ("unreadable folder", "closed/")]


@pytest.mark.usefixtures("closed_to_us")
def test_a_file_that_may_not_be_read_says_how_to_grant_it(shared_root: Path) -> None:
    store = FolderStore(shared_root)
    with pytest.raises(
        ObjectUnavailableError, match=r"closed\.jpg.*may not be read.*chmod"
    ) as raised:
        store.read("closed.jpg")
    assert not raised.value.transient


@pytest.fixture
def closed_to_us(shared_root: Path, request: pytest.FixtureRequest) -> None:
    (shared_root / "closed").mkdir(mode=0)
    (shared_root / "blind").mkdir()
    (shared_root / "blind" / "b.jpg").write_bytes(b"")
    (shared_root / "blind").chmod(0o444)
    (shared_root / "closed.jpg").write_bytes(b"")
    (shared_root / "closed.jpg").chmod(0)
    request.getfixturevalue("as_ordinary_user")


def test_a_name_with_a_line_break_is_a_name(root: Path) -> None:
    (root / "line\nbreak.jpg").write_bytes(b"1")
    store = FolderStore(root)
    assert keys(store.list()) == ["line\nbreak.jpg", "shoe.jpg"]
    assert store.read("line\nbreak.jpg") == b"1"


def test_the_walk_is_lazy_so_a_folder_is_read_when_its_turn_comes(root: Path) -> None:
    for name in ["a", "b", "c"]:
        (root / name).mkdir()
        (root / name / "1.jpg").write_bytes(b"")
    listed = FolderStore(root).list()
    assert next(listed).key == "a/1.jpg"
    (root / "b" / "2.jpg").write_bytes(b"")
    (root / "c" / "1.jpg").unlink()
    assert keys(listed) == ["b/1.jpg", "b/2.jpg", "shoe.jpg"]


def test_resuming_opens_only_the_folders_that_may_hold_more(root: Path) -> None:
    for name in ["a", "b"]:
        (root / name).mkdir()
        (root / name / "1.jpg").write_bytes(b"")
    os.mkfifo(root / "a" / "pipe")
    passed = Noted()
    assert keys(FolderStore(root).list(start_after="a/z", on_passed_over=passed)) == [
        "b/1.jpg",
        "shoe.jpg",
    ]
    assert passed == []


def test_one_folder_by_two_names_is_one_source(root: Path, tmp_path: Path) -> None:
    (tmp_path / "alias").symlink_to(root)
    alias = open_store(str(tmp_path / "alias"))
    assert alias.uri == open_store(root.as_uri()).uri == root.as_uri()
    assert alias.key_of(str(tmp_path / "alias" / "shoe.jpg")) == "shoe.jpg"
    assert alias.key_of(str(root / "shoe.jpg")) == "shoe.jpg"
    assert alias.key_of("./shoe.jpg") == "shoe.jpg"
    assert alias.key_of(str(root / ".." / "other" / "shoe.jpg")) is None


def test_a_file_whose_content_changes_changes_its_etag(root: Path) -> None:
    store = FolderStore(root)
    before = store.find("shoe.jpg")
    os.utime(root / "shoe.jpg", ns=(0, 1_700_000_000_123_456_789))
    after = store.find("shoe.jpg")
    assert before and after and before.etag != after.etag
    assert after.etag == f"{1_700_000_000_123_456_789:x}-4"
    assert after.last_modified == datetime.fromtimestamp(1_700_000_000, UTC).replace(
        microsecond=123456
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.jpg", "image/jpeg"),
        ("A.HEIC", "image/heic"),
        ("a.webp", "image/webp"),
        ("a.csv", "text/csv"),
        ("a", None),
    ],
)
def test_the_content_type_is_guessed_from_the_name(root: Path, name: str, kind: str) -> None:
    (root / name).write_bytes(b"")
    found = FolderStore(root).find(name)
    assert found is not None
    assert found.content_type == kind


def test_a_missing_folder_and_a_file_in_its_place_are_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the folder .*/none does not exist"):
        FolderStore(tmp_path / "none").check()
    (tmp_path / "photo.jpg").write_bytes(b"")
    with pytest.raises(SourceError, match=r"photo\.jpg is a file, not a folder"):
        FolderStore(tmp_path / "photo.jpg").check()


def test_a_source_that_vanishes_midway_stops_the_run_instead_of_failing_each_photo(
    root: Path,
) -> None:
    store = FolderStore(root)
    (root / "shoe.jpg").unlink()
    root.rmdir()
    with pytest.raises(SourceError, match="does not exist") as raised:
        store.read("shoe.jpg")
    assert not isinstance(raised.value, ObjectUnavailableError)
