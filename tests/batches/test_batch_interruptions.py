"""Kills and lost answers: whatever is cut short, nothing is asked twice and nothing kept twice."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from listing_assets.batches.notes import load_batches
from resources.endpoints.chat.batch import BatchClient, RemoteBatch
from resources.endpoints.chat.batch_lines import ResultLine
from resources.errors import EndpointStoppedError
from tests.batches.conftest import Desk


class KilledError(BaseException):
    """The process ends here: nothing of the product catches it."""


class DiesBeforeCreating(BatchClient):
    def create(self, file_id: str, label: str) -> RemoteBatch:
        raise KilledError


class DiesAfterCreating(BatchClient):
    def create(self, file_id: str, label: str) -> RemoteBatch:
        super().create(file_id, label)
        raise KilledError


class DiesWhileReading(BatchClient):
    """After the fourth line of the second reading: the first one only looks."""

    readings = 0

    def results(self, path: Path) -> Iterator[ResultLine]:
        self.readings += 1
        for place, line in enumerate(super().results(path)):
            if self.readings == 2 and place == 4:
                raise KilledError
            yield line


def test_a_batch_that_was_made_just_before_a_kill_is_found_by_its_metadata(four: Desk) -> None:
    with pytest.raises(KilledError):
        four.work(client=DiesAfterCreating)
    assert [batch.status for batch in load_batches(four.lake)] == ["noted"]
    (remote,) = four.remote
    assert remote.metadata == {"listing_batch": load_batches(four.lake)[0].id}
    files = four.server.batches["/v1"].files
    files["another"], remote.input_file_id = files[remote.input_file_id], "another"
    assert four.waiting_requests() == 4
    assert four.server.batch_requests["create"] == four.server.batch_requests["upload"] == 1
    four.server.end_batches()
    assert four.work().waiting is None
    assert four.server.requests["batch_line"] == 4


def test_a_batch_is_found_by_its_file_where_metadata_is_not_kept(four: Desk) -> None:
    with pytest.raises(KilledError):
        four.work(client=DiesAfterCreating)
    four.remote[0].metadata = None
    assert four.waiting_requests() == 4
    assert len(four.remote) == 1


def test_a_batch_that_was_only_noted_before_a_kill_is_made_of_the_same_file(four: Desk) -> None:
    with pytest.raises(KilledError):
        four.work(client=DiesBeforeCreating)
    assert not four.remote
    assert four.waiting_requests() == 4
    assert four.server.batch_requests["upload"] == four.server.batch_requests["create"] == 1
    four.server.end_batches()
    assert four.work().waiting is None
    assert Counter(status for _, status, _ in four.answers()) == {"valid": 8}


def test_batches_made_before_a_kill_stand_and_the_rest_is_submitted(
    four: Desk, options: Any
) -> None:
    options("batch_max_requests: 1")

    class DiesAtTheThird(BatchClient):
        made = 0

        def create(self, file_id: str, label: str) -> RemoteBatch:
            self.made += 1
            if self.made == 3:
                raise KilledError
            return super().create(file_id, label)

    with pytest.raises(KilledError):
        four.work(client=DiesAtTheThird)
    assert four.waiting_requests() == 4
    assert len(four.remote) == 4
    four.server.end_batches()
    four.work()
    assert set(four.server.calls.values()) == {1}


@pytest.mark.parametrize("fault", ["drop_mid_body", "malformed_body", "drop", "503"])
def test_a_lost_answer_to_the_making_of_a_batch_makes_no_second_one(four: Desk, fault: str) -> None:
    four.server.batch_script.faults += ["ok", fault]
    assert four.waiting_requests() == 4
    assert len(four.remote) == 1


def test_an_endpoint_that_goes_down_in_between_leaves_a_note_that_the_next_run_settles(
    four: Desk,
) -> None:
    four.server.batch_script.faults += ["ok", "drop_mid_body", "503", "503"]
    with pytest.raises(EndpointStoppedError, match="has not answered"):
        four.work()
    assert len(four.remote) == 1
    assert four.waiting_requests() == 4
    assert len(four.remote) == 1


def test_a_collection_that_is_cut_short_goes_on_and_keeps_nothing_twice(desk: Desk) -> None:
    desk.chain.add_photos(range(8))
    desk.list_photos()
    desk.work()
    desk.server.end_batches()
    with pytest.raises(KilledError):
        desk.work(client=DiesWhileReading)
    assert 0 < len(desk.rows("model_calls")) < 8
    assert desk.work().waiting is None
    calls = [row["call_id"] for row in desk.rows("model_calls")]
    assert len(calls) == len(set(calls)) == 8
    assert set(Counter((r["image_id"], r["tag"]) for r in desk.rows("smart_tags")).values()) == {1}
    assert desk.server.requests["batch_line"] == 8


@pytest.mark.parametrize(
    "fault", ["drop_mid_body", "malformed_body", "500", "429_retry_after:0.01"]
)
def test_no_answer_is_lost_with_a_download_that_breaks_off(four: Desk, fault: str) -> None:
    four.work()
    four.server.end_batches()
    four.server.batch_script.faults += ["ok", fault]
    assert four.work().waiting is None
    assert four.outcomes() == ["ok"] * 4


def test_while_the_endpoint_is_down_everything_stands(four: Desk) -> None:
    four.work()
    four.server.__exit__()
    with pytest.raises(EndpointStoppedError, match="has not answered"):
        four.work()
    four.server.__enter__()
    assert four.waiting_requests() == 4
    four.server.end_batches()
    assert four.work().waiting is None
    assert len(four.remote) == 1


def test_no_key_and_no_photo_is_in_an_error_or_a_row(
    four: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "sk-never-to-be-seen-0815"
    monkeypatch.setenv("BATCH_KEY", key)
    four.chain.edit(
        "models.yaml", "    mode: batch\n", "    mode: batch\n    api_key_env: BATCH_KEY\n"
    )
    four.server.key, four.server.echoes_key = key, True
    four.server.batch_script.faults += ["400"]
    told = []
    with pytest.raises(Exception, match="will not take") as refused:
        four.work()
    told.append(str(refused.value))
    four.work()
    four.server.key = "another"
    with pytest.raises(EndpointStoppedError, match="BATCH_KEY") as stopped:
        four.work()
    told.append(str(stopped.value))
    four.server.key = key
    four.server.end_batches()
    four.work()
    files = [path for path in four.chain.home.rglob("*") if path.is_file()]
    assert not [path for path in files if key.encode() in path.read_bytes()]
    assert not [words for words in [*told, *four.said] if key in words or "base64" in words]


def test_the_time_that_a_call_took_is_that_of_its_batch(four: Desk) -> None:
    four.work()
    time.sleep(0.05)
    four.server.end_batches()
    four.work()
    assert all(row["latency_ms"] >= 50 for row in four.rows("model_calls"))
