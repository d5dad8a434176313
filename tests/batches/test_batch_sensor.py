"""The sensor `batch_results`: one look a tick, one run for each version whose batch has ended."""

from typing import Any

import dagster as dg
import pytest

from listing_assets.assets.run import Installation
from listing_assets.batches.notes import load_batches
from listing_assets.sensors import batch_results
from resources.injected import LakeResource
from tests.batches.conftest import Desk
from tests.batches.test_batch_interruptions import DiesBeforeCreating, KilledError


def tick(desk: Desk) -> dg.SensorResult:
    context = dg.build_sensor_context(
        instance=desk.chain.instance,
        resources={"installation": Installation(), "lake": LakeResource(uri=desk.lake.uri)},
    )
    result = batch_results(context)
    assert isinstance(result, dg.SensorResult)
    return result


def asked(result: dg.SensorResult) -> list[tuple[str, str]]:
    return [(str(r.partition_key), str(r.run_key)) for r in result.run_requests or ()]


def budget_of(request: Any) -> float | None:
    return request.run_config["ops"]["smart_tags"]["config"]["budget"]


def run_was_asked(desk: Desk, key: str, status: dg.DagsterRunStatus) -> None:
    desk.chain.instance.create_run_for_job(
        dg.job(name="build_version")(lambda: None),
        tags={"dagster/run_key": key, "dagster/partition": "photos@v1"},
        status=status,
    )


def test_nothing_is_asked_for_while_a_batch_goes_on(four: Desk) -> None:
    assert "open batches: 0" in str(tick(four).skip_reason)
    four.work()
    polls = four.server.batch_requests["poll"]
    waiting = tick(four)
    assert not waiting.run_requests
    assert "open batches: 1" in str(waiting.skip_reason)
    assert four.server.batch_requests["poll"] == polls + 1


def test_a_batch_that_has_ended_asks_for_a_run_under_its_id_and_status(four: Desk) -> None:
    four.work()
    (batch,) = load_batches(four.lake)
    four.server.end_batches("expired")
    first = tick(four)
    assert asked(first) == [("photos@v1", f"{batch.id}:expired:photos@v1")]
    assert asked(tick(four)) == asked(first), "a lost tick is made good; Dagster runs a key once"
    (partitions,) = first.dynamic_partitions_requests or ()
    assert partitions.partition_keys == ["photos@v1"]


def test_once_collected_nothing_is_asked_any_more(four: Desk) -> None:
    four.work()
    four.server.end_batches()
    assert asked(tick(four))
    four.work()
    polls = four.server.batch_requests["poll"]
    assert "open batches: 0" in str(tick(four).skip_reason)
    assert four.server.batch_requests["poll"] == polls


def test_every_version_that_waits_is_run_whoever_collects(four: Desk) -> None:
    four.work()
    four.list_photos("photos@v2")
    assert four.waiting_requests("photos@v2") == 4
    four.server.end_batches()
    assert [version for version, _ in asked(tick(four))] == ["photos@v1", "photos@v2"]
    four.work("photos@v1")
    (batch,) = load_batches(four.lake)
    assert asked(tick(four)) == [("photos@v2", f"{batch.id}:collected:photos@v2")]
    assert four.work("photos@v2").waiting is None
    assert not asked(tick(four))


def test_a_run_under_way_or_a_failed_one_is_not_doubled(four: Desk) -> None:
    four.work()
    four.server.end_batches()
    ((_, key),) = asked(tick(four))
    run_was_asked(four, key, dg.DagsterRunStatus.STARTED)
    assert "a run is under way" in str(tick(four).skip_reason)
    for run in four.chain.instance.get_runs():
        four.chain.instance.report_run_failed(run)
    again = tick(four)
    assert not again.run_requests
    assert "run it again" in str(again.skip_reason)


def test_a_batch_of_which_a_kill_left_only_the_note_asks_for_a_run(four: Desk) -> None:
    with pytest.raises(KilledError):
        four.work(client=DiesBeforeCreating)
    (batch,) = load_batches(four.lake)
    assert asked(tick(four)) == [("photos@v1", f"{batch.id}:noted:photos@v1")]


def test_an_endpoint_that_is_down_is_told_and_asked_again_with_the_next_tick(four: Desk) -> None:
    four.work()
    four.server.end_batches()
    four.server.__exit__()
    down = tick(four)
    assert not down.run_requests
    assert "has not answered" in str(down.skip_reason)
    four.server.__enter__()
    assert asked(tick(four))


def test_a_batch_that_the_endpoint_does_not_know_asks_for_the_run_that_says_so(four: Desk) -> None:
    four.work()
    four.server.batches["/v1"].batches.clear()
    (batch,) = load_batches(four.lake)
    assert asked(tick(four)) == [("photos@v1", f"{batch.id}:unknown:photos@v1")]


def test_the_run_may_spend_what_the_budget_left(four: Desk) -> None:
    each = (1_500 * 1 + 300 * 2) / 1e6
    four.work(budget=3.5 * each)
    four.server.end_batches()
    (request,) = tick(four).run_requests or ()
    assert budget_of(request) == pytest.approx(0.5 * each)


def test_a_dataset_that_has_left_the_model_is_not_run(four: Desk) -> None:
    four.work()
    four.server.end_batches()
    four.chain.edit("datasets.yaml", "tag_model: chat", "tag_model: embedded_reader")
    assert not asked(tick(four))
