"""Recipes: what changes which results, and what changes none."""

from pathlib import Path

import pytest

from listing_assets.catalog import Recipes, load_catalog
from listing_assets.catalog.schema import Tag, TagDefinition
from resources.errors import CatalogError

MODELS = """\
models:
  tagger:
    type: MLLM
    default_version: "1"
    versions:
      "1": {provider: openai, model: gpt, api_key_env: K}
      "2": {provider: openai, model: gpt, api_key_env: K}
  embedder:
    type: EMBEDDING
    provider: vllm
    model: e
    endpoint: http://h/v1
  trees:
    type: BOOSTED_TREE_CLASSIFIER
    provider: xgboost
    model: trees.json
    input: [vector ARRAY<FLOAT>]
  scores:
    type: BOOSTED_TREE_REGRESSOR
    provider: xgboost
    model: scores.json
    input: [width INT]
"""
DEFINITION = """\
name: d
guide_prompt: Look closely.
tags:
  - name: category
    type: choice
    values: [{name: Food}, {name: Toys}]
    model: trees
  - name: title
    type: text
  - name: score
    type: number
    model: scores@1
"""
DATASETS = """\
datasets:
  shop: {source: ./photos, tag_definition: d, tag_model: tagger, embedding_model: embedder}
"""


class Files:
    """A catalog whose files a test changes."""

    def __init__(self, folder: Path) -> None:
        (folder / "tag_definitions").mkdir()
        self._folder = folder
        self._texts = {
            "models.yaml": MODELS,
            "tag_definitions/d.yaml": DEFINITION,
            "datasets.yaml": DATASETS,
        }

    def recipes(self, file: str = "models.yaml", old: str = "", new: str = "") -> Recipes:
        assert old in self._texts[file]
        for name, text in self._texts.items():
            changed = text.replace(old, new) if old and name == file else text
            (self._folder / name).write_text(changed)
        catalog = load_catalog(self._folder)
        return Recipes.of(catalog.dataset("shop"), catalog)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def changed(before: Recipes, after: Recipes) -> set[str]:
    names = {tag for tag in before.tags if before.tags[tag] != after.tags[tag]}
    return names | ({"vector"} if before.embedding != after.embedding else set())


def test_tags_are_asked_or_predicted(files: Files) -> None:
    recipes = files.recipes()
    assert recipes.asked == ("title",)
    assert {tag: model.identity for tag, model in recipes.predicted.items()} == {
        "category": "trees.json@1",
        "score": "scores.json@1",
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("tag_definitions/d.yaml", "Look closely.", "Look twice.", {"title"}),
        ("tag_definitions/d.yaml", "name: d", "name: d\nlanguage: zh", {"title"}),
        ("models.yaml", 'default_version: "1"', 'default_version: "2"', {"title"}),
        ("datasets.yaml", "tag_model: tagger", "tag_model: tagger@2", {"title"}),
        ("datasets.yaml", "tag_model: tagger", "tag_model: Tagger@1", set()),
        ("tag_definitions/d.yaml", "type: text", "type: text\n    language: en", {"title"}),
        ("tag_definitions/d.yaml", "type: text", "type: text\n    description: ''", set()),
        ("tag_definitions/d.yaml", "scores@1", "scores", set()),
        ("models.yaml", "model: trees.json", "model: trees.json\n    version: b", {"category"}),
        ("models.yaml", "http://h/v1", "http://elsewhere/v1", set()),
        (
            "models.yaml",
            "model: e\n",
            "model: e\n    version: b\n",
            {"category", "score", "vector"},
        ),
        (
            "datasets.yaml",
            "source: ./photos",
            "normalization: {width: 64}, source: ./photos",
            {"category", "title", "score", "vector"},
        ),
        ("datasets.yaml", "source: ./photos", "budget: 5, source: ./photos", set()),
    ],
)
def test_a_change_changes_these_recipes_and_no_others(
    files: Files, file: str, old: str, new: str, expected: set[str]
) -> None:
    assert changed(files.recipes(), files.recipes(file, old, new)) == expected


def test_a_predicted_tag_that_is_asked_again_has_another_recipe(files: Files) -> None:
    after = files.recipes("tag_definitions/d.yaml", "    model: trees\n", "")
    assert changed(files.recipes(), after) == {"category"}
    assert after.asked == ("category", "title")


def test_a_new_optional_field_of_the_schema_changes_no_recipe(files: Files) -> None:
    class LaterTag(Tag):
        added_later: str | None = None

    recipes = files.recipes()
    later = TagDefinition.model_construct(
        **{
            **dict(recipes.definition),
            "tags": tuple(LaterTag(**tag.model_dump()) for tag in recipes.definition.tags),
        }
    )
    assert (
        later.recipes(recipes.tag_model, recipes.spec.recipe, recipes.predicted, recipes.embedding)
        == recipes.tags
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("tag_definitions/d.yaml", "model: trees", "model: tres", r"d.yaml:7: .*mean 'trees'"),
        ("tag_definitions/d.yaml", "model: trees", "model: scores", "not BOOSTED_TREE_CLASSIFIER"),
        ("tag_definitions/d.yaml", "scores@1", "scores@2", r"d.yaml:12: .*no version '2'"),
        ("tag_definitions/d.yaml", "type: text", "type: text\n    model: trees", "predicts only"),
        (
            "tag_definitions/d.yaml",
            "type: number",
            "type: number\n    language: en",
            "only text has",
        ),
        ("tag_definitions/d.yaml", "type: text", "type: text\n    language: English!", "language"),
        ("datasets.yaml", "source: ./photos", "budget: 0, source: ./photos", "budget"),
        ("datasets.yaml", "tag_model: tagger", "tag_model: tagger@9", "no version '9'"),
        ("datasets.yaml", "tag_model: tagger", "tag_model: trees", "not MLLM"),
        (
            "models.yaml",
            "type: EMBEDDING",
            "type: EMBEDDING\n    tasks: [sentence-embedding]",
            "embeds texts only",
        ),
    ],
)
def test_references_that_cannot_work_are_refused(
    files: Files, file: str, old: str, new: str, told: str
) -> None:
    with pytest.raises(CatalogError, match=told):
        files.recipes(file, old, new)


def test_who_uses_a_model_is_known(files: Files, tmp_path: Path) -> None:
    files.recipes("datasets.yaml", "tag_model: tagger", "tag_model: tagger@2")
    catalog = load_catalog(tmp_path)
    assert catalog.uses_of("TAGGER") == [("tag_model of dataset 'shop'", "tagger@2")]
    assert catalog.uses_of("scores") == [("tag 'score' of tag definition 'd'", "scores@1")]
    assert catalog.uses_of("other") == []
