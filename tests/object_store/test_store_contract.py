"""What holds for every store: a folder and a bucket with the same tree are one to their reader."""

import gc
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resources.errors import ObjectUnavailableError
from resources.object_store import (
    EmptySourceError,
    ObjectStore,
    ObjectTooLargeError,
    StoredObject,
    open_store,
)
from resources.object_store.s3 import S3Store
from resources.object_store.s3_errors import S3
from tests.object_store.loopback_servers import Buckets

AWKWARD = (
    "a b#c%d+e/红 书包 100%.jpg",
    "a?b=c&d.jpg",
    "%41.jpg",
    "back\\slash.jpg",
    "\\xff looks like a byte.jpg",
    "trailing ",
    "~tilde",
    "é composed",
    "e\u0301 decomposed",
    "😀.png",
    "\uffe5 full width.png",
    ".hidden/deep/er/file",
)
Tree = dict[str, bytes]
Opener = Callable[[Tree], ObjectStore]


@pytest.fixture(params=["folder", "s3"])
def opened(request: pytest.FixtureRequest, tmp_path: Path, buckets: Buckets) -> Opener:
    def as_folder(tree: Tree) -> ObjectStore:
        write_tree(tmp_path / "root", tree)
        return open_store(str(tmp_path / "root"))

    def as_bucket(tree: Tree) -> ObjectStore:
        bucket = buckets.make({f"some/prefix/{key}": data for key, data in tree.items()})
        return open_store(f"s3://{bucket}/some/prefix")

    return as_folder if request.param == "folder" else as_bucket


def write_tree(root: Path, tree: Tree) -> None:
    root.mkdir(exist_ok=True)
    for key, data in tree.items():
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes(data)


def keys(listed: Iterator[StoredObject]) -> list[str]:
    return [found.key for found in listed]


def test_keys_are_in_utf8_byte_order_with_folders_as_their_name_and_a_slash(opened: Opener) -> None:
    tree = dict.fromkeys(["a/z", "a.jpg", "a-b", "a0", "A", "é", "z", "😀", "\uffe5"], b"")
    assert keys(opened(tree).list()) == ["A", "a-b", "a.jpg", "a/z", "a0", "z", "é", "\uffe5", "😀"]


def test_awkward_names_are_listed_found_and_read_by_their_own_name(opened: Opener) -> None:
    store = opened({key: key.encode() for key in AWKWARD})
    listed = list(store.list())
    assert [found.key for found in listed] == sorted(AWKWARD, key=str.encode)
    for found in listed:
        assert store.find(found.key) == found
        assert store.read(found.key) == found.key.encode()
        assert store.key_of(found.uri) == found.key


def test_an_object_tells_its_size_time_and_a_mark_of_its_content(opened: Opener) -> None:
    found = next(opened({"shoe.jpg": b"123"}).list())
    assert found.size == 3
    assert found.last_modified.utcoffset() == timedelta(0)
    assert found.last_modified.tzinfo is UTC
    assert found.etag
    assert '"' not in found.etag


def test_listing_resumes_after_any_key_whether_or_not_it_exists(opened: Opener) -> None:
    tree = dict.fromkeys(["a/1", "a/2", "a.jpg", "b/c/d", "b/c0", "c"], b"")
    store = opened(tree)
    everything = keys(store.list())
    for after in [*everything, "", "a", "a/", "a/15", "b/c/", "b/c/d/e", "bb", "zzz"]:
        assert keys(store.list(start_after=after)) == [key for key in everything if key > after]


def test_a_prefix_is_of_characters_not_of_folders(opened: Opener) -> None:
    store = opened(dict.fromkeys(["v1/a", "v1/b/c", "v10/a", "v2", "w"], b""))
    for prefix in ["v", "v1", "v1/", "v1/b", "v1/b/c", "v1/b/c/", "v1/b/cc", "x", "w"]:
        expected = [key for key in ["v1/a", "v1/b/c", "v10/a", "v2", "w"] if key.startswith(prefix)]
        assert keys(store.list(prefix)) == expected
    assert keys(store.list("v1", start_after="v1/a")) == ["v1/b/c", "v10/a"]


