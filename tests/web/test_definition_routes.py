"""Tag definitions over the API: read, checked, planned, tried, saved to the catalog's own files."""

import gc
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listing_assets.web.definition_drafts import read_draft
from resources.lake import Lake
from resources.lake.tables import MODEL_CALLS
from tests.conftest import DEFINITION
from tests.web.conftest import Gallery

PER_CALL = 100 * 1e-6 + 10 * 2e-6
"""What the endpoint bills a call with, at the prices of the catalog."""
COMMENT = "# What buyers look for first.\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 8)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.fixture
def folder(gallery: Gallery) -> Iterator[Path]:
    """The folder of definitions; its files are as they were once a test is over."""
    found = gallery.settings.catalog / "tag_definitions"
    before = {path: path.read_bytes() for path in found.iterdir()}
    yield found
    for path in found.iterdir():
        if path not in before:
            path.unlink()
    for path, data in before.items():
        path.write_bytes(data)


@pytest.fixture
def text(folder: Path) -> str:
    return (folder / "shop.yaml").read_text()


def check(api: httpx.Client, text: str) -> dict[str, Any]:
    answer = api.post("/definitions/check", json={"text": text})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def save(api: httpx.Client, text: str, name: str = "shop", **changes: Any) -> httpx.Response:
    sha = api.get(f"/definitions/{name}").json().get("sha")
    return api.put(f"/definitions/{name}", json={"text": text, "sha": sha} | changes)


def tried(api: httpx.Client, text: str, **changes: Any) -> dict[str, Any]:
    request = {"text": text, "version": "photos@v1", "sample": 3} | changes
    answer = api.post("/definitions/trials", json=request)
    assert answer.status_code == 202, answer.text
    trial: dict[str, Any] = answer.json()
    deadline = time.monotonic() + 60
    while trial["state"] == "running":
        assert time.monotonic() < deadline
        time.sleep(0.05)
        trial = api.get(f"/definitions/trials/{trial['trial']}").json()
    return trial


def calls_on_record(gallery: Gallery) -> int:
    return int(Lake(gallery.settings.lake).table(MODEL_CALLS).count_rows())


def test_definitions_are_listed_and_read_with_their_users(api: httpx.Client, text: str) -> None:
    listed = {one["name"]: one for one in api.get("/definitions").json()}
    assert set(listed) == {"shop", "ecommerce_poster"}
    assert (listed["shop"]["datasets"], listed["ecommerce_poster"]["datasets"]) == (["photos"], [])
    one = api.get("/definitions/shop").json()
    assert one["text"] == text
    assert one["sha"] == hashlib.sha256(text.encode()).hexdigest()
    assert one["file"] == "catalog/tag_definitions/shop.yaml" and one["obstacle"] is None
    assert [tag["name"] for tag in one["tags"]] == ["category", "title"]
    assert one["tags"][1]["max_length"] == 40
    assert one["used_by"] == [{"dataset": "photos", "tag_model": "chat", "versions": ["v1", "v2"]}]
    assert api.get("/definitions/nothing").status_code == 404


def test_a_draft_is_told_which_tags_it_changes(api: httpx.Client, text: str) -> None:
    assert check(api, text)["changes"] == {}
    found = check(api, text.replace("What it is.", "What is for sale."))
    assert (found["changes"], found["is_new"]) == ({"category": "changed"}, False)
    other = text.replace("name: title", "name: headline")
    assert check(api, other)["changes"] == {"headline": "added", "title": "removed"}
    found = check(api, text.replace("Say what you see.", "Look well."))
    assert found["changes_prompt"]
    assert found["changes"] == {"category": "changed", "title": "changed"}
    found = check(api, text.replace("name: shop", "name: other"))
    assert found["is_new"] and found["name"] == "other"


