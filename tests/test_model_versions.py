"""Datasets with models of their own side by side; versions of a model there and back."""

import pytest

from listing_assets.cli import main
from listing_assets.publishing.revisions import revisions
from tests.conftest import Chain
from tests.support.endpoint_server import EndpointServer
from tests.support.killing import finish, start, wait_for

MODELS = """\
models:
  chat:
    type: MLLM
    default_version: a
    versions:
      a: {{provider: openai, model: small, endpoint: {url}, ceilings: {{concurrency: 4}}}}
      b: {{provider: openai, model: large, endpoint: {url}, ceilings: {{concurrency: 4}}}}
  other: {{provider: openai, type: MLLM, model: other, endpoint: {url}}}
  embedded_visual_text: {{provider: embedded, type: EMBEDDING, model: embedded-visual-text}}
  embedded_reader: {{provider: embedded, type: MLLM, model: embedded-reader}}
"""
SECOND = """\
name: second
guide_prompt: Say how it looks.
tags:
  - {name: mood, type: choice, values: [{name: Calm}, {name: Loud}]}
"""


def arrange(chain: Chain, server: EndpointServer) -> dict[str, str]:
    (chain.catalog / "models.yaml").write_text(MODELS.format(url=server.url))
    (chain.catalog / "tag_definitions" / "second.yaml").write_text(SECOND)
    datasets = chain.catalog / "datasets.yaml"
    datasets.write_text(
        datasets.read_text().replace("tag_model: chat", "tag_model: chat@a")
        + f"  moods: {{source: {chain.source}, tag_definition: second, tag_model: other,"
        " normalization: {width: 128, height: 128}}\n"
    )
    return {"LISTING_HOME": str(chain.home), "LISTING_CATALOG": str(chain.catalog)}


def test_two_datasets_with_other_definitions_models_and_versions_run_side_by_side(
    chain: Chain, chat_server: EndpointServer
) -> None:
    environment = arrange(chain, chat_server)
    chain.add_photos(range(12))
    chat_server.latency_seconds = 0.1
    process = start("moods@v1", environment)
    wait_for(process, lambda: len(chat_server.asked) > 0)
    photos = chain.run("photos@v1")  # while the other asks and publishes
    assert photos.success, photos.problem
    moods = finish(process, 200)
    assert photos["labeled_dataset_versions"]["published"] == moods["published"] == 12
    (revision,) = revisions(chain.lake, "photos")
    assert revision.summary["coverage"] == {"category": 12, "title": 12}
    assert moods["tags_filled"] == {"mood": 12}
    asked = [set(tags) for _, tags in chat_server.asked]
    assert asked.count({"category", "title"}) == asked.count({"mood"}) == 12


def test_another_version_of_a_model_asks_again_and_going_back_makes_no_call(
    chain: Chain, chat_server: EndpointServer
) -> None:
    arrange(chain, chat_server)
    chain.add_photos(range(5))
    first = chain.run()
    assert first["smart_tags"]["calls"] == 5
    chain.edit("datasets.yaml", "chat@a", "chat@b")
    assert chain.run()["smart_tags"]["calls"] == 5
    chain.edit("datasets.yaml", "chat@b", "chat@a")
    chat_server.asked.clear()
    back = chain.run()
    assert back["smart_tags"]["calls"] == 0
    assert chat_server.asked == []
    oldest, *_, newest = revisions(chain.lake, "photos")
    assert (oldest.revision, newest.revision) == ("v1.1", "v1.3")
    assert oldest.data_version == newest.data_version


def test_the_default_version_is_what_a_dataset_without_one_uses(
    chain: Chain, chat_server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(chain, chat_server)
    chain.edit("datasets.yaml", "chat@a", "chat")
    chain.add_photos(range(2))
    assert chain.run()["smart_tags"]["model"] == "small@a"
    monkeypatch.setattr("sys.argv", ["listing", "models", "set-default", "chat", "b"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    run = chain.run()
    assert (run["smart_tags"]["model"], run["smart_tags"]["calls"]) == ("large@b", 2)
