"""Listing a bucket with its folders side by side, against listing it page after page.

    python -m benchmarks.listing_source [--objects 200000] [--latency 0.1]

A server of its own process answers ListObjectsV2 over HTTP, each answer after `latency` seconds, as
an object store some way off does. Both ways list the same source in turn and must find the same
objects; seconds, objects a second, requests and peak memory of each, for several layouts.
"""

import argparse
import os
import subprocess
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

from benchmarks.measuring import PeakMemory
from listing_assets.versions.listing import Fingerprint, object_id
from resources.object_store import StoredObject, open_store

LAYOUTS = {
    "40 folders": lambda n: f"{n % 40:03d}/{n:09d}.jpg",
    "a folder a product": lambda n: f"{n // 5:07d}/{n % 5}.jpg",
    "year, month, day": lambda n: f"{2020 + n % 5}/{n % 12:02d}/{n % 28:02d}/{n:09d}.jpg",
    "one flat folder": lambda n: f"{n:09d}.jpg",
}
PAGE = 1_000
ENTRY = (
    "<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
    "<ETag>&quot;{number:032x}&quot;</ETag><Size>123456</Size>"
    "<StorageClass>STANDARD</StorageClass></Contents>"
)


class Handler(BaseHTTPRequestHandler):
    """Answers ListObjectsV2 from the keys in order."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    keys: list[str]
    latency: float

    def do_GET(self) -> None:
        """One page."""
        asked = parse_qs(urlsplit(self.path).query)
        one = {name: values[0] for name, values in asked.items()}
        prefix, delimiter = one.get("prefix", ""), one.get("delimiter", "")
        at = bisect_left(self.keys, prefix)
        if "start-after" in one:
            at = max(at, bisect_right(self.keys, one["start-after"]))
        at = int(one.get("continuation-token", at))
        found: list[str] = []
        while at < len(self.keys) and self.keys[at].startswith(prefix) and len(found) < PAGE:
            key = self.keys[at]
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            if end < 0:
                found.append(ENTRY.format(key=quote(key), number=at))
                at += 1
            else:
                folder = key[: end + 1]
                found.append(f"<CommonPrefixes><Prefix>{quote(folder)}</Prefix></CommonPrefixes>")
                at = bisect_left(self.keys, folder[:-1] + chr(ord(delimiter) + 1))
        more = at < len(self.keys) and self.keys[at].startswith(prefix)
        token = f"<NextContinuationToken>{at}</NextContinuationToken>" if more else ""
        body = (
            f"<ListBucketResult><EncodingType>url</EncodingType>{''.join(found)}"
            f"<IsTruncated>{str(more).lower()}</IsTruncated>{token}</ListBucketResult>"
        ).encode()
        time.sleep(self.latency)
        self.send_response_only(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print("asked", file=sys.stderr, flush=True)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(layout: str, objects: int, latency: float) -> None:
    """Serve until ended; the first line on stdout is the port."""
    Handler.keys = sorted(LAYOUTS[layout](number) for number in range(objects))
    Handler.latency = latency
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


def measure(name: str, found: Iterable[StoredObject], requests: str) -> tuple[float, str]:
    """Go through a listing and print its figures; its seconds and fingerprint."""
    before, began = _lines(requests), time.monotonic()
    objects, fingerprint = 0, Fingerprint()
    with PeakMemory() as memory:
        for one in found:
            objects += 1
            fingerprint.add(object_id(one.uri, one.etag, one.size), None)
    seconds = time.monotonic() - began
    print(
        f"    {name:<22} {seconds:>7.1f} s  {objects / seconds:>9,.0f} objects/s"
        f"  {_lines(requests) - before:>5} requests  peak {memory.peak:,.0f} MB",
        flush=True,
    )
    return seconds, f"{objects} {fingerprint.value}"


def _lines(path: str) -> int:
    with open(path, "rb") as file:  # noqa: PTH123 — a descriptor of the server's log
        return sum(1 for _ in file)


def main() -> None:
    """Measure each layout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=200_000)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--serve", choices=list(LAYOUTS))
    given = parser.parse_args()
    if given.serve:
        serve(given.serve, given.objects, given.latency)
        return
    os.environ.update(AWS_ACCESS_KEY_ID="bench", AWS_SECRET_ACCESS_KEY="bench")
    print(f"{given.objects:,} objects, {given.latency * 1000:.0f} ms an answer")
    for layout in LAYOUTS:
        _measure_layout(layout, given.objects, given.latency)


def _measure_layout(layout: str, objects: int, latency: float) -> None:
    from tempfile import NamedTemporaryFile

    command = [sys.executable, "-m", "benchmarks.listing_source", "--serve", layout]
    command += ["--objects", str(objects), "--latency", str(latency)]
    with NamedTemporaryFile() as log:
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            os.environ["AWS_ENDPOINT_URL"] = f"http://127.0.0.1:{port}"
            store = open_store("s3://bench")
            print(f"  {layout}")
            plain, plainly = measure("page after page", store.list(), log.name)
            fast, side_by_side = measure("side by side", store.list_unordered(), log.name)
        finally:
            server.terminate()
            server.wait()
    if plainly != side_by_side:
        sys.exit(f"{layout}: the objects differ: {plainly} and {side_by_side}")
    print(f"    the same objects, {plain / fast:.1f} times as fast")


if __name__ == "__main__":
    main()
