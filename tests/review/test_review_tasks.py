"""Tasks have the photo at an address that works, and what stands as a prediction."""

import base64
import io
import json
import re
import shutil
import stat
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from PIL import Image

from listing_assets import open_version
from listing_assets.review import ReviewError, ReviewRequest, write_tasks
from listing_assets.review import tasks as tasks_module
from listing_assets.search import QueryError
from listing_assets.settings import Settings
from listing_assets.web.access import Access
from listing_assets.web.app import build_app
from tests.review.conftest import PHOTOS, Review
from tests.support.in_process import Listing


def test_a_task_names_its_photo_shows_it_and_predicts_what_stands(review: Review) -> None:
    tasks = review.tasks(rated=["stars"])
    assert [task["data"]["key"] for task in tasks] == list(PHOTOS)
    task, row = tasks[0], review.row()
    data = dict(task["data"])
    scheme, _, encoded = data.pop("image").partition(",")
    assert scheme == "data:image/jpeg;base64"
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        assert image.tobytes() == open_version("photos@v1").image(PHOTOS[0]).tobytes()
    assert data == {
        "key": PHOTOS[0],
        "dataset": "photos",
        "revision": "v1.1",
        "image_id": row["image_id"],
    }
    (prediction,) = task["predictions"]
    assert (prediction["model_version"], prediction["score"]) == ("test-chat@1", 1.0)
    assert {each["from_name"]: (each["type"], each["value"]) for each in prediction["result"]} == {
        "category": ("choices", {"choices": ["Food"]}),
        "colours": ("choices", {"choices": ["red", "blue"]}),
        "in-stock": ("choices", {"choices": ["false"]}),
        "price": ("number", {"number": 9.9}),
        "stars": ("rating", {"rating": 4}),
        "title": ("textarea", {"text": ["红茶 <tea>"]}),
        "shade": ("textarea", {"text": ["#aa0000"]}),
    }
    ids = [each["id"] for one in tasks for each in one["predictions"][0]["result"]]
    assert len(set(ids)) == len(ids)


def test_a_prediction_tells_that_people_corrected_it_and_how_much_is_filled(
    review: Review,
) -> None:
    definition = review.catalog.tag_definition("shop")
    image_id = review.row()["image_id"]
    for tag, action, value in (("category", "set", "服装"), ("title", "clear", None)):
        review.journal.make([image_id], tag, action, value, author="ann", definition=definition)
    review.publish()
    (prediction,) = review.tasks(where=["category=服装"])[0]["predictions"]
    assert prediction["model_version"] == "test-chat@1 with corrections"
    assert prediction["score"] == pytest.approx(6 / 7, abs=1e-4)
    assert "title" not in {each["from_name"] for each in prediction["result"]}


def test_all_expressions_hold_and_a_sample_is_the_same_every_time(review: Review) -> None:
    keys = [task["data"]["key"] for task in review.tasks(where=["category=Food", "FileName:p0001"])]
    assert keys == [PHOTOS[1]]
    drawn = [[task["data"]["key"] for task in review.tasks(sample=2)] for _ in range(2)]
    assert drawn[0] == drawn[1] == sorted(drawn[0]) and len(drawn[0]) == 2
    assert len(review.tasks(sample=9)) == 3


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"where": ["kategory=Food"]}, QueryError, "Did you mean 'category'"),
        ({"where": ["category=Food", "price>100"]}, ReviewError, "no published photo"),
        ({"images": "signed"}, ReviewError, "--images inline"),
        ({"images": "gallery", "gallery": "localhost:8188"}, ReviewError, "no address"),
        ({"to": Path("tasks.csv")}, ReviewError, "is no .json file"),
        ({"rated": ["price"]}, ReviewError, "as stars"),
    ],
    ids=["field", "nothing", "unsigned", "gallery", "suffix", "stars"],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(
    review: Review, asked: dict[str, Any], error: type[Exception], told: str
) -> None:
    to = review.folder / "new" / "tasks.json"
    request = ReviewRequest(**{"version": "photos@v1", "to": to, **asked})
    for dry_run in (True, False):
        with pytest.raises(error, match=told):
            write_tasks(request, review.opened(), dry_run=dry_run)
    assert not to.exists() and not to.with_suffix(".xml").exists()


