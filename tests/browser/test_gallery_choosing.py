"""Choosing photos, correcting their labels, and taking that back."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Shop, Shot


@pytest.fixture
def gallery(page: Page, shop: Shop) -> Page:
    page.goto(f"{shop.url}/?v=photos@v2")
    expect(page.locator("#photo-0 .name")).to_be_visible()
    return page


def chosen(page: Page) -> Locator:
    return page.get_by_role("region", name="Selection")


def test_photos_are_chosen_one_by_one_and_as_a_range_with_shift(gallery: Page, shot: Shot) -> None:
    gallery.locator("#photo-1").click(modifiers=["Control"])
    expect(chosen(gallery)).to_contain_text("1 photo selected")
    gallery.locator("#photo-8").click(modifiers=["Shift"])
    expect(chosen(gallery)).to_contain_text("8 photos selected")
    gallery.locator("#photo-11 .check").click()
    gallery.locator("#photo-2").click(modifiers=["Control"])
    expect(chosen(gallery)).to_contain_text("8 photos selected")
    expect(gallery.locator('[aria-selected="true"]')).to_have_count(8)
    expect(gallery.locator("#photo-2")).to_have_attribute("aria-selected", "false")
    gallery.wait_for_load_state("networkidle")
    shot(gallery, "gallery-selection")
    draft = chosen(gallery).get_by_role("link", name="Draft a listing")
    assert str(draft.get_attribute("href")).count("key=") == 8
    gallery.get_by_role("button", name="Clear selection").click()
    expect(gallery.locator('[aria-selected="true"]')).to_have_count(0)


def test_a_range_reaches_beyond_the_pages_that_were_fetched(gallery: Page) -> None:
    gallery.locator("#photo-0").click(modifiers=["Control"])
    gallery.locator(".photos").focus()
    gallery.keyboard.press("End")
    expect(gallery.locator("#photo-111 .name")).to_be_visible()
    gallery.locator("#photo-111").click(modifiers=["Shift"])
    expect(chosen(gallery)).to_contain_text("112 photos selected")


def test_all_results_are_chosen_and_one_is_let_go_again(gallery: Page) -> None:
    gallery.locator(".photos").focus()
    gallery.keyboard.press("Control+a")
    expect(chosen(gallery)).to_contain_text("All 112 photos selected")
    gallery.locator("#photo-3 .check").click()
    expect(chosen(gallery)).to_contain_text("111 photos selected")
    expect(gallery.locator("#photo-3")).to_have_attribute("aria-selected", "false")
    gallery.keyboard.press("Escape")
    expect(chosen(gallery)).to_be_hidden()


def test_labels_of_several_photos_are_corrected_and_taken_back(gallery: Page, shot: Shot) -> None:
    gallery.locator("#photo-0").click(modifiers=["Control"])
    gallery.locator("#photo-1").click(modifiers=["Shift"])
    chosen(gallery).get_by_role("button", name="Correct labels").click()
    dialog = gallery.get_by_role("dialog", name="Correct the labels of 2 photos")
    dialog.get_by_label("Tag").select_option("category")
    dialog.get_by_label("Value").select_option("Other")
    shot(gallery, "correcting")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    expect(dialog.get_by_label("Your name")).to_be_focused()  # it is required
    dialog.get_by_label("Your name").fill("Ada")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    expect(gallery.get_by_role("status").filter(has_text="2 photos corrected")).to_be_visible()

    gallery.locator("#photo-0").click()
    corrections = gallery.get_by_role("region", name="Corrections")
    expect(corrections).to_contain_text("category = Other")
    expect(corrections).to_contain_text("enters with the next publication")
    expect(corrections).to_contain_text("Ada")
    gallery.get_by_role("button", name="Undo", exact=True).click()
    expect(corrections).to_have_count(0)
    expect(gallery.locator(".toast").last).to_contain_text("taken back")


def test_a_correction_of_an_open_photo_remembers_its_author(gallery: Page, shot: Shot) -> None:
    gallery.evaluate("localStorage.setItem('author', 'Bo')")
    gallery.locator("#photo-4").click()
    gallery.get_by_role("heading", name="Photos like it").wait_for()
    gallery.keyboard.press("c")
    dialog = gallery.get_by_role("dialog", name="Correct the labels of 1 photo")
    expect(dialog.get_by_label("Your name")).to_have_value("Bo")
    dialog.get_by_label("Tag").select_option("a label of your own …")
    dialog.get_by_label("Name", exact=True).fill("note")
    dialog.get_by_label("Value").fill("cover: picture")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    dialog.get_by_label("Value").fill("cover picture")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    corrections = gallery.get_by_role("region", name="Corrections")
    expect(corrections).to_contain_text("+ note:cover picture")
    expect(corrections).to_contain_text("Bo")
    corrections.get_by_role("button", name="Undo + note:cover picture").click()
    expect(corrections).to_have_count(0)


def test_a_value_that_does_not_fit_is_told_in_the_dialog(gallery: Page) -> None:
    gallery.locator("#photo-5").click(modifiers=["Control"])
    gallery.keyboard.press("c")
    dialog = gallery.get_by_role("dialog", name=re.compile("Correct"))
    dialog.get_by_label("Tag").select_option("brand")
    dialog.get_by_label("Value").fill("x" * 60)
    dialog.get_by_label("Your name").fill("Ada")
    dialog.get_by_role("button", name="Correct", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text("is no value of tag 'brand'")
    gallery.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