@pytest.mark.parametrize(
    ("old", "new", "line", "word"),
    [
        pytest.param("type: choice", "type: choise", 5, "choise", id="type"),
        pytest.param("  - name: category", "  - nmae: category", 4, "name", id="misspelled"),
        pytest.param("values: [", "values: ]", 7, "not readable as YAML", id="yaml"),
        pytest.param("name: Toys", "name: Food", 4, "has a value twice", id="twice"),
        pytest.param("What it is.", "${HOME}", 6, "uses no variable", id="variable"),
        pytest.param("    type: choice", "    type: number", 4, "only choices", id="values"),
        pytest.param("What it is.", "a\x01b", 6, "does not allow", id="control"),
        pytest.param("type: choice", "type: choice\n    type: text", 6, "twice", id="key-twice"),
        pytest.param("type: choice", "type: choice\n    model: tree", 6, "no model", id="model"),
    ],
)
def test_a_mistake_is_told_with_its_line(
    api: httpx.Client, text: str, old: str, new: str, line: int, word: str
) -> None:
    assert old in text
    draft = text.replace(old, new, 1)
    found = check(api, draft)
    told = {one["line"]: one["message"] for one in found["mistakes"]}
    assert word in told[line], told
    refused = save(api, draft)
    assert refused.status_code == 422 and f"line {line}: " in refused.json()["problem"]
    assert api.get("/definitions/shop").json()["text"] == text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("- a\n- b", id="list"),
        pytest.param(BOMB, id="bomb"),
        pytest.param("a: &a [*a]", id="endless"),
        pytest.param("[" * 1000, id="deep"),
        pytest.param("? [a]\n: b", id="list-as-key"),
        pytest.param("a: !!python/object:os.system x", id="object"),
        pytest.param("a: !!int x", id="no-number"),
        pytest.param("a: !!bool x", id="no-truth"),
        pytest.param("a: 2024-99-99", id="no-date"),
    ],
)
def test_a_text_that_is_nothing_is_told_as_such(api: httpx.Client, text: str) -> None:
    found = check(api, text)
    assert found["mistakes"] and found["tags"] == []


SIGNS = [
    "&a ",
    "*a",
    "!!int x",
    "!!set {a}",
    "<<: *a\n",
    "? ",
    ": ",
    "|\n",
    "---\n",
    "\0",
    "${HOME}",
]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(DEFINITION)),
            st.sampled_from([*SIGNS, "1e999", "\t", "[", "}", "'", "%YAML 2\n"])
            | st.text(max_size=3),
        ),
        max_size=4,
    )
)
def test_whatever_is_typed_is_a_definition_or_has_mistakes(edits: list[tuple[int, str]]) -> None:
    text = DEFINITION
    for place, typed in edits:
        text = text[:place] + typed + text[place:]
    draft = read_draft(text, None, Path("home"))
    assert (draft.definition is None) == bool(draft.mistakes)
    assert all(one.line >= 1 and one.message for one in draft.mistakes)
    assert all(os.environ["HOME"] not in one.message for one in draft.mistakes)


def test_saving_writes_the_text_as_it_is_and_the_plan_asks_for_that_tag_alone(
    api: httpx.Client, folder: Path, text: str
) -> None:
    draft = COMMENT + text.replace("What it is.", "What is for sale.")
    planned = api.post("/definitions/plan", json={"text": draft, "version": "photos@v2"}).json()
    assert {tag["name"]: (tag["photos"], tag["change"]) for tag in planned["tags"]} == {
        "category": (12, "changed"),
        "title": (0, None),
    }
    assert planned["calls"] == 12
    assert planned["cost"] == pytest.approx(12 * PER_CALL) and planned["currency"] == "USD"
    saved = save(api, draft)
    assert saved.status_code == 200, saved.text
    assert (folder / "shop.yaml").read_text() == draft == saved.json()["text"]
    assert list(folder.glob(".*")) == []
    tags = api.get("/datasets/photos/definition").json()["tags"]
    assert tags[0]["description"] == "What is for sale."


def test_a_file_that_changed_meanwhile_is_not_overwritten(
    api: httpx.Client, folder: Path, text: str
) -> None:
    sha = api.get("/definitions/shop").json()["sha"]
    (folder / "shop.yaml").write_text(COMMENT + text)
    refused = save(api, text, sha=sha)
    assert refused.status_code == 409 and "changed since" in refused.json()["problem"]
    assert (folder / "shop.yaml").read_text() == COMMENT + text


