"""Editing `models.yaml`: what is asked for changes, all else in the file stays as it was."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from listing_assets.catalog.registry import Registry
from resources.errors import CatalogError

MODELS = """\
# The models of the shop.
models:
  # --- in this process ---
  reader:            # reads words
    provider: embedded
    type: MLLM       # what it is
    # its only name
    model: embedded-reader
    # inside reader

  # --- elsewhere ---
  chat: {provider: vllm, type: MLLM, model: m, endpoint: "http://${HOST}/v1", version: "3"}
  vectors:
    type: EMBEDDING
    comment: 向量
    default_version: '1'
    versions:
      "1":           # the first
        provider: vllm
        model: e
        endpoint: http://e/v1
        price: {per_call: 1, currency: EUR}
        ceilings:
          concurrency: 4   # a small machine
# the end
"""
CHAT = {"type": "MLLM", "provider": "openai", "model": "gpt", "api_key_env": "OPENAI_API_KEY"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "models.yaml"
    path.write_text(MODELS, encoding="utf-8")
    return path


@pytest.fixture
def registry(file: Path) -> Registry:
    return Registry(file.parent, {"HOST": "127.0.0.1:8000"})


def lines_gone(before: str, after: str) -> list[str]:
    left = after.splitlines()
    return [line for line in before.splitlines() if line not in left]


def test_a_model_is_added_at_the_end_and_nothing_else_changes(
    file: Path, registry: Registry
) -> None:
    fields = {**CHAT, "version": "on", "comment": "it's: #1", "input": ["data BINARY"]}
    assert registry.add("gpt", fields)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(MODELS)
    model = registry.models()["gpt"]
    assert (model.default_version, model.comment) == ("on", "it's: #1")
    assert model.default.input == ("data BINARY",)


def test_a_version_takes_from_the_default_what_it_is_not_given(
    file: Path, registry: Registry
) -> None:
    fields = {"model": "e2", "dimension": 64, "price": {"per_call": 2}}
    assert registry.add_version("Vectors", "2", fields)
    vectors = registry.models()["vectors"]
    assert vectors.default_version == "1", "the default stays"
    new = vectors.at("2")
    assert (new.model, new.endpoint, new.dimension) == ("e2", "http://e/v1", 64)
    assert new.price is not None
    assert (new.price.per_call, new.price.currency) == (2, "EUR")
    assert new.ceilings.concurrency == 4
    gone = lines_gone(MODELS, file.read_text(encoding="utf-8"))
    assert not gone or "a small machine" in gone[0], "spaces before a comment may change"


def test_a_flat_entry_takes_the_versioned_form_with_its_comments(
    file: Path, registry: Registry
) -> None:
    registry.add_version("reader", "2b", {})
    reader = registry.models()["reader"]
    assert (list(reader.versions), reader.default_version) == (["1", "2b"], "1")
    text = file.read_text(encoding="utf-8")
    for comment in ("# reads words", "# what it is", "# its only name", "# inside reader"):
        assert text.count(comment) == 1
    assert "default_version" not in yaml.safe_load(text)["models"]["chat"], "one entry changed"


def test_an_entry_in_braces_keeps_its_variables(file: Path, registry: Registry) -> None:
    registry.add_version("chat", "4", {"model": "m4"})
    chat = registry.models()["chat"]
    assert (chat.default_version, chat.default.identity) == ("3", "m@3")
    assert chat.at("4").endpoint == "http://127.0.0.1:8000/v1"
    assert file.read_text(encoding="utf-8").count("http://${HOST}/v1") == 2


def test_the_default_can_be_set_and_names_its_version_as_it_is_written(
    file: Path, registry: Registry
) -> None:
    registry.add_version("reader", "New", {})
    assert registry.set_default("READER", "new").default_version == "New"
    assert registry.models()["reader"].default.version == "New"
    with pytest.raises(CatalogError, match=r"no version '9'.*1, New"):
        registry.set_default("reader", "9")


@pytest.mark.parametrize("name", ["reader", "chat", "vectors"])
def test_dropping_removes_a_model_and_no_comment_of_another(
    file: Path, registry: Registry, name: str
) -> None:
    before = registry.models()
    assert registry.drop(name.upper())
    after = registry.models()
    assert after == {other: model for other, model in before.items() if other != name}
    text = file.read_text(encoding="utf-8")
    for comment in ("# The models", "# --- in this process", "# --- elsewhere", "# the end"):
        assert comment in text


def test_all_can_be_dropped_and_one_added_again(file: Path, registry: Registry) -> None:
    for name in list(registry.models()):
        registry.drop(name)
    assert registry.models() == {}
    registry.add("gpt", CHAT)
    assert list(registry.models()) == ["gpt"]
    assert "# --- elsewhere ---" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "text", ["", "models:\n", "models: {}\n", "models: # none\n", "# only this\n", None]
)
def test_a_file_without_models_takes_its_first(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "models.yaml").write_text(text)
    registry = Registry(tmp_path)
    registry.add("gpt", CHAT)
    assert registry.models()["gpt"].default.model == "gpt"


def test_windows_line_ends_stay(file: Path, registry: Registry) -> None:
    file.write_text(MODELS, encoding="utf-8", newline="\r\n")
    registry.add("gpt", CHAT)
    raw = file.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n") > MODELS.count("\n")


def test_existing_and_missing_names_are_told_or_allowed(registry: Registry, file: Path) -> None:
    before = file.read_bytes()
    with pytest.raises(CatalogError, match=r"'chat' exists already.*add-version"):
        registry.add("CHAT", CHAT)
    with pytest.raises(CatalogError, match="has a version '1' already"):
        registry.add_version("vectors", "1", {})
    with pytest.raises(CatalogError, match=r"no model 'vector'. Did you mean 'vectors'\?"):
        registry.drop("vector")
    with pytest.raises(CatalogError, match=r"'chat@3' names a version.*'chat'. Its versions: 3"):
        registry.drop("chat@3")
    assert not registry.add("CHAT", CHAT, if_not_exists=True)
    assert not registry.add_version("vectors", "1", {}, if_not_exists=True)
    assert not registry.drop("vector", if_exists=True)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("gpt-4", {}, "model 'gpt-4': name: a model's name has letters"),
        ("gpt", {"timeout_ms": 10}, "model 'gpt': timeout_ms: .*Found 10"),
        ("gpt", {"api_key_env": "sk-Secret"}, "model 'gpt': api_key_env: .*literal key is refused"),
        ("gpt", {"version": "default_version"}, "is reserved"),
        ("gpt", {"type": "EMBEDDING"}, "is of provider 'vllm'"),
        ("gpt", {"comment": "x" * 1025}, "1024 bytes at most"),
    ],
)
def test_an_edit_that_breaks_a_rule_leaves_the_file_as_it_was(
    file: Path, registry: Registry, name: str, fields: dict[str, object], told: str
) -> None:
    with pytest.raises(CatalogError, match=told) as error:
        registry.add(name, {**CHAT, **fields})
    assert "Secret" not in str(error.value)
    assert file.read_text(encoding="utf-8") == MODELS
    assert not [path for path in file.parent.iterdir() if "part" in path.name]


def test_a_version_cannot_be_of_another_type_or_source(registry: Registry) -> None:
    with pytest.raises(CatalogError, match="fixed at its creation"):
        registry.add_version("chat", "4", {"type": "LLM"})
    with pytest.raises(CatalogError, match="fixed at its creation"):
        registry.add_version("vectors", "2", {"provider": "clip", "endpoint": None})


def test_a_broken_file_is_told_with_its_line_and_not_touched(
    file: Path, registry: Registry
) -> None:
    broken = MODELS.replace("provider: embedded", "provider: embeded")
    file.write_text(broken, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"models.yaml:5: provider"):
        registry.add("gpt", CHAT)
    assert file.read_text(encoding="utf-8") == broken


def test_an_entry_that_refers_elsewhere_is_not_edited_by_guess(tmp_path: Path) -> None:
    (tmp_path / "models.yaml").write_text(
        "models:\n"
        "  a: {provider: vllm, type: MLLM, model: m, endpoint: &at http://h/v1}\n"
        "  b: {provider: vllm, type: MLLM, model: m, endpoint: *at}\n"
    )
    with pytest.raises(CatalogError, match="by hand"):
        Registry(tmp_path).add_version("b", "2", {})
    with pytest.raises(CatalogError, match="by hand"):
        Registry(tmp_path).drop("a")
    assert sorted(Registry(tmp_path).models()) == ["a", "b"]


def test_edits_of_several_processes_are_all_kept(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path;"
        "from listing_assets.catalog.registry import Registry\n"
        "for number in range(5): Registry(Path(sys.argv[1])).add(f'm{sys.argv[2]}_{number}',"
        "{'type': 'MLLM', 'provider': 'openai', 'model': 'x', 'api_key_env': 'K'})"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path), str(number)])
        for number in range(3)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert len(Registry(tmp_path).models()) == 15
