"""Registered models: the rules of CREATE MODEL, and what a version resolves to."""

import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from listing_assets.catalog import Catalog
from listing_assets.catalog.model_entries import load_models
from resources.endpoints.config import Ceilings, UnitPrice
from resources.errors import CatalogError

CHAT = {"type": "MLLM", "provider": "vllm", "model": "m", "endpoint": "http://127.0.0.1:1/v1"}
TREES = {
    "type": "BOOSTED_TREE_CLASSIFIER",
    "provider": "xgboost",
    "model": "s3://bucket/x.json",
    "input": ["width INT"],
}
VERSIONED = """\
models:
  posters:
    type: MLLM
    default_version: "2"
    versions:
      "1":
        provider: dashscope
        model: qwen-vl-max
        api_key_env: DASHSCOPE_API_KEY
      "2":
        provider: vllm
        model: group.service
        endpoint: http://127.0.0.1:8000/v1/
"""


def catalog(path: Path, **models: Any) -> Catalog:
    text = io.StringIO()
    yaml.safe_dump({"models": models}, text, sort_keys=False)
    return from_text(path, text.getvalue())


def from_text(path: Path, text: str) -> Catalog:
    file = path / "models.yaml"
    file.write_text(text, encoding="utf-8")
    return Catalog({}, load_models(file), {})


def refusal(path: Path, text: str) -> str:
    with pytest.raises(CatalogError) as error:
        from_text(path, text)
    return str(error.value)


def test_a_name_means_the_default_version_and_a_version_can_be_named(tmp_path: Path) -> None:
    models = from_text(tmp_path, VERSIONED)
    assert models.model("posters").identity == "group.service@2"
    assert models.model("posters@1").identity == "qwen-vl-max@1"
    assert models.model("POSTERS@2").endpoint == "http://127.0.0.1:8000/v1"
    with pytest.raises(CatalogError, match=r"no version '3'.*Its versions: 1, 2"):
        models.model("posters@3")
    with pytest.raises(CatalogError, match=r"no model 'poster'. Did you mean 'posters'\?"):
        models.model("poster")


def test_without_a_named_default_the_first_version_is_it(tmp_path: Path) -> None:
    text = VERSIONED.replace('    default_version: "2"\n', "")
    assert from_text(tmp_path, text).model("posters").version == "1"


def test_the_flat_form_has_one_version(tmp_path: Path) -> None:
    models = catalog(tmp_path, chat={**CHAT, "version": "2024", "comment": "Ours."})
    assert list(models.models["chat"].versions) == ["2024"]
    assert models.models["chat"].comment == "Ours."
    assert catalog(tmp_path, chat=CHAT).model("chat").version == "1"


def test_a_version_tells_a_provider_all_it_needs(tmp_path: Path) -> None:
    config = (
        catalog(
            tmp_path,
            chat={
                **CHAT,
                "api_key_env": "CHAT_KEY",
                "auth": "raw",
                "timeout_ms": 60_000,
                "input": ["image_url string", "prompt STRING"],
                "price": {"per_million_input_tokens": 2, "per_call": 0.5},
                "ceilings": {"concurrency": 3, "tokens_per_minute": 9},
                "options": {"max_tokens": 400},
            },
        )
        .model("chat")
        .endpoint_config()
    )
    assert (config.api_key_env, config.auth, config.timeout_ms) == ("CHAT_KEY", "raw", 60_000)
    assert config.image_input == "url"
    assert config.price == UnitPrice(0.5, 2e-6, 0.0)
    assert config.ceilings == Ceilings(3, None, 9)
    assert config.options == {"max_tokens": 400}


def test_what_is_not_said_has_the_promised_default(tmp_path: Path) -> None:
    model = catalog(tmp_path, chat=CHAT).model("chat")
    config = model.endpoint_config()
    assert (model.source, model.tasks, model.mode) == ("remote", ("chat",), "online")
    assert (config.timeout_ms, config.auth, config.image_input) == (5_000, "bearer", "data")
    assert config.price is None and config.ceilings == Ceilings()


