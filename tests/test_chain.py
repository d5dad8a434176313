"""The chain as its users see it: what is fetched, asked, published, and what is not done again."""

import json
import os
from collections import Counter
from pathlib import Path

import lancedb
import pytest

from listing_assets.publishing.revisions import newest_revision, open_revision, revisions
from listing_assets.versions.names import VersionName
from tests.conftest import REAL_DATA, Chain, draw_photo
from tests.support.endpoint_server import EndpointServer

V1, V2 = VersionName("photos", "v1"), VersionName("photos", "v2")


def rows(chain: Chain, revision: str) -> dict[str, dict]:
    table = open_revision(chain.lake, "photos", revision)
    return {row["key"]: row for row in table.to_arrow().to_pylist()}


def test_every_photo_is_published_with_tags_labels_text_and_vector(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(12))
    run = chain.run()
    assert run.success, run.problem
    assert run["labeled_dataset_versions"]["published"] == 12
    assert run["smart_tags"]["calls"] == 12 == sum(chat_server.calls.values())
    assert run["smart_tags"]["cost"] == pytest.approx(12 * (100 * 1 + 10 * 2) / 1e6)
    assert all(run.checks.values()), run.checks
    row = rows(chain, "v1.1")["p0003.jpg"]
    assert row["status"] == "published"
    assert (row["width"], row["height"], row["format"]) == (96, 72, "JPEG")
    assert row["tag_category"] in {"Food", "Toys", "Other"}
    assert row["labels"] == [f"category:{row['tag_category']}"]
    assert row["tag_title"] in row["text"]
    assert sum(x * x for x in row["vector"]) == pytest.approx(1, abs=1e-4)
    assert row["model_tags"] == "test-chat@1"


def test_a_run_over_an_unchanged_version_does_nothing_and_makes_no_revision(
    published: Chain, chat_server: EndpointServer
) -> None:
    again = published.run()
    assert again["normalized_images"]["computed"] == 0
    assert again["smart_tags"]["calls"] == again["embeddings"]["calls"] == 0
    assert not chat_server.calls
    assert again["labeled_dataset_versions"]["is_new_revision"] is False
    assert again["labeled_dataset_versions"]["revision"] == "v1.1"
    assert [r.revision for r in revisions(published.lake, "photos")] == ["v1.1"]
    assert again.success, again.problem


def test_the_next_version_pays_for_its_new_photos_only(
    published: Chain, chat_server: EndpointServer
) -> None:
    for number in range(3):
        (published.source / f"p{number:04d}.jpg").unlink()
    published.add_photos(range(4, 9))
    run = published.run("photos@v2")
    assert run["raw_images"]["against photos@v1"] == "5 added, 3 removed, 0 changed"
    assert run["normalized_images"]["computed"] == 5
    assert run["smart_tags"]["calls"] == 5 == sum(chat_server.calls.values())
    done = run["labeled_dataset_versions"]
    assert (done["rows_added"], done["rows_removed"], done["rows_changed"]) == (5, 3, 0)
    difference = done["difference"]
    assert (difference["against"], difference["added"], difference["removed"]) == ("v1.1", 5, 3)
    assert set(rows(published, "v1")) == {f"p{n:04d}.jpg" for n in range(4)}
    assert set(rows(published, "v2")) == {f"p{n:04d}.jpg" for n in range(3, 9)}


def test_equal_bytes_are_worked_on_once_under_any_name_and_in_any_dataset(
    chain: Chain, chat_server: EndpointServer
) -> None:
    for name in ("a.jpg", "b.jpg", "deep/c.jpg"):
        path = chain.source / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(draw_photo(1))
    chain.edit(
        "datasets.yaml",
        "datasets:\n",
        f"datasets:\n  other:\n    source: {chain.source}\n"
        "    tag_definition: shop\n    tag_model: chat\n"
        "    normalization: {width: 128, height: 128}\n",
    )
    chain.run("photos@v1")
    chain.run("other@v1")
    assert sum(chat_server.calls.values()) == 1
    assert chain.lake.open("normalized_images").count_rows() == 1
    assert len(rows(chain, "v1")) == 3


