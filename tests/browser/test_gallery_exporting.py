"""Exporting from the gallery: what is asked, how far it is, its end and its files."""

import io
import json
import zipfile
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Shop, Shot

ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def asked(page: Page, shop: Shop) -> Locator:
    """The dialog that asks how two selected photos are exported."""
    page.goto(f"{shop.url}/?v=photos@v2")
    page.locator("#photo-0").click(modifiers=["Control"])
    page.locator("#photo-1").click(modifiers=["Shift"])
    page.get_by_role("region", name="Selection").get_by_role("button", name="Export").click()
    return page.get_by_role("dialog", name="Export 2 photos")


@pytest.mark.timeout(120)
def test_a_search_is_exported_and_downloaded(page: Page, shop: Shop, shot: Shot) -> None:
    page.goto(f"{shop.url}/?v=photos@v2&any=category:Beauty")
    expect(page.locator("#photo-0 .name")).to_be_visible()
    number = int(page.locator(".count").inner_text().split()[0])
    page.get_by_role("button", name="Export").click()
    dialog = page.get_by_role("dialog", name=f"Export {number} photos")
    expect(dialog.get_by_label("Format")).to_be_focused()
    page.wait_for_load_state("networkidle")
    shot(page, "exporting")
    dialog.get_by_role("button", name="Export").click()
    watched = page.get_by_role("dialog", name="Export", exact=True)
    expect(watched.get_by_role("status")).to_have_text("The export is whole.", timeout=90_000)
    expect(watched).to_contain_text("photos@v2.1")
    shot(page, "exported")
    with page.expect_download() as download:
        watched.get_by_role("link", name="Download").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as files:
        (rows,) = (name for name in files.namelist() if name.endswith("files.jsonl"))
        found = [json.loads(line) for line in files.read(rows).splitlines()]
    assert len(found) == number
    assert all("category:Beauty" in row["labels"] for row in found)


def test_each_format_asks_for_what_it_needs(page: Page, shop: Shop, asked: Locator) -> None:
    form = asked.get_by_label("Format")
    formats = page.request.get(f"{shop.url}/api/exports/formats").json()
    expect(form.locator("option")).to_have_count(len(formats))
    expect(asked.get_by_label("The original files")).to_be_hidden()
    form.select_option("llama-factory")
    expect(asked.get_by_label("Question of the conversations")).to_be_visible()
    expect(asked.get_by_label("The original files")).to_be_visible()
    expect(asked.get_by_label("Replace an earlier export")).to_be_hidden()
    asked.get_by_role("button", name="Folder").click()
    expect(asked.get_by_label("Name of the folder")).to_be_focused()
    expect(asked.get_by_label("Replace an earlier export")).to_be_visible()
    asked.get_by_role("button", name="Bucket").click()
    place = asked.get_by_label("Place in a bucket")
    place.fill("https://example.com")
    asked.get_by_role("button", name="Export").click()
    expect(place).to_be_focused()  # the form stays open
    assert not place.evaluate("box => box.validity.valid")
    form.select_option("dataset-version")
    expect(asked.get_by_role("group", name="To")).to_be_hidden()
    name = asked.get_by_label("Name of the new version")
    name.fill("photos@v1")
    asked.get_by_role("button", name="Export").click()
    expect(asked.get_by_role("alert")).to_contain_text("photos@v1")


def test_an_export_is_stopped_or_goes_on_without_its_dialog(page: Page, asked: Locator) -> None:
    export: dict[str, Any] = {
        "id": ID,
        "status": "starting",
        "version": "photos@v2.1",
        "format": "coco",
        "destination": "summer",
        "to_compute": 0,
        "computed": 0,
        "problems": [],
        "result": None,
        "download": None,
        "published_by": None,
    }
    requests: list[tuple[str, str, Any]] = []

    def answer(route: Route) -> None:
        request = route.request
        if request.url.endswith("/formats"):
            route.continue_()
            return
        requests.append((request.method, request.url, request.post_data))
        route.fulfill(json=export, status=202 if request.method == "POST" else 200)

    page.route("**/api/exports**", answer)
    page.route("**/api/exports/**", answer)
    asked.get_by_label("Format").select_option("coco")
    asked.get_by_role("button", name="Folder").click()
    asked.get_by_label("Name of the folder").fill("summer")
    asked.get_by_label("The original files").check()
    page.keyboard.press("Enter")
    watched = page.get_by_role("dialog", name="Export", exact=True)
    expect(watched.get_by_role("status")).to_have_text("It begins …")
    sent = json.loads(requests[0][2])
    assert (sent["format"], sent["destination"], sent["original"]) == ("coco", "summer", True)
    assert len(sent["keys"]) == 2
    export |= {"status": "running", "to_compute": 2, "computed": 1}
    expect(watched.get_by_role("status")).to_have_text("1 of 2 photos …")
    expect(watched.get_by_role("progressbar")).to_have_js_property("value", 0.5)
    watched.get_by_role("button", name="Stop").click()
    export["status"] = "stopping"
    expect(watched.get_by_role("status")).to_have_text("It is stopping …")
    assert any(url.endswith(f"/{ID}/stop") for _, url, _ in requests)
    watched.get_by_role("button", name="Close").last.click()
    expect(page.get_by_text("The export goes on.")).to_be_visible()
    export |= {"status": "failed", "problems": [{"problem": "no room.", "remedy": "Make some."}]}
    expect(page.locator(".toast.wrong")).to_contain_text("no room. Make some.")
