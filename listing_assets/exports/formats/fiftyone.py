"""FiftyOne: its `FiftyOneImageClassificationDataset`, in which a photo may have several labels."""

import json

from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photos


def write(photos: Photos, output: Output) -> int:
    """`data/` and `labels.json`: the classes, and the numbers of each photo's classes by name."""
    classes = {label: number for number, label in enumerate(photos.labels())}
    with output.create("labels.json") as file:
        file.write(f'{{"classes": {_text(list(classes))},\n"labels": {{'.encode())
        for number, photo in enumerate(photos.photos()):
            output.write(f"data/{photo.name}", photo.data)
            stem = photo.name.rpartition(".")[0]
            target = [classes[label] for label in photo.row["labels"] or ()]
            file.write(f"{',' if number else ''}\n{_text(stem)}: {_text(target or None)}".encode())
        file.write(b"\n}}\n")
    return 0


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
