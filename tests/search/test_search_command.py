"""`listing search`: what it finds, what it prints, and how it says that it cannot."""

import json
from pathlib import Path
from typing import Any

import pytest

from listing_assets.imaging.normalize import Normalized, normalize
from listing_assets.imaging.spec import NormalizationSpec
from listing_assets.search import Query
from resources.endpoints.embedded.embedding_model import photo_vector, text_vector
from resources.lake import Lake
from tests.conftest import draw_photo
from tests.search.brute_force import by_vector, filtered, fused
from tests.search.shop import DEFINITION, META, Row, generate_rows, publish_rows
from tests.support.in_process import Listing, listing_in_process

SCHEMA_SIZE = 768
CATALOG = """\
datasets:
  shop: {source: /nowhere, tag_definition: shop, normalization: {width: 64, height: 64}}
"""
MODELS = """\
models:
  embedded_reader: {provider: embedded, type: MLLM, model: embedded-reader}
  embedded_visual_text: {provider: embedded, type: EMBEDDING, model: embedded-visual-text}
"""
TITLES = ("绿茶 green tea", "red shoes", "龙井 tea", "wool hat", None)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    """An installation with one published version, whose vectors the embedded model made."""
    from listing_assets.publishing.columns import PublishedColumns

    home = tmp_path_factory.mktemp("home")
    (home / "catalog" / "tag_definitions").mkdir(parents=True)
    (home / "catalog" / "datasets.yaml").write_text(CATALOG)
    (home / "catalog" / "models.yaml").write_text(MODELS)
    definition = json.dumps(DEFINITION.model_dump(mode="json", exclude_defaults=True))
    (home / "catalog" / "tag_definitions" / "shop.yaml").write_text(definition)
    rows = generate_rows(40, seed=4)
    for number, row in enumerate(rows):
        row["vector"] = None
        if row["status"] == "published":
            row["text"] = TITLES[number % 5]
            row["vector"] = _vector(number % 7, row["text"]).tolist()
            row["model_embedding"] = "embedded-visual-text@1"
    schema = PublishedColumns(DEFINITION, META, SCHEMA_SIZE).schema
    publish_rows(Lake(str(home / "lake")), rows, schema=schema)
    return home, rows


def _vector(number: int, text: str | None) -> Any:
    prepared = normalize(draw_photo(number), NormalizationSpec(width=64, height=64))
    assert isinstance(prepared, Normalized)
    seen = photo_vector(prepared.jpeg)
    said = text_vector(text) if text else None
    assert seen is not None
    return seen if said is None else seen + said


