"""Answers that come late and links that lead nowhere: a page shows what was asked for last."""

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Shop

LATE = "**/comparison?**kind=relabelled**"


def held(page: Page, requests: str) -> list[Route]:
    """The requests that fit, as they are made; each waits to be continued."""
    found: list[Route] = []

    def hold(route: Route) -> None:
        found.append(route)

    page.route(requests, hold)
    return found


def test_photos_are_let_go_of_while_the_names_of_all_are_on_the_way(shop: Shop, page: Page) -> None:
    waiting = held(page, "**/keys?**")
    page.goto(f"{shop.url}/?v=photos@v2")
    chosen = page.get_by_role("region", name="Selection")
    photos = page.locator(".photos")
    expect(page.locator("#photo-0 .name")).to_be_visible()

    photos.press("Control+a")
    expect(chosen).to_contain_text("All 112 photos selected")
    page.locator("#photo-1 .check").click()
    photos.press("Escape")
    expect(chosen).to_be_hidden()
    photos.press("Control+a")
    for place in (2, 3, 3, 4):
        page.locator(f"#photo-{place} .check").click()
    page.wait_for_timeout(100)  # the requests are on their way
    for route in waiting:
        route.continue_()
    expect(chosen).to_contain_text("110 photos selected")
    for place, is_chosen in ((1, "true"), (2, "false"), (3, "true"), (4, "false")):
        expect(page.locator(f"#photo-{place}")).to_have_attribute("aria-selected", is_chosen)
    assert len(waiting) == 2


def test_a_late_comparison_is_not_shown_over_a_later_one(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.url}/compare.html?before=v1&after=v2&v=photos")
    changes = page.get_by_role("list", name="Changes").get_by_role("listitem")
    expect(changes).to_have_count(23)
    waiting = held(page, LATE)
    with page.expect_request(LATE):
        page.get_by_role("button", name="3 Relabelled").click()
    page.get_by_role("button", name="4 Removed").click()
    expect(changes).to_have_count(4)
    (late,) = waiting
    with page.expect_response(LATE) as answered:
        late.continue_()
    answered.value.finished()
    page.wait_for_timeout(200)
    expect(changes).to_have_count(4)
    expect(page.get_by_role("button", name="4 Removed")).to_have_attribute("aria-pressed", "true")


def test_a_link_to_a_photo_that_is_gone_says_so_and_leads_back(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.url}/?v=photos@v2&key=gone.jpg")
    opened = page.get_by_role("dialog", name="gone.jpg")
    expect(opened).to_contain_text("has no photo 'gone.jpg'")
    expect(opened.get_by_role("img")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#photo-0 .name")).to_be_visible()
    page.goto(f"{shop.url}/?v=photos@v9")
    expect(page.get_by_role("main")).to_contain_text("has no published version 'v9'")
    page.get_by_label("Version").select_option("v2")
    expect(page.locator("#photo-0 .name")).to_be_visible()