def test_a_draft_of_another_name_becomes_a_new_file(
    api: httpx.Client, folder: Path, text: str
) -> None:
    draft = text.replace("name: shop", "name: corner_shop")
    assert save(api, draft).status_code == 422, "the address names another"
    saved = save(api, draft, "corner_shop", sha=None)
    assert saved.status_code == 200 and saved.json()["used_by"] == []
    assert (folder / "corner_shop.yaml").read_text() == draft
    assert (folder / "shop.yaml").read_text() == text
    assert save(api, draft, "corner_shop", sha=None).status_code == 409
    other = draft.replace("corner_shop", "Corner_Shop")
    assert save(api, other, "Corner_Shop", sha=None).status_code == 409, "names differ in case"


def test_a_line_ending_of_windows_stays(api: httpx.Client, folder: Path, text: str) -> None:
    path = folder / "shop.yaml"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert api.get("/definitions/shop").json()["text"] == text
    assert save(api, COMMENT + text).status_code == 200
    assert path.read_bytes() == (COMMENT + text).replace("\n", "\r\n").encode()


def test_nothing_is_written_through_a_link_out_of_the_catalog(
    api: httpx.Client, folder: Path, text: str, tmp_path: Path
) -> None:
    outside = tmp_path / "shop.yaml"
    outside.write_text(text)
    (folder / "shop.yaml").unlink()
    (folder / "shop.yaml").symlink_to(outside)
    assert "outside the catalog" in api.get("/definitions/shop").json()["obstacle"]
    assert save(api, COMMENT + text).status_code == 422
    assert outside.read_text() == text
    (folder / "shop.yaml").unlink()


def test_a_place_that_cannot_be_written_refuses(api: httpx.Client, folder: Path, text: str) -> None:
    (folder / ".shop.yaml.part").mkdir()
    try:
        refused = save(api, COMMENT + text)
    finally:
        (folder / ".shop.yaml.part").rmdir()
    assert refused.status_code == 422 and "cannot be written" in refused.json()["problem"]
    assert (folder / "shop.yaml").read_text() == text


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
def test_a_catalog_that_is_read_only_says_so(api: httpx.Client, folder: Path, text: str) -> None:
    folder.chmod(0o555)
    try:
        assert "read-only" in api.get("/definitions/shop").json()["obstacle"]
        assert save(api, COMMENT + text).status_code == 422
    finally:
        folder.chmod(0o755)


def test_a_file_with_a_fault_can_be_mended(api: httpx.Client, folder: Path, text: str) -> None:
    (folder / "shop.yaml").write_text(text.replace("type: choice", "type: choise"))
    assert api.get("/datasets/photos/definition").status_code == 503
    listed = {one["name"]: one["is_faulty"] for one in api.get("/definitions").json()}
    assert listed == {"shop": True, "ecommerce_poster": False}
    assert api.get("/definitions/shop").json()["mistakes"][0]["line"] == 5
    assert save(api, text).status_code == 200
    assert api.get("/datasets/photos/definition").status_code == 200


def test_a_trial_asks_what_changed_and_shows_it_beside_the_answers_of_today(
    api: httpx.Client, gallery: Gallery, text: str
) -> None:
    draft = text.replace(
        "{name: Food}, {name: Toys}, {name: Other}", "{name: Tools}, {name: Garden}"
    )
    request = {"text": draft, "version": "photos@v1", "sample": 3, "twice": 1}
    told = api.post("/definitions/trials/ceiling", json=request).json()
    assert (told["photos"], told["questions"], told["calls"]) == (3, 4, 8)
    assert told["cost"] == pytest.approx(4 * PER_CALL)
    assert told["most"] == pytest.approx(8 * PER_CALL)
    before = calls_on_record(gallery)
    trial = tried(api, draft, twice=1, budget=told["most"])
    assert trial["state"] == "finished", trial
    result = trial["result"]
    assert result["requests"] == 4 == calls_on_record(gallery) - before
    assert result["cost"] == pytest.approx(4 * PER_CALL) == trial["spent"]
    tags = {tag["name"]: (tag["change"], tag["differing"]) for tag in result["tags"]}
    assert tags == {"category": ("changed", 3), "title": (None, 0)}
    for photo in result["photos"]:
        category, title = photo["answers"]
        assert category["draft"]["value"] in {"Tools", "Garden"}
        assert category["today"]["value"] in {"Food", "Toys", "Other"} and category["differs"]
        assert title["draft"] == title["today"]
    assert sum(photo["answers"][0]["again"] is not None for photo in result["photos"]) == 1
    assert result["rest"]["photos"] == 9
    again = tried(api, draft)
    assert again["result"]["requests"] == 0, "nothing is paid for twice"
    assert api.get("/definitions/shop").json()["text"] == text


