"""The catalog: what is wrong is told with file, line and remedy."""

from pathlib import Path

import pytest

from listing_assets.catalog import Catalog, Recipes, Tag, adopt_dataset, load_catalog
from resources.errors import CatalogError

SHIPPED = Path(__file__).parents[2] / "catalog"
MODELS = """\
models:
  tagger: {provider: embedded, type: MLLM, model: embedded-reader}
  embedder: {provider: embedded, type: EMBEDDING, model: embedded-visual-text}
"""
DEFINITION = """\
name: colours
guide_prompt: Look closely.
tags:
  - name: shade
    type: choice
    values: [{name: dark}, {name: light}]
  - {name: title, type: text, max_length: 20}
"""
DATASETS = """\
datasets:
  shop:
    source: ./photos
    tag_definition: colours
    tag_model: tagger
    embedding_model: embedder
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tag_definitions").mkdir()
    (tmp_path / "models.yaml").write_text(MODELS)
    (tmp_path / "tag_definitions" / "colours.yaml").write_text(DEFINITION)
    (tmp_path / "datasets.yaml").write_text(DATASETS)
    return tmp_path


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    path = folder / file
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return path


def test_the_shipped_catalog_loads() -> None:
    catalog = load_catalog(SHIPPED, variables={"LISTING_HOME": "/somewhere"})
    assert catalog.dataset("sample").source == "/somewhere/sample"
    assert {"ecommerce_poster", "secondhand_listing", "driving_scene"} <= set(
        catalog.tag_definitions
    )


def test_the_poster_definition_is_the_promised_one() -> None:
    catalog = load_catalog(SHIPPED, variables={"LISTING_HOME": "/somewhere"})
    category, description = catalog.tag_definition("ecommerce_poster").tags
    assert {value.name for value in category.values} == {
        "Beauty",
        "Apparel",
        "Daily Use",
        "Food",
        "Other",
        "Electronics",
    }
    assert (description.type, description.max_length) == ("text", 50)


def test_a_small_catalog_loads(folder: Path) -> None:
    catalog = load_catalog(folder)
    assert catalog.dataset("shop").tag_model == "tagger"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("datasets.yaml", "source:", "sourse:", r"datasets.yaml:3: sourse: .* mean 'source'\?"),
        ("datasets.yaml", "    source: ./photos\n", "", r"datasets.yaml:2: source: .* Add it\."),
        ("datasets.yaml", "tag_model: tagger", "tag_model: tager", "mean 'tagger'"),
        ("datasets.yaml", "tag_model: tagger", "tag_model: embedder", "is of type EMBEDDING"),
        ("datasets.yaml", "shop:", "shop window:", "a name starts with a letter"),
        ("datasets.yaml", "datasets:", "data:", "expected one mapping 'datasets:'"),
        (
            "datasets.yaml",
            "tag_definition: colours",
            "normalization: {mode: strech}",
            r"datasets.yaml:4: normalization.mode",
        ),
        (
            "models.yaml",
            "provider: embedded, type: MLLM",
            "provider: x, type: MLLM",
            "models.yaml:2",
        ),
        (
            "models.yaml",
            "type: MLLM,",
            "type: MLLM, api_key_env: sk-abcdef,",
            "name of an environment variable",
        ),
        ("tag_definitions/colours.yaml", "type: choice", "type: chioce", r"colours.yaml:5: tags"),
        (
            "tag_definitions/colours.yaml",
            "    values: [{name: dark}, {name: light}]\n",
            "",
            "needs 'values'",
        ),
        ("tag_definitions/colours.yaml", "name: title", "name: shade", "tag names must differ"),
        (
            "tag_definitions/colours.yaml",
            "type: text",
            "language: English, type: text",
            "short code, such as 'en'.*Found 'English'",
        ),
    ],
)
def test_mistakes_are_told_with_place_and_remedy(
    folder: Path, file: str, old: str, new: str, told: str
) -> None:
    changed(folder, file, old, new)
    with pytest.raises(CatalogError, match=told):
        load_catalog(folder)


def test_a_mistake_within_a_list_is_told_once(folder: Path) -> None:
    changed(folder, "tag_definitions/colours.yaml", "type: choice", "type: chioce")
    with pytest.raises(CatalogError) as error:
        load_catalog(folder)
    assert str(error.value).count("\n") == 0
    changed(folder, "tag_definitions/colours.yaml", "tags:", "tags: []\nother:")
    with pytest.raises(CatalogError, match="tags: must have 1 or more entries"):
        load_catalog(folder)


def test_messages_name_the_catalog_that_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = load_catalog(folder)
    monkeypatch.delenv("LISTING_CATALOG", raising=False)
    with pytest.raises(CatalogError, match=r"Define it in catalog/models\.yaml"):
        catalog.model("zzz")
    monkeypatch.setenv("LISTING_CATALOG", str(folder))
    for look_up, file in (
        (catalog.model, "models.yaml"),
        (catalog.dataset, "datasets.yaml"),
        (catalog.tag_definition, "tag_definitions"),
    ):
        with pytest.raises(CatalogError, match=f"Define it in {folder / file}"):
            look_up("zzz")


def test_a_literal_key_is_not_repeated_in_the_error(folder: Path) -> None:
    changed(folder, "models.yaml", "type: MLLM,", "type: MLLM, api_key_env: sk-abcdef,")
    with pytest.raises(CatalogError) as error:
        load_catalog(folder)
    assert "sk-abcdef" not in str(error.value)


def test_a_demanded_language_is_told_to_the_model() -> None:
    tag = Tag(name="title", type="text", description="A short title.", language="zh")
    assert tag.question().description == "A short title. Write it in this language: zh."


def test_variables_are_expanded_and_missing_ones_told(folder: Path) -> None:
    changed(folder, "datasets.yaml", "./photos", "s3://${SHOP_BUCKET}/x")
    assert load_catalog(folder, variables={"SHOP_BUCKET": "b"}).dataset("shop").source == "s3://b/x"
    with pytest.raises(CatalogError, match=r"datasets.yaml:3: \$\{SHOP_BUCKET\} is not set"):
        load_catalog(folder)


def test_an_adopted_dataset_comes_back_as_it_was(folder: Path, tmp_path: Path) -> None:
    catalog = load_catalog(folder)
    dataset = catalog.dataset("shop").model_copy(update={"name": "mine", "source": "s3://b/p"})
    adopt_dataset(dataset, tmp_path / "adopted")
    assert load_catalog(folder, tmp_path / "adopted").dataset("mine") == dataset


def recipes(catalog: Catalog) -> Recipes:
    return Recipes.of(catalog.dataset("shop"), catalog)


def test_changing_one_tag_changes_the_recipe_of_that_tag_only(folder: Path) -> None:
    before = recipes(load_catalog(folder))
    changed(folder, "tag_definitions/colours.yaml", "max_length: 20", "max_length: 30")
    after = recipes(load_catalog(folder))
    assert before.tags["shade"] == after.tags["shade"]
    assert before.tags["title"] != after.tags["title"]
    assert before.embedding == after.embedding


def test_changing_the_prompt_or_the_model_changes_the_recipe_of_every_tag(folder: Path) -> None:
    before = recipes(load_catalog(folder))
    changed(folder, "tag_definitions/colours.yaml", "Look closely.", "Look twice.")
    prompted = recipes(load_catalog(folder))
    changed(folder, "models.yaml", "embedded-reader", "embedded-reader, version: '2'")
    remodelled = recipes(load_catalog(folder))
    for tag in ("shade", "title"):
        assert len({before.tags[tag], prompted.tags[tag], remodelled.tags[tag]}) == 3
