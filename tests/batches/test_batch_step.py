"""The step in batch mode: nothing is asked twice, nothing is lost, nothing is misfiled."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from listing_assets.assets.run import Installation, VersionRun
from listing_assets.batches.notes import load_batches
from listing_assets.calls.budget import BudgetSpentError
from listing_assets.full_runs import note_published
from listing_assets.tagging.asking import ask
from listing_assets.versions.names import VersionName
from resources.endpoints.interface import Photo
from resources.endpoints.metering import UNMETERED
from resources.endpoints.open import open_tag_model
from resources.errors import ModelError
from tests.batches.conftest import Desk

V1, V2 = VersionName("photos", "v1"), VersionName("photos", "v2")
VALID = {("category", "valid", ""): 4, ("title", "valid", ""): 4}


def uploaded(desk: Desk) -> list[dict[str, Any]]:
    """The lines of all files that the server still has."""
    files = desk.server.batches["/v1"].files.values()
    return [json.loads(line) for file in files for line in file.splitlines()]


def test_open_requests_are_not_submitted_again_and_answers_are_kept_once(four: Desk) -> None:
    assert four.waiting_requests() == four.waiting_requests() == 4
    assert four.server.batch_requests["create"] == 1
    four.server.end_batches()
    done = four.work()
    assert done.waiting is None
    assert (done.report.needed, done.report.computed, done.report.calls) == (4, 4, 4)
    assert four.outcomes() == ["ok"] * 4
    assert Counter(four.answers()) == VALID
    assert four.work().report.reused == 4
    assert len(four.rows("model_calls")) == four.server.requests["batch_line"] == 4


def test_a_line_has_the_very_body_of_an_online_request(four: Desk) -> None:
    four.waiting_requests()
    in_batch = [line["body"] for line in uploaded(four)]
    online: list[Any] = []

    def answer(asked: Any) -> str:
        online.append(asked.body)
        return json.dumps({"category": "Food", "title": "a"})

    four.server.answer_with = answer
    run = VersionRun("photos@v1", Installation())

    async def ask_online() -> None:
        model = open_tag_model(run.recipes.tag_model.endpoint_config(), UNMETERED)
        for jpeg in four.jpegs():
            await ask(model, Photo("a", jpeg), run.recipes.definition, run.recipes.asked)
        await model.aclose()

    asyncio.run(ask_online())

    def in_order(bodies: list[Any]) -> list[str]:
        return sorted(json.dumps(body, sort_keys=True) for body in bodies)

    assert in_order(in_batch) == in_order(online)


def test_the_options_about_batches_split_price_and_bound_them(
    desk: Desk, options: Callable[[str], None]
) -> None:
    options("batch_max_requests: 2, batch_discount: 0.5, completion_window: 48h, seed: 7")
    desk.chain.add_photos(range(5))
    desk.list_photos()
    waiting = desk.work().waiting
    assert waiting
    assert sorted(batch.requests for batch in waiting.batches) == [1, 2, 2]
    remote = desk.server.batches["/v1"].batches.values()
    assert {batch.completion_window for batch in remote} == {"48h"}
    bodies = [line["body"] for line in uploaded(desk)]
    assert {body["seed"] for body in bodies} == {7}
    assert not [body for body in bodies if "batch_discount" in body]
    desk.server.end_batches()
    done = desk.work()
    assert done.report.cost == pytest.approx(5 * (100 * 1 + 10 * 2) / 1e6 / 2)
    assert sum(row["cost"] for row in desk.rows("model_calls")) == pytest.approx(done.report.cost)


def test_a_file_keeps_below_the_largest_number_of_bytes(
    desk: Desk, options: Callable[[str], None]
) -> None:
    options("batch_max_bytes: 9000")
    desk.server.batch_most_bytes = 9_000
    desk.chain.add_photos(range(5))
    desk.list_photos()
    waiting = desk.work().waiting
    assert waiting and len(waiting.batches) > 1
    assert waiting.requests == 5
    desk.chain.edit("models.yaml", "batch_max_bytes: 9000", "batch_max_bytes: 1000")
    desk.chain.edit("tag_definitions/shop.yaml", "Say what you see.", "Look.")
    with pytest.raises(ModelError, match="Raise batch_max_bytes"):
        desk.work()


def test_a_tag_that_is_changed_meanwhile_is_asked_alone_and_the_old_answer_keeps_its_recipe(
    four: Desk,
) -> None:
    four.waiting_requests()
    four.chain.edit("tag_definitions/shop.yaml", "[{name: Food}, {name: Toys}, ", "[{name: Cars}, ")
    waiting = four.work().waiting
    assert waiting and [batch.requests for batch in waiting.batches] == [4, 4]
    four.server.end_batches()
    done = four.work()
    assert done.waiting is None
    asked = Counter(tags for _, tags in four.server.asked)
    assert asked == {("category", "title"): 4, ("category",): 4}
    first, second = load_batches(four.lake)
    assert first.recipes["category"] != second.recipes["category"]
    assert first.recipes["title"] == second.recipes["title"]
    rows = [row for row in four.rows("smart_tags") if row["tag"] == "category"]
    by_recipe = {
        recipe: {json.loads(row["value"]) for row in rows if row["recipe"] == recipe}
        for recipe in (first.recipes["category"], second.recipes["category"])
    }
    assert by_recipe[first.recipes["category"]] <= {"Food", "Toys", "Other"}
    assert by_recipe[second.recipes["category"]] <= {"Cars", "Other"}
    assert {row["status"] for row in rows} == {"valid"}
    four.chain.edit("tag_definitions/shop.yaml", "[{name: Cars}, ", "[{name: Food}, {name: Toys}, ")
    assert four.work().waiting is None, "going back asks nothing"


def test_answers_that_nobody_wants_any_more_are_kept_and_not_waited_for(four: Desk) -> None:
    four.waiting_requests()
    four.chain.edit("models.yaml", "model: test-chat", "model: test-chat\n    version: next")
    waiting = four.work().waiting
    assert waiting and waiting.requests == 4
    four.chain.edit("models.yaml", "\n    version: next", "")
    four.server.end_batches()
    four.chain.edit("tag_definitions/shop.yaml", "Say what you see.", "Look.")
    waiting = four.work().waiting
    assert waiting and waiting.requests == 4, "the prompt has changed"
    assert len(four.rows("smart_tags")) == 8, "and yet they are kept"
    four.chain.edit("tag_definitions/shop.yaml", "Look.", "Say what you see.")
    assert four.work().waiting is None


def test_the_next_version_shares_what_is_open_and_either_collects_for_both(four: Desk) -> None:
    four.waiting_requests()
    (of_v1,) = load_batches(four.lake)
    four.chain.add_photos(range(4, 6))
    four.list_photos("photos@v2")
    waiting = four.work("photos@v2").waiting
    assert waiting
    assert {(batch.requests, batch.submitted_for) for batch in waiting.batches} == {
        (4, "photos@v1"),
        (2, "photos@v2"),
    }
    assert load_batches(four.lake)[0].awaited_by == {V1: 4, V2: 4}
    four.server.end_batches()
    assert four.work("photos@v2").waiting is None
    assert four.server.requests["batch_line"] == 6
    versions = Counter(row["version"] for row in four.rows("model_calls"))
    assert versions == {"v1": 4, "v2": 2}, "the ledger tells who had asked"
    by_id = {batch.id: batch for batch in load_batches(four.lake)}
    assert by_id[of_v1.id].awaited_by == {V1: 4}, "v1 is still to be run"
    assert four.work("photos@v1").waiting is None
    assert not [batch for batch in load_batches(four.lake) if batch.awaited_by]


def test_full_asks_all_again_once_and_the_version_waits_for_that(four: Desk) -> None:
    four.waiting_requests()
    four.server.end_batches()
    four.work()
    assert four.waiting_requests(mode="full") == 4
    assert four.waiting_requests() == 4
    four.server.end_batches()
    assert four.work().waiting is None
    assert four.server.requests["batch_line"] == 8
    assert four.work(mode="full").waiting is None, "it is not over until the version is published"
    note_published(four.lake, VersionName("photos", "v1"))
    assert four.waiting_requests(mode="full") == 4, "a new one"


def test_invalid_answers_are_asked_again_on_request_and_never_by_the_run_that_brings_them(
    four: Desk,
) -> None:
    four.waiting_requests()
    four.server.faults += ["wrong_values"]
    four.server.end_batches()
    assert four.work(retry_failed=True).waiting is None
    assert Counter(status for _, status, _ in four.answers())["invalid"] > 0
    assert four.work().waiting is None
    assert four.waiting_requests(retry_failed=True) == 1


def test_a_budget_holds_requests_back_and_then_stops_the_run(four: Desk) -> None:
    each = (1_500 * 1 + 300 * 2) / 1e6
    waiting = four.work(budget=2.5 * each).waiting
    assert waiting and (waiting.requests, waiting.held_back) == (2, 2)
    (batch,) = load_batches(four.lake)
    assert batch.budget_left == pytest.approx(0.5 * each)
    four.server.end_batches()
    with pytest.raises(BudgetSpentError, match="2 are lacking"):
        four.work(budget=0.0)
    assert len(four.rows("smart_tags")) == 4, "what was answered is kept"
    learnt = 2.5 * (100 * 1 + 10 * 2) / 1e6
    assert four.waiting_requests(budget=learnt) == 2


def test_batches_of_one_run_share_its_budget(four: Desk) -> None:
    each = (1_500 * 1 + 300 * 2) / 1e6
    assert four.waiting_requests(budget=3 * each, run_id="one") == 3
    waiting = four.work(budget=3 * each, run_id="one").waiting
    assert waiting and waiting.held_back == 1
    assert four.waiting_requests(budget=3 * each, run_id="two") == 4


def test_photos_by_url_need_a_source_that_gives_urls(desk: Desk) -> None:
    desk.chain.edit(
        "models.yaml", "    mode: batch\n", "    mode: batch\n    input: [image_url STRING]\n"
    )
    desk.chain.add_photos(range(1))
    desk.list_photos()
    with pytest.raises(ModelError, match="takes photos by URL"):
        desk.work()


def test_unusable_options_are_told_before_anything_is_sent(
    desk: Desk, options: Callable[[str], None]
) -> None:
    options("batch_max_requests: many")
    with pytest.raises(ModelError, match="'batch_max_requests' is not a number above 0"):
        desk.work()
    assert not desk.server.batch_requests
