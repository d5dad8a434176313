"""Fine-tuning of retrieval models: photos by image id, and the labels of each."""

from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photos, json_line


def write(photos: Photos, output: Output) -> int:
    """`images/<image_id>.jpg` and `dataset.jsonl` of `image_id` and `tags`; equal photos once."""
    with output.create("dataset.jsonl") as file:
        for photo in photos.photos(distinct=True):
            image_id = photo.row["image_id"]
            output.write(f"images/{image_id}.{photo.suffix}", photo.data)
            file.write(json_line({"image_id": image_id, "tags": photo.row["labels"] or []}))
    return 0
