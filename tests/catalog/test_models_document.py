"""Every YAML block of the documents is one that the loader takes."""

import re
from pathlib import Path

import pytest
import yaml

from listing_assets.catalog import load_catalog

DOCUMENTS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
EMBEDDED = """\
  embedded_reader: {provider: embedded, type: MLLM, model: embedded-reader}
  embedded_visual_text: {provider: embedded, type: EMBEDDING, model: embedded-visual-text}
"""


def write_catalog(document: str, folder: Path) -> None:
    """The blocks of a document as one catalog: what one names, another may define."""
    (folder / "tag_definitions").mkdir()
    models, datasets = "models:\n" + EMBEDDED, "datasets:\n"
    default = "name: ecommerce_poster\nguide_prompt: x\ntags: [{name: t, type: text}]\n"
    (folder / "tag_definitions" / "default.yaml").write_text(default)
    for number, block in enumerate(BLOCK.findall(document)):
        if block.startswith("models:\n"):
            models += block.removeprefix("models:\n")
        elif block.startswith("datasets:\n"):
            datasets += block.removeprefix("datasets:\n")
        else:
            (folder / "tag_definitions" / f"{number}.yaml").write_text(block)
    (folder / "models.yaml").write_text(models)
    (folder / "datasets.yaml").write_text(datasets)


@pytest.mark.parametrize(("name", "models"), [("MODELS.md", 14), ("CATALOG.md", 1)])
def test_all_blocks_load(tmp_path: Path, name: str, models: int) -> None:
    write_catalog((DOCUMENTS / name).read_text(encoding="utf-8"), tmp_path)
    catalog = load_catalog(tmp_path)
    assert not catalog.broken
    assert len(catalog.models) - 2 >= models
    for registered in catalog.models.values():
        for version in registered.versions.values():
            assert version.endpoint_config().model == version.model


@pytest.mark.parametrize(
    "where", ["Model Studio", "PAI-EAS", "vLLM", "SGLang", "Ollama", "llama.cpp", "OpenAI"]
)
def test_each_kind_of_endpoint_has_its_lines(where: str) -> None:
    document = (DOCUMENTS / "MODELS.md").read_text(encoding="utf-8")
    section = re.search(rf"^### .*{re.escape(where)}\n(.*?)^##", document, re.MULTILINE | re.DOTALL)
    assert section is not None
    (block, *_) = BLOCK.findall(section[1])
    entries = yaml.safe_load(block)["models"].values()
    assert all({"type", "provider", "model"} <= set(entry) for entry in entries)
