"""`listing models …`, and running with a model that only the environment knows."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.conftest import Chain, draw_photo
from tests.support.endpoint_server import EndpointServer
from tests.support.in_process import Listing, listing_in_process

SECRET = "sk-Secret-1234567890"
ADD = ("models", "add", "qwen_vl", "--type", "MLLM", "--provider", "vllm", "--model", "qwen-vl-max")
KEYS = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "DASHSCOPE_API_KEY", "DASHSCOPE_HTTP_BASE_URL")


@pytest.fixture
def listing(
    chain: Chain, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Listing:
    """The command, of which no output may hold a key."""
    for variable in KEYS:
        monkeypatch.delenv(variable, raising=False)

    command = listing_in_process(capsys, monkeypatch)

    def run(*words: str) -> tuple[int, str, str]:
        code, out, err = command(*words)
        assert "Secret" not in out + err
        return code, out, err

    return run


@pytest.fixture
def server() -> Iterator[EndpointServer]:
    with EndpointServer(key=SECRET, echoes_key=True) as endpoint:
        yield endpoint


def document(result: tuple[int, str, str]) -> Any:
    code, out, err = result
    assert code == 0, err
    return json.loads(out)


def refusal(result: tuple[int, str, str]) -> str:
    code, out, err = result
    assert (code, out) == (1, "")
    assert "Traceback" not in err
    return " ".join(err.split())


def models(chain: Chain) -> dict[str, Any]:
    entries: dict[str, Any] = yaml.safe_load((chain.catalog / "models.yaml").read_text())["models"]
    return entries


def test_a_model_lives_from_add_to_drop(chain: Chain, listing: Listing) -> None:
    endpoint = ("--endpoint", "http://127.0.0.1:1/v1")
    details = ("--concurrency", "16", "--input-price", "0.8", "--option", "max_tokens=400")
    assert document(listing(*ADD, *endpoint, *details, "--json")) == {
        "model": "qwen_vl",
        "changed": True,
    }
    assert models(chain)["qwen_vl"] == {
        "type": "MLLM",
        "provider": "vllm",
        "model": "qwen-vl-max",
        "version": "1",
        "endpoint": "http://127.0.0.1:1/v1",
        "price": {"per_million_input_tokens": 0.8},
        "ceilings": {"concurrency": 16},
        "options": {"max_tokens": 400},
    }
    document(listing("models", "add-version", "qwen_vl", "b", "--model", "qwen3", "--json"))
    document(listing("models", "set-default", "qwen_vl", "b", "--json"))
    shown = document(listing("models", "show", "QWEN_VL", "--json"))
    assert (shown["default_version"], shown["type"], shown["source"]) == ("b", "MLLM", "remote")
    assert [version["model"] for version in shown["versions"]] == ["qwen-vl-max", "qwen3"]
    assert shown["versions"][1]["ceilings"]["concurrency"] == 16
    listed = {model["name"]: model for model in document(listing("models", "list", "--json"))}
    assert listed["qwen_vl"] == shown and "embedded_reader" in listed
    assert document(listing("models", "drop", "qwen_vl", "--json"))["changed"]
    assert "qwen_vl" not in models(chain)


def test_if_not_exists_and_if_exists_change_nothing(chain: Chain, listing: Listing) -> None:
    before = (chain.catalog / "models.yaml").read_bytes()
    add = ("models", "add", "CHAT", "--type", "MLLM", "--provider", "openai", "--model", "x")
    assert "'chat' exists already" in refusal(listing(*add, "--api-key-env", "K"))
    again = document(listing(*add, "--if-not-exists", "--json"))
    assert again == {"model": "CHAT", "changed": False, "note": "model chat exists already"}
    other = ("EMBEDDING", "--provider", "clip", "--model", "x", "--if-not-exists")
    code, out, _ = listing(*add[:4], *other)
    assert code == 0
    assert (
        "chat exists already, of type MLLM and source remote, not of type EMBEDDING and source"
        " imported; it stays as it is"
    ) in " ".join(out.split())
    version = ("models", "add-version", "chat", "1")
    assert "has a version '1' already" in refusal(listing(*version))
    assert not document(listing(*version, "--if-not-exists", "--json"))["changed"]
    assert "no model 'gone'" in refusal(listing("models", "drop", "gone"))
    assert "Its versions: 1" in refusal(listing("models", "drop", "chat@1", "--if-exists"))
    assert not document(listing("models", "drop", "gone", "--if-exists", "--json"))["changed"]
    assert (chain.catalog / "models.yaml").read_bytes() == before


def test_one_version_can_be_shown_and_a_missing_one_names_those_there_are(
    chain: Chain, listing: Listing
) -> None:
    document(listing("models", "add-version", "chat", "b", "--model", "qwen3", "--json"))
    shown = document(listing("models", "show", "Chat@B", "--json"))
    assert [version["model"] for version in shown["versions"]] == ["qwen3"]
    told = refusal(listing("models", "show", "chat@9"))
    assert "model 'chat' has no version '9'" in told and "Its versions: 1, b" in told
    told = refusal(listing("models", "show", "zzz"))
    assert str(chain.catalog / "models.yaml") in told.replace(" ", "")


def test_a_reserved_name_is_refused(chain: Chain, listing: Listing) -> None:
    add = ("models", "add", "default_version", *ADD[3:], "--endpoint", "http://h/v1")
    assert "'default_version' is reserved" in refusal(listing(*add))


def test_a_model_that_is_used_is_dropped_by_force_only(chain: Chain, listing: Listing) -> None:
    chain.edit("datasets.yaml", "tag_model: chat", "tag_model: chat@1")
    told = refusal(listing("models", "drop", "Chat"))
    assert "tag_model of dataset 'photos'" in told and "--force" in told
    assert "chat" in models(chain)
    assert listing("models", "drop", "Chat", "--force")[0] == 0
    assert "chat" not in models(chain)
    assert "no model 'chat'" in refusal(listing("status"))
    assert listing(*ADD, "--endpoint", "http://h/v1")[0] == 0, "the registry works all the same"


def test_a_key_is_refused_and_shown_by_its_name_alone(
    chain: Chain, listing: Listing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for given in (("--api-key", SECRET), (f"--api-key={SECRET}",)):
        told = refusal(listing(*ADD, "--endpoint", "http://h/v1", *given))
        assert "literal" in told and "key" in told and "version control" in told
    for key in (SECRET, "AKIAIOSFODNN7EXAMPLE"):
        told = refusal(listing(*ADD, "--endpoint", "http://h/v1", "--api-key-env", key))
        assert f"{key[:4]}… (20 characters) looks like the key itself" in told
        assert key not in told and "environment variable" in told
    assert "password" in refusal(listing(*ADD, "--endpoint", f"http://u:{SECRET}@h/v1"))
    assert "'api_key'" in refusal(
        listing(*ADD, "--endpoint", "http://h/v1", "--option", f"api_key={SECRET}")
    )
    assert "NaN, which JSON does not have" in refusal(
        listing(*ADD, "--endpoint", "http://h/v1", "--option", "temperature=NaN")
    )
    assert "qwen_vl" not in models(chain)

    assert listing(*ADD, "--endpoint", "http://h/v1", "--api-key-env", "SHOP_KEY")[0] == 0
    (version,) = document(listing("models", "show", "qwen_vl", "--json"))["versions"]
    assert version["api_key"] == {"variable": "SHOP_KEY", "is_set": False}
    monkeypatch.setenv("SHOP_KEY", SECRET)
    (version,) = document(listing("models", "show", "qwen_vl", "--json"))["versions"]
    assert version["api_key"] == {"variable": "SHOP_KEY", "is_set": True}
    _, out, _ = listing("models", "show", "qwen_vl")
    assert "SHOP_KEY, which is set (hidden)" in out
    _, out, _ = listing("models", "list")
    assert "SHOP_KEY, set" in out


@pytest.mark.parametrize(
    "command", ["list", "show", "add", "add-version", "set-default", "drop", "check"]
)
def test_every_command_has_help_with_an_example_and_json(listing: Listing, command: str) -> None:
    code, out, _ = listing("models", command, "--help")
    assert code == 0
    assert f"listing models {command}" in " ".join(out.split()).split("Example")[1]
    assert "--json" in out


def test_the_group_has_help_with_an_example(listing: Listing) -> None:
    _, out, _ = listing("models", "--help")
    assert "listing models add qwen_vl" in " ".join(out.split()).split("Example")[1]


def test_check_says_what_is_not_known(
    chain: Chain, listing: Listing, server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_KEY", SECRET)
    monkeypatch.setattr("resources.endpoints.probing.findings.REST", 0.01)
    server.answers = {"colour": "red"}
    server.faults = ["ok", "503", "503"]
    listing(*ADD, "--endpoint", server.url, "--api-key-env", "SHOP_KEY")
    found = document(listing("models", "check", "qwen_vl", "--json"))
    schema = next(one for one in found["findings"] if one["name"] == "answers by JSON schema")
    assert schema["works"] is None and "not known: server_error" in schema["words"]
    server.faults = ["ok", "503", "503"]
    code, out, _ = listing("models", "check", "qwen_vl")
    assert code == 0 and "not known: server_error" in out


def test_check_tells_what_the_endpoint_can(
    chain: Chain, listing: Listing, server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_KEY", SECRET)
    server.formats = {"json_object", "none"}
    server.answers = {"colour": "red"}
    server.headers = {"x-ratelimit-limit-tokens": "9000"}
    listing(*ADD, "--endpoint", server.url, "--api-key-env", "SHOP_KEY", "--output-price", "100000")
    found = document(listing("models", "check", "qwen_vl", "--json"))
    assert found["answers"] and found["latency_ms"] > 0
    works = {finding["name"]: finding["works"] for finding in found["findings"]}
    assert not works["answers by JSON schema"] and works["answers as JSON object"]
    assert (found["cost"], found["currency"]) == (pytest.approx(1.0), "USD")
    assert found["rate_limits"] == {"x-ratelimit-limit-tokens": "9000"}
    code, out, _ = listing("models", "check", "qwen_vl@1")
    assert code == 0
    assert "answers as JSON object" in out and "100 in, 10 out" in out and "1 USD" in out


def test_check_tells_the_dimension_to_write_down(
    chain: Chain, listing: Listing, server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOP_KEY", SECRET)
    server.dimension = 48
    words = ("models", "add", "vectors", "--type", "EMBEDDING", "--provider", "vllm")
    listing(*words, "--model", "e", "--endpoint", server.url, "--api-key-env", "SHOP_KEY")
    found = document(listing("models", "check", "vectors", "--json"))
    assert found["dimension"] == 48
    assert any("dimension: 48" in line for line in found["advice"])


def test_check_fails_where_the_model_does_not_answer(
    chain: Chain, listing: Listing, server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing(*ADD, "--endpoint", server.url, "--api-key-env", "SHOP_KEY")
    assert "SHOP_KEY is not set" in refusal(listing("models", "check", "qwen_vl"))
    monkeypatch.setenv("SHOP_KEY", "sk-wrong")
    assert "refuses the key" in refusal(listing("models", "check", "qwen_vl"))
    monkeypatch.setenv("SHOP_KEY", SECRET)
    server.images = {"url"}
    code, out, _ = listing("models", "check", "qwen_vl", "--json")
    found = json.loads(out)
    assert code == 1 and found["answers"] is False
    measured = [found[name] for name in ("latency_ms", "input_tokens", "output_tokens", "cost")]
    assert measured == [None] * 4, "what was not measured is null"
    code, out, _ = listing("models", "check", "qwen_vl")
    assert code == 1 and "latency" not in out and "tokens" not in out
    assert "no URL can be made" in refusal(
        listing("models", "check", "qwen_vl", "--photo", str(chain.source / "a.jpg"))
    )
    assert "OPENAI_API_KEY" in refusal(listing("models", "check", "gpt-4o-mini"))


def test_a_service_name_and_a_key_are_enough_to_run(
    chain: Chain, listing: Listing, server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = chain.source.parent / "posters"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.jpg").write_bytes(draw_photo(number))
    words = ("run", "posters@v1", "--source", str(folder), "--model", "Qwen/Qwen2.5-VL:7b")
    assert "OPENAI_API_KEY" in refusal(listing(*words))
    assert not (chain.home / "datasets" / "posters.yaml").exists()

    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    ran = document(listing(*words, "--json"))
    assert (ran["published"], ran["steps"]["smart_tags"]["calls"]) == (3, 3)
    (folder / "3.jpg").write_bytes(draw_photo(3))
    steps = document(listing("plan", "posters@v2", "--json"))["steps"]
    tags = next(step for step in steps if step["name"] == "smart_tags")
    assert tags["calls"] == 1, "the noted dataset has the model's name"
    status = document(listing("status", "posters@v1", "--json"))
    assert status["models"]["tags"] == "Qwen/Qwen2.5-VL:7b@1"
    assert sum(server.calls.values()) == 3
    for file in chain.home.rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file

    monkeypatch.delenv("OPENAI_API_KEY")
    told = refusal(listing("run", "posters@v2"))
    assert "OPENAI_API_KEY" in told and "DASHSCOPE_API_KEY" in told
    noted = (chain.home / "datasets" / "posters.yaml").read_text()
    assert "OPENAI_API_KEY" in refusal(listing("run", "posters@v3", "--source", str(folder)))
    assert (chain.home / "datasets" / "posters.yaml").read_text() == noted


def test_model_studio_serves_qwen_names(
    chain: Chain, listing: Listing, server: EndpointServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DASHSCOPE_API_KEY", SECRET)
    monkeypatch.setenv("DASHSCOPE_HTTP_BASE_URL", f"{server.origin}/api/v1")
    found = document(listing("models", "check", "qwen-vl-max", "--json"))
    assert (found["provider"], found["answers"]) == ("dashscope", True)
    assert set(server.requests) == {"chat_compatible"}
    chain.add_photos(range(1))
    chain.edit("datasets.yaml", "tag_model: chat", "tag_model: qwen-vl-max")
    assert document(listing("plan", "photos@v1", "--json"))["steps"]
