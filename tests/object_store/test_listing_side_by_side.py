"""Folders that are listed side by side give each key of a plain listing, once."""

import threading
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from resources.errors import SourceError
from resources.object_store import open_store, side_by_side
from resources.object_store.s3 import S3Store
from resources.object_store.side_by_side import list_side_by_side
from tests.object_store.loopback_servers import Answer, Buckets, Request, ScriptedServer

NAMES = st.lists(st.sampled_from(["a", "b", "b.", "b0", "c", "é", "�"]), min_size=1, max_size=4)
KEYS = st.sets(
    st.tuples(NAMES, st.sampled_from(["", "/"])).map(lambda one: "/".join(one[0]) + one[1]),
    max_size=60,
)


class Bucket:
    """Lists keys as ListObjectsV2 does, `size` entries a page, and counts the pages."""

    def __init__(self, keys: set[str], size: int) -> None:
        self.keys = sorted(keys)
        self.size = size
        self.asked: list[tuple[str, str, str]] = []

    def pages(self, prefix: str, after: str, delimiter: str) -> Iterator[Mapping[str, Any]]:
        entries: dict[str, str] = {}
        for key in self.keys:
            if key.startswith(prefix) and key > after:
                folder, slash, _ = key[len(prefix) :].partition(delimiter or "\0")
                kind = "CommonPrefixes" if slash else "Contents"
                entries[prefix + folder + slash if slash else key] = kind
        rest = iter(entries.items())
        left = len(entries)
        while True:
            self.asked.append((prefix, after, delimiter))
            page: dict[str, Any] = {"Contents": [], "CommonPrefixes": []}
            for name, kind in islice(rest, self.size):
                page[kind].append({"Key" if kind == "Contents" else "Prefix": name})
                left -= 1
            yield page | {"IsTruncated": left > 0}
            if not left:
                return


def found(bucket: Bucket, prefix: str = "", after: str = "") -> list[str]:
    pages = list_side_by_side(bucket.pages, prefix, after)
    return sorted(entry["Key"] for page in pages for entry in page)


