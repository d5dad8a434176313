"""Instruction datasets of a published version: what is removed, what is taught, and how split."""

import hashlib
import json
import shutil
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from listing_assets.assets.instruction_datasets import instruction_datasets
from listing_assets.definitions import build_defs
from listing_assets.exports.errors import ExportError
from listing_assets.exports.naming import file_stem
from listing_assets.listings.training import (
    InstructionDataset,
    InstructionRequest,
    NothingToLearnError,
    Scorer,
    write_instruction_dataset,
)
from listing_assets.listings.training.request import KINDS, SPLITS
from listing_assets.reading import OpenRevision
from listing_assets.settings import Settings
from resources.errors import ModelError
from tests.listings.training.documented_formats import conversations, lines, require_documented
from tests.listings.training.published_listings import BROKEN, SOUND, World


class Likeness:
    """Vectors of texts: opposite to the photo for one that says "unlike", unknown for others."""

    def __init__(self, world: World) -> None:
        opened = OpenRevision.of("photos@v1", Settings())
        self.model = opened.published.embedding_model or ""
        self.asked: list[str] = []
        table = opened.published.table.search().where("`key` = 'unlike.jpg'").to_arrow()
        self._opposite = -np.array(table["vector"].to_pylist()[0], dtype=np.float32)

    def of_text(self, text: str) -> np.ndarray | None:
        self.asked.append(text)
        return self._opposite if "unlike" in text else None

    def of_photo(self, data: bytes) -> np.ndarray:
        raise AssertionError("no photo is asked for")


SCORER = Scorer("poor or not", lambda one: 0.1 if "poor" in one.description else None)


def write(
    world: World, to: Path | str, version: str = "photos@v1", likeness: Any = None, **asked: Any
) -> InstructionDataset:
    fields = {"balance": 1.5, "validation_share": 0.2, "test_share": 0.2, **asked}
    request = InstructionRequest(version=version, definition="trained", to=str(to), **fields)
    return write_instruction_dataset(
        request, Settings(), scorer=SCORER, vectors=likeness or Likeness(world)
    )


@pytest.fixture(scope="module")
def made(world: World, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, InstructionDataset]:
    """The instruction dataset of v1."""
    to = tmp_path_factory.mktemp("made") / "v1"
    return to, write(world, to)


def products_of(line: dict[str, Any], world: World) -> set[str]:
    """The products that a conversation's photos show."""
    names = {f"images/{file_stem(key)}.jpg": product for key, product in world.products.items()}
    return {names[image] for image in line["images"]}


def test_each_step_removes_what_it_is_for_and_the_counts_add_up(
    made: tuple[Path, InstructionDataset],
) -> None:
    folder, dataset = made
    told = {
        line["product"].removeprefix("product "): line for line in lines(folder / "listings.jsonl")
    }
    assert {name: told[name]["removed_by"] for name in BROKEN} == {
        name: step for name, (step, _) in BROKEN.items()
    }
    left = dataset.listings
    assert left == len(told) == sum(SOUND.values()) + len(BROKEN)
    for line in dataset.cleaning:
        left -= line["removed"]
        assert line["left"] == left
        assert sum(line.get("reasons", {}).values()) == line["removed"]
    assert left == dataset.kept == sum(line["removed_by"] is None for line in told.values())
    assert [line["removed"] for line in dataset.cleaning] == [1, 1, 1, 1, 1, 2, 1, 2, 4]


def test_balance_leaves_of_each_category_what_the_median_allows(
    made: tuple[Path, InstructionDataset],
) -> None:
    folder, _ = made
    kept = Counter(one["category"] for one in lines(folder / "listings.jsonl"))
    assert {name: kept[name] for name in SOUND} == {"Phone": 6, "Lamp": 6, "Toy": 9}


def test_files_are_what_the_tools_document(made: tuple[Path, InstructionDataset]) -> None:
    folder, dataset = made
    assert require_documented(folder) == sum(sum(of.values()) for of in dataset.examples.values())


def test_all_kinds_are_taught_and_counted(made: tuple[Path, InstructionDataset]) -> None:
    folder, dataset = made
    found = Counter((split, line["channel"]) for split, line in conversations(folder))
    told = {
        (split, kind): count
        for split, kinds in dataset.examples.items()
        for kind, count in kinds.items()
    }
    assert dict(found) == told
    assert {kind for _, kind in found} == set(KINDS)


def test_answers_are_the_sellers_words_and_values(made: tuple[Path, InstructionDataset]) -> None:
    folder, _ = made
    for _, line in conversations(folder):
        *_, asked, answer = line["messages"]
        if line["channel"].startswith("description"):
            assert answer["content"].endswith("and it does what it is made for without a sound.")
            assert ("<reference>" in asked["content"]) == line["channel"].endswith("reference")
            continue
        value = json.loads(answer["content"])
        if line["channel"] == "attributes":
            assert value["brand"] == "Acme" and value.get("size") is None
        if line["channel"] == "category":
            assert json.dumps(value["category"]) in asked["content"]
            assert value["category"].lower() in line["images"][0]


def test_no_product_is_in_two_splits(made: tuple[Path, InstructionDataset], world: World) -> None:
    folder, _ = made
    splits = defaultdict(set)
    for split, line in conversations(folder):
        for product in products_of(line, world):
            splits[product].add(split)
    assert all(len(of) == 1 for of in splits.values())
    assert {split for of in splits.values() for split in of} == set(SPLITS)


