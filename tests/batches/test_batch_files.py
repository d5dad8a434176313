"""Files are split at the limits, hold every line once, and are as few as can be."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listing_assets.batches.files import split_into_files
from resources.endpoints.chat.batch_terms import BatchTerms
from resources.errors import ModelError


@given(
    sizes=st.lists(st.integers(1, 20), max_size=40),
    most_requests=st.integers(1, 7),
    most_bytes=st.integers(20, 60),
)
def test_every_line_is_in_one_file_and_no_file_passes_a_limit(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int],
    most_requests: int,
    most_bytes: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "in.jsonl"
    lines = [((str(n), ("tag",)), b"x" * (size - 1) + b"\n") for n, size in enumerate(sizes)]
    terms = BatchTerms(max_requests=most_requests, max_bytes=most_bytes)
    written, counts = [], []
    for file in split_into_files(lines, path, terms):
        content = path.read_bytes()
        assert len(content) == file.bytes <= most_bytes
        assert len(content.splitlines()) == len(file.requests) <= most_requests
        written += file.requests
        counts.append((len(file.requests), file.bytes))
    assert written == [request for request, _ in lines]
    ends = [sum(count for count, _ in counts[: place + 1]) for place in range(len(counts))]
    for (count, size), end in zip(counts, ends, strict=True):
        assert end == len(sizes) or count == most_requests or size + sizes[end] > most_bytes


def test_lines_are_read_no_further_than_the_file_at_hand(tmp_path: Path) -> None:
    read = []

    def lines():
        for number in range(1_000_000):
            read.append(number)
            yield (str(number), ()), b"line\n"

    files = split_into_files(lines(), tmp_path / "in.jsonl", BatchTerms(max_requests=10))
    next(files)
    assert len(read) == 11


def test_a_line_that_fits_no_file_is_told(tmp_path: Path) -> None:
    lines = [(("a", ()), b"x" * 100)]
    with pytest.raises(ModelError, match="takes 100 bytes"):
        list(split_into_files(lines, tmp_path / "in.jsonl", BatchTerms(max_bytes=99)))
