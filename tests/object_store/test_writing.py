"""Targets: what is written is seen when it is published and not before, in a folder or a bucket."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from s3transfer.manager import TransferConfig, TransferManager

from resources.errors import ListingError
from resources.object_store import bucket_target
from resources.object_store.bucket_target import BucketTarget
from resources.object_store.writing import FolderTarget, Target, TargetError, open_target
from tests.object_store.loopback_servers import Answer, Buckets, Request, ScriptedServer
from tests.object_store.test_s3_errors import refusal

EMPTY_LISTING = Answer(
    200, b"<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"
)


class Place(Protocol):
    """Somewhere to write to, and a look at what is there."""

    uri: str

    def files(self) -> dict[str, bytes]: ...


class Folder:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.uri = str(root / "deep" / "out")

    def files(self) -> dict[str, bytes]:
        top = Path(self.uri)
        return {
            path.relative_to(top).as_posix(): path.read_bytes()
            for path in top.rglob("*")
            if path.is_file()
        }

    def litter(self) -> list[str]:
        return [str(path) for path in self.root.rglob("*") if ".part" in path.name]


class Bucket:
    def __init__(self, buckets: Buckets) -> None:
        self.client = buckets.client
        self.name = buckets.make()
        self.uri = f"s3://{self.name}/deep/out"

    def files(self) -> dict[str, bytes]:
        return {
            key.removeprefix("deep/out/"): self.client.get_object(Bucket=self.name, Key=key)[
                "Body"
            ].read()
            for key in self._keys()
            if not key.startswith("deep/out/.part/")
        }

    def litter(self) -> list[str]:
        return [key for key in self._keys() if ".part" in key]

    def _keys(self) -> list[str]:
        listed = self.client.list_objects_v2(Bucket=self.name).get("Contents", [])
        return [entry["Key"] for entry in listed]


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Folder | Bucket]:
    if request.param == "folder":
        return Folder(tmp_path)
    return Bucket(request.getfixturevalue("buckets"))


def written(target: Target) -> None:
    target.begin()
    target.write("a/one.txt", b"one")
    with target.create("b/two.bin") as sink:
        for piece in (b"two", memoryview(b" and more")):
            sink.write(piece)
    target.write("last.json", b"{}")


WHOLE = {"a/one.txt": b"one", "b/two.bin": b"two and more", "last.json": b"{}"}


def test_files_are_there_once_published_and_nothing_else_is(place: Folder | Bucket) -> None:
    with open_target(place.uri) as target:
        assert target.held("last.json") == "nothing"
        written(target)
        assert place.files() == {}
        assert target.held("last.json") == "nothing"
        target.publish("last.json")
        assert place.files() == WHOLE
        assert target.held("last.json") == "the marker"
        assert target.held("other.json") == "other files"
    assert place.files() == WHOLE
    assert place.litter() == []


def test_what_is_not_published_is_discarded(place: Folder | Bucket) -> None:
    with pytest.raises(ZeroDivisionError), open_target(place.uri) as target:
        written(target)
        raise ZeroDivisionError
    assert place.files() == {}
    assert place.litter() == []


def test_a_set_is_replaced_whole(place: Folder | Bucket) -> None:
    with open_target(place.uri) as target:
        written(target)
        target.publish("last.json")
    with open_target(place.uri) as target:
        target.begin()
        target.write("a/three.txt", b"three")
        target.write("last.json", b"[]")
        assert place.files() == WHOLE
        target.publish("last.json")
    assert place.files() == {"a/three.txt": b"three", "last.json": b"[]"}
    assert place.litter() == []


def test_a_file_that_breaks_off_is_no_file(place: Folder | Bucket) -> None:
    with open_target(place.uri) as target:
        target.begin()
        with pytest.raises(ZeroDivisionError), target.create("half") as sink:
            sink.write(b"half")
            raise ZeroDivisionError
    assert place.files() == {}


def test_a_folder_takes_no_file_twice_and_names_its_fault(tmp_path: Path) -> None:
    with FolderTarget(tmp_path / "out") as target:
        target.begin()
        target.write("a", b"1")
        with pytest.raises(TargetError, match=r"out cannot be written: File exists"):
            target.write("a", b"2")
    (tmp_path / "file").write_text("")
    with pytest.raises(TargetError, match="cannot be written: Not a directory"):
        FolderTarget(tmp_path / "file" / "out").begin()


def test_an_error_of_the_one_who_writes_is_not_blamed_on_the_folder(tmp_path: Path) -> None:
    with FolderTarget(tmp_path / "out") as target:
        target.begin()
        with pytest.raises(FileNotFoundError), target.create("a"):
            (tmp_path / "lake").read_bytes()


@pytest.mark.parametrize("uri", ["", " ", "ftp://host/x", "s3://", "oss:///x", "http://x/y"])
def test_what_is_no_place_is_told(uri: str) -> None:
    with pytest.raises(TargetError, match="no place that can be written to"):
        open_target(uri)


def test_large_files_go_and_are_copied_in_parts(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = 5 * 1024**2
    data = bytes(range(256)) * (2 * part // 256) + b"the end"

    def small_parts(client: object, config: TransferConfig) -> TransferManager:
        config.multipart_threshold = config.multipart_chunksize = part
        return TransferManager(client, config)  # type: ignore[arg-type]

    monkeypatch.setattr(bucket_target, "TransferManager", small_parts)
    place = Bucket(buckets)
    with open_target(place.uri) as target:
        target.begin()
        with target.create("large.tar") as sink:
            sink.write(data)
        target.write("last", b"")
        target.publish("last")
    found = place.files()["large.tar"]
    assert hashlib.sha256(found).digest() == hashlib.sha256(data).digest()
    uploads = place.client.list_multipart_uploads(Bucket=place.name).get("Uploads", [])
    assert uploads == []


def test_more_objects_than_may_be_under_way_are_written_and_removed(
    buckets: Buckets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bucket_target, "IN_FLIGHT", 4)
    monkeypatch.setattr(bucket_target, "BYTES_IN_FLIGHT", 10)
    place = Bucket(buckets)
    for number in range(30):
        buckets.put(place.name, f"deep/out/.part/images/{number}", b"left by a killed writer")
    buckets.put(place.name, "deep/out/!before", b"sorts before what lies aside")
    buckets.put(place.name, "deep/out/zoo", b"sorts behind")
    with open_target(place.uri) as target:
        assert target.held("last") == "other files"
        target.begin()
        assert place.litter() == []
        for number in range(30):
            target.write(f"images/{number}", b"x" * number)
        target.write("last", b"")
        target.publish("last")
    assert place.files() == {
        "last": b"",
        **{f"images/{number}": b"x" * number for number in range(30)},
    }


@pytest.mark.parametrize("scheme", ["s3", "oss"])
def test_a_refusal_names_the_permission_and_no_secret(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    for name in ("AWS", "OSS"):
        monkeypatch.setenv(f"{name}_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-key")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "a-secret-key")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("OSS_ENDPOINT", server.url)
    monkeypatch.setenv("OSS_REGION", "cn-hangzhou")

    def respond(request: Request) -> Answer:
        return refusal("AccessDenied") if request.method == "PUT" else EMPTY_LISTING

    server.respond = respond
    with (
        pytest.raises(TargetError) as raised,
        open_target(f"{scheme}://shop/exports") as target,
    ):
        assert isinstance(target, BucketTarget)
        target.begin()
        target.write("a", b"1")
        target.publish("a")
    assert f"{scheme}://shop/exports may not be written to" in raised.value.problem
    assert f"{scheme}:PutObject" in raised.value.remedy
    assert "a-secret-key" not in f"{raised.value!r}"
    put = next(request for request in server.requests if request.method == "PUT")
    if scheme == "oss":
        # OSS refuses the checksums that botocore adds to what goes to S3.
        assert not any(name.startswith(("x-amz-checksum", "x-amz-trailer")) for name in put.headers)
        assert put.body == b"1"


def test_a_bucket_that_is_not_there_is_told_before_anything_is_sent(aws: str) -> None:
    with pytest.raises(ListingError, match="'no-such-bucket' does not exist"):
        open_target("s3://no-such-bucket/x").held("last")
