"""What `listing run` and `listing status` say of a version that waits."""

import json
import sys
from collections.abc import Callable

import pytest

from listing_assets.cli import main
from tests.batches.conftest import Desk

Listing = Callable[..., tuple[int, str, str]]


@pytest.fixture
def listing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Listing:
    """Runs the command in this process: exit code, stdout, stderr."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["listing", *words])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


def test_a_version_that_waits_is_told_with_what_to_do_and_published_later(
    four: Desk, listing: Listing
) -> None:
    code, out, err = listing("run", "photos@v1", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert (document["version"], document["waiting"]["requests"]) == ("photos@v1", 4)
    (batch,) = document["waiting"]["batches"]
    assert (batch["id"], batch["requests"], batch["status"]) == ("batch_1", 4, "submitted")

    code, out, err = listing("run", "photos@v1")
    assert code == 0, err
    told = " ".join(out.split())
    assert "photos@v1 waits for 4 requests in 1 batch" in told
    assert "batch_results" in told and "run again later: listing run photos@v1" in told

    code, out, _ = listing("status", "photos@v1")
    assert code == 0 and "batch_1" in out and "submitted" in out and batch["since"][:10] in out
    assert json.loads(listing("status", "photos@v1", "--json")[1]) == {**document, "revision": None}

    four.server.end_batches()
    code, out, err = listing("run", "photos@v1", "--json")
    assert code == 0, err
    assert json.loads(out)["published"] == 4
    status = json.loads(listing("status", "photos@v1", "--json")[1])
    assert (status["revision"], status["waiting"]["batches"]) == ("v1.1", [])

    four.chain.edit("tag_definitions/shop.yaml", "A short title.", "Another title.")
    four.work()
    code, out, _ = listing("status", "photos@v1")
    assert code == 0 and "v1.1" in out and "batch_2" in out
