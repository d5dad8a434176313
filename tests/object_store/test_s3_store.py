"""A bucket: pages, many readers at once, bodies that break off, OSS through the same class."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from resources.errors import ObjectUnavailableError
from resources.object_store import SourceCredentials, StoredObject, open_store
from resources.object_store.s3 import S3Store
from tests.object_store.loopback_servers import Answer, Buckets, Request, ScriptedServer


def page(*keys: str) -> Answer:
    contents = "".join(
        f"<Contents><Key>{key}</Key><Size>4</Size><ETag>&quot;e&quot;</ETag>"
        "<LastModified>2026-11-21T05:05:15.000Z</LastModified></Contents>"
        for key in keys
    )
    return Answer(body=f"<ListBucketResult>{contents}</ListBucketResult>".encode())


def test_2500_keys_come_in_three_pages_each_fetched_when_its_turn_comes(
    buckets: Buckets, caplog: pytest.LogCaptureFixture
) -> None:
    store = open_store(f"s3://{buckets.make({f'{n:04}.jpg': b'' for n in range(2_500)})}")
    caplog.set_level(logging.INFO, "werkzeug")

    def pages() -> int:
        return sum("list-type=2" in record.getMessage() for record in caplog.records)

    listed = store.list()
    assert pages() == 0
    assert next(listed).key == "0000.jpg"
    assert pages() == 1
    keys = [next(listed).key for _ in range(1_000)]
    assert keys[-1] == "1000.jpg"
    assert pages() == 2
    assert [found.key for found in listed] == [f"{n:04}.jpg" for n in range(1_001, 2_500)]
    assert pages() == 3


def test_the_object_that_consoles_make_to_show_the_folder_is_left_out(buckets: Buckets) -> None:
    bucket = buckets.make({"photos/": b"", "photos/a.jpg": b"1", "photos2/b.jpg": b""})
    store = open_store(f"s3://{bucket}/photos/")
    assert [found.key for found in store.list()] == ["a.jpg"]
    store.check()


def test_the_uri_is_the_buckets_own_and_the_storage_class_is_told(buckets: Buckets) -> None:
    bucket = buckets.make()
    buckets.client.put_object(Bucket=bucket, Key="a/b c.jpg", Body=b"1", StorageClass="STANDARD_IA")
    assert [
        (found.key, found.uri, found.etag, found.storage_class)
        for found in open_store(f"s3://{bucket}/a").list()
    ] == [
        ("b c.jpg", f"s3://{bucket}/a/b c.jpg", "c4ca4238a0b923820dcc509a6f75849b", "STANDARD_IA")
    ]


def test_oss_is_read_through_its_own_variables(
    buckets: Buckets, aws: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = buckets.make({"photos/a.jpg": b"1"})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_PROFILE", "does-not-exist")
    monkeypatch.setenv("OSS_ENDPOINT", aws)
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "testing")
    store = open_store(f"oss://{bucket}/photos")
    store.check()
    found = next(store.list())
    assert found.uri == f"oss://{bucket}/photos/a.jpg"
    assert store.key_of(found.uri) == "a.jpg"
    assert store.read("a.jpg") == b"1"


def test_oss_is_sent_no_checksum_that_it_refuses(
    scripted_oss: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: Answer(body=b"1")
    assert scripted_oss.read("a.jpg") == b"1"
    sent = server.requests[0].headers
    assert not [name for name in sent if "checksum" in name]
    assert "/cn-hangzhou/s3/aws4_request" in sent["authorization"]


@pytest.mark.parametrize("kind", ["s3", "oss"])
def test_many_threads_read_at_once_over_no_more_connections_than_allowed(
    kind: str, server: ScriptedServer, request: pytest.FixtureRequest
) -> None:
    store: S3Store = request.getfixturevalue(f"scripted_{kind}")
    lock, now, most = threading.Lock(), 0, 0

    def respond(asked: Request) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        return Answer(body=asked.path.encode())

    server.respond = respond
    with ThreadPoolExecutor(16) as pool:
        read = list(pool.map(store.read, [f"{n}.jpg" for n in range(64)]))
    assert read == [f"/shop/photos/{n}.jpg".encode() for n in range(64)]
    assert most == 4


def test_a_body_that_breaks_off_is_asked_for_again(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    answers = iter([Answer(body=b"photo" * 100, cut_at=20), Answer(body=b"photo" * 100)])
    server.respond = lambda _: next(answers)
    assert scripted_s3.read("a.jpg") == b"photo" * 100


def test_a_body_that_always_breaks_off_may_be_tried_again_later(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: Answer(body=b"photo" * 100, cut_at=20)
    with pytest.raises(ObjectUnavailableError, match="broke off") as raised:
        scripted_s3.read("a.jpg")
    assert raised.value.transient
    assert len(server.requests) == 3


def test_an_object_beyond_the_limit_is_not_transferred(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    # The server promises a gigabyte and sends ten bytes: reading on would be noticed as a fault.
    server.respond = lambda _: Answer(body=b"x" * 10**6, cut_at=10)
    with pytest.raises(ObjectUnavailableError, match="1,000,000 bytes; the limit is 999,999"):
        scripted_s3.read("a.jpg", max_bytes=999_999)
    assert len(server.requests) == 1


def test_a_busy_server_is_asked_again(
    scripted_s3: S3Store, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("resources.object_store.s3_sessions.ATTEMPTS", 3)
    store = S3Store.on_aws("shop", "photos", SourceCredentials(), 4)
    busy = b"<Error><Code>SlowDown</Code><Message>Reduce your rate.</Message></Error>"
    answers = iter([Answer(503, busy), page("photos/a.jpg")])
    server.respond = lambda _: next(answers)
    assert [found.key for found in store.list()] == ["a.jpg"]


def test_times_are_read_whole_from_listings(scripted_s3: S3Store, server: ScriptedServer) -> None:
    server.respond = lambda _: page("photos/a.jpg")
    [found] = scripted_s3.list()
    assert isinstance(found, StoredObject)
    assert found.last_modified.isoformat() == "2026-11-21T05:05:15+00:00"
    assert found.storage_class is None


def test_a_key_that_only_begins_alike_is_not_found(
    scripted_s3: S3Store, server: ScriptedServer
) -> None:
    server.respond = lambda _: page("photos/a.jpg.bak")
    assert scripted_s3.find("a.jpg") is None
    assert "max-keys=1" in server.requests[0].path
