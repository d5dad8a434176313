"""Photos as the numbers that a CLIP model was trained on, by its `preprocessor_config.json`.

The steps and their order are those of transformers' CLIPImageProcessor: resize, crop from the
middle, rescale, normalize.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from resources.errors import ModelError


class ImagePreparation:
    """Turns decoded photos into network inputs."""

    def __init__(self, file: Path) -> None:
        """Read the configuration.

        Raises:
            ModelError: it cannot be read, or asks for what is not known here.
        """
        try:
            config = json.loads(file.read_text(encoding="utf-8"))
            self._shortest, self._exact = _sizes(config)
            self._crop = (
                _height_width(config["crop_size"]) if _does(config, "center_crop") else None
            )
            if self._crop is None and self._exact is None:
                raise ValueError("it fixes no size")
            self._resample = Image.Resampling(config.get("resample", Image.Resampling.BICUBIC))
            factor = config.get("rescale_factor", 1 / 255) if _does(config, "rescale") else 1.0
            normalizes = _does(config, "normalize")
            mean = np.array(config["image_mean"] if normalizes else [0.0] * 3, dtype=np.float32)
            std = np.array(config["image_std"] if normalizes else [1.0] * 3, dtype=np.float32)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelError(
                f"{file} cannot be used: {type(error).__name__}: {error}.",
                "Take the file that belongs to the exported model.",
            ) from error
        self._scale = np.float32(factor) / std
        self._offset = mean / std

    def __call__(self, rgb: np.ndarray) -> np.ndarray:
        """The input of one photo: uint8 (height, width, 3) to float32 (3, height, width)."""
        picture = Image.fromarray(rgb)
        size = self._target(picture.width, picture.height)
        if size is not None:
            picture = picture.resize(size, self._resample)
        if self._crop is not None:
            picture = _middle(picture, *self._crop)
        scaled = np.asarray(picture, dtype=np.float32) * self._scale - self._offset
        return np.ascontiguousarray(scaled.transpose(2, 0, 1))

    def _target(self, width: int, height: int) -> tuple[int, int] | None:
        if self._exact is not None:
            return self._exact[1], self._exact[0]
        if self._shortest is None:
            return None
        if width <= height:
            return self._shortest, self._shortest * height // width
        return self._shortest * width // height, self._shortest


def _middle(picture: Image.Image, height: int, width: int) -> Image.Image:
    """The middle of a picture; black where it is smaller."""
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))


def _does(config: Mapping[str, Any], step: str) -> bool:
    return bool(config.get(f"do_{step}", True))


def _sizes(config: Mapping[str, Any]) -> tuple[int | None, tuple[int, int] | None]:
    """The wanted length of the shortest edge, or the exact (height, width), or neither."""
    if not _does(config, "resize"):
        return None, None
    size = config["size"]
    if isinstance(size, int):
        return size, None
    if "shortest_edge" in size:
        return int(size["shortest_edge"]), None
    return None, _height_width(size)


def _height_width(size: Mapping[str, Any] | int) -> tuple[int, int]:
    if isinstance(size, int):
        return size, size
    return int(size["height"]), int(size["width"])
