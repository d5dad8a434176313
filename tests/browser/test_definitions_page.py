"""The page of tag definitions: read, edit with marks at mistakes, try beside today, save."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from listing_assets.settings import PROJECT
from tests.browser.conftest import Shop, Shot

SEASON = """\
  - name: season
    type: choice
    description: When it is used.
    values: [{name: summer}, {name: winter}]
"""


@pytest.fixture
def folder(shop: Shop) -> Iterator[Path]:
    """The folder of definitions with a longer one more; as it was once a test is over."""
    found = shop.settings.catalog / "tag_definitions"
    before = {path: path.read_bytes() for path in found.iterdir()}
    shipped = "secondhand_listing.yaml"
    shutil.copy(PROJECT / "catalog" / "tag_definitions" / shipped, found / shipped)
    yield found
    for path in found.iterdir():
        if path not in before:
            path.unlink()
    for path, data in before.items():
        path.write_bytes(data)


@pytest.fixture
def text(folder: Path) -> str:
    return (folder / "shop.yaml").read_text()


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text of catalog/tag_definitions/shop.yaml")


def planned(shop: Shop, text: str) -> dict[str, int]:
    """How many photos the next run would ask about each tag."""
    request = {"text": text, "version": "photos@v2"}
    plan = httpx.post(f"{shop.url}/api/definitions/plan", json=request, timeout=60).json()
    return {tag["name"]: tag["photos"] for tag in plan["tags"]}


@pytest.mark.usefixtures("folder")
def test_a_definition_is_read_tag_by_tag(shop: Shop, page: Page, shot: Shot) -> None:
    page.goto(f"{shop.url}/definitions.html")
    expect(page.get_by_role("heading", level=1)).to_have_text("shop")
    expect(page.get_by_text("used by photos")).to_be_visible()
    page.get_by_role("navigation", name="Tag definitions").get_by_text("secondhand_listing").click()
    tags = page.get_by_role("list", name="Tags").get_by_role("listitem")
    expect(tags).to_have_count(10)
    expect(tags.filter(has_text="asking_price")).to_contain_text("from 0")
    expect(tags.filter(has_text="The state of the item")).to_contain_text("Lightly worn")
    shot(page, "definition")


def test_a_draft_is_mended_tried_beside_today_and_saved(
    shop: Shop, page: Page, folder: Path, text: str, shot: Shot
) -> None:
    page.goto(f"{shop.url}/definitions.html?name=shop")
    page.get_by_role("button", name="Edit").click()
    save, attempt = (
        page.get_by_role("button", name="Save…"),
        page.get_by_role("button", name="Try it…"),
    )
    expect(page.get_by_text("As in the catalog.")).to_be_visible()
    expect(save).to_be_disabled()

    draft = (
        "# Asked of every photo of the shop.\n"
        + text.replace("name: Food", "name: Groceries")
        + SEASON
    )
    editor(page).fill(draft.replace("type: multi_choice", "type: manychoice"))
    expect(page.get_by_text("One mistake")).to_be_visible()
    expect(editor(page)).to_have_attribute("aria-invalid", "true")
    expect(save).to_be_disabled()
    drawn = page.locator(".paint .line.wrong")
    expect(drawn).to_contain_text("type: manychoice")
    number = page.locator(".gutter .wrong")
    expect(number).to_have_text("6")
    boxes = [one.bounding_box() for one in (drawn, number)]
    assert boxes[0] and boxes[1] and boxes[0]["y"] == boxes[1]["y"]
    shot(page, "definition-mistake")
    page.get_by_role("button", name="Line 6").click()
    selected = "area => area.value.slice(area.selectionStart, area.selectionEnd)"
    assert "manychoice" in editor(page).evaluate(selected)

    editor(page).fill(draft)
    expect(page.locator("#told")).to_contain_text(
        "2 tags get a new recipe; the answers to the other 4 stay"
    )
    shot(page, "definition-draft")
    attempt.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Photos", exact=True).fill("8")
    expect(dialog.get_by_role("status")).to_contain_text("at most 16 calls")
    expect(dialog.get_by_role("status")).to_contain_text("At most 0.0")
    ask = dialog.get_by_role("button", name="Ask about 8 photos")
    expect(ask).to_be_enabled()
    shot(page, "definition-ceiling")
    ask.click()
    trial = page.get_by_role("region", name="Trial")
    expect(trial).to_contain_text("The draft beside today")
    answers = trial.get_by_role("table")
    expect(answers.get_by_role("columnheader")).to_have_text(
        ["Photo", "categorychanged", "seasonadded"]
    )
    expect(answers.get_by_role("row")).to_have_count(9)
    shot(page, "definition-trial")
    trial.get_by_label("Only photos whose answers differ").check()
    differing = answers.locator("td.differs")
    expect(differing.first).to_contain_text("today: Food")
    trial.get_by_label("All tags").check()
    expect(answers.get_by_role("columnheader")).to_have_count(7)

    assert (folder / "shop.yaml").read_text() == text
    save.click()
    plan = dialog.get_by_role("region", name="photos@v2")
    expect(plan).to_contain_text("about 104 photos")
    expect(plan.get_by_role("listitem").filter(has_text="category")).to_contain_text("photos")
    shot(page, "definition-saving")
    expected = planned(shop, draft)
    dialog.get_by_role("button", name="Save to the catalog").click()
    expect(page.get_by_text("Saved to catalog/tag_definitions/shop.yaml")).to_be_visible()
    assert (folder / "shop.yaml").read_text() == draft
    asked = {name: photos for name, photos in planned(shop, draft).items() if photos}
    assert asked == {name: photos for name, photos in expected.items() if photos}
    assert set(asked) == {"category", "season"}


def test_a_draft_outlives_the_page_and_knows_that_its_file_changed(
    shop: Shop, page: Page, folder: Path, text: str
) -> None:
    page.goto(f"{shop.url}/definitions.html?name=shop&mode=edit")
    draft = text.replace("The brand.", "The maker.")
    editor(page).fill(draft)
    expect(page.locator("#told")).to_contain_text("brand")
    (folder / "shop.yaml").write_text("# Changed elsewhere.\n" + text)
    page.get_by_role("button", name="Save…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Save to the catalog").click()
    expect(dialog.get_by_role("alert")).to_contain_text("was changed since it was read")
    page.keyboard.press("Escape")
    page.reload()
    expect(editor(page)).to_have_value(draft)
    expect(page.get_by_text("was changed since this draft was begun")).to_be_visible()
    expect(page.get_by_role("button", name="Save…")).to_be_disabled()
    page.get_by_role("button", name="Go on with the draft").click()
    expect(page.get_by_role("button", name="Save…")).to_be_enabled()
    page.locator(".actions").get_by_role("button", name="Drop the draft").click()
    page.get_by_role("button", name="Drop it").click()
    expect(editor(page)).to_have_value("# Changed elsewhere.\n" + text)


def test_another_name_makes_a_new_definition(
    shop: Shop, page: Page, folder: Path, text: str
) -> None:
    page.goto(f"{shop.url}/definitions.html?name=shop&mode=edit")
    editor(page).fill(text.replace("name: shop", "name: kiosk"))
    expect(page.locator("#told")).to_contain_text("saved as a new definition")
    page.get_by_role("button", name="Save…").click()
    page.get_by_role("dialog").get_by_role("button", name="Save to the catalog").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("kiosk")
    assert (folder / "kiosk.yaml").exists() and (folder / "shop.yaml").read_text() == text


@pytest.mark.usefixtures("folder")
def test_a_definition_is_edited_by_keyboard_on_a_phone_in_the_dark(
    shop: Shop, page: Page, shot: Shot
) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{shop.url}/definitions.html?name=secondhand_listing")
    expect(page.get_by_role("list", name="Tags").get_by_role("listitem")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shot(page, "definition-phone")
    page.goto(f"{shop.url}/definitions.html?name=shop&mode=edit")
    editor(page).press("Control+End")
    page.keyboard.type("  - name: season")
    page.keyboard.press("Enter")
    page.keyboard.type("type: boolean")
    assert editor(page).input_value().endswith("  - name: season\n    type: boolean")
    expect(page.locator("#told")).to_contain_text("season")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Drop the draft")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shot(page, "definition-phone-edit")
