"""The page of drafts: from photos that are dropped to a listing that is accepted."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from listing_assets.settings import PROJECT
from tests.browser.conftest import Shop, Shot
from tests.support.endpoint_server import EndpointServer

DRAFTED = 30_000
"""Milliseconds that a draft may take on a busy machine; its time budget is 20 s."""
TEXT = (
    "A light shoe for long runs, with a sole that gives way softly. Made by Zanussi Sports for"
    " people who run on roads. It comes in a box with spare laces."
)
WRITER = """\
  writer:
    provider: openai
    type: MLLM
    model: shop-writer
    endpoint: {url}
"""
DEFINITION = """\
name: shop_en
description: As our shop says it.
voice: shop
language: en
max_length: 300
rules: default_en
models: {writer: writer}
reference: {version: photos@v2, title: tag_brand, category: tag_category}
verdict: {identical: 0.95, same_model: 0.9, similar: 0.3}
"""
DROP = """
([zone, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) {
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: "image/jpeg" }));
  }
  const about = { dataTransfer: data, bubbles: true, cancelable: true };
  zone.dispatchEvent(new DragEvent("dragenter", about));
  zone.dispatchEvent(new DragEvent("drop", about));
}
"""


@dataclass
class Counter:
    """Where listings are drafted: the shop, with a model that writes."""

    shop: Shop
    writer: EndpointServer

    @property
    def url(self) -> str:
        return f"{self.shop.url}/listings.html"

    def photos(self, folder: str, pattern: str) -> list[Path]:
        """Photos of the shop, by a folder and part of their names."""
        return sorted((self.shop.source / folder).glob(pattern))


@pytest.fixture(scope="module")
def counter(shop: Shop) -> Iterator[Counter]:
    catalog = shop.settings.catalog
    models = (catalog / "models.yaml").read_text()
    parts = ("attribute_templates", "listing_rules")
    with EndpointServer() as writer:
        writer.answer_with = lambda asked: TEXT
        for part in parts:
            shutil.copytree(PROJECT / "catalog" / part, catalog / part)
        (catalog / "listing_definitions").mkdir()
        (catalog / "listing_definitions" / "shop_en.yaml").write_text(DEFINITION)
        (catalog / "models.yaml").write_text(models + WRITER.format(url=writer.url))
        yield Counter(shop, writer)
    (catalog / "models.yaml").write_text(models)
    for part in (*parts, "listing_definitions"):
        shutil.rmtree(catalog / part)


@pytest.fixture(autouse=True)
def at_once(counter: Counter) -> None:
    """The model writes as fast as it can, until a test slows it down."""
    counter.writer.chunk_seconds = 0.0


def drop(page: Page, photos: list[Path]) -> None:
    files = [[photo.name, base64.b64encode(photo.read_bytes()).decode()] for photo in photos]
    zone = page.get_by_role("button", name="Drop photos of one product here")
    zone.evaluate(f"(zone, files) => ({DROP})([zone, files])", files)


def test_photos_that_are_dropped_become_a_listing_that_is_edited_and_accepted(
    counter: Counter, page: Page, shot: Shot
) -> None:
    page.goto(counter.url)
    expect(page.get_by_text("As our shop says it.")).to_be_visible()
    shot(page, "listing-start")
    counter.writer.chunk_seconds = 0.5
    others = counter.photos("electronics", "lumentra-laptop-1.jpg")
    drop(page, [*counter.photos("apparel", "strivo-sneaker-[12].jpg"), *others])
    text = page.get_by_role("textbox", name="Description")
    expect(text).to_have_value(re.compile("^A light shoe"), timeout=DRAFTED)
    expect(text).to_have_attribute("aria-busy", "true")
    expect(page.get_by_role("button", name="Accept")).to_be_disabled()
    expect(page.get_by_label("Category")).to_have_value("Apparel")
    shot(page, "listing-written")
    counter.writer.chunk_seconds = 0.0

    expect(page.get_by_role("button", name="Accept")).to_be_enabled(timeout=DRAFTED)
    expect(text).to_have_value(TEXT)
    tray = page.get_by_role("list", name="Photos")
    expect(tray.get_by_role("listitem").first).to_contain_text("Cover")
    expect(tray).to_contain_text("it does not look like the product of the cover")
    near = page.get_by_role("list", name="Like products").get_by_role("listitem")
    expect(near.first).to_contain_text("the same model")
    picture = near.first.locator("img")
    assert picture.evaluate("(one) => one.complete && one.naturalWidth > 0")
    flags = page.get_by_role("list", name="To be looked at").get_by_role("listitem")
    expect(flags).to_contain_text(["“Zanussi Sports” Nothing on the photos"])
    expect(page.locator("mark")).to_have_text("Zanussi Sports")
    shot(page, "listing-made")

    edited = TEXT.replace(" Made by Zanussi Sports for people who run on roads.", "")
    text.fill(f"{edited} Call 13800138000, ¥1 only.")
    expect(flags).to_contain_text(["This breaks the rule", "bears out this price"])
    shot(page, "listing-edited")
    text.fill(edited)
    expect(flags).to_have_count(0)
    page.get_by_role("textbox", name="Material").fill("Mesh")
    page.get_by_role("textbox", name="Your name").fill("Ada")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("of the drafted text was kept.").first).to_be_visible()
    expect(page.get_by_text("one draft by shop_en, 1 was accepted (100%)")).to_be_visible()
    shot(page, "listing-accepted")
    (rate,) = httpx.get(f"{counter.shop.url}/api/listings/adoptions").json()
    assert rate["accepted"] == 1 and 0.5 < rate["share_kept"] < 1


def test_a_listing_is_copied_whole(counter: Counter, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(counter.url)
    drop(page, counter.photos("apparel", "strivo-sneaker-1.jpg"))
    expect(page.get_by_role("button", name="Accept")).to_be_enabled(timeout=DRAFTED)
    page.get_by_role("textbox", name="Title").fill("Running shoe")
    page.get_by_role("textbox", name="Size").fill("42")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("in the clipboard")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"Running shoe\n\n{TEXT}") and "Size: 42" in copied


def test_a_draft_that_is_stopped_or_fails_is_told_and_can_be_made_again(
    counter: Counter, page: Page, shot: Shot
) -> None:
    page.goto(counter.url)
    counter.writer.chunk_seconds = 2.0
    drop(page, counter.photos("apparel", "strivo-sneaker-3.jpg"))
    text = page.get_by_role("textbox", name="Description")
    expect(text).not_to_have_value("", timeout=DRAFTED)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Stopped. What was found so far is here")).to_be_visible()
    expect(text).to_be_editable()
    counter.writer.chunk_seconds = 0.0

    refusal = {"problem": "the lake cannot be reached.", "remedy": "See whether it is there."}
    answer = json.dumps(refusal)
    page.route("**/api/listings", lambda route: route.fulfill(status=503, body=answer))
    page.get_by_role("button", name="Draft again").click()
    expect(page.get_by_text("The lake cannot be reached. See whether it is there.")).to_be_visible()
    shot(page, "listing-failed")
    page.unroute("**/api/listings")
    page.get_by_role("button", name="Draft again").click()
    expect(text).to_have_value(TEXT, timeout=DRAFTED)


def test_the_page_fits_a_phone_in_the_dark(counter: Counter, page: Page, shot: Shot) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    key = "apparel/strivo-sneaker-1.jpg"
    page.goto(f"{counter.url}?v=photos@v2&key={key}&definition=shop_en")
    expect(page.get_by_role("button", name="Accept")).to_be_enabled(timeout=DRAFTED)
    expect(page.get_by_role("textbox", name="Description")).to_have_value(TEXT)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == 390
    shot(page, "listing-phone")


def test_a_version_without_drafts_says_why(counter: Counter, page: Page) -> None:
    page.goto(f"{counter.url}?v=photos@v2")
    expect(page.get_by_text("names no listing definition: nothing is drafted.")).to_be_visible()
    page.goto(f"{counter.url}?v=nothing@v9")
    expect(page.get_by_role("status").filter(has_text="nothing")).to_be_visible()
