"""Searching in the gallery: by text, photo, labels, file and expression; the address has it all."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shop, Shot


def names(page: Page) -> list[str]:
    """The file names that are shown, in order."""
    rows = page.locator(".photos [data-place]").evaluate_all(
        "all => all.map(one => [Number(one.dataset.place), one.querySelector('.name')?.innerText])"
    )
    return [name for _, name in sorted(rows) if name]


def told(page: Page, text: str) -> None:
    """The number of results is this."""
    expect(page.locator(".count")).to_have_text(text)


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


@pytest.fixture
def gallery(page: Page, shop: Shop) -> Page:
    page.goto(f"{shop.url}/?v=photos@v2")
    told(page, "112 photos")
    return page


def test_the_newest_version_of_the_first_dataset_is_shown_where_none_is_named(
    page: Page, shop: Shop, shot: Shot
) -> None:
    page.goto(shop.url)
    told(page, "112 photos")
    expect(page.get_by_label("Version", exact=True)).to_have_value("v2")
    expect(page.locator(".frame.loaded").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    shot(page, "gallery")
    page.get_by_label("Version", exact=True).select_option("v1.1")
    told(page, "100 photos")
    assert asked(page)["v"] == ["photos@v1.1"]


def test_a_text_ranks_the_photos_and_shows_their_scores(gallery: Page, shot: Shot) -> None:
    gallery.keyboard.press("/")
    expect(gallery.get_by_label("Search by text")).to_be_focused()
    gallery.keyboard.type("running shoes")
    gallery.keyboard.press("Enter")
    expect(gallery.locator("#photo-0 .score")).to_be_visible()
    assert all("strivo-sneaker" in name for name in names(gallery)[:4])
    assert asked(gallery)["text"] == ["running shoes"]
    gallery.wait_for_load_state("networkidle")
    shot(gallery, "gallery-text")
    gallery.get_by_role("button", name="Remove: text running shoes").click()
    told(gallery, "112 photos")
    assert "text" not in asked(gallery)
    gallery.get_by_label("Search by text").fill("红色口红")
    gallery.keyboard.press("Enter")
    expect(gallery.locator("#photo-0 .name")).to_contain_text("velmora-lipstick")
    assert asked(gallery)["text"] == ["红色口红"]
    expect(gallery).to_have_title("photos@v2 · Gallery · Listing Assets")


@pytest.mark.parametrize("way", ["dialog", "drop", "paste"])
def test_a_photo_finds_those_like_it(gallery: Page, shop: Shop, way: str) -> None:
    photo = next(shop.source.glob("beauty/velmora-lipstick-3.jpg"))
    if way == "dialog":
        with gallery.expect_file_chooser() as chooser:
            gallery.get_by_role("button", name="Search by a photo").click()
        chooser.value.set_files(photo)
    else:
        gallery.evaluate(
            """([way, bytes]) => {
              const data = new DataTransfer();
              data.items.add(new File([new Uint8Array(bytes)], "a.jpg", { type: "image/jpeg" }));
              const event = way === "paste"
                ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true })
                : new DragEvent("drop", { dataTransfer: data, bubbles: true });
              document.body.dispatchEvent(event);
            }""",
            [way, list(photo.read_bytes())],
        )
    expect(gallery.locator(".condition.like")).to_contain_text("an uploaded photo")
    expect(gallery.locator("#photo-0 .name")).to_have_text("velmora-lipstick-3.jpg")
    expect(gallery.locator("#photo-0 .score")).to_have_text("1.000")
    assert re.fullmatch("[0-9a-f]{64}", asked(gallery)["image"][0])


def test_a_file_that_is_no_photo_is_refused_in_words(gallery: Page, shop: Shop) -> None:
    gallery.locator("#photo-file").set_input_files(shop.source / "uploads" / "page.jpg")
    expect(gallery.locator(".toast.wrong")).to_contain_text("Take a JPEG, PNG")
    told(gallery, "112 photos")


def test_labels_are_asked_for_demanded_and_excluded(gallery: Page, shot: Shot) -> None:
    category = gallery.get_by_role("region", name="category", exact=True)
    food = category.get_by_role("button", name=re.compile("^Food"))
    food.click()
    expect(gallery.locator(".condition")).to_have_text(["any ofcategory:Food"])
    number = food.locator(".number").inner_text()
    told(gallery, f"{number} photos")
    beauty = category.get_by_role("button", name=re.compile("^Beauty"))
    other = beauty.locator(".number").inner_text()
    beauty.click()
    told(gallery, f"{int(number) + int(other)} photos")
    expect(gallery.locator(".facets[aria-busy]")).to_have_count(0)
    colours = gallery.get_by_role("region", name="colours", exact=True)
    red = colours.get_by_role("button", name=re.compile("^red"))
    red.hover()
    colours.get_by_role("button", name="none of colours:red").click()
    expect(gallery.locator(".condition.none-of")).to_contain_text("colours:red")
    assert asked(gallery)["any"] == ["category:Food", "category:Beauty"]
    assert asked(gallery)["none"] == ["colours:red"]
    expect(gallery.locator(".photos [data-place]").first).to_be_visible()
    expect(gallery.get_by_role("option", name=re.compile("colours red"))).to_have_count(0)
    gallery.wait_for_load_state("networkidle")
    shot(gallery, "gallery-labels")
    gallery.get_by_role("button", name="Clear all").click()
    told(gallery, "112 photos")
    expect(gallery.locator(".condition")).to_have_count(0)


def test_an_expression_is_completed_and_its_mistake_is_marked(gallery: Page, shot: Shot) -> None:
    gallery.get_by_role("button", name="Query expression").click()
    where = gallery.get_by_role("combobox", name="Query expression")
    expect(where).to_be_focused()
    gallery.keyboard.type("cate")
    expect(gallery.get_by_role("option", name="category", exact=True)).to_be_visible()
    gallery.keyboard.press("Tab")
    gallery.keyboard.type("=Dai")
    gallery.keyboard.press("ArrowDown")
    gallery.keyboard.press("Enter")
    expect(where).to_have_value('category="Daily Use"')
    gallery.keyboard.type(" AND NOT 😀brant=x")
    gallery.keyboard.press("Enter")
    expect(where).to_have_attribute("aria-invalid", "true")
    expect(gallery.get_by_role("alert")).to_contain_text("Character 30")
    where.fill("category=Food AND brandd:Mistleaf")
    where.press("Enter")
    expect(gallery.locator(".mirror mark")).to_have_text("brandd")
    expect(gallery.get_by_role("alert")).to_contain_text("there is no field 'brandd'")
    shot(gallery, "gallery-mistake")
    gallery.get_by_role("button", name="brand", exact=True).click()
    expect(where).to_have_value("category=Food AND brand:Mistleaf")
    expect(gallery.locator("#photo-0 .name")).to_contain_text("mistleaf")
    assert asked(gallery)["where"] == ["category=Food AND brand:Mistleaf"]


def test_what_is_known_of_files_narrows_down(gallery: Page) -> None:
    gallery.get_by_text("File, dates, format").click()
    gallery.get_by_label("File name contains").fill("sneaker-2")
    gallery.get_by_label("Folder", exact=True).fill("apparel")
    gallery.get_by_label("Folder", exact=True).press("Enter")
    expect(gallery.locator(".condition")).to_have_count(2)
    told(gallery, "2 photos")
    assert all(name.startswith("strivo-sneaker-2") for name in names(gallery))
    gallery.get_by_label("Folder", exact=True).fill("food")
    gallery.get_by_role("button", name="Apply").click()
    expect(gallery.get_by_text("No photo fulfils all conditions")).to_be_visible()
    told(gallery, "0 photos")


def test_more_like_this_asks_by_the_key(gallery: Page) -> None:
    gallery.locator("#photo-0").click()
    gallery.get_by_role("button", name="More like this").click()
    expect(gallery.get_by_role("dialog")).to_be_hidden()
    expect(gallery.locator("#photo-0 .score")).to_have_text("1.000")
    first = names(gallery)[0]
    assert asked(gallery)["like"][0].endswith(first)
    assert all(name[:10] == first[:10] for name in names(gallery)[:4])


def test_an_address_is_a_search_and_back_and_forward_go_through_them(
    gallery: Page, shop: Shop
) -> None:
    gallery.get_by_label("Sort by").select_option("size down")
    gallery.get_by_role("button", name="List").click()
    electronics = gallery.get_by_role("button", name=re.compile("^Electronics"))
    number = electronics.locator(".number").inner_text()
    electronics.click()
    told(gallery, f"{number} photos")
    link = gallery.url
    before = names(gallery)
    gallery.go_back()
    told(gallery, "112 photos")
    expect(gallery.locator(".as-list")).to_be_visible()
    gallery.go_back()
    expect(gallery.locator(".as-list")).to_have_count(0)
    gallery.go_forward()
    gallery.go_forward()
    expect(gallery.locator(".condition")).to_have_count(1)
    with gallery.context.new_page() as other:
        other.goto(link)
        expect(other.locator(".condition")).to_have_text(["any ofcategory:Electronics"])
        told(other, f"{number} photos")
        assert names(other) == before
        assert other.get_by_label("Sort by").input_value() == "size down"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("v=photos@v9", "no published version 'v9'"),
        ("v=nothing@v1", "There is no dataset 'nothing'"),
        ("v=photos@v2&like=gone.jpg", "gone.jpg"),
        ("v=photos@v2&any=category", "category"),
    ],
    ids=["version", "dataset", "key", "label"],
)
def test_what_cannot_be_shown_says_why_and_what_to_do(
    page: Page, shop: Shop, query: str, words: str
) -> None:
    page.goto(f"{shop.url}/?{query}")
    expect(page.locator(".notice-title")).to_contain_text(words)
    expect(page.locator(".notice-remedy")).not_to_be_empty()
