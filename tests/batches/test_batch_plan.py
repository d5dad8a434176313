"""The plan of a version whose photos are asked in batches."""

from collections.abc import Callable

import pytest

from listing_assets.assets.run import Installation, VersionRun
from listing_assets.objects.selection import open_selection
from listing_assets.planning import Plan, PlannedStep, plan_version
from resources.object_store import open_store
from tests.batches.conftest import Desk


@pytest.fixture
def listed(desk: Desk) -> Desk:
    """A version of four photos is listed from the folder that the dataset names."""
    desk.chain.add_photos(range(4))
    desk.list_photos()
    return desk


def plan(desk: Desk, version: str = "photos@v1") -> Plan:
    run = VersionRun(version, Installation())
    dataset = run.dataset
    store = open_store(dataset.source, dataset.credentials)
    selected = open_selection(store, dataset.selection, run.version.version, dataset.credentials)
    return plan_version(
        desk.lake, run.version, selected, run.recipes, mode="incremental", memory="500MB"
    )


def tagging(planned: Plan) -> PlannedStep:
    return next(step for step in planned.steps if step.name == "smart_tags")


def test_what_open_batches_will_bring_is_not_planned_again(listed: Desk) -> None:
    assert tagging(plan(listed)).calls == 4
    listed.waiting_requests()
    planned = plan(listed)
    assert (tagging(planned).calls, planned.tags) == (0, {})
    assert any(note.startswith("4 photos are in open batches") for note in planned.notes)
    listed.chain.edit("tag_definitions/shop.yaml", "A short title.", "A title.")
    planned = plan(listed)
    assert (tagging(planned).calls, planned.tags) == (4, {"title": 4})
    listed.server.end_batches()
    assert listed.waiting_requests() == 4, "the titles are on their way"
    assert tagging(plan(listed)).calls == 0
    listed.server.end_batches()
    listed.work()
    assert not any("open batches" in note for note in plan(listed).notes)


def test_an_online_model_does_not_wait_for_open_batches(listed: Desk) -> None:
    listed.waiting_requests()
    listed.chain.edit("models.yaml", "mode: batch", "mode: online")
    assert tagging(plan(listed)).calls == 4


def test_the_discount_of_batches_is_in_the_costs(
    listed: Desk, options: Callable[[str], None]
) -> None:
    options("batch_discount: 0.5")
    listed.waiting_requests()
    listed.server.end_batches()
    listed.work()
    listed.chain.edit("models.yaml", "model: test-chat", "model: test-chat\n    version: 2b")
    assert tagging(plan(listed)).cost is None, "nothing is known of the new version"
    listed.chain.edit("models.yaml", "version: 2b", 'version: "1"')
    listed.chain.edit("tag_definitions/shop.yaml", "A short title.", "A title.")
    step = tagging(plan(listed))
    online = (100 * 1 + 10 * 2) / 1e6
    assert step.tokens == 4 * 110
    assert step.cost == pytest.approx(4 * online * 0.5)
    listed.chain.edit("models.yaml", "mode: batch", "mode: online")
    assert tagging(plan(listed)).cost == pytest.approx(4 * online)