def test_changing_one_tag_asks_again_for_that_tag_only(
    published: Chain, chat_server: EndpointServer
) -> None:
    published.edit("tag_definitions/shop.yaml", "A short title.", "A title of two words.")
    run = published.run()
    assert {tags for _, tags in chat_server.asked} == {("title",)}
    assert run["smart_tags"]["calls"] == 4
    assert run["normalized_images"]["computed"] == run["embeddings"]["computed"] == 0


def test_an_added_tag_gets_a_column_and_is_asked_for_alone(
    published: Chain, chat_server: EndpointServer
) -> None:
    published.edit(
        "tag_definitions/shop.yaml",
        "  - {name: title",
        "  - {name: worn, type: boolean, description: Worn or new.}\n  - {name: title",
    )
    run = published.run()
    assert run.success, run.problem
    assert {tags for _, tags in chat_server.asked} == {("worn",)}
    now = rows(published, "v1.2")
    assert all(row["tag_worn"] in {True, False} for row in now.values())
    assert "tag_worn" not in rows(published, "v1.1")["p0000.jpg"]


def test_changing_the_prompt_asks_for_every_tag_again(
    published: Chain, chat_server: EndpointServer
) -> None:
    published.edit("tag_definitions/shop.yaml", "Say what you see.", "Be brief.")
    published.run()
    assert sorted(tags for _, tags in chat_server.asked) == [("category", "title")] * 4


def test_full_computes_all_again_and_ends_in_the_same_data_version(
    published: Chain, chat_server: EndpointServer
) -> None:
    before = newest_revision(published.lake, V1)
    run = published.run(mode="full")
    assert run["normalized_images"]["computed"] == 4
    assert run["smart_tags"]["calls"] == 4 == sum(chat_server.calls.values())
    after = newest_revision(published.lake, V1)
    assert before and after
    assert after.data_version == before.data_version
    assert after.revision == "v1.1"


def test_a_full_run_that_was_cut_short_goes_on_with_the_steps_that_had_ended(
    published: Chain, chat_server: EndpointServer
) -> None:
    chat_server.key = "unknown to the run"
    run = published.run(mode="full")
    assert not run.success
    assert run["normalized_images"]["computed"] == run["embeddings"]["computed"] == 4

    chat_server.key = None
    run = published.run(mode="full")
    assert run.success, run.problem
    assert run["normalized_images"]["computed"] == run["embeddings"]["computed"] == 0
    assert run["smart_tags"]["computed"] == 4
    again = published.run(mode="full")
    assert again["embeddings"]["computed"] == 4, "the one before was over"


def test_what_cannot_be_an_image_is_a_rejected_row_with_its_reason(chain: Chain) -> None:
    chain.add_photos(range(2))
    (chain.source / "empty.jpg").write_bytes(b"")
    (chain.source / "page.jpg").write_bytes(b"<html>not found</html>")
    (chain.source / "cut.jpg").write_bytes(draw_photo(9, (400, 400))[:2000])
    (chain.source / "notes.txt").write_text("passed over")
    (chain.source / ".hidden.jpg").write_bytes(draw_photo(5))
    run = chain.run()
    assert run.success, run.problem
    assert run["raw_images"]["passed_over"] == 2
    found = rows(chain, "v1")
    assert {key: row["reason"] for key, row in found.items() if row["status"] == "rejected"} == {
        "empty.jpg": "empty",
        "page.jpg": "not_an_image",
        "cut.jpg": "truncated",
    }
    assert found["page.jpg"]["vector"] is None
    assert len(found) == 5


def test_an_invalid_answer_is_kept_marked_and_asked_again_on_request_only(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(3))
    chat_server.answers["category"] = "Spaceship"
    run = chain.run()
    assert run.success, run.problem
    assert all(row["tag_category"] is None for row in rows(chain, "v1").values())
    assert all(row["invalid_tags"] == ["category"] for row in rows(chain, "v1").values())
    kept = chain.lake.open("smart_tags").search().where("status = 'invalid'").to_list()
    assert {(row["reason"], json.loads(row["raw"])["category"]) for row in kept} == {
        ("unknown_value", "Spaceship")
    }
    chat_server.answers["category"] = "Food"
    chat_server.asked.clear()
    chain.run()
    assert chat_server.asked == []
    chain.run(retry_failed=True)
    assert {tags for _, tags in chat_server.asked} == {("category",)}
    assert {row["tag_category"] for row in rows(chain, "v1").values()} == {"Food"}


