"""Files of requests: lines of a version of any size, split at what the endpoint takes as one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from listing_assets.batches.notes import Request
from resources.endpoints.chat.batch_terms import BatchTerms
from resources.errors import ModelError


@dataclass(frozen=True, slots=True)
class RequestFile:
    """A file on the local disk, and what its lines ask, in their order."""

    path: Path
    requests: list[Request]
    bytes: int


def split_into_files(
    lines: Iterable[tuple[Request, bytes]], path: Path, terms: BatchTerms
) -> Iterator[RequestFile]:
    """Write lines to `path` until the next one would pass a limit; then hand it out and go on.

    Each file is overwritten by the next: only one is on the disk at a time.

    Raises:
        ModelError: a single line is larger than a file may be.
    """
    waiting = iter(lines)
    first = next(waiting, None)
    while first is not None:
        requests: list[Request] = []
        size = 0
        line: tuple[Request, bytes] | None = first
        with path.open("wb") as file:
            while line is not None and _has_room(len(requests), size, line[1], terms):
                file.write(line[1])
                requests.append(line[0])
                size += len(line[1])
                line = next(waiting, None)
        if not requests:
            raise ModelError(
                f"a request about one photo takes {len(first[1]):,} bytes, and a batch may take"
                f" {terms.max_bytes:,}.",
                "Raise batch_max_bytes in the model's options, or make photos smaller in the"
                " dataset's normalization.",
            )
        yield RequestFile(path, requests, size)
        first = line


def _has_room(count: int, size: int, line: bytes, terms: BatchTerms) -> bool:
    return count < terms.max_requests and size + len(line) <= terms.max_bytes
