"""The page that compares two versions: what changed, with pictures and labels of both."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Shop, Shot


def test_two_versions_are_compared_with_pictures_and_labels(
    shop: Shop, page: Page, shot: Shot
) -> None:
    page.goto(f"{shop.url}/compare.html?v=photos@v2")
    changes = page.get_by_role("list", name="Changes")
    expect(page.get_by_role("status")).to_contain_text("23 changes between v1.1 and v2.1")
    expect(page.get_by_label("Before")).to_have_value("v1")
    for name, number in (("Added", 16), ("Removed", 4), ("Relabelled", 3), ("Replaced", 0)):
        expect(page.get_by_role("button", name=f"{number} {name}", exact=True)).to_be_visible()
    expect(changes.get_by_role("listitem")).to_have_count(23)
    shot(page, "compare")

    page.get_by_role("button", name="3 Relabelled").click()
    expect(changes.get_by_role("listitem")).to_have_count(3)
    first = changes.get_by_role("listitem").first
    expect(first.locator(".chip.lost")).to_have_text("no longer category:Food")
    expect(first.locator(".chip.gained").first).to_have_text("now category:Daily Use")
    pictured = first.get_by_role("img")
    expect(pictured).to_have_js_property("complete", True)
    assert pictured.evaluate("image => image.naturalWidth") > 0
    shot(page, "compare-relabelled")

    page.get_by_role("button", name="4 Removed").click()
    expect(changes.get_by_role("listitem")).to_have_count(4)
    expect(changes.get_by_text("in v1.1")).to_have_count(4)
    page.go_back()
    expect(changes.get_by_role("listitem")).to_have_count(3)


def test_changes_are_found_by_tag_and_by_label(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.url}/compare.html?before=v1&after=v2&v=photos")
    changes = page.get_by_role("list", name="Changes")
    page.get_by_label("Only photos relabelled in this tag").select_option("note")
    expect(page.get_by_role("status")).to_contain_text("3 photos relabelled in the tag note")
    expect(changes.get_by_role("listitem")).to_have_count(3)
    page.get_by_role("button", name="category:Food").click()
    expect(page.get_by_role("status")).to_contain_text("3 photos relabelled in category:Food")
    assert "label=category%3AFood" in page.url
    page.get_by_role("button", name="Swap the two").click()
    expect(page.get_by_role("button", name="4 Added")).to_be_visible()
    expect(page.get_by_label("Before")).to_have_value("v2")


def test_a_comparison_fits_a_phone_in_the_dark(shop: Shop, page: Page, shot: Shot) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.url}/compare.html?before=v1&after=v2&v=photos&kind=relabelled")
    expect(page.get_by_role("list", name="Changes").get_by_role("listitem")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shot(page, "compare-phone")
