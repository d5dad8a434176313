"""The sensor tells Dagster: partitions first, one run a content, and what it waits for."""

import time

import dagster as dg
import pytest

from listing_assets.assets.run import Installation
from listing_assets.sensors import new_uploads
from resources.injected import LakeResource, ObjectStores
from tests.conftest import Chain


def tick(chain: Chain, cursor: str | None) -> dg.SensorResult:
    context = dg.build_sensor_context(
        instance=chain.instance,
        cursor=cursor,
        resources={
            "installation": Installation(),
            "lake": LakeResource(uri=str(chain.home / "lake")),
            "sources": ObjectStores(),
        },
    )
    result = new_uploads(context)
    assert isinstance(result, dg.SensorResult)
    return result


@pytest.fixture
def quick(chain: Chain) -> Chain:
    chain.edit(
        "datasets.yaml",
        "    tag_model: chat",
        "    watch: {quiet_seconds: 0.2}\n    tag_model: chat",
    )
    return chain


def test_a_settled_upload_adds_the_partition_and_asks_for_one_run(quick: Chain) -> None:
    quick.add_photos(range(2))
    first = tick(quick, None)
    assert not first.run_requests
    time.sleep(0.3)
    second = tick(quick, first.cursor)
    (request,) = second.run_requests
    assert request.partition_key == "photos@v1"
    (added,) = second.dynamic_partitions_requests
    assert list(added.partition_keys) == ["photos@v1"]
    third = tick(quick, second.cursor)
    assert [r.run_key for r in third.run_requests] == [request.run_key]
    quick.run("photos@v1")
    time.sleep(0.3)
    fourth = tick(quick, third.cursor)
    assert not fourth.run_requests
    assert "no new uploads" in str(fourth.skip_reason)


def test_an_unreadable_cursor_and_a_missing_source_do_not_stop_the_others(quick: Chain) -> None:
    quick.add_photos(range(1))
    quick.edit(
        "datasets.yaml",
        "datasets:\n",
        "datasets:\n  broken:\n    source: /nowhere/at/all\n    tag_definition: shop\n"
        "    tag_model: chat\n",
    )
    first = tick(quick, "{not json")
    assert "broken" in str(first.skip_reason)
    time.sleep(0.3)
    assert [r.partition_key for r in tick(quick, first.cursor).run_requests] == ["photos@v1"]


def test_a_dataset_that_is_not_watched_is_left_alone(quick: Chain) -> None:
    quick.edit("datasets.yaml", "quiet_seconds: 0.2", "enabled: false")
    quick.add_photos(range(1))
    first = tick(quick, None)
    time.sleep(0.3)
    assert not tick(quick, first.cursor).run_requests