@pytest.mark.parametrize(
    ("kind", "path"), [("MLLM", "/compatible-mode/v1"), ("EMBEDDING", "/api/v1")]
)
def test_model_studio_needs_no_endpoint(tmp_path: Path, kind: str, path: str) -> None:
    entry = {"type": kind, "provider": "dashscope", "model": "m", "api_key_env": "K"}
    endpoint = catalog(tmp_path, studio=entry).model("studio").endpoint_config().endpoint
    assert endpoint == f"https://dashscope.aliyuncs.com{path}"


def test_another_dimension_is_another_recipe_and_another_endpoint_is_not(tmp_path: Path) -> None:
    entry = {**CHAT, "type": "EMBEDDING"}

    def recipe(**change: Any) -> str:
        return catalog(tmp_path, e={**entry, **change}).model("e").embedding_recipe("norm")

    assert recipe() == recipe(endpoint="http://elsewhere/v1", ceilings={"concurrency": 1})
    assert len({recipe(), recipe(dimension=64), recipe(dimension=128), recipe(version="2")}) == 4


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"timeout_ms": 4_999}, r"timeout_ms: .*must be 5,000 or more\. Found 4999"),
        ({"timeout_ms": 1_800_001}, "must be 1,800,000 or less"),
        ({"comment": "中" * 342}, "at most, this one 1026"),
        ({"concurrency": 8}, "Write it under 'ceilings'"),
        ({"per_call": 8}, "Write it under 'price'"),
        ({"provider": "openai", "type": "EMBEDDING"}, "is of provider 'vllm'"),
        ({"provider": "xgboost", "type": "MLLM"}, "provider 'xgboost' has no models of type MLLM"),
        ({"provider": "clip", "type": "LLM"}, "provider 'clip' has no models of type LLM"),
        ({"provider": "vllm", "endpoint": None}, "needs 'endpoint'"),
        ({"provider": "openai", "endpoint": None}, "needs a key"),
        ({"provider": "embedded", "endpoint": None}, "the embedded model of type MLLM is"),
        ({"source": "imported"}, "has models of source 'remote', not 'imported'"),
        ({"endpoint": "127.0.0.1:8000/v1"}, "such as https://host:8000/v1"),
        ({"endpoint": "http://host/v1?x=1"}, "without a query"),
        ({"tasks": ["multimodal-embedding"]}, "is not one of type MLLM"),
        ({"input": ["photo STRING"]}, "'photo STRING' cannot be filled"),
        ({"input": ["data STRING"]}, "'data STRING' cannot be filled"),
        ({"input": ["data"]}, "is no column"),
        ({"input": ["data BINARY", "image_url STRING"]}, "either as"),
        ({"input": ["prompt STRING", "PROMPT string"]}, "a column stands here twice"),
        ({"dimension": 5}, "has a 'dimension'"),
        ({"mode": "batch", "type": "EMBEDDING"}, "mode 'batch' is for MLLM"),
        ({"options": {"model": "x"}}, "set by the platform"),
        ({"model": ""}, "model: must not be empty"),
        ({"model": None}, "model: must be text"),
        ({"auth": "digest"}, r"auth: must be 'bearer' or 'raw'\. Found 'digest'"),
        ({"dimension": 1.5}, "dimension: must be a whole number"),
        ({"price": {"per_call": -1}}, r"price.per_call: must be 0 or more\. Found -1"),
        ({"price": 3}, "price: must be a mapping of fields to values"),
        ({"price": {"per_call": float("inf")}}, "price.per_call: must be a finite number"),
        ({"price": {"currency": ""}}, "'' is no currency"),
        ({"model": "two\nlines"}, "characters that cannot be shown"),
        ({"input": "data BINARY"}, "input: must be a list"),
        ({"options": ["a"]}, "options: must be a mapping of names to values"),
        ({"colour": 1}, r"colour: no such field exists here\. Remove it"),
        ({"version": "1.0"}, "a version's name has letters"),
        ({"version": "Default_Version"}, "is reserved"),
        ({"version": 1}, "Put the name in quotes"),
        ({"version": "1", "default_version": "2"}, "has no version '2'"),
    ],
)
def test_what_cannot_work_is_refused(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(CatalogError, match=rf"(?s)models.yaml:\d+: .*{told}") as error:
        catalog(tmp_path, chat={**CHAT, **change})
    assert "Input should" not in str(error.value) and "Extra inputs" not in str(error.value)


def test_imported_models_name_their_columns(tmp_path: Path) -> None:
    entry = {**TREES, "input": ["Width int", "vector array< float >"]}
    model = catalog(tmp_path, trees=entry).model("trees")
    assert model.columns == {"Width": "INT", "vector": "ARRAY<FLOAT>"}
    assert model.source == "imported"
    for change, told in (
        ({"input": []}, "needs 'input'"),
        ({"endpoint": "http://x"}, "has no 'endpoint'"),
        ({"api_key_env": "K"}, "has no 'api_key_env'"),
        ({"provider": "vllm"}, "provider xgboost has"),
    ):
        with pytest.raises(CatalogError, match=told):
            catalog(tmp_path, trees={**TREES, **change})


@pytest.mark.parametrize(
    "name", ["1st", "_x", "qwen-vl", "qwen.vl", "模型", "a" * 257, "a b", "a\n", ""]
)
def test_names_of_models_are_letters_digits_and_underscores(tmp_path: Path, name: str) -> None:
    with pytest.raises(CatalogError, match="a model's name has letters"):
        catalog(tmp_path, **{name: CHAT})
    assert catalog(tmp_path, **{"a" * 256: CHAT}).models
    with pytest.raises(CatalogError, match="'default_version' is reserved: give the model another"):
        catalog(tmp_path, Default_Version=CHAT)


def test_names_that_differ_in_case_only_are_one_name(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"models.yaml:7: a model 'chat' exists"):
        catalog(tmp_path, chat=CHAT, Chat=CHAT)
    text = VERSIONED.replace('"1":', "old:").replace('"2":', "OLD:").replace('"2"', "old")
    assert "has a version 'old'" in refusal(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('      "2":', "      2:", r":10: YAML does not take this name of a version, 2, for"),
        (
            "        model: group.service",
            "        type: LLM\n        model: group.service",
            ":12: model 'posters' is of type MLLM, which was fixed",
        ),
        (
            "        provider: vllm",
            "        provider: embedded",
            ":10: .*has models of source 'embedded', not 'remote'.*fixed at its creation",
        ),
        (
            "    type: MLLM",
            "    type: MLLM\n    endpoint: http://x",
            ":4: 'endpoint' stands beside",
        ),
        ("        model: qwen-vl-max\n", "", r":6: model: it is missing. Add it\."),
        ('default_version: "2"', 'default_version: "9"', ":4: .*has no version '9'"),
    ],
)
def test_mistakes_in_versions_are_told_at_their_line(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in VERSIONED
    with pytest.raises(CatalogError, match=f"(?s){told}"):
        from_text(tmp_path, VERSIONED.replace(old, new))


@pytest.mark.parametrize(
    "secret",
    [
        {"api_key_env": "sk-Secret123"},
        {"api_key": "sk-Secret123"},
        {"api_key_env": ["sk-Secret123"]},
        {"endpoint": "https://user:sk-Secret123@host/v1"},
        {"endpoint": "https://host/v1?key=sk-Secret123"},
        {"options": {"api_key": "sk-Secret123"}},
        {"options": {"Authorization": "Bearer sk-Secret123"}},
        {"options": {"headers": {"X-Custom": "Bearer sk-Secret123"}}},
        {"options": {"extra": [{"x-api-key": "sk-Secret123"}]}},
        {"options": "sk-Secret123"},
    ],
)
def test_a_literal_key_is_refused_with_a_reason_and_not_repeated(
    tmp_path: Path, secret: dict[str, Any]
) -> None:
    with pytest.raises(CatalogError) as error:
        catalog(tmp_path, chat={**CHAT, **secret})
    shown = str(error.value)
    cause: BaseException | None = error.value
    while cause := cause.__cause__ or cause.__context__:
        shown += repr(cause) + str(cause)
    assert "Secret123" not in shown
    assert next(iter(secret)) in shown


def test_the_reason_against_a_literal_key_says_where_it_belongs(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"shared, logged .* name that in 'api_key_env'"):
        catalog(tmp_path, chat={**CHAT, "api_key": "sk-1"})
