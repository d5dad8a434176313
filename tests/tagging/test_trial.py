"""A definition is tried on a few photos, and what that paid for serves the run that follows."""

import json
import socket
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from typer.testing import CliRunner, Result

from listing_assets.catalog import Recipes
from listing_assets.cli import output
from listing_assets.cli.installation import Installation
from listing_assets.cli.tags import app
from listing_assets.settings import Settings
from resources.endpoints.chat.model import ChatModel
from resources.endpoints.embedded.embedding_model import EmbeddedEmbeddingModel
from resources.endpoints.embedded.tag_model import EmbeddedTagModel
from resources.endpoints.flow import Patience
from resources.errors import (
    CatalogError,
    EndpointStoppedError,
    LakeError,
    ListingError,
    ModelError,
)
from resources.lake.tables import MODEL_CALLS, NORMALIZED_IMAGES, SMART_TAGS, embeddings
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer

PER_CALL = 100 * 1e-6 + 10 * 2e-6
"""What the server bills a call with, at the prices of the catalog."""


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables and sentences are not wrapped, whatever COLUMNS says."""
    monkeypatch.setattr(output.console, "width", 200)


def tags_try(*words: str, definition: str = "shop") -> Result:
    return CliRunner().invoke(app, ["try", definition, "photos@v1", *words])


def tried(*words: str, definition: str = "shop") -> dict[str, Any]:
    result = tags_try("--json", *words, definition=definition)
    assert result.exit_code == 0, result.output
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def outcomes(chain: Chain) -> list[str]:
    return chain.lake.scan(MODEL_CALLS, ["outcome"]).read_all().column(0).to_pylist()


def test_a_trial_asks_about_a_sample_and_the_run_asks_about_the_rest(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(6))
    trial = tried("--sample", "4", "--twice", "1")
    assert len({photo["key"] for photo in trial["photos"]}) == 4
    assert trial["compared_by"] == "perceptual hashes"
    assert trial["requests"] == 5 == len(chat_server.asked) == len(outcomes(chain))
    assert trial["spent"] == {
        "input_tokens": 500,
        "output_tokens": 50,
        "cost": pytest.approx(5 * PER_CALL),
    }
    whole, rest = trial["whole"], trial["rest"]
    assert (whole["photos"], whole["tokens"]) == (6, 660)
    assert whole["cost"] == pytest.approx(6 * PER_CALL)
    assert (rest["photos"], rest["tokens"]) == (2, 220)
    for photo in trial["photos"]:
        assert {answer["status"] for answer in photo["answers"].values()} == {"valid"}
        assert photo["usage"]["input_tokens"] == 100
    assert sum(photo["again"] is not None for photo in trial["photos"]) == 1

    chat_server.asked.clear()
    finished = chain.run()
    assert finished.success, finished.problem
    assert len(chat_server.asked) == 2
    stored = chain.lake.scan(SMART_TAGS, ["image_id", "tag"]).read_all().to_pylist()
    assert len(stored) == len({(row["image_id"], row["tag"]) for row in stored}) == 12


def test_a_second_trial_pays_for_nothing_twice(chain: Chain, chat_server: EndpointServer) -> None:
    chain.add_photos(range(4))
    first = tried("--sample", "3", "--twice", "0")
    second = tried("--sample", "3", "--twice", "0")
    assert len(chat_server.asked) == 3
    assert second["requests"] == 0
    assert [photo["usage"] for photo in second["photos"]] == [None] * 3
    answers = [photo["answers"] for photo in first["photos"]]
    assert [photo["answers"] for photo in second["photos"]] == answers
    assert second["rest"]["cost"] == pytest.approx(PER_CALL), "the ledger tells what a call costs"


def test_answers_that_change_are_told_and_the_first_ones_are_kept(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(3))
    before = iter(["Food", "Toys"])
    chat_server.answers = {"category": lambda photo: next(before), "title": "A title"}
    trial = tried("--sample", "1", "--twice", "1")
    (photo,) = trial["photos"]
    assert photo["answers"]["category"]["value"] == "Food"
    assert photo["again"]["category"]["value"] == "Toys"
    assert [weakness["kind"] for weakness in trial["weaknesses"]] == ["unstable", "overlap"]
    rows = chain.lake.scan(SMART_TAGS, ["tag", "value"]).read_all().to_pylist()
    assert {row["tag"]: row["value"] for row in rows} == {
        "category": '"Food"',
        "title": '"A title"',
    }


def test_answers_that_were_cut_off_count_for_what_a_call_takes(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(2))
    chat_server.faults.extend(["truncated"] * 4)
    trial = tried("--twice", "0")
    assert set(outcomes(chain)) == {"truncated"}
    assert trial["whole"]["tokens"] == 2 * 2 * 110


def test_a_second_asking_that_mends_an_invalid_answer_is_kept(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(1))
    said = iter(["Spaceship", "Spaceship", "Food"])
    chat_server.answers = {"category": lambda photo: next(said)}
    trial = tried("--sample", "1", "--twice", "1")
    assert trial["requests"] == 3
    assert trial["photos"][0]["answers"]["category"]["value"] == "Food"


def test_invalid_answers_are_shown_with_their_meaning(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(2))
    chat_server.answers = {"category": "Spaceship"}
    result = tags_try("--twice", "0")
    assert result.exit_code == 0, result.output
    assert "✗ unknown_value" in result.stdout
    assert "none of those that the tag definition names" in result.stdout
    assert '"Spaceship"' in result.stdout
    assert "4 requests, 440 tokens, cost 0.00048 USD" in result.stdout
    assert "the whole of photos@v1: 2 photos, tokens about 440, cost about 0.00048 USD" in (
        result.stdout
    )
    assert "listing run photos@v1 uses it." in result.stdout


def test_the_sample_is_chosen_by_vectors_where_there_are_any(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(5))
    tried("--sample", "1", "--twice", "0")
    installation = Installation(Settings())
    _, recipes = installation.dataset("photos")
    far = _store_vectors(chain, recipes)
    trial = tried("--sample", "2", "--twice", "0")
    assert trial["compared_by"] == "vectors"
    assert far in {photo["image_id"] for photo in trial["photos"]}


def _store_vectors(chain: Chain, recipes: Recipes) -> str:
    """Vectors of which one lies far from the others; its image id."""
    ids = sorted(chain.lake.scan(NORMALIZED_IMAGES, ["image_id"]).read_all().column(0).to_pylist())
    dimension = EmbeddedEmbeddingModel().dimension
    rows = []
    for place, image_id in enumerate(ids):
        vector = np.zeros(dimension, np.float32)
        vector[1 if place == 3 else 0] = 1
        rows.append(
            {
                "image_id": image_id,
                "recipe": recipes.embedding,
                "vector": vector,
                "digest": "",
                "reason": None,
                "model": "m",
                "model_version": "1",
                "call_id": "c",
                "created_at": 0,
            }
        )
    table = embeddings(recipes.embedding_model.model, dimension)
    chain.lake.append(table, pa.Table.from_pylist(rows, schema=table.schema))
    return ids[3]


def test_another_definition_can_be_tried_before_the_dataset_names_it(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(2))
    result = tags_try("--twice", "0", definition="ecommerce_poster")
    assert result.exit_code == 0
    assert "once the dataset has 'tag_definition: ecommerce_poster'" in result.stdout
    chat_server.asked.clear()
    chain.edit("datasets.yaml", "tag_definition: shop", "tag_definition: ecommerce_poster")
    assert chain.run().success
    assert chat_server.asked == []


def test_photos_are_normalized_first_where_there_are_none_of_that_size(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(2))
    tried("--sample", "1", "--twice", "0")
    chain.edit("datasets.yaml", "{width: 128, height: 128}", "{width: 64, height: 64}")
    result = tags_try("--sample", "1", "--twice", "0")
    assert result.exit_code == 0, result.output
    assert "normalizing the photos of photos@v1 first" in result.stderr
    assert len(chat_server.asked) == 2


def test_a_budget_ends_a_trial_with_what_it_has(chain: Chain, chat_server: EndpointServer) -> None:
    chain.add_photos(range(6))
    chain.edit("models.yaml", "ceilings: {concurrency: 8}", "ceilings: {concurrency: 1}")
    tried("--sample", "1", "--twice", "0")
    trial = tried("--sample", "6", "--twice", "0", "--budget", str(3.5 * PER_CALL))
    assert trial["requests"] == 3
    assert "budget" in trial["stopped"]
    assert sum(bool(photo["answers"]) for photo in trial["photos"]) == 4
    assert trial["rest"]["photos"] == 2


def test_an_endpoint_that_refuses_the_key_is_told(
    chain: Chain, chat_server: EndpointServer
) -> None:
    chain.add_photos(range(2))
    chat_server.faults = ["401"] * 2
    assert isinstance(tags_try().exception, EndpointStoppedError)


def test_a_deterministic_model_is_asked_once_and_an_embedded_one_costs_nothing(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(EmbeddedTagModel, "deterministic", True, raising=False)
    chain.add_photos(range(2))
    trial = tried("--model", "embedded_reader")
    assert trial["requests"] == 2
    assert trial["whole"]["cost"] == 0


@pytest.mark.parametrize(
    ("words", "definition", "error"),
    [([], "shopp", CatalogError), (["--source", "nowhere"], "shop", ListingError)],
)
def test_what_cannot_be_tried_is_told(
    chain: Chain, words: list[str], definition: str, error: type[Exception]
) -> None:
    chain.add_photos(range(1))
    result = tags_try(*words, definition=definition)
    assert isinstance(result.exception, error)


def test_a_version_without_a_photo_is_told(chain: Chain) -> None:
    chain.source.joinpath("broken.jpg").write_bytes(b"no photo")
    result = tags_try()
    assert isinstance(result.exception, LakeError)
    assert "has no normalized photo" in str(result.exception)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls that give up at once, over the real client."""
    patience = Patience(most_attempts=2, first_backoff=0.01, pause=0.02, unreached=0.1)
    monkeypatch.setattr(
        "listing_assets.cli.tags.open_tag_model",
        lambda config, meter: ChatModel(config, meter, patience),
    )


