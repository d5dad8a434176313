"""The map-style dataset: read lazily, pickled without connections, used by workers of any kind."""

import multiprocessing
import pickle
import subprocess
import sys

import pytest

from listing_assets import open_version
from tests.reading.loading import brightness, fetch
from tests.reading.published import PUBLISHED, Shop

LONGEST = 60
"""Seconds; a child that hangs must not hang the tests."""


def test_items_are_images_and_columns_in_key_order(shop: Shop) -> None:
    version = open_version("photos@v1")
    dataset = version.to_torch(columns=["key", "tag_category"])
    assert len(dataset) == len(PUBLISHED)
    assert [dataset[number]["key"] for number in range(len(dataset))] == PUBLISHED
    assert dataset[-1]["key"] == PUBLISHED[-1]
    item = dataset[3]
    assert item.keys() == {"image", "key", "tag_category"}
    assert item["image"].tobytes() == version.image(item["key"]).tobytes()
    with pytest.raises(IndexError):
        dataset[len(PUBLISHED)]
    everything = version.to_torch()[0]
    assert everything.keys() == {"image", *version.columns} - {"vector"}


def test_a_batch_is_the_same_as_its_items_in_any_order_and_with_repeats(shop: Shop) -> None:
    dataset = open_version("photos@v1").where("category=Food").to_torch(brightness, ["key"])
    numbers = [2, 0, 2, len(dataset) - 1]
    assert dataset.__getitems__(numbers) == [dataset[number] for number in numbers]


def test_it_is_pickled_without_connection_and_without_secrets(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "open-sesame")
    dataset = open_version("photos@v1").to_torch(brightness, ["key"])
    before = dataset[1]
    pickled = pickle.dumps(dataset)
    assert b"open-sesame" not in pickled
    assert pickle.loads(pickled)[1] == before


def test_a_pickle_is_read_by_a_process_that_knows_nothing_of_this_one(shop: Shop) -> None:
    dataset = open_version("photos@v1.1").to_torch(columns=["key", "labels"])
    program = """
import pickle, sys
dataset = pickle.load(sys.stdin.buffer)
assert "torch" not in sys.modules
print(len(dataset), dataset[0]["image"].size, dataset[0]["labels"])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        input=pickle.dumps(dataset),
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    expected = f"{len(PUBLISHED)} (128, 128) {dataset[0]['labels']}"
    assert done.stdout.decode().strip() == expected


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore:lance")
@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_workers_of_any_kind_read_the_same_and_are_told_what_cannot_be_read(
    shop: Shop, method: str
) -> None:
    dataset = open_version("photos@v1").to_torch(brightness, ["key", "tag_category"])
    numbers = range(len(dataset))
    expected = [[dataset[number]] * 2 for number in numbers]
    context = multiprocessing.get_context(method)
    answers = context.SimpleQueue()
    # Loaders make their workers daemons, which must not have children of multiprocessing.
    worker = context.Process(target=fetch, args=(dataset, numbers, answers), daemon=True)
    worker.start()
    worker.join(LONGEST)
    if worker.is_alive():
        worker.kill()
    assert worker.exitcode == 0
    found, (no_number, no_revision) = answers.get()
    assert found == expected
    assert "there are 11" in no_number
    assert "has no revision 'v1.99'" in no_revision
    assert dataset[0] == expected[0][0]
