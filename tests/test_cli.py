"""The `listing` command: what it prints, that JSON is pure, and that errors say what to do."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer
from tests.support.in_process import listing_in_process


@pytest.fixture
def listing(chain: Chain, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Run the command in this process: exit code, stdout, stderr."""
    return listing_in_process(capsys, monkeypatch)


def document(result: tuple[int, str, str]) -> Any:
    code, out, err = result
    assert code == 0, err
    return json.loads(out)


def test_plan_tells_calls_and_cost_and_run_makes_just_those(
    chain: Chain, chat_server: EndpointServer, listing
) -> None:
    chain.add_photos(range(4))
    planned = document(listing("plan", "photos@v1", "--json"))
    assert [step["to_compute"] for step in planned["steps"]] == [4, 4, 4]
    assert not chain.home.joinpath("lake", "raw_images.lance").exists(), "a plan writes nothing"
    ran = document(listing("run", "photos@v1", "--json"))
    assert (ran["published"], ran["steps"]["smart_tags"]["calls"]) == (4, 4)

    chain.edit("tag_definitions/shop.yaml", "A short title.", "Another title.")
    chain.add_photos(range(4, 6))
    chat_server.asked.clear()
    planned = document(listing("plan", "photos@v2", "--json"))
    by_name = {step["name"]: step for step in planned["steps"]}
    assert by_name["normalized_images"]["to_compute"] == 2
    assert by_name["smart_tags"]["calls"] == 6
    assert by_name["smart_tags"]["cost"] == pytest.approx(6 * 120e-6)
    assert planned["tags"] == {"category": 2, "title": 6}
    assert chat_server.asked == []
    ran = document(listing("run", "photos@v2", "--json"))
    assert ran["steps"]["smart_tags"]["calls"] == 6 == len(chat_server.asked)


def test_status_history_and_errors_tell_what_stands(chain: Chain, listing) -> None:
    chain.add_photos(range(2))
    (chain.source / "page.jpg").write_bytes(b"<html>")
    document(listing("run", "photos@v1", "--json"))
    (row,) = document(listing("status", "--json"))
    assert (row["dataset"], row["revision"], row["published"], row["rejected"]) == (
        "photos",
        "v1.1",
        2,
        1,
    )
    assert document(listing("status", "photos@v1", "--json"))["coverage"]["category"] == 2
    assert [r["revision"] for r in document(listing("history", "photos", "--json"))] == ["v1.1"]
    (problem,) = document(listing("errors", "photos@v1", "--json"))
    assert (problem["key"], problem["reason"]) == ("page.jpg", "not_an_image")
    code, out, _ = listing("errors", "photos@v1")
    assert code == 0 and "page.jpg" in out and "not_an_image" in out


def test_a_source_alone_makes_a_dataset_of_its_name(chain: Chain, listing, tmp_path: Path) -> None:
    folder = tmp_path / "My Shop 2"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(draw_photo(1))
    ran = document(listing("run", "--source", str(folder), "--json"))
    assert ran["version"] == "My-Shop-2@v1"
    code, _, err = listing("run", "My-Shop-2@v2", "--source", str(chain.source))
    assert code == 1
    assert "has the source" in err and "Take another DATASET name" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["run", "fotos@v1"], "Did you mean 'photos'?"),
        (["run", "pho tos@v1"], "is not the name of a dataset version"),
        (["run"], "Write DATASET@VERSION"),
        (["run", "x@v1", "--source", ""], "the --source is empty"),
        (["run", "photos@v中"], "is not the name of a dataset version"),
        (["run", "photos@main"], "keeps for itself"),
        (["run", "smart_tags@v1"], "keeps for itself"),
        (["history", "a'b"], "is not the name of a dataset version"),
        (["run", "PHOTOS@v1", "--source", "."], "differ in case only"),
        (["status", "photos@v9"], "listing run photos@v9"),
        (["history", "photos"], "listing run photos@v1"),
        (["run", "photos@v1", "--model", "gpt"], "there is no model 'gpt'"),
        (["plan", "x@v1", "--source", "/not/here"], "/not/here"),
        (["plan", "x@v1", "--source", "ftp://host/x"], "ftp"),
    ],
)
def test_mistakes_are_told_with_a_remedy_and_no_traceback(
    chain: Chain, listing, words: list[str], told: str
) -> None:
    code, out, err = listing(*words)
    assert code == 1
    assert told in " ".join(err.split())
    assert "Traceback" not in err and out == ""


def test_config_hides_secrets(chain: Chain, listing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret-value")
    monkeypatch.setenv("AWS_PROFILE", "shop")
    code, out, err = listing("config", "--json")
    assert code == 0
    assert "very-secret-value" not in out + err
    rows = {row["setting"]: row for row in json.loads(out)}
    assert rows["AWS_SECRET_ACCESS_KEY"]["value"] == "set, hidden"
    assert rows["AWS_PROFILE"]["value"] == "shop"
    assert rows["LISTING_HOME"]["from"] == "environment LISTING_HOME"
    assert rows["LISTING_COMMIT_ROWS"]["from"] == "default"


def test_a_wrong_setting_is_told_by_name(
    chain: Chain, listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LISTING_COMMIT_ROWS", "many")
    code, _, err = listing("config")
    assert code == 1
    assert "LISTING_COMMIT_ROWS" in err and "Traceback" not in err


def test_two_runs_of_one_version_do_not_mix(chain: Chain, listing) -> None:
    chain.add_photos(range(1))
    with chain.lake.lease("photos@v1", "another run"):
        code, _, err = listing("run", "photos@v1")
    assert code == 1
    assert "photos@v1 is held by process" in " ".join(err.split())


def test_a_source_that_cannot_be_read_is_not_noted_and_harms_nothing(chain: Chain, listing) -> None:
    code, _, err = listing("run", "typo@v1", "--source", str(chain.source) + "-typo")
    assert code == 1 and "photos-typo" in "".join(err.split())
    assert not (chain.home / "datasets" / "typo.yaml").exists()


def test_a_broken_noted_dataset_stops_only_itself(chain: Chain, listing) -> None:
    noted = chain.home / "datasets"
    noted.mkdir(parents=True)
    (noted / "bad.yaml").write_text("datasets:\n  bad: {source: x, tag_model: gone}\n")
    assert document(listing("status", "--json"))
    code, _, err = listing("run", "bad@v1")
    assert code == 1 and "there is no model 'gone'" in err


def test_a_password_in_an_endpoint_is_not_shown(
    chain: Chain, listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://user:PassWord@127.0.0.1:1")
    _, out, err = listing("config")
    assert "PassWord" not in out + err