def test_a_file_is_whole_or_not_there_and_never_replaced_unasked(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = review.folder / "tasks.json"
    request = ReviewRequest(version="photos@v1", to=to)
    with monkeypatch.context() as patch:
        patch.setattr(tasks_module, "_task", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            write_tasks(request, review.opened())
    assert list(review.folder.iterdir()) == []
    told = []
    done = write_tasks(
        request, review.opened(), listener=lambda report, total: told.append(report.computed)
    )
    assert (done.tasks, done.bytes, told[-1]) == (3, to.stat().st_size, 3)
    assert to.with_suffix(".xml").read_text(encoding="utf-8").startswith("<View ")
    with pytest.raises(ReviewError, match="exists already"):
        write_tasks(request, review.opened())
    again = ReviewRequest(version="photos@v1.1", to=to, overwrite=True)
    assert write_tasks(again, review.opened("photos@v1.1")).bytes == done.bytes


def test_addresses_in_the_gallery_open_the_photo(review: Review) -> None:
    app = build_app(Settings(), Access(None))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        tasks = review.tasks(images="gallery", gallery=f"http://127.0.0.1:{port}/")
        answer = httpx.get(tasks[2]["data"]["image"])
    finally:
        server.should_exit = True
        thread.join()
    with Image.open(io.BytesIO(answer.raise_for_status().content)) as image:
        assert image.tobytes() == open_version("photos@v1").image(PHOTOS[2]).tobytes()


def test_signed_addresses_open_the_original_for_whoever_has_the_file(
    review: Review, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.create_bucket(Bucket="signed")
    s3.put_object(Bucket="signed", Key="shop/p0000.jpg", Body=b"the original")
    catalog = review.folder / "catalog"
    shutil.copytree(Settings().catalog, catalog)
    datasets = (catalog / "datasets.yaml").read_text(encoding="utf-8")
    source = re.search("source: (.*)", datasets)
    assert source
    (catalog / "datasets.yaml").write_text(datasets.replace(source[1], "s3://signed/shop"))
    monkeypatch.setenv("LISTING_CATALOG", str(catalog))
    branch = review.lake.open("photos").branches.checkout("v1")
    branch.update(values_sql={"uri": "concat('s3://signed/shop/', `key`)"})
    branch.tags.create("v1.9", branch.version)

    to = review.folder / "tasks.json"
    request = ReviewRequest("photos@v1.9", to, images="signed", seconds=3600)
    write_tasks(request, review.opened("photos@v1.9"))
    first, *_ = json.loads(to.read_text(encoding="utf-8"))
    assert httpx.get(first["data"]["image"]).content == b"the original"
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    with pytest.raises(ReviewError, match="7 days"):
        too_long = replace(request, seconds=8 * 86_400, overwrite=True)
        write_tasks(too_long, review.opened("photos@v1.9"))


def test_the_command_writes_tasks_and_says_what_to_do_with_them(
    listing: Listing, review: Review
) -> None:
    to = review.folder / "a" / "tasks.json"
    code, out, err = listing("export", "photos@v1", "--to", str(to), "--dry-run", "--json")
    assert (code, json.loads(out)["tasks"], to.exists()) == (0, 3, False), err
    code, out, err = listing("export", "photos@v1", "--to", str(to), "--sample", "2")
    assert code == 0, err
    assert "2 tasks of photos@v1.1 written" in out and "listing review import" in out
    assert len(json.loads(to.read_text(encoding="utf-8"))) == 2
    code, _, err = listing("export", "photos@v1", "--to", str(to))
    assert code == 1 and "--overwrite" in err
