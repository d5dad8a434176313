from urllib.parse import quote

import httpx
import pytest

from tests.web.conftest import MEAN_NAMES

V1 = "/datasets/photos/versions/v1"
PUBLISHED = sorted([*(f"p{number:04d}.jpg" for number in range(8)), *MEAN_NAMES])


def keys_of(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [file["key"] for file in answer.json()["files"]]


def test_all_published_files_are_listed_in_key_order(api: httpx.Client) -> None:
    answer = api.get(f"{V1}/files")
    assert keys_of(answer) == PUBLISHED
    assert answer.json()["total"] == 12 and answer.json()["next_token"] is None


def test_pages_have_no_gap_and_no_repeat(api: httpx.Client) -> None:
    seen, token = [], None
    while True:
        params = {"max_results": 5} | ({"next_token": token} if token else {})
        page = api.get(f"{V1}/files", params=params)
        seen += keys_of(page)
        token = page.json()["next_token"]
        if token is None:
            break
    assert seen == PUBLISHED
    assert api.get(f"{V1}/keys").json()["keys"] == PUBLISHED


@pytest.mark.parametrize("order", [{}, {"sort": "size", "descending": True}, {"like": "p0002.jpg"}])
def test_a_page_may_begin_anywhere_and_go_on_by_its_token(
    api: httpx.Client, monkeypatch: pytest.MonkeyPatch, order: dict[str, str]
) -> None:
    whole = keys_of(api.get(f"{V1}/files", params=order))
    monkeypatch.setattr("listing_assets.web.results.MOST_RESULTS", 3)  # more than one stride
    for skip in (1, 3, 7, len(whole) - 1):
        page = api.get(f"{V1}/files", params={**order, "skip": skip, "max_results": 2})
        assert keys_of(page) == whole[skip : skip + 2]
        assert page.json()["total"] == len(whole)
    token = api.get(f"{V1}/files", params={**order, "skip": 4, "max_results": 2}).json()
    rest = api.get(f"{V1}/files", params={**order, "next_token": token["next_token"]})
    assert keys_of(rest) == whole[6:]
    for skip in (len(whole), 500):
        assert keys_of(api.get(f"{V1}/files", params={**order, "skip": skip})) == []


@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_has_1_to_100_results(api: httpx.Client, size: int) -> None:
    answer = api.get(f"{V1}/files?max_results={size}")
    assert answer.status_code == 422 and "max_results" in answer.json()["problem"]


def test_conditions_join(api: httpx.Client) -> None:
    assert keys_of(api.get(f"{V1}/files?directory=shoes")) == sorted(MEAN_NAMES[:2])
    assert keys_of(api.get(f"{V1}/files?directory=shoes&name=WOOL")) == [MEAN_NAMES[1]]
    assert keys_of(api.get(f"{V1}/files?name=红色")) == [MEAN_NAMES[2]]
    assert keys_of(api.get(f"{V1}/files?format=png")) == []
    assert keys_of(api.get(f"{V1}/files?modified_before=2001-01-01T00:00:00Z")) == []
    wanted = quote('FileName:wool OR key="p0003.jpg"')
    assert keys_of(api.get(f"{V1}/files?where={wanted}")) == ["p0003.jpg", MEAN_NAMES[1]]


def test_labels_any_all_and_none(api: httpx.Client) -> None:
    facets = api.get(f"{V1}/facets").json()["facets"]["category"]
    value, count = next(iter(facets.items()))
    label = f"category:{value}"
    assert len(keys_of(api.get(f"{V1}/files", params={"any": label}))) == count
    assert len(keys_of(api.get(f"{V1}/files", params={"none": label}))) == 12 - count
    both = {"any": [label, "category:Nothing"], "all": [label]}
    assert len(keys_of(api.get(f"{V1}/files", params=both))) == count


def test_a_search_by_text_and_one_by_a_photo_rank(api: httpx.Client) -> None:
    found = api.get(f"{V1}/files?text=red&top_k=5").json()
    scores = [file["score"] for file in found["files"]]
    assert found["ranked_by"] and scores == sorted(scores, reverse=True) and len(scores) <= 5
    near = api.get(f"{V1}/files", params={"like": MEAN_NAMES[3], "top_k": 3}).json()
    assert near["files"][0]["key"] == MEAN_NAMES[3]
    assert near["files"][0]["score"] == pytest.approx(1, abs=1e-5)
    bounded = {"like": MEAN_NAMES[3], "min_score": 0.9999}
    assert keys_of(api.get(f"{V1}/files", params=bounded)) == [MEAN_NAMES[3]]


def test_a_mistake_in_an_expression_is_marked(api: httpx.Client) -> None:
    answer = api.get(f"{V1}/files", params={"where": "HAS uri AND categry=Food"})
    assert answer.status_code == 400
    assert answer.json()["place"] | {"reason": ""} == {"start": 12, "end": 19, "reason": ""}
    assert "category" in answer.json()["remedy"]


@pytest.mark.parametrize(
    "params",
    [
        {"next_token": "%%%"},
        {"next_token": "WyJ2MS4xIiwgNjYsIDIsICIzIiwgIjE5YWY1ZjFlIl0"},
        {"min_score": "0.5"},
        {"text": "x", "min_score": "nan"},
        {"top_k": "0"},
        {"any": "no-label"},
        {"like": "nothing.jpg"},
        {"image": "../../etc/passwd"},
        {"sort": "vector"},
        {"modified_from": "yesterday"},
        {"modified_from": "0001-01-01T00:00:00+14:00"},
        {"ingested_before": "9999-12-31T23:59:59.999999-14:00"},
        {"unknown": "1"},
        {"text": "x" * 2000},
        {"where": "(" * 4000},
        {"where": "key:\x00"},
        {"directory": "\x00"},
    ],
)
def test_what_makes_no_sense_is_refused_in_words(api: httpx.Client, params: dict[str, str]) -> None:
    answer = api.get(f"{V1}/files", params=params)
    if answer.status_code == 200:
        assert answer.json()["total"] == 0
    else:
        assert answer.status_code in {400, 422}
        assert answer.json()["problem"]


def test_one_file_has_all_that_is_known_of_it(api: httpx.Client) -> None:
    for name in MEAN_NAMES:
        found = api.get(f"{V1}/file", params={"key": name}).json()
        assert found["key"] == name and found["status"] == "published"
        assert found["facts"]["width"] == 96 and found["tags"].keys() == {"category", "title"}
        assert found["labels"] == found["labels_ai"] and found["labels_user"] == []
        assert found["model_tags"] == "test-chat@1"
        assert "vector" not in found["facts"] and found["is_shown_by_browsers"]


def test_the_calls_of_a_file_have_their_cost(api: httpx.Client) -> None:
    calls = api.get(f"{V1}/calls?key=p0003.jpg").json()
    assert calls[0]["outcome"] == "ok" and calls[0]["cost"] > 0
    assert sorted(tag for call in calls for tag in call["tags"]) == ["category", "title"]
    assert sum(len(call["recipes"]) for call in calls) == 2


def test_rejected_files_are_counted_by_reason(api: httpx.Client) -> None:
    found = api.get(f"{V1}/rejected").json()
    assert found["reasons"] == {"not_an_image": 1, "truncated": 1} and found["total"] == 2
    (file,) = api.get(f"{V1}/rejected?reason=truncated").json()["files"]
    assert file["key"] == "broken.jpg" and file["detail"]
    assert api.get(f"{V1}/rejected", params={"reason": 'x" OR HAS key OR "'}).json()["total"] == 0
