"""Each format says what was published, and is opened by the tools it is for.

Those that are heavy to install are tried in `tests/peers_exports`.
"""

import csv
import io
import json
import re
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from jsonschema import Draft202012Validator
from PIL import Image

from listing_assets import open_version
from listing_assets.exports import ExportError
from tests.exports.conftest import Make
from tests.reading.published import GPS, GPS_IFD, PUBLISHED, Shop

CONVERSATION = Draft202012Validator(
    {
        "type": "object",
        "required": ["messages", "images"],
        "additionalProperties": False,
        "properties": {
            "images": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 1},
            "messages": {
                "type": "array",
                "minItems": 2,
                "maxItems": 2,
                "prefixItems": [
                    {"properties": {"role": {"const": "user"}, "content": {"type": "string"}}},
                    {"properties": {"role": {"const": "assistant"}, "content": {"type": "string"}}},
                ],
                "items": {"type": "object", "required": ["role", "content"]},
            },
        },
    }
)
"""What LLaMA-Factory's sharegpt format with OpenAI's names and ms-swift's messages document."""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def published() -> dict[str, dict[str, Any]]:
    """The rows as the reader has them, with their normalized photo as `image`."""
    return {item["key"]: item for item in open_version("photos@v1").to_torch()}


def same_pixels(data: bytes, key: str) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes() == published()[key]["image"].tobytes()


def test_a_file_list_has_every_column_but_the_vector(make: Make) -> None:
    rows = lines(make("file-list") / "files.jsonl")
    assert [row["key"] for row in rows] == PUBLISHED
    assert list(rows[0]) == [name for name in open_version("photos@v1").columns if name != "vector"]
    for row in rows:
        was = published()[row["key"]]
        assert row["uri"] == was["uri"]
        assert row["labels"] == was["labels"]
        assert row["last_modified"].endswith("Z")
        assert pd.Timestamp(row["last_modified"]) == was["last_modified"]


def test_a_csv_list_reads_back_as_it_was(make: Make) -> None:
    path = make("file-list-csv") / "files.csv"
    frame = pd.read_csv(path)
    assert frame["key"].tolist() == PUBLISHED
    assert [json.loads(cell) for cell in frame["labels"]] == [
        published()[key]["labels"] for key in PUBLISHED
    ]
    assert frame["bytes"].tolist() == [published()[key]["bytes"] for key in PUBLISHED]
    with path.open(newline="", encoding="utf-8") as file:
        assert [row["reason"] for row in csv.DictReader(file)] == [""] * len(PUBLISHED)


def test_a_parquet_list_keeps_the_types(make: Make) -> None:
    path = make("file-list-parquet") / "files.parquet"
    assert pq.read_table(path).equals(open_version("photos@v1").to_arrow())
    assert pd.read_parquet(path)["key"].tolist() == PUBLISHED


def test_an_imagefolder_is_what_datasets_documents(make: Make) -> None:
    folder = make("huggingface-imagefolder")
    rows = lines(folder / "train" / "metadata.jsonl")
    assert [row["key"] for row in rows] == PUBLISHED
    assert len({row["file_name"].casefold() for row in rows}) == len(rows)
    for row in rows:
        assert same_pixels((folder / "train" / row["file_name"]).read_bytes(), row["key"])
        assert row["labels"] == published()[row["key"]]["labels"]


def test_hugging_face_parquet_has_the_image_feature(make: Make) -> None:
    (path,) = (make("huggingface-parquet") / "data").iterdir()
    table = pq.read_table(path)
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    assert list(features) == table.column_names
    assert features["image"] == {"_type": "Image"}
    assert features["labels"] == {
        "_type": "Sequence",
        "feature": {"_type": "Value", "dtype": "string"},
    }
    rows = table.to_pylist()
    assert [row["key"] for row in rows] == PUBLISHED
    assert all(same_pixels(row["image"]["bytes"], row["key"]) for row in rows)


