"""The page of jobs: planned and begun, watched, stopped, told of when they failed."""

import fcntl
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from listing_assets.web.running import jobs
from listing_assets.web.running.documents import JobDocument, JobsPage, StepDocument
from listing_assets.web.running.folders import JobFolder
from tests.browser.conftest import Shop, Shot

ID = "00000000-0000-4000-8000-00000000000"
MOMENT = datetime(2026, 11, 20, 8, tzinfo=UTC)


class Begun:
    """Jobs whose processes would have begun; each is alive until it is let go."""

    def __init__(self) -> None:
        self.folders: list[JobFolder] = []
        self._alive = ExitStack()

    def begin(self, folder: JobFolder, settings: object) -> None:
        lock = self._alive.enter_context(folder.lock.open("wb"))
        fcntl.flock(lock, fcntl.LOCK_EX)
        self.folders.append(folder)

    def end_all(self) -> None:
        self._alive.close()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[Begun]:
    made = Begun()
    monkeypatch.setattr(jobs, "launch", made.begin)
    yield made
    made.end_all()


def test_a_job_is_begun_with_its_plan_and_cost_before(
    shop: Shop, page: Page, shot: Shot, begun: Begun
) -> None:
    page.goto(f"{shop.url}/jobs.html?v=photos@v2.1")
    page.get_by_role("button", name="Start a job").click()
    dialog = page.get_by_role("dialog", name="Start a job")
    start = dialog.get_by_role("button", name="Start", exact=True)
    expect(dialog.get_by_role("status")).to_contain_text("Nothing is missing")
    dialog.get_by_label("Compute").select_option("full")
    dialog.get_by_label("Of it").select_option("labelling")
    expect(dialog.get_by_role("status")).to_contain_text(
        re.compile(r"About 0\.\d+ CNY for 11\d calls\.")
    )
    expect(dialog.get_by_role("row", name="Vectors")).to_contain_text("0 of 112")
    shot(page, "jobs-plan")
    dialog.get_by_label("Version").fill("v 3")
    dialog.get_by_label("Version").blur()
    expect(dialog.get_by_role("status")).to_contain_text("Name a version")
    expect(start).to_be_disabled()
    dialog.get_by_label("Version").fill("v3")
    dialog.get_by_label("Spend at most").fill("2.5")
    expect(start).to_be_enabled()
    start.click()
    card = page.get_by_role("listitem").filter(has_text="photos@v3")
    expect(card).to_contain_text("starting")
    expect(card).to_contain_text("the tags again")
    (folder,) = begun.folders
    asked = folder.job.model_dump()
    assert (asked["version"], asked["mode"], asked["kind"], asked["budget"]) == (
        "photos@v3",
        "full",
        "labelling",
        2.5,
    )
    card.get_by_role("button", name="Stop the job of photos@v3").click()
    page.get_by_role("button", name="Stop it").click()
    expect(card).to_contain_text("stopping")
    assert folder.is_to_stop
    begun.end_all()
    expect(card).to_contain_text("stopped")


def step(name: str, status: Any, **known: Any) -> StepDocument:
    """A step of a made-up job."""
    times = {"began_at": None, "ended_at": None, "rate_per_second": None, "remaining_seconds": None}
    return StepDocument.model_validate({"name": name, "status": status, **times, **known})


def job(number: int, **known: Any) -> JobDocument:
    """A made-up job, as the API tells of it."""
    return JobDocument.model_validate(
        {
            "id": f"{ID}{number}",
            "status": "running",
            "started_by": "gallery",
            "created_at": MOMENT,
            "began_at": MOMENT,
            "ended_at": None,
            "problems": [],
            "dagster_url": f"http://127.0.0.1:3000/runs/{ID}{number}",
            "dataset": "photos",
            "version": f"v{number}",
            "kind": "all",
            "mode": "incremental",
            "budget": None,
            "currency": "CNY",
            "steps": [],
            "warnings": [],
            "revision": None,
            **known,
        }
    )


def test_jobs_are_told_with_their_rates_errors_and_what_came_of_them(
    shop: Shop, page: Page, shot: Shot
) -> None:
    tagging = {"needed": 5000, "to_compute": 4000, "reused": 1000, "calls": 1010, "cost": 1.25}
    going = {"computed": 1000, "failed": {"refused": 7}, "rate_per_second": 25.0, "seconds": 40}
    listed = step("raw_images", "done", needed=5000)
    told = [
        job(
            3,
            steps=[
                listed,
                step("smart_tags", "running", **tagging, **going, remaining_seconds=125),
                step("labeled_dataset_versions", "waiting"),
            ],
        ),
        job(
            2,
            status="failed",
            ended_at=MOMENT,
            problems=[{"problem": "the key of 'chat' is refused.", "remedy": "Set CHAT_KEY."}],
            steps=[listed, step("smart_tags", "failed")],
        ),
        job(1, status="succeeded", ended_at=MOMENT, revision="v1.1", started_by="dagster"),
    ]

    def answer(route: Route) -> None:
        found = JobsPage(next_token=None, jobs=told)
        route.fulfill(body=json.dumps(found.model_dump(mode="json")))

    page.route("**/api/jobs?*", answer)
    page.goto(f"{shop.url}/jobs.html")
    cards = page.locator("li.job")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("1,000 of 4,000 · 25/s · 2 min 5 s left · 7 errors")
    expect(cards.nth(1)).to_contain_text("the key of 'chat' is refused.")
    expect(cards.nth(1)).to_contain_text("Set CHAT_KEY.")
    link = cards.nth(2).get_by_role("link", name="Look at v1.1")
    expect(link).to_have_attribute("href", "./?v=photos%40v1.1")
    expect(cards.nth(2).get_by_role("link", name="Run in Dagster")).to_have_attribute(
        "href", f"http://127.0.0.1:3000/runs/{ID}1"
    )
    cards.first.locator("summary").click()
    expect(cards.first.get_by_role("row", name="Tags")).to_contain_text("1.25 CNY")
    shot(page, "jobs")

    told[0].steps[1].computed = 4000
    told[0].status = "succeeded"
    expect(cards.first).to_contain_text("4,000 of 4,000")  # told again, and still open
    assert cards.nth(0).locator("progress").count() == 0

    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shot(page, "jobs-phone")


def test_exports_are_told_of_too(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.url}/jobs.html")
    page.get_by_role("button", name="Exports").click()
    expect(page.get_by_text("Nothing was exported yet")).to_be_visible()
    assert "show=exports" in page.url
