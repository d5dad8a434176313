from typing import Any

import httpx
import pytest

CORRECTIONS = "/datasets/photos/corrections"


def correct(api: httpx.Client, **changes: Any) -> httpx.Response:
    request = {
        "version": "v1",
        "keys": ["p0003.jpg"],
        "tag": "category",
        "action": "set",
        "value": "Toys",
        "author": "Ada",
    }
    return api.post(CORRECTIONS, json=request | changes)


def test_a_correction_is_made_listed_and_taken_back(api: httpx.Client) -> None:
    made = correct(api).json()
    assert made["photos"] == 1
    file = api.get("/datasets/photos/versions/v1/file?key=p0003.jpg").json()
    (one,) = [c for c in file["corrections"] if c["correction_id"] in made["correction_ids"]]
    assert (one["value"], one["author"], one["is_undone"]) == ("Toys", "Ada", False)
    assert one["is_published"] is False
    listed = api.get(f"{CORRECTIONS}?image_id={file['image_id']}&standing=true").json()
    assert [c["correction_id"] for c in listed["corrections"]] == made["correction_ids"]
    undone = api.post(
        f"{CORRECTIONS}/undo", json={"correction_ids": made["correction_ids"], "author": "Bo"}
    )
    assert undone.json() == {"undone": 1}
    listed = api.get(f"{CORRECTIONS}?image_id={file['image_id']}&standing=true").json()
    assert listed["total"] == 0


def test_all_results_of_a_search_are_corrected_together(api: httpx.Client) -> None:
    found = correct(
        api,
        keys=None,
        query={"directory": "shoes"},
        tag="checked",
        action="add",
        value="yes",
    ).json()
    assert found["photos"] == 2 and len(found["correction_ids"]) == 2
    page = api.get(f"{CORRECTIONS}?max_results=1").json()
    assert page["total"] >= 2 and page["corrections"][0]["tag"] == "checked"
    assert page["next_token"]


@pytest.mark.parametrize(
    ("changes", "status", "word"),
    [
        ({"value": "Sausage"}, 422, "Food, Toys, Other"),
        ({"author": "  "}, 422, "Say who you are"),
        ({"keys": ["nothing.jpg"]}, 404, "photos that stand"),
        ({"keys": ["broken.jpg"]}, 404, "photos that stand"),
        ({"keys": []}, 422, ""),
        ({"keys": None}, 422, ""),
        ({"query": {}}, 422, ""),
        ({"keys": None, "query": {"name": "nothing"}}, 422, "Correct photos"),
        ({"version": "../v1"}, 422, ""),
        ({"action": "add"}, 422, "Use 'set'"),
        ({"tag": "mood", "value": "x"}, 422, "category"),
    ],
)
def test_what_cannot_be_corrected_is_refused(
    api: httpx.Client, changes: dict[str, Any], status: int, word: str
) -> None:
    before = api.get(CORRECTIONS).json()["total"]
    answer = correct(api, **changes)
    assert answer.status_code == status, answer.text
    assert word in answer.json()["remedy"] and answer.json()["problem"]
    assert api.get(CORRECTIONS).json()["total"] == before