@pytest.fixture(scope="module")
def small() -> Iterator[None]:
    """Few folders are many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(side_by_side, "LOOKED_INTO", 5)
        patch.setattr(side_by_side, "LEAST_FOLDERS", 2)
        patch.setattr(side_by_side, "MOST_RANGES", 2)
        yield


@pytest.mark.usefixtures("small")
@given(keys=KEYS, prefix=st.sampled_from(["", "b", "b/", "b/b"]), size=st.integers(1, 4))
def test_each_key_of_a_plain_listing_comes_once(keys: set[str], prefix: str, size: int) -> None:
    bucket = Bucket(keys, size)
    wanted = [key for key in bucket.keys if key.startswith(prefix) and key > prefix]
    assert found(bucket, prefix, prefix) == wanted


def test_a_source_of_one_page_costs_one_request() -> None:
    bucket = Bucket({f"{n}/a.jpg" for n in range(900)}, 1_000)
    assert len(found(bucket)) == 900
    assert bucket.asked == [("", "", "")]


@pytest.mark.parametrize(
    ("keys", "most"),
    [
        ({f"{n:06}.jpg" for n in range(20_000)}, 22),
        ({f"{n // 5:05}/{n % 5}.jpg" for n in range(20_000)}, 4 + 4 * 16 + 40),
        ({f"all/{n % 12:02}/{n:05}.jpg" for n in range(20_000)}, 4 + 2 * 12 + 20),
        (
            {f"{n % 3}/{n % 12:02}/{n % 30:02}/{n % 24:02}/{n:05}.jpg" for n in range(20_000)},
            20 + 2 * (side_by_side.LOOKED_INTO + side_by_side.MOST_RANGES * 3),
        ),
    ],
    ids=["one flat folder", "a folder a product", "a folder in a folder", "many deep folders"],
)
def test_few_pages_are_asked_for_more_than_a_plain_listing_would(keys: set[str], most: int) -> None:
    bucket = Bucket(keys, 1_000)
    assert found(bucket) == bucket.keys
    assert len(bucket.asked) <= most


def test_folders_are_listed_at_the_same_time() -> None:
    bucket = Bucket({f"{n % 8}/{n:04}.jpg" for n in range(4_000)}, 100)
    together = threading.Barrier(4, timeout=20)

    def pages(prefix: str, after: str, delimiter: str) -> Iterator[Mapping[str, Any]]:
        if prefix:  # passes once four folders are being asked for
            together.wait()
        yield from bucket.pages(prefix, after, delimiter)

    listed = list_side_by_side(pages, "", "")
    assert sorted(entry["Key"] for page in listed for entry in page) == bucket.keys


def test_no_more_is_listed_ahead_than_there_is_room_for() -> None:
    bucket = Bucket({f"{n % 8}/{n:05}.jpg" for n in range(20_000)}, 10)
    listed = list_side_by_side(bucket.pages, "", "")
    for _ in range(2):
        next(listed)
    for _ in range(40):
        before = len(bucket.asked)
        time.sleep(0.02)
    assert len(bucket.asked) == before < side_by_side.WAITING + 3 * side_by_side.LISTERS
    listed.close()  # type: ignore[attr-defined]


def test_a_policy_that_allows_the_listing_of_the_source_alone_suffices() -> None:
    bucket = Bucket({f"x/{n % 8}/{n:04}.jpg" for n in range(2_000)}, 100)

    def pages(prefix: str, after: str, delimiter: str) -> Iterator[Mapping[str, Any]]:
        if delimiter or prefix != "x/":
            raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListObjectsV2")
        yield from bucket.pages(prefix, after, delimiter)

    listed = list_side_by_side(pages, "x/", "x/")
    assert sorted(entry["Key"] for page in listed for entry in page) == bucket.keys


def test_a_store_without_order_is_listed_plainly() -> None:
    keys = [f"{n % 8}/{n}.jpg" for n in range(50)]

    def pages(prefix: str, after: str, delimiter: str) -> Iterator[Mapping[str, Any]]:
        assert not delimiter and not after
        for start in range(0, 50, 10):
            few = [{"Key": key} for key in keys[start : start + 10]]
            yield {"Contents": few, "IsTruncated": start < 40}

    listed = list_side_by_side(pages, "", "")
    assert [entry["Key"] for page in listed for entry in page] == keys


def test_a_fault_in_one_folder_ends_the_listing_in_plain_words(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    def respond(request: Request) -> Answer:
        if "delimiter" not in request.path:
            keys = "".join(
                f"<Contents><Key>photos/0/{n:04}.jpg</Key><Size>1</Size><ETag>e</ETag>"
                "<LastModified>2026-11-21T05:05:15.000Z</LastModified></Contents>"
                for n in range(10)
            )
            truncated = "<IsTruncated>true</IsTruncated><NextContinuationToken>t"
            body = f"<ListBucketResult>{keys}{truncated}</NextContinuationToken></ListBucketResult>"
            return Answer(body=body.encode())
        return Answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")

    server.respond = respond
    with pytest.raises(SourceError, match="shop"):
        list(scripted_s3.list_unordered())


def test_on_a_server_it_gives_the_objects_of_a_plain_listing(buckets: Buckets) -> None:
    keys = {f"shop/{n % 7}/红 {n % 3}/{n:04}.jpg" for n in range(700)}
    keys |= {f"shop/{n:04}.jpg" for n in range(400)} | {"shop/", "shop/3/", "shop/3.jpg", "shop2/a"}
    store = open_store(f"s3://{buckets.make(dict.fromkeys(keys, b''))}/shop")
    listed = list(store.list_unordered())
    assert len(listed) == len(keys) - 2
    assert sorted(listed, key=lambda one: one.key) == list(store.list())
    some = sorted(one.key for one in store.list_unordered("3/"))
    assert some == [one.key for one in store.list("3/")]
