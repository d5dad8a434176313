"""What a loader's worker does; it imports no more than the worker of a trainer would."""

import pickle
from collections.abc import Sequence
from typing import Any

from PIL import Image

from listing_assets.reading.training import PhotoDataset
from resources.errors import LakeError


def brightness(image: Image.Image) -> int:
    """A transform that can be pickled."""
    return image.convert("L").resize((1, 1)).getpixel((0, 0))


def fetch(dataset: PhotoDataset, numbers: Sequence[int], answers: Any) -> None:
    """What a worker does: some batches; then it is told what is not there."""
    found = [dataset.__getitems__([number, number]) for number in numbers]
    told = []
    for wrong in (lambda: dataset[len(dataset)], lambda: lost(dataset)[0]):
        try:
            wrong()
        except (IndexError, LakeError) as error:
            told.append(str(error))
    answers.put((found, told))


def lost(dataset: PhotoDataset) -> PhotoDataset:
    """The dataset of a revision that is gone."""
    copy = pickle.loads(pickle.dumps(dataset))
    copy._source.revision = "v1.99"
    return copy
