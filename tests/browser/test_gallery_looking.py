"""Looking at photos: the window over the results, one in full size, keys, colours, a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from listing_assets.web.access import Access
from tests.browser.conftest import Shop, Shot
from tests.web.conftest import KEY, serving


@pytest.fixture
def gallery(page: Page, shop: Shop) -> Page:
    page.goto(f"{shop.url}/?v=photos@v2")
    expect(page.locator("#photo-0 .name")).to_be_visible()
    return page


def test_only_what_is_looked_at_is_in_the_page_and_the_scrollbar_is_true(gallery: Page) -> None:
    scroller = gallery.locator(".scroller")
    height = scroller.evaluate("one => one.scrollHeight")
    shown = gallery.locator(".photos [data-place]")
    at_first = shown.count()
    assert 20 <= at_first < 60
    columns = gallery.evaluate(
        "new Set([...document.querySelectorAll('.photos [data-place]')]"
        ".map(one => one.getBoundingClientRect().x)).size"
    )
    tile = gallery.locator("#photo-0").bounding_box()
    assert tile is not None
    assert abs(height - -(-112 // columns) * (tile["height"] + 12)) < 30
    gallery.mouse.move(700, 500)
    gallery.mouse.wheel(0, 100_000)
    expect(gallery.locator("#photo-111 .name")).to_be_visible()
    expect(gallery.locator("#photo-111 .frame.loaded")).to_be_visible()
    expect(gallery.locator("#photo-0")).to_have_count(0)
    assert shown.count() < 60
    assert scroller.evaluate("one => one.scrollHeight") == height


def test_the_list_has_the_same_photos_in_rows(gallery: Page, shot: Shot) -> None:
    first = gallery.locator("#photo-0 .name").inner_text()
    gallery.keyboard.press("v")
    expect(gallery.locator(".list-head")).to_be_visible()
    row = gallery.locator("#photo-0")
    expect(row).to_contain_text(first)
    expect(row).to_contain_text(re.compile(r"\d+ × \d+"))
    gallery.wait_for_load_state("networkidle")
    shot(gallery, "gallery-list")


def test_a_photo_is_opened_with_all_that_is_known_of_it(page: Page, shop: Shop, shot: Shot) -> None:
    page.goto(f"{shop.url}/?v=photos@v2&where=HAS tags.user")
    expect(page.locator(".count")).to_have_text("3 photos")
    page.locator("#photo-1").click()
    detail = page.get_by_role("dialog")
    labels = detail.get_by_role("region", name="Labels")
    expect(labels.locator(".chip.user", has_text="Daily Use")).to_be_visible()
    expect(labels.locator(".chip.gone", has_text="Food")).to_be_visible()
    expect(labels.locator(".chip.ai").first).to_be_visible()
    expect(detail.get_by_role("region", name="Corrections")).to_contain_text("Ada")
    expect(detail).to_contain_text("shop-vision@1")
    expect(detail).to_contain_text(re.compile(r"0\.0012 for 1 call"))
    expect(detail).to_contain_text("None: the photo was taken as it is.")
    neighbours = detail.get_by_role("region", name="Photos like it")
    expect(neighbours.get_by_role("button")).to_have_count(12)
    expect(detail.get_by_role("button", name="Original")).to_have_attribute("aria-pressed", "true")
    page.wait_for_load_state("networkidle")
    assert page.locator(".full").evaluate("one => one.naturalWidth") > 0
    assert "/original?" in str(page.locator(".full").get_attribute("src"))
    shot(page, "photo")
    page.keyboard.press("z")
    expect(page.locator(".canvas")).to_have_class("canvas actual")
    page.locator(".full").click()
    expect(page.locator(".canvas")).to_have_class("canvas")
    expect(detail).to_contain_text("2 of 3")
    page.keyboard.press("ArrowRight")
    expect(detail).to_contain_text("3 of 3")
    expect(detail.get_by_role("button", name="Next photo")).to_be_disabled()
    neighbours.get_by_role("button").first.click()
    expect(detail.get_by_role("heading", level=2)).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    assert "key=" not in page.url


def test_a_link_to_a_photo_opens_it_and_back_closes_it(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/?v=photos@v2")
    page.locator("#photo-2").click()
    expect(page.get_by_role("dialog")).to_contain_text("3 of 112")
    link = page.url
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.goto(link)
    expect(page.get_by_role("dialog")).to_contain_text("3 of 112")


def test_everything_is_done_with_keys(gallery: Page) -> None:
    photos = gallery.get_by_role("listbox", name="Photos")
    photos.focus()
    gallery.keyboard.press("ArrowRight")
    gallery.keyboard.press("ArrowDown")
    active = photos.get_attribute("aria-activedescendant")
    assert active not in {None, "photo-0", "photo-1"}
    gallery.keyboard.press("Space")
    expect(gallery.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    gallery.keyboard.press("Shift+ArrowRight")
    gallery.keyboard.press("Shift+ArrowRight")
    expect(gallery.locator('[aria-selected="true"]')).to_have_count(3)
    gallery.keyboard.press("Escape")
    expect(gallery.locator('[aria-selected="true"]')).to_have_count(0)
    gallery.keyboard.press("Home")
    expect(photos).to_have_attribute("aria-activedescendant", "photo-0")
    gallery.keyboard.press("Enter")
    expect(gallery.get_by_role("dialog")).to_contain_text("1 of 112")
    gallery.keyboard.press("Escape")
    expect(photos).to_be_focused()
    gallery.keyboard.press("?")
    expect(gallery.get_by_role("dialog", name="Keys")).to_contain_text("Search by text")
    gallery.keyboard.press("Escape")
    gallery.keyboard.press("/")
    gallery.keyboard.type("v")
    expect(gallery.get_by_label("Search by text")).to_have_value("v")
    gallery.keyboard.press("Escape")
    expect(photos).to_be_focused()


UNNAMED = re.compile(r"^\s*- (button|link|textbox|searchbox|combobox|checkbox|option)(?! \")", re.M)


@pytest.mark.parametrize(
    "address",
    [
        "?any=category:Food&where=HAS note&view=list",
        "?key={key}",
        "compare.html",
        "definitions.html",
    ],
    ids=["gallery", "photo", "compare", "definitions"],
)
def test_every_control_has_a_name(page: Page, shop: Shop, address: str) -> None:
    page.goto(f"{shop.url}/{address.format(key='food/crunchelo-chips-1.jpg')}")
    page.wait_for_load_state("networkidle")
    told = page.locator("body").aria_snapshot()
    assert "- button" in told
    assert not UNNAMED.findall(told)


DECISIONS = {
    "jpeg_draft_1/4": "Decoded at 1/4 of its size",
    "exif_orientation_6_applied": "Turned upright",
    "exif_orientation_6_superseded_by_heif": "HEIF",
    "invalid_orientation_ignored": "orientation",
    "unreadable_exif_ignored": "EXIF",
    "first_frame_of_12": "first of its 12 frames",
    "frame_count_unreadable": "How many frames",
    "16bit_scaled:0..65535": "Values 0 to 65535 of its 16bit depth",
    "palette_expanded": "palette",
    "alpha_on_background": "Transparency",
    "cmyk_to_srgb": "CMYK",
    "icc_to_srgb:Display P3": "Display P3",
    "icc_unreadable_ignored": "profile",
    "icc_of_other_space_ignored:Gray": "Gray",
}


def test_decisions_are_told_in_words(page: Page, shop: Shop) -> None:
    page.goto(f"{shop.url}/icon.svg")
    said = page.evaluate(
        """async ([module, codes]) => {
          const { decisionInWords } = await import(module);
          return codes.map(decisionInWords);
        }""",
        [f"{shop.url}/gallery/decisions.js", [*DECISIONS, "not_known"]],
    )
    assert said.pop() == "not_known"
    for sentence, (code, part) in zip(said, DECISIONS.items(), strict=True):
        assert part in sentence and code not in sentence


def test_colours_follow_the_system_until_they_are_chosen(
    gallery: Page, shop: Shop, shot: Shot
) -> None:
    def ground() -> str:
        found: str = gallery.evaluate("getComputedStyle(document.body).backgroundColor")
        return found

    light = ground()
    gallery.emulate_media(color_scheme="dark")
    dark = ground()
    assert light != dark
    gallery.wait_for_load_state("networkidle")
    shot(gallery, "gallery-dark")
    gallery.get_by_role("button", name="Light or dark").click()
    assert ground() == light
    gallery.reload()
    expect(gallery.locator("#photo-0 .name")).to_be_visible()
    assert ground() == light


def test_all_fits_a_phone(gallery: Page, shot: Shot) -> None:
    gallery.set_viewport_size({"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth <= 390"
    gallery.wait_for_function(wide)
    gallery.wait_for_load_state("networkidle")
    shot(gallery, "gallery-phone")
    side = gallery.get_by_role("complementary", name="Narrow down")
    expect(side).to_be_hidden()
    gallery.get_by_role("button", name="Filters").click()
    expect(side.get_by_role("button", name="Close")).to_be_focused()
    side.get_by_role("button", name="all of category:Food").click()
    shot(gallery, "gallery-phone-filters")
    gallery.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(gallery.get_by_role("button", name="Filters")).to_be_focused()
    expect(gallery.locator(".condition")).to_have_text(["all ofcategory:Food"])
    gallery.locator("#photo-0").click()
    expect(gallery.get_by_role("heading", name="Photos like it")).to_be_attached()
    gallery.wait_for_load_state("networkidle")
    assert gallery.evaluate(wide)
    shot(gallery, "photo-phone")
    gallery.get_by_role("button", name="Close").click()
    gallery.get_by_role("button", name="Pages").click()
    expect(gallery.get_by_role("link", name="Compare")).to_be_visible()


def test_the_key_is_asked_for_once(page: Page, shop: Shop) -> None:
    with serving(shop.settings, Access(KEY)) as locked:
        page.goto(f"{locked}/?v=photos@v2")
        dialog = page.get_by_role("dialog", name="Key needed")
        dialog.get_by_label("The key").fill("not this one, surely")
        dialog.get_by_role("button", name="Open").click()
        expect(dialog.get_by_role("alert")).to_contain_text("not the key")
        page.keyboard.press("Escape")
        dialog.get_by_label("The key").fill(KEY)
        dialog.get_by_label("The key").press("Enter")
        expect(page.locator("#photo-0 .frame.loaded")).to_be_visible()
        page.reload()
        expect(page.locator("#photo-0 .frame.loaded")).to_be_visible()
        expect(dialog).to_have_count(0)
