"""COCO: photos as images, labels as categories, and an annotation for each label of a photo.

A label is about the whole photo, so that the box of its annotation is all of it. The category's
supercategory is the tag.
"""

import json
import tempfile
from typing import Any

from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photos


def write(photos: Photos, output: Output) -> int:
    """`images/` and `annotations.json`. Ids count from 1 in key order, and label by label."""
    categories = {label: number for number, label in enumerate(photos.labels(), 1)}
    published = photos.opened.revision
    info = {
        "description": str(photos.opened),
        "version": published.data_version,
        "year": published.published_at.year,
        "date_created": f"{published.published_at:%Y/%m/%d}",
    }
    annotations = 0
    with (
        output.create("annotations.json") as file,
        tempfile.TemporaryFile(prefix="listing-annotations-") as waiting,
    ):
        file.write(_text({"info": info, "licenses": []})[:-1] + b',\n"images": [')
        for number, photo in enumerate(photos.photos(), 1):
            width, height = photo.size
            output.write(f"images/{photo.name}", photo.data)
            image = {
                "id": number,
                "file_name": photo.name,
                "width": width,
                "height": height,
                **photo.row,
            }
            file.write((b"\n" if number == 1 else b",\n") + _text(image))
            for label in photo.row["labels"] or ():
                annotations += 1
                annotation = {
                    "id": annotations,
                    "image_id": number,
                    "category_id": categories[label],
                    "bbox": [0, 0, width, height],
                    "area": width * height,
                    "segmentation": [],
                    "iscrowd": 0,
                }
                waiting.write((b"\n" if annotations == 1 else b",\n") + _text(annotation))
        file.write(b'\n],\n"annotations": [')
        waiting.seek(0)
        while piece := waiting.read(1024**2):
            file.write(piece)
        file.write(b'\n],\n"categories": ' + _text(list(map(_category, categories.items()))))
        file.write(b"}\n")
    return 0


def _category(item: tuple[str, int]) -> dict[str, Any]:
    label, number = item
    return {"id": number, "name": label, "supercategory": label.partition(":")[0]}


def _text(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