def test_an_endpoint_where_nobody_listens_ends_it_with_an_error(
    chain: Chain, chat_server: EndpointServer, hasty: None
) -> None:
    chain.add_photos(range(3))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{unused.getsockname()[1]}"
        chain.edit("models.yaml", chat_server.url, f"http://{host}/v1")
        result = tags_try("--sample", "2", "--twice", "0")
    assert result.exit_code == 1
    assert isinstance(result.exception, EndpointStoppedError)
    assert f"{host} has not answered for" in str(result.exception)
    assert "(connection refused)" in str(result.exception)
    assert "photo" not in result.stdout, "no table of nothing"


@pytest.mark.parametrize(
    ("fault", "told"),
    [("503", "2 calls ended with server_error"), ("content_filter", "content_filtered")],
)
def test_where_every_call_failed_it_ends_with_an_error_that_says_why(
    chain: Chain, chat_server: EndpointServer, hasty: None, fault: str, told: str
) -> None:
    chain.add_photos(range(3))
    chat_server.faults.extend([fault] * 20)
    result = tags_try("--sample", "2", "--twice", "0")
    assert isinstance(result.exception, ModelError)
    assert "model chat answered about none of the 2 photos" in result.exception.problem
    assert told in result.exception.problem
    assert result.exception.remedy.endswith("listing models check 'chat'")
    assert result.stdout == ""
    assert outcomes(chain), "what was asked is in the ledger all the same"


def test_photos_without_an_answer_are_counted_and_do_not_lower_the_estimate(
    chain: Chain, chat_server: EndpointServer, hasty: None
) -> None:
    chain.add_photos(range(4))
    chat_server.faults.append("content_filter")
    trial = tried("--sample", "4", "--twice", "0")
    assert trial["unanswered"] == {"content_filtered": 1}
    assert trial["whole"]["tokens"] == 4 * 110
    chain.lake.database.drop_table(SMART_TAGS.name)
    chat_server.faults.append("content_filter")
    result = tags_try("--sample", "4", "--twice", "0")
    assert result.exit_code == 0
    assert "1 of 4 photos got no answer: content_filtered 1" in result.stdout


def test_answers_of_an_earlier_trial_are_shown_though_the_endpoint_fails_now(
    chain: Chain, chat_server: EndpointServer, hasty: None
) -> None:
    chain.add_photos(range(4))
    tried("--sample", "2", "--twice", "0")
    chat_server.faults.extend(["503"] * 20)
    trial = tried("--sample", "4", "--twice", "0")
    assert trial["unanswered"] == {"server_error": 2}
    assert sum(photo["usage"] is None for photo in trial["photos"]) == 2