def test_large_exports_are_cut_into_shards_without_loss(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("hugging_face", "webdataset"):
        monkeypatch.setattr(f"listing_assets.exports.formats.{module}.SHARD_BYTES", 8_000)
    monkeypatch.setattr("listing_assets.exports.formats.hugging_face.GROUP_PHOTOS", 2)
    shards = sorted((make("huggingface-parquet", "hf") / "data").iterdir())
    assert [path.name for path in shards][:2] == ["train-00000.parquet", "train-00001.parquet"]
    keys = [key for path in shards for key in pq.read_table(path)["key"].to_pylist()]
    assert len(shards) > 2
    assert keys == PUBLISHED
    assert pq.ParquetFile(shards[0]).num_row_groups == 2
    tars = sorted(make("webdataset", "wds").glob("*.tar"))
    assert len(tars) > 2
    assert [key for path in tars for key, _ in samples(path)] == PUBLISHED


def samples(path: Path) -> list[tuple[str, bytes]]:
    """Key and photo of each sample of a shard; both members of a sample follow each other."""
    found = []
    with tarfile.open(path) as tar:
        members = tar.getmembers()
        for photo, row in zip(members[::2], members[1::2], strict=True):
            assert photo.name.split(".")[0] == row.name.split(".")[0]
            assert (row.mtime, row.uid, row.gid, row.uname) == (0, 0, 0, "")
            file, told = tar.extractfile(photo), tar.extractfile(row)
            assert file and told
            found.append((json.load(told)["key"], file.read()))
    return found


def test_a_webdataset_shard_has_a_photo_and_its_row_under_one_name(make: Make) -> None:
    found = samples(make("webdataset") / "shard-000000.tar")
    assert [key for key, _ in found] == PUBLISHED
    assert all(same_pixels(photo, key) for key, photo in found)


def test_coco_has_a_category_a_label_and_an_annotation_for_each_of_a_photo(make: Make) -> None:
    folder = make("coco")
    document = json.loads((folder / "annotations.json").read_text(encoding="utf-8"))
    names = {category["id"]: category["name"] for category in document["categories"]}
    assert sorted(names.values()) == sorted(
        {one for row in published().values() for one in row["labels"]}
    )
    assert {category["supercategory"] for category in document["categories"]} == {"category"}
    labels: dict[int, list[str]] = {}
    for annotation in document["annotations"]:
        labels.setdefault(annotation["image_id"], []).append(names[annotation["category_id"]])
        assert (annotation["bbox"], annotation["area"]) == ([0, 0, 128, 128], 128 * 128)
    assert [image["key"] for image in document["images"]] == PUBLISHED
    for image in document["images"]:
        assert labels[image["id"]] == published()[image["key"]]["labels"]
        with Image.open(folder / "images" / image["file_name"]) as photo:
            assert photo.size == (image["width"], image["height"])


def test_coco_opens_with_its_own_tools(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    coco = pytest.importorskip("pycocotools.coco").COCO(make("coco") / "annotations.json")
    food = coco.getCatIds(catNms=["category:Food"])
    keys = {image["key"] for image in coco.loadImgs(coco.getImgIds(catIds=food))}
    assert keys == {key for key, row in published().items() if row["tag_category"] == "Food"}


def test_fiftyone_has_classes_and_the_numbers_of_each_photos(make: Make) -> None:
    folder = make("fiftyone")
    document = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    assert document.keys() == {"classes", "labels"}
    names = {path.stem for path in (folder / "data").iterdir()}
    assert document["labels"].keys() == names
    counted = sorted(
        document["classes"][number] for numbers in document["labels"].values() for number in numbers
    )
    assert counted == sorted(one for row in published().values() for one in row["labels"])


def test_retrieval_has_exactly_image_ids_and_tags_and_equal_photos_once(make: Make) -> None:
    folder = make("retrieval")
    rows = lines(folder / "dataset.jsonl")
    expected = {row["image_id"]: row["labels"] for row in published().values()}
    assert {row["image_id"]: row["tags"] for row in rows} == expected
    assert len(rows) == len(PUBLISHED) - 1
    assert all(list(row) == ["image_id", "tags"] for row in rows)
    assert {path.name for path in (folder / "images").iterdir()} == {
        f"{row['image_id']}.jpg" for row in rows
    }


@pytest.mark.parametrize("form", ["llama-factory", "ms-swift"])
def test_conversations_ask_for_the_tags_and_answer_with_them(make: Make, form: str) -> None:
    folder = make(form)
    rows = lines(folder / "train.jsonl")
    assert len(rows) == len(PUBLISHED)
    for key, row in zip(PUBLISHED, rows, strict=True):
        CONVERSATION.validate(row)
        question, answer = (message["content"] for message in row["messages"])
        assert question.startswith("<image>")
        assert question.count("<image>") == 1
        assert "category, title" in question
        was = published()[key]
        assert json.loads(answer) == {"category": was["tag_category"], "title": was["tag_title"]}
        (path,) = row["images"]
        assert same_pixels((folder / path).read_bytes(), key)


def test_llama_factory_is_told_how_its_file_is_to_be_read(make: Make) -> None:
    folder = make("llama-factory")
    described = json.loads((folder / "dataset_info.json").read_text())
    assert described == {
        "photos_v1_2": {
            "file_name": "train.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "messages", "images": "images"},
            "tags": {
                "role_tag": "role",
                "content_tag": "content",
                "user_tag": "user",
                "assistant_tag": "assistant",
            },
        }
    }


def test_a_prompt_of_ones_own_is_asked_with_one_placeholder(make: Make) -> None:
    for prompt in ("What is it?", "<image>What is it?"):
        folder = make("ms-swift", prompt.strip("<?>")[:5], prompt=prompt)
        (first, *_) = lines(folder / "train.jsonl")
        assert first["messages"][0]["content"] == "<image>What is it?"
        assert json.loads((folder / "export.json").read_text())["prompt"] == prompt
    for prompt in ("Compare <image> with it", "<image><image>", "<image>the <video>"):
        with pytest.raises(ExportError, match="placeholder"):
            make("ms-swift", "not", prompt=prompt)


@pytest.mark.parametrize("form", ["huggingface-imagefolder", "webdataset", "retrieval", "coco"])
def test_originals_are_exported_as_they_are_but_for_the_place(
    shop: Shop, make: Make, form: str
) -> None:
    folder = make(form, original=True)
    files = [path.read_bytes() for path in folder.rglob("*.jpg")]
    if form == "webdataset":
        files = [photo for _, photo in samples(folder / "shard-000000.tar")]
    originals = {(shop.source / key).read_bytes() for key in PUBLISHED}
    taken = (shop.source / GPS).read_bytes()
    assert originals - {taken} <= set(files)
    assert taken not in files
    (cleaned,) = set(files) - originals
    assert re.search(rb"exif:GPSLatitude=\"\s+\"", cleaned)
    with Image.open(io.BytesIO(cleaned)) as image, Image.open(io.BytesIO(taken)) as before:
        exif = image.getexif()
        assert not exif.get_ifd(GPS_IFD)
        assert (exif[0x010F], exif[0x0112]) == ("Maker", 6)
        assert np.array_equal(np.asarray(image), np.asarray(before))