def test_a_refused_key_stops_the_run_with_one_clear_sentence(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(16))
    chat_server.faults += [(401, "{}")] * 1_000
    run = chain.run()
    assert not run.success
    assert "refuses the key" in run.problem
    assert "model chat" in run.problem
    assert sum(chat_server.calls.values()) < 16
    assert newest_revision(chain.lake, V1) is None
    chat_server.faults.clear()
    assert chain.run().success


def test_a_photo_that_the_endpoint_refused_is_asked_again_on_request(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(1))
    chat_server.faults += ["content_filter"]
    run = chain.run()
    assert run["smart_tags"]["failed"] == 1
    assert rows(chain, "v1")["p0000.jpg"]["invalid_tags"] == ["category", "title"]
    chain.run(retry_failed=True)
    assert rows(chain, "v1")["p0000.jpg"]["invalid_tags"] == []


def test_rebuilding_an_old_version_does_not_disturb_the_newer_one(published: Chain) -> None:
    published.add_photos(range(4, 6))
    published.run("photos@v2")
    before = rows(published, "v2.1")
    (published.source / "p0000.jpg").unlink()
    run = published.run("photos@v1")
    assert run["labeled_dataset_versions"]["revision"] == "v1.2"
    assert rows(published, "v2.1") == before == rows(published, "v2")
    assert len(rows(published, "v1.1")) == 4
    assert len(rows(published, "v1")) == 5


def test_a_revision_opens_with_nothing_but_lancedb(published: Chain) -> None:
    table = lancedb.connect(str(published.home / "lake")).open_table("photos")
    table.checkout("v1")
    assert table.count_rows() == 4
    found = table.search("photo", query_type="fts").limit(10).to_list()
    assert len(found) == 4


def test_manifest_columns_travel_to_the_published_version(chain: Chain) -> None:
    chain.add_photos(range(3))
    lines = [
        {"key": "p0000.jpg", "title": "红色口红", "price": 19.5, "product_id": 7},
        {"key": "p0002.jpg", "title": "Lipstick", "price": 25},
        {"key": "gone.jpg", "title": "Missing"},
    ]
    manifest = chain.source / "list.jsonl"
    manifest.write_text("\n".join(json.dumps(line) for line in lines))
    chain.edit(
        "datasets.yaml",
        "    tag_model: chat",
        "    selection: {kind: manifest, path: list.jsonl}\n    tag_model: chat",
    )
    run = chain.run()
    assert run.success, run.problem
    found = rows(chain, "v1")
    assert set(found) == {"p0000.jpg", "p0002.jpg", "gone.jpg"}
    assert (found["p0000.jpg"]["meta_title"], found["p0000.jpg"]["meta_price"]) == (
        "红色口红",
        19.5,
    )
    assert found["p0000.jpg"]["meta_product_id"] == 7
    assert "红色口红" in found["p0000.jpg"]["text"]
    assert (found["gone.jpg"]["status"], found["gone.jpg"]["reason"]) == (
        "rejected",
        "fetch_failed",
    )


def test_manifest_columns_of_any_name_keep_their_own_values(chain: Chain) -> None:
    chain.add_photos(range(1))
    names = ["*", "a b", "it's", 'qu"ote', "名", "a/b~c", "select", "vector"]
    (chain.source / "list.jsonl").write_text(
        json.dumps({"key": "p0000.jpg", **{name: f"value of {name}" for name in names}})
    )
    chain.edit(
        "datasets.yaml",
        "    tag_model: chat",
        "    selection: {kind: manifest, path: list.jsonl}\n    tag_model: chat",
    )
    run = chain.run()
    assert run.success, run.problem
    (row,) = rows(chain, "v1").values()
    assert {name: row[f"meta_{name}"] for name in names} == {
        name: f"value of {name}" for name in names
    }


