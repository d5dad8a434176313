"""The page of rejected files: by reason, in words, with what to do."""

import re

from playwright.sync_api import Page, expect

from listing_assets.imaging.reasons import Reason
from listing_assets.web.app import STATIC
from tests.browser.conftest import Shop, Shot


def test_every_reason_is_told_in_words() -> None:
    text = (STATIC / "rejected.js").read_text()
    told = re.findall(r"^  (\w+): \{$", text, re.MULTILINE)
    assert set(told) == set(Reason)


def test_rejected_files_are_grouped_by_reason_with_facts_and_a_remedy(
    shop: Shop, page: Page, shot: Shot
) -> None:
    page.goto(f"{shop.url}/rejected.html?v=photos@v1")
    expect(page.get_by_role("status")).to_contain_text("3 files of 103 in photos@v1.1")
    empty = page.get_by_role("region", name="Empty file", exact=True)
    expect(empty).to_contain_text("Upload it again.")
    expect(empty.get_by_role("row", name="uploads/empty.png")).to_contain_text("0 B")
    cut = page.get_by_role("region", name="Cut short", exact=True)
    expect(cut.get_by_role("row", name="uploads/broken.jpg")).to_contain_text("900 B")
    shot(page, "rejected")

    page.get_by_role("group", name="Reasons").get_by_role("button", name="Not an image").click()
    expect(page.locator("section.rejected")).to_have_count(1)
    expect(page.get_by_role("row", name="uploads/page.html")).to_have_count(0)
    assert "reason=not_an_image" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="Download uploads/page.jpg").click()
    assert download.value.path().read_bytes().startswith(b"<html>")
    page.go_back()
    expect(page.locator("section.rejected")).to_have_count(3)


def test_rejected_files_fit_a_phone_in_the_dark(shop: Shop, page: Page, shot: Shot) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.url}/rejected.html?v=photos@v1")
    expect(page.locator("section.rejected")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shot(page, "rejected-phone")
