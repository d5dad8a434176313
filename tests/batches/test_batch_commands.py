"""What `listing run` and `listing status` say of a version that waits."""

import json
from datetime import UTC, datetime

import pytest

from listing_assets.batches.waiting import Waiting, WaitingBatch
from listing_assets.cli.launching import FinishedRun
from listing_assets.cli.running import report_run
from listing_assets.settings import Settings
from listing_assets.versions.names import VersionName
from tests.batches.conftest import Desk
from tests.support.in_process import Listing, listing_in_process


@pytest.fixture
def listing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Listing:
    return listing_in_process(capsys, monkeypatch)


def test_a_version_that_waits_is_told_with_what_to_do_and_published_later(
    four: Desk, listing: Listing
) -> None:
    code, out, err = listing("run", "photos@v1", "--json")
    assert code == 0, err
    document = json.loads(out)
    assert (document["version"], document["waiting"]["requests"]) == ("photos@v1", 4)
    (batch,) = document["waiting"]["batches"]
    assert (batch["id"], batch["requests"], batch["status"]) == ("batch_1", 4, "submitted")

    code, out, _ = listing("status", "photos@v1")
    assert code == 0 and "batch_1" in out and "submitted" in out and batch["since"][:10] in out
    told = " ".join(out.split())
    assert "photos@v1 waits for 4 requests in 1 batch" in told
    assert "batch_results" in told and "run again later: listing run photos@v1" in told
    assert json.loads(listing("status", "photos@v1", "--json")[1]) == {**document, "revision": None}

    four.server.end_batches()
    code, out, err = listing("run", "photos@v1")
    assert code == 0, err
    assert "published as v1.1" in out
    status = json.loads(listing("status", "photos@v1", "--json")[1])
    assert (status["revision"], status["waiting"]["batches"]) == ("v1.1", [])

    four.chain.edit("tag_definitions/shop.yaml", "A short title.", "Another title.")
    four.work()
    code, out, _ = listing("status", "photos@v1")
    assert code == 0 and "v1.1" in out and "batch_2" in out


def test_a_run_that_waits_says_so_in_words_or_as_json_and_is_no_error(
    four: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting = Waiting(
        (WaitingBatch("b-1", 1_204, "submitted", datetime(2026, 11, 20, tzinfo=UTC), "photos@v1"),),
        held_back=7,
    ).document()
    finished = FinishedRun("run", 1.0, {"raw_images": {}}, (), waiting)
    name = VersionName("photos", "v1")
    report_run(Settings(), name, finished, json=False)
    told = " ".join(capsys.readouterr().out.split())
    assert "waits for 1,204 requests in 1 batch" in told and "b-1" in told
    assert "7 more requests are held back by the budget" in told
    report_run(Settings(), name, finished, json=True)
    assert json.loads(capsys.readouterr().out) == {"version": "photos@v1", "waiting": waiting}
