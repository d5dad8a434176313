import httpx
import pytest


def test_datasets_are_listed_with_their_published_versions(api: httpx.Client) -> None:
    (dataset,) = api.get("/datasets").json()
    assert dataset["name"] == "photos"
    counts = [
        (v["version"], v["revision"], v["objects"], v["rejected"]) for v in dataset["versions"]
    ]
    assert counts == [("v1", "v1.1", 14, 2), ("v2", "v2.1", 14, 2)]
    assert api.get("/datasets/photos").json() == dataset
    assert api.get("/datasets/photos/versions").json() == dataset["versions"]


def test_a_version_means_its_newest_revision(api: httpx.Client) -> None:
    newest = api.get("/datasets/photos/versions/v2").json()
    assert newest == api.get("/datasets/photos/versions/v2.1").json()
    assert newest in api.get("/datasets/photos/revisions").json()


def test_the_definition_and_the_fields_can_be_read(api: httpx.Client) -> None:
    tags = api.get("/datasets/photos/definition").json()["tags"]
    assert [tag["name"] for tag in tags] == ["category", "title"]
    assert [value["name"] for value in tags[0]["values"]] == ["Food", "Toys", "Other"]
    fields = {field["name"]: field["kind"] for field in fields_of(api)}
    assert fields["tag_category"] == "text" and fields["DataSize"] == "integer"


def fields_of(api: httpx.Client) -> list[dict[str, str]]:
    found: list[dict[str, str]] = api.get("/datasets/photos/versions/v1/fields").json()
    return found


def test_comparing_two_versions_counts_and_lists_each_change(api: httpx.Client) -> None:
    found = api.get("/datasets/photos/comparison?before=v1&after=v2").json()
    changes = {change["key"]: change["kind"] for change in found["changes"]}
    assert changes == {"p0000.jpg": "removed", "p0001.jpg": "replaced", "new.jpg": "added"}
    assert {kind: count for kind, count in found["counts"].items() if count} == {
        "added": 1,
        "removed": 1,
        "replaced": 1,
    }
    assert found["same"] == 12


def test_changes_come_in_pages_and_by_kind(api: httpx.Client) -> None:
    path = "/datasets/photos/comparison?before=v1&after=v2&max_results=2"
    first = api.get(path).json()
    second = api.get(path, params={"next_token": first["next_token"]}).json()
    path = f"{path}&next_token={first['next_token']}"
    second = api.get(path).json()
    keys = [change["key"] for page in (first, second) for change in page["changes"]]
    assert keys == sorted(keys) and len(keys) == 3 and second["next_token"] is None
    (added,) = api.get("/datasets/photos/comparison?before=v1&after=v2&kind=added").json()[
        "changes"
    ]
    assert added["key"] == "new.jpg" and added["labels_before"] is None
    assert api.get(f"{path}&kind=added").status_code == 400


def test_changes_are_chosen_by_the_labels_that_came_and_went(api: httpx.Client) -> None:
    path = "/datasets/photos/comparison?before=v1&after=v2"
    (added,) = api.get(f"{path}&kind=added").json()["changes"]
    assert added["labels_gained"] == added["labels_after"] and added["labels_lost"] == []
    label = added["labels_after"][0]
    by_label = api.get(path, params={"before": "v1", "after": "v2", "label": label}).json()
    changes = api.get(path).json()["changes"]
    meant = [c["key"] for c in changes if label in c["labels_gained"] + c["labels_lost"]]
    assert [change["key"] for change in by_label["changes"]] == meant
    assert by_label["total"] == len(meant) >= 1
    tag = label.split(":")[0]
    assert api.get(f"{path}&tag={tag}").json()["total"] >= len(meant)
    assert api.get(f"{path}&tag={tag[:-1]}").json()["changes"] == []
    assert api.get(f"{path}&kind=relabelled&tag={tag}").json()["total"] == 0


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("/datasets/nothing", "nothing"),
        ("/datasets/photos/versions/v9", "v9"),
        ("/datasets/photos/versions/v1.9/files", "v1.9"),
        ("/datasets/nothing/versions/v1/facets", "nothing"),
        ("/datasets/photos/comparison?before=v1&after=v7", "v7"),
    ],
)
def test_what_does_not_exist_is_told_by_name(api: httpx.Client, path: str, word: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert f"'{word}'" in answer.json()["problem"] and answer.json()["remedy"]


@pytest.mark.parametrize("name", ["revisions", "leases", "embeddings_x", "smart_tags"])
def test_tables_of_the_lake_are_no_datasets(api: httpx.Client, name: str) -> None:
    assert api.get(f"/datasets/{name}/versions/v1/files").status_code == 400


def test_the_api_describes_itself(api: httpx.Client) -> None:
    described = api.get("/openapi.json").json()
    files = described["paths"]["/api/datasets/{dataset}/versions/{version}/files"]["get"]
    names = {parameter["name"] for parameter in files["parameters"]}
    assert {"text", "image", "top_k", "min_score", "any", "all", "none", "where"} <= names
    assert {"name", "directory", "modified_from", "next_token", "max_results"} <= names
