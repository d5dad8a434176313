"""Exports opened by the tools they are for. Each test wants its tool installed, and skips without.

`pip install datasets webdataset torch fiftyone` has them all; they are large.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from listing_assets import open_version
from tests.exports.conftest import Make
from tests.reading.published import PUBLISHED, Shop

pytestmark = [pytest.mark.peers, pytest.mark.timeout(600)]


@pytest.fixture
def was(shop: Shop) -> dict[str, dict[str, Any]]:
    """What was published, by key, with the normalized photo as `image`."""
    return {item["key"]: item for item in open_version("photos@v1").to_torch()}


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hugging Face `datasets`, without a network and with a cache of its own."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    module = pytest.importorskip("datasets")
    monkeypatch.setattr(module.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    return module


def require_same(items: Any, was: dict[str, dict[str, Any]]) -> None:
    """Keys, labels, tags and pixels are what was published."""
    found = {item["key"]: item for item in items}
    assert sorted(found) == PUBLISHED
    for key, item in found.items():
        assert item["labels"] == was[key]["labels"]
        assert item["tag_title"] == was[key]["tag_title"]
        assert item["image"].convert("RGB").tobytes() == was[key]["image"].tobytes()


@pytest.mark.parametrize("how", ["by folder", "by name"])
def test_datasets_opens_the_imagefolder(
    datasets: Any, make: Make, was: dict[str, Any], how: str
) -> None:
    folder = str(make("huggingface-imagefolder"))
    loaded = (
        datasets.load_dataset(folder)
        if how == "by folder"
        else datasets.load_dataset("imagefolder", data_dir=folder)
    )
    assert list(loaded) == ["train"]
    require_same(loaded["train"], was)


@pytest.mark.parametrize("streaming", [False, True])
def test_datasets_opens_the_parquet_with_images_decoded(
    datasets: Any, make: Make, was: dict[str, Any], streaming: bool
) -> None:
    folder = str(make("huggingface-parquet"))
    loaded = datasets.load_dataset(folder, streaming=streaming)
    assert list(loaded) == ["train"]
    assert isinstance(loaded["train"].features["image"], datasets.Image)
    require_same(loaded["train"], was)


def test_datasets_opens_the_conversations(datasets: Any, make: Make) -> None:
    file = make("ms-swift") / "train.jsonl"
    loaded = datasets.load_dataset("json", data_files=str(file))["train"]
    assert len(loaded) == len(PUBLISHED)
    assert loaded[0]["messages"][0]["role"] == "user"


def test_webdataset_opens_the_shards(make: Make, was: dict[str, Any]) -> None:
    webdataset = pytest.importorskip("webdataset")
    shard = str(make("webdataset") / "shard-000000.tar")

    def items() -> Iterator[dict[str, Any]]:
        for sample in webdataset.WebDataset(shard, shardshuffle=False).decode("pil"):
            yield {**sample["json"], "image": sample["jpg"]}

    require_same(items(), was)


def test_webdataset_opens_originals_by_their_own_suffix(make: Make) -> None:
    webdataset = pytest.importorskip("webdataset")
    shard = str(make("webdataset", original=True) / "shard-000000.tar")
    found = list(webdataset.WebDataset(shard, shardshuffle=False).decode("pil"))
    assert [sample["json"]["key"] for sample in found] == PUBLISHED
    assert all(isinstance(sample["jpg"], Image.Image) for sample in found)


def test_fiftyone_opens_its_format(make: Make, was: dict[str, Any]) -> None:
    """By FiftyOne's own importer; its database, which it downloads, is not needed for that."""
    importers = pytest.importorskip("fiftyone.utils.data.importers")
    folder = make("fiftyone")
    labels = []
    with importers.FiftyOneImageClassificationDatasetImporter(dataset_dir=str(folder)) as importer:
        for path, _, label in importer:
            with Image.open(path) as image:
                assert image.size == (128, 128)
            labels.append([one.label for one in label.classifications])
    assert sorted(labels) == sorted(item["labels"] for item in was.values())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:lance")
@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_torch_loads_batches_with_workers_of_any_kind(shop: Shop, method: str) -> None:
    data = pytest.importorskip("torch.utils.data")
    dataset = open_version("photos@v1").to_torch(as_array, ["key", "tag_category"])
    loader = data.DataLoader(
        dataset, batch_size=4, shuffle=True, num_workers=2, multiprocessing_context=method
    )
    for _ in range(2):
        batches = list(loader)
        assert sorted(key for batch in batches for key in batch["key"]) == PUBLISHED
        assert batches[0]["image"].shape == (4, 128, 128, 3)


def as_array(image: Image.Image) -> np.ndarray:
    """A transform that workers can be sent."""
    return np.asarray(image).copy()