def test_reference_values_come_from_other_listings_of_the_train_split(
    made: tuple[Path, InstructionDataset], world: World
) -> None:
    folder, _ = made
    kept = [one for one in lines(folder / "listings.jsonl") if one["removed_by"] is None]
    trained = {one["product"].removeprefix("product ") for one in kept if one["split"] == "train"}
    seen = set()
    for split, line in conversations(folder):
        text = line["messages"][-2]["content"]
        if "<reference>" in text:
            block = text.partition("<reference>\n")[2].partition("\n</reference>")[0]
            sources = {world.products[json.loads(row)["source"]] for row in block.splitlines()}
            assert sources <= trained
            assert not sources & products_of(line, world)
            seen.add(split)
    assert seen == set(SPLITS)


def test_the_manifest_vouches_for_every_file(made: tuple[Path, InstructionDataset]) -> None:
    folder, dataset = made
    manifest = json.loads((folder / "export.json").read_text())
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {one["path"] for one in manifest["files"]} == files - {"export.json"}
    for one in manifest["files"]:
        assert hashlib.sha256((folder / one["path"]).read_bytes()).hexdigest() == one["sha256"]
    assert (manifest["revision"], manifest["definition"]) == ("v1.1", "trained")
    assert manifest["counts"]["files"] == dataset.files == len(files) - 1


def test_what_is_made_of_the_same_is_not_written_again(
    made: tuple[Path, InstructionDataset], world: World, tmp_path: Path
) -> None:
    folder, dataset = made
    likeness = Likeness(world)
    before = (folder / "export.json").stat()
    again = write(world, folder, likeness=likeness)
    assert not again.is_new and again.examples == dataset.examples
    assert (folder / "export.json").stat().st_ino == before.st_ino
    write(world, tmp_path / "elsewhere", likeness=likeness)
    assert not likeness.asked, "likenesses are kept"
    for path in folder.rglob("*"):
        if path.is_file():
            assert (
                tmp_path / "elsewhere" / path.relative_to(folder)
            ).read_bytes() == path.read_bytes()


def test_photos_may_be_named_where_they_lie(world: World, tmp_path: Path) -> None:
    write(world, tmp_path / "named", kinds=("category",), images="uri")
    paths = [Path(line["images"][0]) for _, line in conversations(tmp_path / "named")]
    assert all(path.parent == world.chain.source and path.is_file() for path in paths)
    assert not (tmp_path / "named" / "images").exists()


def test_a_broken_attempt_leaves_what_was_there(
    made: tuple[Path, InstructionDataset], world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _ = made
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    with pytest.raises(ExportError, match="there is an export"):
        write(world, folder, seed=1)
    with pytest.raises(ExportError, match="inside the source"):
        write(world, world.chain.source / "instructions")
    with pytest.raises(ExportError, match="inside the lake"):
        write(world, Path(Settings().lake) / "instructions")

    def fail(*_: Any) -> None:
        raise ModelError("the endpoint is gone.")

    monkeypatch.setattr("listing_assets.listings.training.writing.training_files.ms_swift", fail)
    with pytest.raises(ModelError):
        write(world, folder, seed=1, overwrite=True)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_version_that_teaches_nothing_says_what_the_steps_removed(
    world: World, tmp_path: Path
) -> None:
    with pytest.raises(NothingToLearnError, match="by 'length'"):
        write(world, tmp_path / "none", least_length=299)
    assert list(tmp_path.iterdir()) == []


def test_the_asset_tells_what_it_wrote_and_skips_what_names_no_definition(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def materialize() -> Any:
        done = dg.materialize(
            [instruction_datasets],
            instance=world.chain.instance,
            partition_key="photos@v1",
            resources=build_defs().resources or {},
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        return done.asset_materializations_for_node("instruction_datasets")

    assert materialize() == []
    catalog = tmp_path / "catalog"
    shutil.copytree(world.chain.catalog, catalog)
    with (catalog / "datasets.yaml").open("a") as file:
        file.write("    listings: {definition: trained, group_by: product}\n")
    monkeypatch.setenv("LISTING_CATALOG", str(catalog))
    (event,) = materialize()
    told = {name: value.value for name, value in event.metadata.items()}
    removed = {one.data["step"]: one.data["count"] for one in told["removed_by_step"].records}
    assert told["listings"] - sum(removed.values()) == told["kept"] > 0
    assert removed["language"] == removed["private data"] == 1
    assert Path(told["path"]) == world.chain.home / "instructions" / "photos@v1.1" / "trained"
    assert (Path(told["path"]) / "train.jsonl").is_file()
    (again,) = materialize()
    assert again.metadata["is_new"].value is False
    assert again.tags == event.tags


def test_a_bucket_is_written_and_found_again(world: World, s3: Any) -> None:
    s3.create_bucket(Bucket="learn")
    asked = {"kinds": ("category",), "images": "uri"}
    first = write(world, "s3://learn/v1", **asked)
    again = write(world, "s3://learn/v1", **asked)
    assert (first.is_new, again.is_new) == (True, False)
    keys = {one["Key"] for one in s3.list_objects_v2(Bucket="learn")["Contents"]}
    assert {"v1/train.jsonl", "v1/export.json", "v1/dataset_info.json"} <= keys
