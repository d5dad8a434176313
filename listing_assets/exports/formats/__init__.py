"""The formats of exports, one file each. A format is a function over `Photos` and an `Output`.

Each writes in key order and nothing that depends on time or place, so that exporting a revision
again gives the same bytes. It returns how many photos it left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from listing_assets.exports.formats import (
    coco,
    conversations,
    fiftyone,
    file_list,
    hugging_face,
    retrieval,
    webdataset,
)
from listing_assets.exports.output import Output
from listing_assets.exports.photos import Photos


@dataclass(frozen=True)
class Format:
    """One format: what it is, and how it is written (photos, output, prompt)."""

    description: str
    write: Callable[[Photos, Output, str], int]
    has_photos: bool = True


def _unprompted(write: Callable[[Photos, Output], int]) -> Callable[[Photos, Output, str], int]:
    return lambda photos, output, _: write(photos, output)


FORMATS: Mapping[str, Format] = {
    "file-list": Format(
        "files.jsonl: URIs, tags and all columns", _unprompted(file_list.write_jsonl), False
    ),
    "file-list-csv": Format(
        "files.csv: URIs, tags and all columns", _unprompted(file_list.write_csv), False
    ),
    "file-list-parquet": Format(
        "files.parquet: URIs, tags and all columns", _unprompted(file_list.write_parquet), False
    ),
    "huggingface-imagefolder": Format(
        "photos and metadata.jsonl, for load_dataset('imagefolder', data_dir=…)",
        _unprompted(hugging_face.write_imagefolder),
    ),
    "huggingface-parquet": Format(
        "Parquet with the Image feature, for load_dataset", _unprompted(hugging_face.write_parquet)
    ),
    "webdataset": Format("tar shards of photos and JSON", _unprompted(webdataset.write)),
    "coco": Format("images/ and annotations.json", _unprompted(coco.write)),
    "fiftyone": Format(
        "data/ and labels.json, a FiftyOneImageClassificationDataset", _unprompted(fiftyone.write)
    ),
    "retrieval": Format(
        "images/ and dataset.jsonl of image_id and tags", _unprompted(retrieval.write)
    ),
    "llama-factory": Format(
        "train.jsonl, dataset_info.json and images/", conversations.write_llama_factory
    ),
    "ms-swift": Format("train.jsonl and images/", conversations.write_ms_swift),
}
DATASET_VERSION = "dataset-version"
"""The logical export: no files, but a dataset version whose rows are the selection."""