def test_a_key_that_is_not_there_is_not_found_and_cannot_be_read(opened: Opener) -> None:
    store = opened({"a.jpg": b"", "b/c.jpg": b""})
    for key in ["a", "a.jpg/x", "b", "b/", "x.jpg"]:
        assert store.find(key) is None
        with pytest.raises(ObjectUnavailableError) as raised:
            store.read(key)
        assert not raised.value.transient
        assert key in str(raised.value)


def test_an_object_beyond_the_limit_is_refused_by_its_size(opened: Opener) -> None:
    store = opened({"big.jpg": b"12345"})
    assert store.read("big.jpg", max_bytes=5) == b"12345"
    with pytest.raises(
        ObjectTooLargeError, match=r"big\.jpg has 5 bytes; the limit is 4"
    ) as raised:
        store.read("big.jpg", max_bytes=4)
    assert raised.value.size == 5
    assert not raised.value.transient


def test_an_empty_object_is_read_as_no_bytes(opened: Opener) -> None:
    assert opened({"empty.jpg": b""}).read("empty.jpg") == b""


def test_the_check_passes_where_there_is_something_and_says_so_where_there_is_nothing(
    opened: Opener,
) -> None:
    store = opened({"a.jpg": b"1"})
    store.check()
    with pytest.raises(EmptySourceError, match=r"upload photos|Put photos there"):
        opened_empty(store).check()


def opened_empty(beside: ObjectStore) -> ObjectStore:
    uri = beside.uri + "-empty"
    if uri.startswith("file://"):
        Path(uri.removeprefix("file://")).mkdir()
    return open_store(uri)


def test_references_are_keys_or_full_uris_under_the_root(opened: Opener) -> None:
    store = opened({"a/b.jpg": b""})
    assert store.key_of("a/b.jpg") == "a/b.jpg"
    assert store.key_of(f"{store.uri}/a/b.jpg") == "a/b.jpg"
    assert store.key_of("s3://elsewhere/a/b.jpg") is None
    assert store.key_of(f"{store.uri}2/a/b.jpg") is None


def test_no_more_than_a_page_is_held_while_listing(opened: Opener) -> None:
    store = opened({f"{number:04}.jpg": b"" for number in range(1_200)})
    most = count = 0
    for _ in store.list():
        count += 1
        if count % 250 == 0:
            most = max(most, sum(isinstance(one, StoredObject) for one in gc.get_objects()))
    assert count == 1_200
    assert most < 10


SEGMENTS = st.text(
    # XML, in which moto repeats what it was asked, has no control characters.
    st.characters(exclude_characters="/", exclude_categories=["Cs", "Cc"]),
    min_size=1,
    max_size=6,
).filter(lambda name: name not in {".", ".."})


@st.composite
def trees(draw: st.DrawFn) -> list[str]:
    """Keys of files, none of which is also the folder of another."""
    drawn = draw(st.lists(st.lists(SEGMENTS, min_size=1, max_size=4), max_size=12))
    found: list[str] = []
    for path in drawn:
        key = "/".join(path)
        if not any(key == o or key.startswith(o + "/") or o.startswith(key + "/") for o in found):
            found.append(key)
    return found


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(tree=trees(), data=st.data())
def test_the_same_tree_is_listed_alike_by_folder_and_bucket(
    tree: list[str],
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    buckets: Buckets,
) -> None:
    root = tmp_path_factory.mktemp("tree")
    write_tree(root, dict.fromkeys(tree, b"x"))
    folder = open_store(str(root))
    bucket = S3Store(buckets.client, S3, buckets.make(dict.fromkeys(tree, b"x")), "")
    listed = keys(folder.list())
    assert listed == keys(bucket.list()) == sorted(tree, key=str.encode)
    after = data.draw(st.one_of(st.sampled_from([*tree, ""]), SEGMENTS))
    prefix = data.draw(
        st.one_of(st.just(""), st.sampled_from([*tree, ""]).map(lambda key: key[:2]))
    )
    resumed = keys(folder.list(prefix, start_after=after))
    assert resumed == keys(bucket.list(prefix, start_after=after))
    assert resumed == [key for key in listed if key > after and key.startswith(prefix)]