@pytest.fixture
def listing(
    home: tuple[Path, list[Row]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Listing:
    monkeypatch.setenv("LISTING_HOME", str(home[0]))
    monkeypatch.setenv("LISTING_CATALOG", str(home[0] / "catalog"))
    monkeypatch.delenv("LISTING_LAKE", raising=False)
    return listing_in_process(capsys, monkeypatch, "search")


def document(result: tuple[int, str, str]) -> Any:
    code, out, err = result
    assert code == 0, err
    return json.loads(out)


def test_json_has_total_results_and_next_token(listing: Listing, home: Any) -> None:
    found, token = [], []
    while True:
        page = document(
            listing("shop@v1", "--none", "category:Food", "--max-results", "9", "--json", *token)
        )
        assert page.keys() == {
            *("dataset", "revision", "total", "ranked_by", "results", "next_token")
        }
        found += [row["key"] for row in page["results"]]
        if page["next_token"] is None:
            break
        token = ["--next-token", page["next_token"]]
    right = filtered(home[1], Query(none_of=("category:Food",)))
    assert found == right and page["total"] == len(right)
    assert page["results"][0].keys() == {"key", "score", "uri", "labels"}
    assert (page["dataset"], page["revision"], page["ranked_by"]) == ("shop", "v1.1", [])


def test_a_text_is_ranked_by_the_embedded_model_and_by_words(listing: Listing, home: Any) -> None:
    def ranked(by: str, top_k: int) -> dict[str, float]:
        words = ["shop@v1", "--text", "绿茶 tea", "--by", by, "--where", "NOT tags.all:gift"]
        limits = ["--top-k", str(top_k), "--max-results", str(top_k), "--json"]
        page = document(listing(*words, *limits))
        assert page["ranked_by"] == {"both": ["vector", "words"]}.get(by, [by])
        return {row["key"]: row["score"] for row in page["results"]}

    chosen = Query(where="NOT tags.all:gift")
    near = by_vector(home[1], text_vector("绿茶 tea"), chosen, 200)
    assert ranked("vector", 200) == pytest.approx(near, abs=1e-6)
    having = {row["key"] for row in home[1] if "tea" in (row["text"] or "")}
    assert ranked("words", 200).keys() == having & set(filtered(home[1], chosen))
    right = fused([ranked("vector", 200), ranked("words", 200)], 12)
    assert ranked("both", 12) == pytest.approx(right)


def test_a_photo_is_named_by_key_by_uri_or_as_a_file(
    listing: Listing, home: Any, tmp_path: Path
) -> None:
    row = next(row for row in home[1] if row["vector"])
    by_key = document(listing("shop@v1", "--image", row["key"], "--json"))
    by_uri = document(listing("shop@v1", "--image", row["uri"], "--json"))
    assert by_key == by_uri
    assert by_key["ranked_by"] == ["image"]
    assert by_key["results"][0]["score"] == pytest.approx(1)
    photo = tmp_path / "new photo.jpg"
    photo.write_bytes(draw_photo(6))
    right = by_vector(home[1], _vector(6, None), Query(), 20)
    for name in (str(photo), photo.as_uri()):
        found = document(listing("shop@v1", "--image", name, "--json"))
        assert [row["score"] for row in found["results"]] == pytest.approx(
            list(right.values()), abs=1e-5
        )


def test_every_option_reaches_the_search(listing: Listing, home: Any) -> None:
    rows = home[1]
    options = {
        ("--any", "category:Food", "--any", "category:Toys"): {
            "any_of": ("category:Food", "category:Toys")
        },
        ("--all", "in-stock:true"): {"all_of": ("in-stock:true",)},
        ("--name", "img"): {"name_contains": "img"},
        ("--directory", "shoes"): {"directory": "shoes"},
        ("--min-bytes", "100000", "--max-bytes", "3000000"): {
            "min_bytes": 100_000,
            "max_bytes": 3_000_000,
        },
        ("--format", "png"): {"formats": ("png",)},
        ("--include", "rejected"): {"include": "rejected"},
        ("--modified-from", "2025-01-01T10:00:00"): {"where": "FileUpdateTime>=2025-01-01T10:00Z"},
        ("--modified-before", "2025-01-01T10:00:00"): {"where": "FileUpdateTime<2025-01-01T10:00Z"},
    }
    for words, conditions in options.items():
        found = document(listing("shop@v1.1", *words, "--max-results", "100", "--json"))
        assert [row["key"] for row in found["results"]] == filtered(rows, Query(**conditions))
    found = document(
        listing("shop@v1", "--sort", "size", "--descending", "--column", "bytes", "--json")
    )
    sizes = [row["bytes"] for row in found["results"]]
    assert sizes == sorted(sizes, reverse=True)
    assert found["results"][0].keys() == {"key", "score", "bytes"}
    scores = [
        row["score"]
        for row in document(
            listing("shop@v1", "--text", "tea", "--by", "vector", "--min-score", "0.3", "--json")
        )["results"]
    ]
    assert scores and min(scores) >= 0.3


def test_a_person_reads_a_table_and_how_to_go_on(listing: Listing) -> None:
    code, out, err = listing("shop@v1", "--where", "HAS category", "--max-results", "2")
    assert (code, err) == (0, "")
    assert "results in shop@v1.1" in out and "category:" in out
    assert "next page: --next-token " in out
    code, out, _ = listing("shop@v1", "--where", "FileName=nothing")
    assert code == 0 and out.strip() == "0 results in shop@v1.1"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["shop@v1", "--where", "category=Food AND"], "expected a field, NOT, HAS or '('"),
        (["shop@v1", "--where", "kategory=Food"], "Did you mean 'category'?"),
        (["shop@v1", "--any", "Food"], "'Food' is no label"),
        (["shop@v1", "--image", "nothing.jpg"], "is no photo of shop@v1.1 and no file"),
        (["shop@v1", "--image", "file:///nowhere/x.jpg"], "nowhere"),
        (["shop@v1", "--next-token", "x"], "the next_token is damaged"),
        (["shop@v1", "--top-k", "0"], "top_k is 0"),
        (["shop@v1", "--column", "uris"], "Did you mean 'uri'?"),
        (["shop@v2"], "listing run shop@v2"),
        (["shop@v1.9"], "has no revision 'v1.9'"),
        (["shap@v1"], "Did you mean 'shop'?"),
        (["shop"], "is not the name of a dataset version"),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    listing: Listing, words: list[str], told: str
) -> None:
    code, out, err = listing(*words)
    assert (code, out) == (1, "")
    assert told in " ".join(err.split()) and "Traceback" not in err


def test_a_mistake_in_an_expression_is_marked(listing: Listing) -> None:
    _, _, err = listing("shop@v1", "--where", "类别:绿茶 AND category")
    lines = err.splitlines()
    assert lines[1] == "  类别:绿茶 AND category"
    assert lines[2].endswith("^") and lines[2].strip() == "^"


def test_an_older_model_is_found_in_the_registry_and_a_foreign_one_is_refused(
    listing: Listing, home: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = tmp_path / "catalog"
    catalog.mkdir()
    (catalog / "tag_definitions").symlink_to(home[0] / "catalog" / "tag_definitions")
    (catalog / "datasets.yaml").write_text(
        CATALOG.replace("tag_definition", "embedding_model: new, tag_definition")
    )
    other = (
        "  new: {provider: vllm, type: EMBEDDING, model: other, endpoint: 'http://127.0.0.1:1',"
        " dimension: 768}\n"
    )
    monkeypatch.setenv("LISTING_CATALOG", str(catalog))
    (catalog / "models.yaml").write_text(MODELS + other)
    assert document(listing("shop@v1", "--text", "tea", "--by", "vector", "--json"))["total"]
    without = "\n".join(line for line in MODELS.splitlines() if "visual" not in line)
    (catalog / "models.yaml").write_text(f"{without}\n{other}")
    code, _, err = listing("shop@v1", "--text", "tea")
    assert code == 1
    assert "made by embedded-visual-text@1; a query by other@1 cannot" in " ".join(err.split())
    assert document(listing("shop@v1", "--text", "tea", "--by", "words", "--json"))["total"]