def test_a_trial_stops_before_its_budget_is_passed(api: httpx.Client, text: str) -> None:
    trial = tried(api, text.replace("What it is.", "Which kind."), sample=8, budget=3 * PER_CALL)
    assert trial["state"] == "finished" and "budget" in trial["result"]["stopped"]
    assert 0 < trial["result"]["requests"] <= 3


def test_a_trial_can_be_stopped_and_two_do_not_run_at_once(
    api: httpx.Client, gallery: Gallery, text: str
) -> None:
    lake = Lake(gallery.settings.lake)
    draft = text.replace("What it is.", "Of what kind it is.")
    request = {"text": draft, "version": "photos@v1"}
    before = calls_on_record(gallery)
    with lake.lease("model chat", "a run"):
        trial = api.post("/definitions/trials", json=request).json()
        assert api.post("/definitions/trials", json=request).status_code == 409
        assert api.delete(f"/definitions/trials/{trial['trial']}").status_code == 200
    deadline = time.monotonic() + 30
    while trial["state"] == "running":
        assert time.monotonic() < deadline
        trial = api.get(f"/definitions/trials/{trial['trial']}").json()
    assert trial["state"] == "stopped" and calls_on_record(gallery) == before
    assert api.get(f"/definitions/trials/{'0' * 32}").status_code == 404


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"version": "photos@v9"}, 404),
        ({"version": "nothing@v1"}, 404),
        ({"version": "../v1"}, 400),
        ({"sample": 101}, 422),
        ({"budget": 0}, 422),
        ({"text": "name: shop"}, 422),
        ({"text": "x" * 200_001}, 422),
    ],
    ids=["version", "dataset", "no-name", "sample", "budget", "draft", "length"],
)
def test_a_trial_that_cannot_be_is_refused(
    api: httpx.Client, gallery: Gallery, text: str, changes: dict[str, Any], status: int
) -> None:
    before = calls_on_record(gallery)
    answer = api.post("/definitions/trials", json={"text": text, "version": "photos@v1"} | changes)
    assert answer.status_code == status, answer.text
    assert answer.json()["problem"] and calls_on_record(gallery) == before


@pytest.mark.parametrize(
    "value",
    ["2026-02-30", "!!int x", "{[a]: b}", "&a [*a]"],
    ids=["date", "number", "list as key", "within itself"],
)
def test_a_file_of_the_catalog_that_is_no_yaml_is_told_and_can_be_mended(
    api: httpx.Client, folder: Path, text: str, value: str
) -> None:
    # A text within itself is read to the end of the stack, no place to clear garbage away.
    gc.collect()
    (folder / "shop.yaml").write_text(text.replace("What it is.", value))
    (folder / "other.yaml").write_text(f"a: {value}\n")
    listed = {one["name"]: one["is_faulty"] for one in api.get("/definitions").json()}
    assert listed == {"shop": True, "ecommerce_poster": False, "other": True}
    assert api.get("/definitions/shop").json()["mistakes"][0]["line"] in {1, 6}
    refused = api.get("/datasets/photos/definition")
    assert refused.status_code == 503 and "not readable" in refused.json()["problem"]
    assert api.get("/datasets/photos/versions/v1/files").status_code == 200
    assert save(api, text).status_code == 200