def test_an_endpoint_that_will_not_answer_fails_that_photo_alone(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(5))
    chat_server.faults += ["content_filter", "refusal", "content_filter_finish"]
    run = chain.run()
    assert run.success, run.problem
    assert run["smart_tags"]["failed"] == 3
    kept = chain.lake.open("smart_tags").search().where("status = 'refused'").to_list()
    reasons = Counter(row["reason"] for row in kept)
    assert reasons == {"content_filtered": 4, "refused_by_model": 2}, "two tags a photo"
    assert len({row["image_id"] for row in kept}) == 3


def test_an_answer_that_is_none_is_asked_for_again(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(5))
    chat_server.faults += [(200, '{"choices": []}'), (200, "<html>a proxy</html>"), "drop"]
    run = chain.run()
    assert run.success, run.problem
    assert run["smart_tags"]["failed"] == 0
    assert run["smart_tags"]["calls"] == 5 + 3
    calls = chain.lake.open("model_calls").search().to_list()
    outcomes = Counter(row["outcome"] for row in calls if row["asset"] == "smart_tags")
    assert (outcomes["ok"], outcomes.total()) == (5, 8)
    assert {row["outcome"] for row in calls if row["asset"] == "embeddings"} == {"ok"}


def test_a_model_name_with_a_quote_is_only_a_name(chain: Chain) -> None:
    chain.add_photos(range(1))
    chain.edit("models.yaml", "model: test-chat", "model: te'st")
    run = chain.run()
    assert run.success, run.problem
    assert rows(chain, "v1")["p0000.jpg"]["model_tags"] == "te'st@1"


def test_a_changed_title_in_the_manifest_is_published_without_any_call(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(2))
    manifest = chain.source / "list.csv"
    manifest.write_text("key,title\np0000.jpg,one\np0001.jpg,two\n")
    chain.edit(
        "datasets.yaml",
        "    tag_model: chat",
        "    selection: {kind: manifest, path: list.csv}\n    tag_model: chat",
    )
    chain.run()
    chat_server.calls.clear()
    manifest.write_text("key,title\np0000.jpg,one\np0001.jpg,three\n")
    run = chain.run()
    assert not chat_server.calls
    assert run["normalized_images"]["computed"] == 0
    assert run["labeled_dataset_versions"]["rows_changed"] == 1
    assert rows(chain, "v1")["p0001.jpg"]["meta_title"] == "three"


def test_a_touched_file_is_fetched_but_not_paid_again(
    published: Chain, chat_server: EndpointServer
) -> None:
    before = newest_revision(published.lake, V1)
    os.utime(published.source / "p0001.jpg", (1, 1))
    run = published.run()
    assert run["normalized_images"]["computed"] == 1
    assert not chat_server.calls
    after = newest_revision(published.lake, V1)
    assert before and after and after.data_version == before.data_version


def test_a_source_that_is_not_there_is_told_with_a_remedy(chain: Chain) -> None:
    chain.edit("datasets.yaml", str(chain.source), str(chain.source) + "-gone")
    run = chain.run()
    assert not run.success
    assert "photos-gone" in run.problem


def test_two_near_duplicates_form_a_group(chain: Chain) -> None:
    chain.add_photos(range(3))
    (chain.source / "again.jpg").write_bytes(draw_photo(1) + b"another ending")
    chain.run()
    revision = newest_revision(chain.lake, V1)
    assert revision
    near = revision.summary["near_duplicates"]
    assert near["groups"] == 1
    assert near["examples"] == [["again.jpg", "p0001.jpg"]]


@pytest.mark.skipif(not (REAL_DATA / "torture").exists(), reason="the real data is not here")
def test_every_awkward_file_is_accounted_for(chain: Chain) -> None:
    chain.edit("datasets.yaml", str(chain.source), str(REAL_DATA / "torture"))
    run = chain.run()
    assert run.success, run.problem
    found = rows(chain, "v1")
    files = {p.name for p in Path(REAL_DATA / "torture").iterdir()} - {
        "LICENSES.md",
        "manifest.csv",
    }
    assert set(found) == files
    assert all((row["reason"] is None) == (row["status"] == "published") for row in found.values())
