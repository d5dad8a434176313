"""Tag models by service name: who serves them, and what is said without a key."""

from pathlib import Path

import pytest

from listing_assets.catalog import Catalog, load_catalog
from listing_assets.catalog.environment_models import environment_model
from resources.errors import CatalogError

VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "DASHSCOPE_API_KEY", "DASHSCOPE_HTTP_BASE_URL")


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tag_definitions").mkdir()
    (tmp_path / "models.yaml").write_text(
        "models:\n"
        "  tagger: {provider: embedded, type: MLLM, model: embedded-reader}\n"
        "  embedder: {provider: embedded, type: EMBEDDING, model: embedded-visual-text}\n"
    )
    (tmp_path / "tag_definitions" / "d.yaml").write_text(
        "name: d\nguide_prompt: x\ntags: [{name: title, type: text}]\n"
    )
    (tmp_path / "datasets.yaml").write_text(
        "datasets:\n"
        "  own: {source: s, tag_definition: d, tag_model: tagger, embedding_model: embedder}\n"
        "  env: {source: s, tag_definition: d, tag_model: gpt-4o-mini, embedding_model: embedder}\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("name", "keys", "provider", "variable"),
    [
        ("qwen-vl-max", {"DASHSCOPE_API_KEY"}, "dashscope", "DASHSCOPE_API_KEY"),
        ("gpt-4o-mini", {"DASHSCOPE_API_KEY"}, "dashscope", "DASHSCOPE_API_KEY"),
        ("qwen-vl-max", {"OPENAI_API_KEY"}, "openai", "OPENAI_API_KEY"),
        (
            "Qwen-vl-max",
            {"OPENAI_API_KEY", "DASHSCOPE_API_KEY"},
            "dashscope",
            "DASHSCOPE_API_KEY",
        ),
        ("gpt-4o-mini", {"OPENAI_API_KEY", "DASHSCOPE_API_KEY"}, "openai", "OPENAI_API_KEY"),
    ],
)
def test_the_key_and_the_name_say_who_serves(
    name: str, keys: set[str], provider: str, variable: str
) -> None:
    model = environment_model(name, "1", dict.fromkeys(keys, "sk-Secret"))
    assert model is not None
    assert (model.provider, model.api_key_env, model.model) == (provider, variable, name)
    assert (model.type, model.timeout_ms, model.price) == ("MLLM", 60_000, None)
    assert "Secret" not in repr(model)


@pytest.mark.parametrize(
    ("variables", "endpoint"),
    [
        ({"OPENAI_API_KEY": "k"}, "https://api.openai.com/v1"),
        ({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://h:8000/v1/"}, "http://h:8000/v1"),
        ({"DASHSCOPE_API_KEY": "k"}, "https://dashscope.aliyuncs.com/compatible-mode/v1"),
        (
            {
                "DASHSCOPE_API_KEY": "k",
                "DASHSCOPE_HTTP_BASE_URL": "https://dashscope-intl.aliyuncs.com/api/v1",
            },
            "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        ),
    ],
)
def test_the_endpoint_is_the_public_one_or_that_of_the_environment(
    variables: dict[str, str], endpoint: str | None
) -> None:
    model = environment_model("qwen-vl-max", "1", variables)
    assert model is not None and model.endpoint_config().endpoint == endpoint


def test_no_key_or_an_empty_one_gives_no_model() -> None:
    assert environment_model("gpt-4o", "1", {}) is None
    assert environment_model("gpt-4o", "1", {"OPENAI_API_KEY": " "}) is None


def test_a_base_url_that_holds_a_password_is_refused_by_its_variable() -> None:
    variables = {"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://u:Secret@h/v1"}
    with pytest.raises(CatalogError, match=r"OPENAI_BASE_URL: .*no user or password") as error:
        environment_model("gpt-4o", "1", variables)
    assert "Secret" not in str(error.value)


def test_a_registered_name_comes_first_and_a_slip_of_one_is_no_service_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    catalog = load_catalog(folder)
    assert catalog.tag_model("TAGGER").provider == "embedded"
    with pytest.raises(CatalogError, match=r"no model 'tager'. Did you mean 'tagger'\?"):
        catalog.tag_model("tager")
    assert catalog.tag_model("Qwen/Qwen2.5-VL-7B-Instruct").provider == "openai"
    assert catalog.tag_model("llava:7b@2").identity == "llava:7b@2"
    assert catalog.tag_model("llava@4.1").identity == "llava@4.1@1", "4.1 is no version's name"
    with pytest.raises(CatalogError, match="no model 'gpt-4o-mini'"):
        catalog.model("gpt-4o-mini")


def test_without_a_key_the_error_names_the_variables(folder: Path) -> None:
    with pytest.raises(CatalogError, match=r"gpt-4o.*OPENAI_API_KEY .*DASHSCOPE_API_KEY"):
        load_catalog(folder).tag_model("gpt-4o")


def test_a_dataset_that_lacks_a_key_stops_no_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = load_catalog(folder)
    assert catalog.dataset("own").tag_model == "tagger"
    with pytest.raises(CatalogError, match=r"datasets.yaml:3: tag_model: .*OPENAI_API_KEY"):
        catalog.dataset("env")
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert load_catalog(folder).dataset("env").tag_model == "gpt-4o-mini"


def test_a_service_name_is_no_embedding_model(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    text = (folder / "datasets.yaml").read_text()
    (folder / "datasets.yaml").write_text(
        text.replace("embedding_model: embedder", "embedding_model: gpt_x")
    )
    with pytest.raises(CatalogError, match="embedding_model: there is no model 'gpt_x'"):
        load_catalog(folder)


def test_what_is_meant_for_an_embedded_model_is_sent_to_no_endpoint(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    with pytest.raises(CatalogError, match="no model 'embedded_reader'"):
        load_catalog(folder).tag_model("embedded_reader")


def test_answers_of_a_service_name_stay_when_it_is_registered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", "k")
    by_name = Catalog({}, {}, {}).tag_model("qwen-vl-max")
    (tmp_path / "models.yaml").write_text(
        "models:\n  q: {type: MLLM, provider: dashscope, model: qwen-vl-max, api_key_env: K}\n"
    )
    assert load_catalog(tmp_path).tag_model("q").identity == by_name.identity
